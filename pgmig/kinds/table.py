"""CREATE TABLE: pg_class of relkind r and p, with pg_attribute, pg_attrdef and pg_inherits."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Cut,
    Edge,
    Hazard,
    Kind,
    ObjectKey,
    Part,
    Privilege,
    Record,
    Statement,
    replaced,
    unplanned,
)

QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       c.relpersistence = 'u' AS is_unlogged,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN (
            SELECT jsonb_build_object('schema', pn.nspname, 'name', p.relname,
                                      'bound', pg_get_expr(c.relpartbound, c.oid),
                                      'is_detach_pending', i.inhdetachpending)
              FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
              JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid)
            END AS partition_of,
       CASE WHEN NOT c.relispartition THEN (
            SELECT array_agg(ARRAY[pn.nspname::text, p.relname] ORDER BY i.inhseqno)
              FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
              JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid)
            END AS inherits,
       c.reloptions AS options,
       (SELECT array_agg('toast.' || o ORDER BY place)
          FROM pg_class t, unnest(t.reloptions) WITH ORDINALITY AS u(o, place)
         WHERE t.oid = c.reltoastrelid) AS toast_options,
       nullif(am.amname, 'heap') AS access_method, ts.spcname AS tablespace,
       CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END
           AS replica_identity,
       c.relrowsecurity AS has_row_security, c.relforcerowsecurity AS forces_row_security,
       """
    + fragments.privileges("c.relacl", "'r'", "c.relowner")
    + """ AS privileges,
       """
    + fragments.comment("pg_class", "c.oid")
    + """ AS comment
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)

# Not-null constraints are rows of pg_constraint on 18; before, the join finds none. A partition's
# identity (17) has no sequence of its own: it comes with ATTACH.
COLUMNS: LiteralString = (
    """
SELECT a.attrelid AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN (
            SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
              FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
             WHERE co.oid = a.attcollation) END AS collation,
       pg_get_expr(d.adbin, d.adrelid) AS default,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
       CASE WHEN a.attidentity <> '' THEN (
            SELECT jsonb_build_object(
                     'is_always', a.attidentity = 'a', 'name', s.relname,
                     'type', format_type(q.seqtypid, NULL), 'start', q.seqstart,
                     'increment', q.seqincrement, 'minimum', q.seqmin, 'maximum', q.seqmax,
                     'cache', q.seqcache, 'cycle', q.seqcycle,
                     'is_unlogged', s.relpersistence = 'u', 'privileges', """
    + fragments.privileges("s.relacl", "'s'", "s.relowner")
    + """,
                     'comment', """
    + fragments.comment("pg_class", "s.oid")
    + """)
              FROM pg_depend i JOIN pg_class s ON s.oid = i.objid AND s.relkind = 'S'
              JOIN pg_sequence q ON q.seqrelid = s.oid
             WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass
               AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.deptype = 'i')
            END AS identity,
       a.attnotnull AS is_not_null,
       nullif(k.conname, c.relname || '_' || a.attname || '_not_null') AS not_null_name,
       coalesce(k.convalidated, true) AS is_not_null_valid,
       coalesce(k.connoinherit, false) AS is_not_null_no_inherit,
       coalesce(k.conislocal, a.attnotnull) AS is_not_null_local,
       CASE WHEN k.oid IS NOT NULL THEN """
    + fragments.comment("pg_constraint", "k.oid")
    + """ END AS not_null_comment,
       CASE WHEN a.attstorage <> t.typstorage THEN
            CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                              ELSE 'EXTENDED' END END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       nullif(a.attstattarget, -1) AS statistics,
       a.attoptions AS options,
       a.attislocal AS is_local,
       """
    + fragments.privileges("a.attacl", "'c'", "c.relowner")
    + """ AS privileges,
       (SELECT description FROM pg_description WHERE classoid = 'pg_class'::regclass
           AND objoid = a.attrelid AND objsubid = a.attnum) AS comment
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n'
        AND k.conkey = ARRAY[a.attnum]
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
   AND c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + """
 ORDER BY a.attrelid, a.attnum"""
)


