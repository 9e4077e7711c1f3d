"""Subscriptions: told with every attribute but one, and written by no script.

A subscription is nothing without its connection string, which is a secret and belongs to one
database of many; only superusers may read it, so nobody's snapshot holds it. PostgreSQL accepts an
empty one, yet what came of that would never work, would not be what it claims, and would keep a
database from being dropped. So each is named, in the words of CREATE SUBSCRIPTION.
"""

from typing import LiteralString

# Options by the first major that has them, each with its value as text.
_OPTIONS: tuple[tuple[int, LiteralString, LiteralString], ...] = (
    (14, "enabled", "s.subenabled::text"),
    (14, "slot_name", "coalesce(quote_literal(s.subslotname), 'NONE')"),
    (14, "binary", "s.subbinary::text"),
    (14, "synchronous_commit", "s.subsynccommit"),
    (15, "two_phase", "(s.subtwophasestate <> 'd')::text"),
    (15, "disable_on_error", "s.subdisableonerr::text"),
    (16, "password_required", "s.subpasswordrequired::text"),
    (16, "run_as_owner", "s.subrunasowner::text"),
    (16, "origin", "s.suborigin"),
    (17, "failover", "s.subfailover::text"),
)


def subscriptions(version: int) -> LiteralString:
    """A query: `kind` and `identity` of the subscriptions of the database.

    Args:
        version: server_version_num.
    """
    # Until 15 a boolean, then f, t or p.
    options: LiteralString = (
        "'streaming = ' || CASE s.substream::text WHEN 'true' THEN 'on' WHEN 't' THEN 'on' "
        "WHEN 'p' THEN 'parallel' ELSE 'off' END"
    )
    for since, name, value in _OPTIONS:
        if version >= since * 10000:
            options += " || ', " + name + " = ' || " + value
    return (
        "SELECT 'subscription' AS kind, quote_ident(s.subname) || ' PUBLICATION ' || "
        "(SELECT string_agg(quote_ident(p), ', ' ORDER BY p COLLATE \"C\") "
        "FROM unnest(s.subpublications) p) || ' WITH (' || "
        + options
        + " || '), owner ' || quote_ident(pg_get_userbyid(s.subowner)) || "
        "coalesce(', comment ' || quote_literal((SELECT d.description FROM pg_description d "
        "WHERE d.classoid = 'pg_subscription'::regclass AND d.objoid = s.oid)), '') AS identity "
        "FROM pg_subscription s JOIN pg_database b ON b.oid = s.subdbid "
        "WHERE b.datname = current_database()"
    )
