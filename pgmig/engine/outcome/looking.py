"""What the catalog shows of relations and their indexes, in one query.

Names are resolved under the session's own search_path, as the statement's would be, so nothing
else in these queries may depend on it: operators are qualified too.
"""

from collections.abc import Sequence
from typing import Any, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.engine.outcome.qualifying import qualify_operators
from pgmig.engine.outcome.values import Evidence, Index, Relation

_BY_NAME: LiteralString = "SELECT pg_catalog.to_regclass(%s)::pg_catalog.oid AS oid"
_BY_OID: LiteralString = "SELECT %s::pg_catalog.oid AS oid"

# The table itself, and with a partitioned one the parts that its indexes are spread over. Not by
# pg_partition_tree(): it waits for whoever has locked a part.
_RELATION: LiteralString = """
named AS MATERIALIZED (
    SELECT r.oid, r.relnamespace, r.relname, coalesce(i.indrelid, r.oid) AS table_oid
    FROM given JOIN pg_catalog.pg_class r ON r.oid = given.oid
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
),
scope AS (
    SELECT named.table_oid AS oid FROM named
    UNION SELECT h.inhrelid FROM scope
    JOIN pg_catalog.pg_class p ON p.oid = scope.oid AND p.relkind = 'p'
    JOIN pg_catalog.pg_inherits h ON h.inhparent = p.oid
)
"""

# A name that stands for a table may be that of a view in the end: then nothing is listed.
_FACTS: LiteralString = """
SELECT named.oid::bigint, nn.nspname::pg_catalog.text, named.relname::pg_catalog.text,
    own.oid::bigint, tn.nspname::pg_catalog.text, own.relname::pg_catalog.text,
    (pg_catalog.parse_ident(%s))[1]::pg_catalog.name::pg_catalog.text,
    x.oid::bigint, xn.nspname::pg_catalog.text, x.relname::pg_catalog.text, i.indrelid::bigint,
    i.indisvalid AND i.indisready AND i.indislive,
    pg_catalog.pg_has_role(x.relowner, 'USAGE')
        AND pg_catalog.has_schema_privilege(xn.oid, 'USAGE')
FROM named
JOIN pg_catalog.pg_namespace nn ON nn.oid = named.relnamespace
JOIN pg_catalog.pg_class own ON own.oid = named.table_oid
JOIN pg_catalog.pg_namespace tn ON tn.oid = own.relnamespace
CROSS JOIN scope
JOIN pg_catalog.pg_class t ON t.oid = scope.oid
LEFT JOIN pg_catalog.pg_index i ON i.indrelid = ANY (ARRAY[t.oid, t.reltoastrelid])
LEFT JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace
ORDER BY xn.nspname, x.relname
"""

_NAMED = qualify_operators("WITH RECURSIVE given AS (" + _BY_NAME + ")," + _RELATION + _FACTS)
_NUMBERED = qualify_operators("WITH RECURSIVE given AS (" + _BY_OID + ")," + _RELATION + _FACTS)

_INVALID: LiteralString = """
WITH given AS MATERIALIZED (SELECT %s::pg_catalog.text AS schema)
SELECT x.oid::bigint, xn.nspname::pg_catalog.text, x.relname::pg_catalog.text, i.indrelid::bigint,
    false,
    pg_catalog.pg_has_role(x.relowner, 'USAGE')
        AND pg_catalog.has_schema_privilege(xn.oid, 'USAGE')
FROM given CROSS JOIN pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid AND x.relkind = 'i'
JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace
JOIN pg_catalog.pg_class t ON i.indrelid = ANY (ARRAY[t.oid, t.reltoastrelid])
    AND (t.relkind = 'r' OR t.relkind = 'm')
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
    AND (given.schema IS NULL
        OR tn.nspname = (pg_catalog.parse_ident(given.schema))[1]::pg_catalog.name)
ORDER BY xn.nspname, x.relname
"""
_UNFINISHED = qualify_operators(_INVALID)


def look_by_name(conn: Connection, name: str, new: str | None = None) -> Evidence:
    """The relation that `name` stands for and the indexes of its table.

    Args:
        conn: a session in which the statement would find the same.
        name: as the statement has it, parts joined by dots.
        new: a name that an index is to get there.

    Raises:
        ServerRefused: the name can be none, or this role may not look into the schema.
    """
    return _facts(fetch(conn, _NAMED, (name, new)))


def look_by_oid(conn: Connection, oid: int) -> Evidence:
    """The same for a relation that was found earlier; empty when it is gone."""
    return _facts(fetch(conn, _NUMBERED, (oid, None)))


def look_for_invalid(conn: Connection, schema: str | None = None) -> tuple[Index, ...]:
    """The INVALID indexes of a schema's tables, or of all; those of their TOAST tables too."""
    return tuple(_index(row) for row in fetch(conn, _UNFINISHED, (schema,)))


def _facts(rows: Sequence[Sequence[Any]]) -> Evidence:
    if not rows:
        return Evidence()
    first = rows[0]
    return Evidence(
        named=Relation(*first[:3]),
        table=Relation(*first[3:6]),
        new=first[6] or "",
        indexes=tuple(_index(row[7:]) for row in rows if row[7] is not None),
    )


def _index(row: Sequence[Any]) -> Index:
    return Index(*row)