class Identity(Record, frozen=True, kw_only=True):
    """The identity of a column, with its sequence."""

    is_always: bool
    name: str  # of the sequence, in the table's schema
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    is_unlogged: bool
    privileges: tuple[Privilege, ...] | None
    comment: str | None


class Column(Record, frozen=True, kw_only=True):
    """A column. Its place is its place in the tuple: attnum has holes (catalog.md 1.7)."""

    name: str
    type: str
    collation: str | None  # None: the type's own
    default: str | None  # the expression, also of a generated column
    generated: str | None  # stored, virtual
    identity: Identity | None
    is_not_null: bool
    not_null_name: str | None  # None: the default name, or a server before 18
    is_not_null_valid: bool
    is_not_null_no_inherit: bool
    is_not_null_local: bool
    not_null_comment: str | None
    storage: str | None  # None: the type's own
    compression: str | None
    statistics: int | None
    options: tuple[str, ...] | None
    is_local: bool
    privileges: tuple[Privilege, ...] | None
    comment: str | None


class PartitionOf(Record, frozen=True, kw_only=True):
    """Of which table a partition is one, and for which rows."""

    schema: str
    name: str
    bound: str
    is_detach_pending: bool


class Table(Record, frozen=True, kw_only=True):
    """A table, plain or partitioned, and its columns."""

    schema: str
    name: str
    owner: str
    columns: tuple[Column, ...]
    is_unlogged: bool
    of_type: str | None
    partition_key: str | None
    partition_of: PartitionOf | None
    inherits: tuple[tuple[str, str], ...] | None
    options: tuple[str, ...] | None
    toast_options: tuple[str, ...] | None
    access_method: str | None
    tablespace: str | None
    replica_identity: str | None  # full, nothing, index; None: the primary key
    has_row_security: bool
    forces_row_security: bool
    privileges: tuple[Privilege, ...] | None
    comment: str | None


def _key(record: Table) -> ObjectKey:
    return TABLE.key(record)


def _name(record: Table) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TABLE", _name, _key, grants_on="TABLE")


def _identity(table: Table, column: Column, identity: Identity) -> str:
    options = ddl.sequence_options(
        type_=identity.type,
        start=identity.start,
        increment=identity.increment,
        minimum=identity.minimum,
        maximum=identity.maximum,
        cache=identity.cache,
        cycle=identity.cycle,
    )
    if identity.name != f"{table.name}_{column.name}_seq":
        options = f"SEQUENCE NAME {ddl.qualified(table.schema, identity.name)} {options}".strip()
    when = "ALWAYS" if identity.is_always else "BY DEFAULT"
    return f"GENERATED {when} AS IDENTITY" + (f" ({options})" if options else "")


def _value(table: Table, column: Column) -> str | None:
    if column.identity is not None:
        return _identity(table, column, column.identity)
    if column.generated is not None:
        return f"GENERATED ALWAYS AS ({column.default}) {column.generated.upper()}"
    return f"DEFAULT {column.default}" if column.default is not None else None


def _not_null(column: Column) -> str | None:
    """NOT NULL as a column constraint; one that is not valid is added later."""
    if not column.is_not_null or not column.is_not_null_valid:
        return None
    name = f"CONSTRAINT {ddl.ident_text(column.not_null_name)} " if column.not_null_name else ""
    return f"{name}NOT NULL" + (" NO INHERIT" if column.is_not_null_no_inherit else "")


def _column(table: Table, column: Column) -> "ddl.Node":
    collation = f"COLLATE {column.collation}" if column.collation else None
    parts = [collation, _value(table, column), _not_null(column)]
    given = [part for part in parts if part]
    if table.of_type is not None:
        return ddl.clause(ddl.ident(column.name), "WITH OPTIONS", *given)
    return ddl.column(column.name, column.type, *given)


