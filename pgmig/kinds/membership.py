"""GRANT role TO role: pg_auth_members. Memberships are the cluster's and read when asked for.

Until 15 there is one a pair of roles, and its grantor may be anybody, even nobody any more, as in
pg_dumpall. From 16 each grantor has one, and must have the admin option.
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.model import Kind, ObjectKey, Record, Statement, altered


def _query(version: int) -> LiteralString:
    terms: LiteralString = (
        "0::oid AS oid, NULL::text AS grantor, "
        "NULL::boolean AS has_inherit_option, NULL::boolean AS has_set_option"
    )
    if version >= 160000:
        terms = (
            "a.oid, CASE WHEN a.grantor <> 10 THEN pg_get_userbyid(a.grantor) END AS grantor, "
            "a.inherit_option AS has_inherit_option, a.set_option AS has_set_option"
        )
    return (
        "SELECT pg_get_userbyid(a.roleid) AS role, pg_get_userbyid(a.member) AS member, "
        "a.admin_option AS has_admin_option, "
        + terms
        + " FROM pg_auth_members a WHERE a.member >= 16384"
    )


class Membership(Record, frozen=True, kw_only=True):
    """One role in another."""

    role: str
    member: str
    grantor: str | None = None  # None: the superuser that initdb made, or not known before 16
    has_admin_option: bool
    has_inherit_option: bool | None = None  # from 16
    has_set_option: bool | None = None  # from 16


def _key(record: Membership) -> ObjectKey:
    return MEMBERSHIP.key(record)


def _key_name(record: Membership) -> str:
    name = f"{ddl.ident_text(record.role)} to {ddl.ident_text(record.member)}"
    return f"{name} by {ddl.ident_text(record.grantor)}" if record.grantor else name


def _by(record: Membership) -> "ddl.Node | None":
    return ddl.clause("GRANTED BY", ddl.ident(record.grantor)) if record.grantor else None


def _grant(record: Membership, options: str) -> Statement:
    return ddl.statement(
        _key(record),
        "GRANT",
        ddl.ident(record.role),
        "TO",
        ddl.ident(record.member),
        options,
        _by(record),
    )


def _revoke(record: Membership, option: str) -> Statement:
    role, member = ddl.ident(record.role), ddl.ident(record.member)
    return ddl.statement(_key(record), "REVOKE", option, role, "FROM", member, _by(record))


def _options(record: Membership) -> Sequence[str]:
    """The options that 16 and later have, each as WITH takes it."""
    # The usual INHERIT is the member's own, so it is said always.
    given = (
        ("ADMIN", record.has_admin_option),
        ("INHERIT", record.has_inherit_option),
        ("SET", record.has_set_option),
    )
    return [f"{name} {str(value).upper()}" for name, value in given if value is not None]


def _create(record: Membership) -> Sequence[Statement]:
    if record.has_set_option is None:
        return (_grant(record, "WITH ADMIN OPTION" if record.has_admin_option else ""),)
    usual = {"ADMIN FALSE", "SET TRUE"}
    given = [option for option in _options(record) if option not in usual]
    return (_grant(record, f"WITH {', '.join(given)}"),)


def _drop(record: Membership) -> Sequence[Statement]:
    return (_revoke(record, ""),)


def _set_options(_: Membership, new: Membership) -> Sequence[Statement]:
    if new.has_set_option is not None:
        return (_grant(new, f"WITH {', '.join(_options(new))}"),)
    if new.has_admin_option:
        return _create(new)
    return (_revoke(new, "ADMIN OPTION FOR"),)


def _neutral(record: Membership, _: int) -> Membership | None:
    """Until 15 whether a member inherits is said of the member, from 16 of the membership."""
    return record if record.has_inherit_option is None else None


MEMBERSHIP = Kind(
    name="membership",
    record=Membership,
    classid="pg_auth_members",
    query=_query,
    create=_create,
    drop=_drop,
    identity=("role", "member", "grantor"),
    key_name=_key_name,
    fields=(altered("has_admin_option", "has_inherit_option", "has_set_option", by=_set_options),),
    neutral=_neutral,
)
