"""What stands around the rows of tables: triggers, sequences, materialized views that show them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.copying import texts
from pgmig.db.execute import fetch
from pgmig.ddl import qualified
from pgmig.seeds.triggers import Silenced

# Policies bind the owner of such a table too.
_FORCED: LiteralString = """
SELECT n.nspname::text, c.relname::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY (%s::pg_catalog.oid[]) AND c.relrowsecurity AND c.relforcerowsecurity
ORDER BY n.nspname, c.relname
"""

# COPY fires no rules (sql-copy.html), INSERT does.
_RULES: LiteralString = """
SELECT DISTINCT ev_class FROM pg_catalog.pg_rewrite
WHERE ev_class = ANY (%s::pg_catalog.oid[]) AND ev_type = '3' AND ev_enabled IN ('O', 'A')
"""

# Checks that wait for the end of the transaction keep ALTER TABLE from its work.
_WAITING: LiteralString = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE condeferred
    AND (conrelid = ANY (%s::pg_catalog.oid[])
        OR conrelid IN (SELECT p.relid FROM pg_catalog.unnest(%s::pg_catalog.oid[]) o
            CROSS JOIN LATERAL pg_catalog.pg_partition_tree(o) p)))
"""

_START: LiteralString = """
SELECT n.nspname::text, c.relname::text, s.seqstart
FROM pg_catalog.pg_sequence s
    JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE pg_catalog.format('%%I.%%I', n.nspname, c.relname) = ANY (%s::text[])
ORDER BY n.nspname, c.relname
"""

# What a view reads; what is shown of a table that others inherit from, or that is a part of
# another, shows with that one too.
_READS: LiteralString = """
SELECT r.ev_class, d.refobjid
FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
        AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
WHERE r.ev_type = '1' AND d.refobjid <> r.ev_class
UNION
SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits
"""

_VIEWS: LiteralString = """
SELECT c.oid, n.nspname::text, c.relname::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND c.relispopulated
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"
"""

_PARTS: LiteralString = """
SELECT p.relid::pg_catalog.oid FROM pg_catalog.unnest(%s::pg_catalog.oid[]) o
    CROSS JOIN LATERAL pg_catalog.pg_partition_tree(o) p
"""


class SequenceState(msgspec.Struct, frozen=True):
    """Where a sequence stands.

    Attributes:
        schema: without quotes.
        name: without quotes.
        last: its last value.
        is_called: the next value comes behind it; else it is the next.
        start: the value that a new one of its kind begins with.
    """

    schema: str
    name: str
    last: int
    is_called: bool
    start: int

    def __str__(self) -> str:
        """`schema.name`."""
        return qualified(self.schema, self.name)

    @property
    def is_new(self) -> bool:
        """Whether it stands where it begins."""
        return not self.is_called and self.last == self.start


def forced_policies(conn: Connection, oids: Sequence[int]) -> tuple[Silenced, ...]:
    """The policies that would judge rows that a table's owner puts in."""
    names = [qualified(schema, name) for schema, name in fetch(conn, _FORCED, (oids,))]
    force = "FORCE ROW LEVEL SECURITY;"
    return tuple(
        Silenced(f"ALTER TABLE {name} NO {force}", f"ALTER TABLE {name} {force}") for name in names
    )


def with_rules(conn: Connection, oids: Sequence[int]) -> frozenset[int]:
    """The tables that do something else on INSERT."""
    return frozenset(oid for (oid,) in fetch(conn, _RULES, (oids,)))


def has_waiting_checks(conn: Connection, oids: Sequence[int]) -> bool:
    """Whether constraints of tables are checked at the end of the transaction unless told."""
    ((found,),) = fetch(conn, _WAITING, (oids, oids))
    return bool(found)


def sequences(conn: Connection, names: Iterable[str]) -> tuple[SequenceState, ...]:
    """Where sequences stand, by name.

    Args:
        conn: a session in a transaction; sequences are as of now, not as of its snapshot.
        names: quoted, with their schemas.
    """
    found: list[SequenceState] = []
    for schema, name, start in fetch(conn, _START, ([*names],)):
        query = f"SELECT last_value, is_called FROM {qualified(schema, name)}"
        ((last, is_called),) = texts(conn, query)
        found.append(SequenceState(schema, name, int(last or 0), is_called == "t", start))
    return tuple(found)


def views_of(conn: Connection, oids: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """The populated materialized views that show rows of tables, each behind those that it reads.

    What a function reads stands in no catalog: a view that calls it is not found by that.
    """
    readers: dict[int, set[int]] = {}
    for reader, read in fetch(conn, _READS):
        readers.setdefault(read, set()).add(reader)
    start = {*oids, *(oid for (oid,) in fetch(conn, _PARTS, ([*oids],)))}
    names = {oid: (schema, name) for oid, schema, name in fetch(conn, _VIEWS)}
    reached = _reached(start, readers)
    wanted = [oid for oid in names if oid in reached]
    return tuple(names[oid] for oid in _in_order(wanted, readers))


def _reached(start: Iterable[int], readers: Mapping[int, set[int]]) -> set[int]:
    found: set[int] = set()
    ahead = [*start]
    while ahead:
        for oid in readers.get(ahead.pop(), ()):
            if oid not in found:
                found.add(oid)
                ahead.append(oid)
    return found


def _in_order(views: Sequence[int], readers: Mapping[int, set[int]]) -> list[int]:
    """Each view behind those that it reads; as they come where that leaves a choice."""
    behind = {oid: _reached([oid], readers) - {oid} for oid in views}
    left, done = [*views], list[int]()
    while left:
        first = next((v for v in left if not any(v in behind[o] for o in left)), left[0])
        done.append(first)
        left.remove(first)
    return done
