"""Table constraints: pg_constraint. CHECK, keys and foreign keys are three kinds of one record.

They are kinds of their own so that keys are made after all tables and foreign keys after all
keys: cycles of foreign keys dissolve. A NOT NULL constraint belongs to its column (table.py), a
constraint trigger to the triggers, a domain's to the domain.
"""

from collections.abc import Callable, Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import AnyKind, Kind, ObjectKey, Record, Statement, replaced, unplanned


def _query(types: LiteralString) -> LiteralString:
    # conparentid marks a partition's clone of a foreign key, which comes with its parent's; a
    # partition's key has a parent too but a name and an index of its own (catalog.md 1.8).
    return (
        """
SELECT k.oid, n.nspname AS schema, c.relname AS table, k.conname AS name,
       c.relkind = 'p' AS is_on_partitioned, pg_get_constraintdef(k.oid) AS definition,
       k.convalidated AS is_valid, k.conislocal OR k.conparentid <> 0 AS is_local,
       ic.reloptions AS options,
       ts.spcname AS tablespace,
       coalesce(i.indisclustered, false) AS is_clustered,
       coalesce(i.indisreplident, false) AS is_replica_identity
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
  LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace
 WHERE k.contype IN ("""
        + types
        + """) AND NOT (k.contype = 'f' AND k.conparentid <> 0)
   AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND """
        + fragments.is_ours("c.relnamespace")
        + " AND "
        + fragments.is_no_member("pg_class", "c.oid")
    )


def _facets(types: LiteralString) -> tuple[LiteralString, ...]:
    """What the partitions', children's and commented constraints of these types have besides."""
    return (
        """
SELECT k.oid, ARRAY[pn.nspname::text, p.relname] AS part_of
  FROM pg_constraint k JOIN pg_constraint pk ON pk.oid = k.conparentid
  JOIN pg_class p ON p.oid = pk.conindid JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE k.contype IN ("""
        + types
        + ")",
        """
SELECT k.oid, bool_and(pk.convalidated) AS is_parent_valid
  FROM pg_inherits h JOIN pg_constraint k ON k.conrelid = h.inhrelid
  JOIN pg_constraint pk ON pk.conrelid = h.inhparent AND pk.conname = k.conname
       AND pk.contype = 'c'
 WHERE k.contype = 'c' AND k.contype IN ("""
        + types
        + ") GROUP BY k.oid",
        """
SELECT k.oid, d.description AS index_comment
  FROM pg_constraint k JOIN pg_description d ON d.objoid = k.conindid
       AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
 WHERE k.contype IN ('p', 'u', 'x') AND k.contype IN ("""
        + types
        + ")",
    )


class Constraint(Record, frozen=True, kw_only=True):
    """A CHECK, a key (PRIMARY KEY, UNIQUE, EXCLUDE) or a foreign key of a table."""

    schema: str
    table: str
    name: str
    is_on_partitioned: bool
    definition: str  # as pg_get_constraintdef prints it, with NOT VALID and the like
    is_valid: bool
    is_local: bool  # false for a CHECK that comes with the parent's
    is_parent_valid: bool | None = None  # of a CHECK that a parent has too
    part_of: tuple[str, str] | None = None  # the partitioned index that its index is attached to
    options: tuple[str, ...] | None = None  # of its index, as the four that follow
    tablespace: str | None = None
    is_clustered: bool
    is_replica_identity: bool
    index_comment: str | None = None
    comment: str | None = None


def _key(record: Constraint) -> ObjectKey:
    return _kind_of(record).key(record)


def _kind_of(record: Constraint) -> AnyKind:
    if record.definition.startswith("FOREIGN KEY "):
        return FOREIGN_KEY
    return CHECK if record.definition.startswith("CHECK ") else KEY


def _table(record: Constraint) -> "ddl.Node":
    return ddl.name(record.schema, record.table)


def _on_table(record: Constraint) -> "ddl.Node":
    return ddl.clause(ddl.ident(record.name), "ON", _table(record))


CARRIED = Carried("CONSTRAINT", _on_table, _key, has_owner=False)


def _add(record: Constraint, *, only: bool) -> Statement:
    return ddl.statement(
        _key(record),
        "ALTER TABLE",
        "ONLY" if only else None,
        _table(record),
        "ADD CONSTRAINT",
        ddl.ident(record.name),
        record.definition,
    )


def _create_check(record: Constraint) -> Sequence[Statement]:
    # Without ONLY: a parent's CHECK reaches its children here as it did when it was written.
    key, made = _key(record), list[Statement]()
    if record.is_local:
        made.append(_add(record, only=False))
    elif record.is_valid and not record.is_parent_valid:
        name = ddl.ident(record.name)
        made.append(ddl.statement(key, "ALTER TABLE", _table(record), "VALIDATE CONSTRAINT", name))
    return (*made, *CARRIED.made(record))


def _create_foreign_key(record: Constraint) -> Sequence[Statement]:
    return (_add(record, only=False), *CARRIED.made(record))


def _create_key(record: Constraint) -> Sequence[Statement]:
    """The key, then what its index carries.

    On a partitioned table ONLY, each partition's key being attached with its own name.
    """
    key, index = _key(record), ddl.name(record.schema, record.name)
    statements = [_add(record, only=record.is_on_partitioned)]
    if record.part_of is not None:
        whole = ddl.name(*record.part_of)
        statements.append(ddl.statement(key, "ALTER INDEX", whole, "ATTACH PARTITION", index))
    if record.options:
        options = ddl.options(record.options)
        statements.append(ddl.statement(key, "ALTER INDEX", index, f"SET {options}"))
    if record.tablespace:
        place = ddl.ident(record.tablespace)
        statements.append(ddl.statement(key, "ALTER INDEX", index, "SET TABLESPACE", place))
    name, table = ddl.ident(record.name), _table(record)
    if record.is_clustered:
        statements.append(ddl.statement(key, "ALTER TABLE", table, "CLUSTER ON", name))
    if record.is_replica_identity:
        statements.append(
            ddl.statement(key, "ALTER TABLE ONLY", table, "REPLICA IDENTITY USING INDEX", name)
        )
    statements += ddl.comment(key, "INDEX", index, record.index_comment)
    return (*statements, *CARRIED.made(record))


def _drop(record: Constraint) -> Sequence[Statement]:
    if not record.is_local or record.part_of is not None:
        return ()  # PostgreSQL refuses: it goes with the parent's
    name = ddl.ident(record.name)
    return (ddl.statement(_key(record), "ALTER TABLE", _table(record), "DROP CONSTRAINT", name),)


_FIELDS = (
    replaced("definition", "part_of"),
    unplanned("is_on_partitioned", "is_valid", "is_local", "is_parent_valid"),
    unplanned("options", "tablespace", "is_clustered", "is_replica_identity", "index_comment"),
    *CARRIED.rows(),
)


def _kind(
    name: str,
    types: LiteralString,
    create: Callable[[Constraint], Sequence[Statement]],
) -> Kind[Constraint]:
    return Kind(
        name=name,
        record=Constraint,
        classid="pg_constraint",
        query=_query(types),
        facets=_facets(types),
        create=create,
        drop=_drop,
        identity=("schema", "table", "name"),
        parent="table",
        drops_with_owner=True,
        fields=_FIELDS,
    )


CHECK = _kind("check", "'c'", _create_check)
KEY = _kind("key", "'p', 'u', 'x'", _create_key)
FOREIGN_KEY = _kind("foreign key", "'f'", _create_foreign_key)