def _is_made_whole(table: Table) -> bool:
    """Whether the table is made with all its columns, and its parents, if any, come after.

    A partition is attached, which makes its columns non-local. A child whose columns are all its
    own is given its parents by ALTER TABLE: INHERITS would reorder them and pass on defaults.
    """
    return table.partition_of is not None or all(column.is_local for column in table.columns)


def _is_made_here(table: Table, column: Column) -> bool:
    """Whether CREATE TABLE lists the column: inherited ones come with INHERITS."""
    if table.of_type is not None:
        return bool(_value(table, column) or column.is_not_null)
    return column.is_local or _is_made_whole(table)


def _create_table(record: Table) -> Statement:
    columns = [_column(record, each) for each in record.columns if _is_made_here(record, each)]
    kind = "UNLOGGED TABLE" if record.is_unlogged else "TABLE"
    if record.of_type is not None:
        made = ddl.clause("CREATE", kind, _name(record), "OF", record.of_type)
        made = ddl.clause(made, ddl.commas(columns)) if columns else made
    else:
        made = ddl.create_table(kind, _name(record), columns)
    inherits = () if _is_made_whole(record) else record.inherits or ()
    parents = ", ".join(ddl.qualified(*parent) for parent in inherits)
    options = ddl.options([*(record.options or ()), *(record.toast_options or ())])
    return ddl.statement(
        _key(record),
        made,
        f"INHERITS ({parents})" if parents else None,
        f"PARTITION BY {record.partition_key}" if record.partition_key else None,
        f"USING {ddl.ident_text(record.access_method)}" if record.access_method else None,
        f"WITH {options}" if options else None,
        f"TABLESPACE {ddl.ident_text(record.tablespace)}" if record.tablespace else None,
    )


def _alter(record: Table, *actions: "ddl.Node | str") -> Statement:
    return ddl.statement(
        _key(record), ddl.alter_table("TABLE", ddl.clause("ONLY", _name(record)), *actions)
    )


def _inherited(record: Table) -> Sequence[Statement]:
    """The parents of a child that was made whole, else what it has on columns it inherits."""
    actions: list[ddl.Node] = []
    if _is_made_whole(record):
        actions += [ddl.clause("INHERIT", ddl.name(*parent)) for parent in record.inherits or ()]
        return (_alter(record, *actions),) if actions else ()
    for column in record.columns:
        if column.generated or column.identity:
            continue
        alter = ddl.clause("ALTER COLUMN", ddl.ident(column.name))
        if column.default is None:
            # Whatever a parent passed on to it, also to a column of its own.
            actions.append(ddl.clause(alter, "DROP DEFAULT"))
        if column.is_local:
            continue
        if column.default is not None:
            actions.append(ddl.clause(alter, f"SET DEFAULT {column.default}"))
        if column.is_not_null and column.is_not_null_local and column.is_not_null_valid:
            actions.append(ddl.clause(alter, "SET NOT NULL"))
    return (_alter(record, *actions),) if actions else ()


def _column_settings(record: Table) -> Sequence[Statement]:
    actions: list[ddl.Node] = []
    for column in record.columns:
        alter = ddl.clause("ALTER COLUMN", ddl.ident(column.name))
        if column.storage:
            actions.append(ddl.clause(alter, f"SET STORAGE {column.storage}"))
        if column.compression:
            actions.append(ddl.clause(alter, f"SET COMPRESSION {column.compression}"))
        if column.statistics is not None:
            actions.append(ddl.clause(alter, f"SET STATISTICS {column.statistics}"))
        if column.options:
            actions.append(ddl.clause(alter, f"SET {ddl.options(column.options)}"))
        if column.is_not_null and not column.is_not_null_valid:
            name = column.not_null_name or f"{record.name}_{column.name}_not_null"
            actions.append(
                ddl.clause(
                    "ADD CONSTRAINT",
                    ddl.ident(name),
                    "NOT NULL",
                    ddl.ident(column.name),
                    "NO INHERIT" if column.is_not_null_no_inherit else None,
                    "NOT VALID",
                )
            )
    return (_alter(record, *actions),) if actions else ()


