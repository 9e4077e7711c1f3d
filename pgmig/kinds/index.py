"""CREATE INDEX: pg_index, without the indexes of constraints (constraint.py)."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, replaced, unplanned

# pg_get_indexdef prints all but tablespace, statistics targets, cluster and replica marks. A
# partitioned index is invalid until all its parts are attached; another invalid one is a ruin,
# which `catalog` names.
QUERY: LiteralString = (
    """
SELECT x.oid, n.nspname AS schema, x.relname AS name, tn.nspname AS table_schema,
       t.relname AS table, pg_get_indexdef(x.oid) AS definition, i.indisvalid AS is_valid,
       ts.spcname AS tablespace, i.indisclustered AS is_clustered,
       i.indisreplident AS is_replica_identity
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_tablespace ts ON ts.oid = x.reltablespace
 WHERE t.relkind IN ('r', 'p', 'm') AND x.relpersistence <> 't'
   AND (i.indisvalid AND i.indisready OR x.relkind = 'I')
   AND x.oid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))
   AND """
    + fragments.is_ours("t.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "t.oid")
    + " AND "
    + fragments.is_no_member("pg_class", "x.oid")
)

FACETS: tuple[LiteralString, ...] = (
    """
SELECT h.inhrelid AS oid, ARRAY[pn.nspname::text, p.relname] AS part_of
  FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent AND p.relkind = 'I'
  JOIN pg_namespace pn ON pn.oid = p.relnamespace
""",
    """
SELECT a.attrelid AS oid,
       jsonb_agg(jsonb_build_array(a.attnum, a.attstattarget) ORDER BY a.attnum) AS statistics
  FROM pg_attribute a JOIN pg_class x ON x.oid = a.attrelid AND x.relkind IN ('i', 'I')
 WHERE a.attstattarget >= 0 GROUP BY a.attrelid
""",
    fragments.extension_facet("pg_class"),
)


class Index(Record, frozen=True, kw_only=True):
    """An index that no constraint owns."""

    schema: str
    name: str
    table_schema: str
    table: str
    definition: str  # as pg_get_indexdef prints it, ON ONLY for a partitioned one
    is_valid: bool  # false for a partitioned one that lacks parts
    part_of: tuple[str, str] | None = None  # the partitioned index it is attached to
    tablespace: str | None = None
    is_clustered: bool
    is_replica_identity: bool
    statistics: tuple[tuple[int, int], ...] | None = None  # column number, target
    extensions: tuple[str, ...] | None = None  # what it was made to depend on
    comment: str | None = None


def _key(record: Index) -> ObjectKey:
    return INDEX.key(record)


def _name(record: Index) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("INDEX", _name, _key, has_owner=False, has_extensions=True)


def _create(record: Index) -> Sequence[Statement]:
    key, name = _key(record), _name(record)
    table = ddl.name(record.table_schema, record.table)
    statements = [ddl.statement(key, record.definition)]
    if record.tablespace:
        place = ddl.ident(record.tablespace)
        statements.append(ddl.statement(key, "ALTER INDEX", name, "SET TABLESPACE", place))
    for number, target in record.statistics or ():
        column = f"ALTER COLUMN {number} SET STATISTICS {target}"
        statements.append(ddl.statement(key, "ALTER INDEX", name, column))
    if record.part_of is not None:
        whole = ddl.name(*record.part_of)
        statements.append(ddl.statement(key, "ALTER INDEX", whole, "ATTACH PARTITION", name))
    if record.is_clustered:
        own = ddl.ident(record.name)
        statements.append(ddl.statement(key, "ALTER TABLE", table, "CLUSTER ON", own))
    if record.is_replica_identity:
        own = ddl.ident(record.name)
        statements.append(
            ddl.statement(key, "ALTER TABLE ONLY", table, "REPLICA IDENTITY USING INDEX", own)
        )
    return (*statements, *CARRIED.made(record))


def _drop(record: Index) -> Sequence[Statement]:
    if record.part_of is not None:
        return ()  # PostgreSQL refuses: it goes with the partitioned index
    return ddl.drop(_key(record), "INDEX", _name(record))


INDEX = Kind(
    name="index",
    record=Index,
    classid="pg_class",
    query=QUERY,
    facets=FACETS,
    create=_create,
    drop=_drop,
    drops_with_owner=True,
    fields=(
        replaced("definition", "part_of", "table", "table_schema", "is_valid"),
        unplanned("tablespace", "statistics", "is_clustered", "is_replica_identity"),
        *CARRIED.rows(),
    ),
)
