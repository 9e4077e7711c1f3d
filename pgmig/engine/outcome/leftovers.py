"""What interrupted statements have left in a database, whoever ran them."""

from typing import LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.ddl.quote import qualified
from pgmig.engine.outcome.indexes import is_passing
from pgmig.engine.outcome.partitions import finalize
from pgmig.engine.outcome.qualifying import qualify_operators
from pgmig.engine.outcome.values import Relation


class Leftover(msgspec.Struct, frozen=True):
    """Something that no statement makes when it runs to its end.

    Attributes:
        kind: `invalid index` or `detaching partition`.
        name: with its schema, quoted where it must be.
        table: the table of the index, or the one that the partition is detached from, likewise.
        do: the statement that tidies up, or the choice of two.
    """

    kind: str
    name: str
    table: str
    do: str


# An index of a partitioned table is INVALID until each partition has its part: no leftover. Who
# builds one holds a lock on its table, who drops or rebuilds one on itself.
_INDEXES = qualify_operators("""
SELECT xn.nspname::pg_catalog.text, x.relname::pg_catalog.text, tn.nspname::pg_catalog.text,
    t.relname::pg_catalog.text, i.indislive
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid AND x.relkind = 'i'
JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive) AND x.relpersistence <> 't'
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_database d ON d.oid = l.database
            AND d.datname = pg_catalog.current_database()
        WHERE l.locktype = 'relation' AND l.granted
            AND l.mode = ANY ('{ShareUpdateExclusiveLock,AccessExclusiveLock}'::pg_catalog._text)
            AND (l.relation = i.indexrelid OR l.relation = i.indrelid AND EXISTS (
                SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid = l.pid))
    )
ORDER BY 1, 2
""")

_PARTITIONS: LiteralString = qualify_operators("""
SELECT p.oid::bigint, pn.nspname::pg_catalog.text, p.relname::pg_catalog.text,
    c.oid::bigint, cn.nspname::pg_catalog.text, c.relname::pg_catalog.text
FROM pg_catalog.pg_inherits h
JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND NOT (c.relkind = 'i' OR c.relkind = 'I')
JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
WHERE h.inhdetachpending
ORDER BY 5, 6
""")


def leftovers(conn: Connection) -> tuple[Leftover, ...]:
    """INVALID indexes on which no session works, and partitions that are half detached.

    Raises:
        ServerRefused: the server does not answer.
    """
    indexes = (
        Leftover(
            "invalid index", qualified(*row[:2]), qualified(*row[2:4]), _advice(*row[:2], *row[4:])
        )
        for row in fetch(conn, _INDEXES)
    )
    partitions = (
        _half_detached(Relation(*row[:3]), Relation(*row[3:])) for row in fetch(conn, _PARTITIONS)
    )
    return (*indexes, *partitions)


def _advice(schema: str, name: str, is_live: object) -> str:
    """A dropping that was interrupted can only go on; what was to be an index can become one."""
    full = qualified(schema, name)
    drop = f"DROP INDEX CONCURRENTLY {full}"
    if is_passing(name) or not is_live:
        return drop
    return f"REINDEX INDEX CONCURRENTLY {full}, or {drop}"


def _half_detached(parent: Relation, part: Relation) -> Leftover:
    return Leftover(
        "detaching partition",
        qualified(part.schema, part.name),
        qualified(parent.schema, parent.name),
        finalize(parent, part),
    )