def _attach(record: Table) -> Sequence[Statement]:
    whole = record.partition_of
    if whole is None:
        return ()
    parent = ddl.name(whole.schema, whole.name)
    return (
        ddl.statement(
            _key(record), "ALTER TABLE ONLY", parent, "ATTACH PARTITION", _name(record), whole.bound
        ),
    )


def _table_settings(record: Table) -> Sequence[Statement]:
    actions = [
        "ENABLE ROW LEVEL SECURITY" if record.has_row_security else "",
        "FORCE ROW LEVEL SECURITY" if record.forces_row_security else "",
        f"REPLICA IDENTITY {record.replica_identity.upper()}"
        if record.replica_identity in {"full", "nothing"}
        else "",
    ]
    given = [action for action in actions if action]
    return (_alter(record, *given),) if given else ()


def _column_carried(record: Table) -> Sequence[Statement]:
    key, statements = _key(record), list[Statement]()
    for column in record.columns:
        target = f"{ddl.qualified(record.schema, record.name)}.{ddl.ident_text(column.name)}"
        statements += ddl.privileges(
            key,
            "TABLE",
            _name(record),
            column.privileges or (),
            owned_by=record.owner,
            column=column.name,
        )
        statements += ddl.comment(key, "COLUMN", target, column.comment)
        if column.not_null_comment is not None:
            name = column.not_null_name or f"{record.name}_{column.name}_not_null"
            constraint = ddl.clause(ddl.ident(name), "ON", _name(record))
            statements += ddl.comment(key, "CONSTRAINT", constraint, column.not_null_comment)
        if column.identity is not None:
            sequence = ddl.name(record.schema, column.identity.name)
            statements += ddl.privileges(
                key,
                "SEQUENCE",
                sequence,
                column.identity.privileges or (),
                owned_by=record.owner,
            )
            statements += ddl.comment(key, "SEQUENCE", sequence, column.identity.comment)
    return statements


def _create(record: Table) -> Sequence[Statement]:
    return (
        _create_table(record),
        *_inherited(record),
        *_column_settings(record),
        *_attach(record),
        *_table_settings(record),
        *CARRIED.made(record),
        *_column_carried(record),
    )


def _cut(record: Table) -> Cut[Table] | None:
    """Columns without their defaults first, the defaults once what they call is there."""
    plain = tuple(
        msgspec.structs.replace(column, default=None) if not column.generated else column
        for column in record.columns
    )
    defaults = tuple(
        _alter(
            record,
            ddl.clause("ALTER COLUMN", ddl.ident(column.name), f"SET DEFAULT {column.default}"),
        )
        for column in record.columns
        if column.default is not None and not column.generated
    )
    if not defaults:
        return None
    undo = tuple(
        _alter(record, ddl.clause("ALTER COLUMN", ddl.ident(column.name), "DROP DEFAULT"))
        for column in record.columns
        if column.default is not None and not column.generated
    )
    return Cut(msgspec.structs.replace(record, columns=plain), defaults, _is_of_default, undo)


def _is_of_default(edge: Edge) -> bool:
    return edge.is_default


def _drop(record: Table) -> Sequence[Statement]:
    key = _key(record)
    lost = Hazard("drop-table", key, "every row of the table is lost")
    return (ddl.statement(key, "DROP TABLE", _name(record), hazards=(lost,)),)


TABLE = Kind(
    name="table",
    record=Table,
    classid="pg_class",
    query=QUERY,
    parts=(Part("columns", Column, COLUMNS),),
    create=_create,
    drop=_drop,
    cut=_cut,
    fields=(
        replaced("partition_key"),
        unplanned("columns", "partition_of", "inherits", "of_type"),
        unplanned("is_unlogged", "options", "toast_options", "access_method", "tablespace"),
        unplanned("replica_identity", "has_row_security", "forces_row_security"),
        *CARRIED.rows(),
    ),
)
