"""The materialized views of a database, each behind those that it reads."""

from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import fetch_each, settled
from pgmig.engine.schema import settle

# has_key is what REFRESH ... CONCURRENTLY asks for: a unique index on columns alone that is valid,
# immediate and without a WHERE clause (sql-refreshmaterializedview.html; matview.c,
# is_usable_unique_index). The test of this query compares it with what the server does.
_VIEWS: LiteralString = """
SELECT c.oid::bigint, n.nspname::text, c.relname::text,
    pg_catalog.format('%I.%I', n.nspname, c.relname),
    pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)), c.relispopulated,
    EXISTS (SELECT FROM pg_catalog.pg_index i
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid
            AND i.indpred IS NULL AND i.indnatts > 0 AND 0 < ALL (i.indkey::pg_catalog.int2[]))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm'
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"
"""

# What a view reads: views, and functions and operators, which may read views themselves. What the
# body of a function reads is known where it is BEGIN ATOMIC, else not (sql-createfunction.html).
# A node is the number of a relation, or with the number of another catalog above it one of that.
_READS: LiteralString = """
WITH edges AS (
    SELECT r.ev_class::bigint AS reader, d.refclassid, d.refobjid::bigint AS oid
    FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
        AND d.objid = r.oid
    WHERE r.ev_type = '1' AND NOT (d.refobjid = r.ev_class
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)
    UNION
    SELECT d.classid::bigint << 32 | d.objid::bigint, d.refclassid, d.refobjid::bigint
    FROM pg_catalog.pg_depend d
    WHERE d.classid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,
        'pg_catalog.pg_operator'::pg_catalog.regclass)
)
SELECT e.reader, CASE WHEN read.oid IS NULL THEN e.refclassid::bigint << 32 ELSE 0 END | e.oid
FROM edges e
LEFT JOIN pg_catalog.pg_class read ON read.oid = e.oid AND read.relkind IN ('v', 'm')
    AND e.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
WHERE read.oid IS NOT NULL OR e.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,
    'pg_catalog.pg_operator'::pg_catalog.regclass)
ORDER BY 1, 2
"""


class View(msgspec.Struct, frozen=True):
    """A materialized view.

    Attributes:
        oid: its number.
        schema: without quotes.
        name: without quotes.
        label: both, each quoted where it must be.
        owner: quoted where it must be.
        is_populated: it has rows, or may be asked for them.
        has_key: it has an index that REFRESH ... CONCURRENTLY can work with.
        reads: numbers of the materialized views that its query reads, itself or through views
            and functions, as far as the catalog knows.
    """

    oid: int
    schema: str
    name: str
    label: str
    owner: str
    is_populated: bool
    has_key: bool
    reads: tuple[int, ...] = ()


def read_views(conn: Connection) -> tuple[View, ...]:
    """The materialized views, each behind those that it reads; by name where that leaves a choice.

    Raises:
        ServerRefused: the server answered with an error.
    """
    settle(conn)
    with settled(conn):
        rows, pairs = fetch_each(conn, _VIEWS, _READS)
    found = {row[0]: View(*row) for row in rows}
    direct: dict[int, list[int]] = {}
    for reader, read in pairs:
        direct.setdefault(reader, []).append(read)
    views = {
        oid: msgspec.structs.replace(view, reads=_reached(oid, direct, found))
        for oid, view in found.items()
    }
    return in_order(views)


def in_order(views: Mapping[int, View]) -> tuple[View, ...]:
    """Each view behind those that it reads.

    A view may read itself through an ordinary one that was replaced later: such a circle is cut
    where it is met.
    """
    place = {oid: at for at, oid in enumerate(views)}
    ordered: dict[int, View] = {}
    begun: set[int] = set()
    stack = [*reversed([*views])]
    while stack:
        oid = stack[-1]
        waits = [] if oid in begun else [each for each in views[oid].reads if each in views]
        begun.add(oid)
        before = [each for each in waits if each not in begun]
        if before:
            stack += sorted(before, key=place.__getitem__, reverse=True)
        else:
            ordered.setdefault(stack.pop(), views[oid])
    return tuple(ordered.values())


def in_front(chosen: Iterable[View], views: Sequence[View]) -> frozenset[int]:
    """Numbers of the views without rows that must be refreshed before the chosen ones can be."""
    by_oid = {view.oid: view for view in views}
    found: set[int] = set()
    waiting = [*chosen]
    while waiting:
        for oid in waiting.pop().reads:
            view = by_oid[oid]
            if not view.is_populated and oid not in found:
                found.add(oid)
                waiting.append(view)
    return frozenset(found)


def _reached(
    start: int, direct: Mapping[int, Sequence[int]], views: Mapping[int, object]
) -> tuple[int, ...]:
    """The materialized views that one reads, by name; through views and functions too."""
    seen: set[int] = set()
    waiting = [*direct.get(start, ())]
    while waiting:
        oid = waiting.pop()
        if oid not in seen:
            seen.add(oid)
            if oid not in views:
                waiting += direct.get(oid, ())
    return tuple(oid for oid in views if oid in seen and oid != start)
