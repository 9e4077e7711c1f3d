"""CREATE MATERIALIZED VIEW: pg_class of relkind m, its _RETURN rule and its columns."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Edge,
    Kind,
    Label,
    LetGo,
    ObjectKey,
    Part,
    Privilege,
    Record,
    Statement,
    altered,
    altered_around,
    replaced,
)

# One with rows that reads one without was filled before that was emptied: no order of statements
# makes such rows, and pg_dump does not either (pg_dump.c, buildMatViewRefreshDependencies).
_IS_POPULATED: LiteralString = """
       CASE WHEN EXISTS (SELECT FROM pg_class WHERE relkind = 'm' AND NOT relispopulated)
            THEN NOT EXISTS (
                WITH RECURSIVE reads AS (
                    SELECT c.oid
                    UNION
                    SELECT d.refobjid
                      FROM reads
                      JOIN pg_rewrite r ON r.ev_class = reads.oid AND r.ev_type = '1'
                      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                                      AND d.refclassid = 'pg_class'::regclass
                )
                SELECT FROM reads JOIN pg_class m ON m.oid = reads.oid
                 WHERE m.relkind = 'm' AND NOT m.relispopulated)
            ELSE true END"""

# A replica identity of an index needs NOT NULL columns, which a materialized view never has.
QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       rtrim(pg_get_viewdef(c.oid), ';') AS query,
       """
    + _IS_POPULATED
    + """ AS is_populated,
       c.reloptions AS options,
       (SELECT array_agg('toast.' || o ORDER BY place) FROM pg_class t,
               unnest(t.reloptions) WITH ORDINALITY AS u (o, place)
         WHERE t.oid = c.reltoastrelid) AS toast_options,
       nullif(am.amname, 'heap') AS access_method, ts.spcname AS tablespace,
       CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' END AS replica_identity,
       """
    + fragments.privileges("c.relacl", "'r'", "c.relowner")
    + """ AS privileges
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
 WHERE c.relkind = 'm' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)

COLUMNS: LiteralString = (
    """
SELECT a.attrelid AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       """
    + fragments.collation("a.attcollation", "t.typcollation")
    + """ AS collation,
       CASE WHEN a.attstorage <> t.typstorage THEN
            CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                              ELSE 'EXTENDED' END END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       nullif(a.attstattarget, -1) AS statistics,
       a.attoptions AS options,
       """
    + fragments.privileges("a.attacl", "'c'", "c.relowner")
    + """ AS privileges,
       a.attnum AS number
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_type t ON t.oid = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'm' AND """
    + fragments.is_ours("c.relnamespace")
    + """
 ORDER BY a.attrelid, a.attnum"""
)


class MaterializedViewColumn(Record, frozen=True, kw_only=True):
    """A column of a materialized view; name, type and collation follow from the query."""

    name: str
    type: str
    collation: str | None = None  # None: the type's own
    storage: str | None = None  # None: the type's own
    compression: str | None = None
    statistics: int | None = None
    options: tuple[str, ...] | None = None
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


class MaterializedView(Record, frozen=True, kw_only=True):
    """A materialized view and its columns. Its indexes are objects of their own."""

    schema: str
    name: str
    owner: str
    query: str  # as pg_get_viewdef prints it, without its semicolon
    columns: tuple[MaterializedViewColumn, ...]
    is_populated: bool  # and so is all that it reads
    options: tuple[str, ...] | None = None  # in the order that pg_dump prints too
    toast_options: tuple[str, ...] | None = None
    access_method: str | None = None  # None: heap
    tablespace: str | None = None
    replica_identity: str | None = None  # full, nothing
    extensions: tuple[str, ...] | None = None  # what it was made to depend on
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: MaterializedView) -> ObjectKey:
    return MATERIALIZED_VIEW.key(record)


def _name(record: MaterializedView) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried(
    "MATERIALIZED VIEW",
    _name,
    _key,
    grants_on="TABLE",
    has_extensions=True,
    has_labels=True,
    has_columns=True,
)


def _options(record: MaterializedView) -> Sequence[str]:
    return (*(record.options or ()), *(record.toast_options or ()))


def _define(record: MaterializedView) -> Statement:
    options = ddl.options(_options(record))
    made = ddl.statement(
        _key(record),
        "CREATE MATERIALIZED VIEW",
        _name(record),
        f"USING {ddl.ident_text(record.access_method)}" if record.access_method else None,
        f"WITH {options}" if options else None,
        f"TABLESPACE {ddl.ident_text(record.tablespace)}" if record.tablespace else None,
        f"AS\n{record.query}" if record.is_populated else f"AS\n{record.query}\nWITH NO DATA",
    )
    return replace(made, is_filling=record.is_populated)


def _column_settings(record: MaterializedView) -> Sequence[Statement]:
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
    if not actions:
        return ()
    altered_ = ddl.alter_table("MATERIALIZED VIEW", _name(record), *actions)
    return (ddl.statement(_key(record), altered_),)


def _replica_identity(record: MaterializedView) -> Statement:
    identity = (record.replica_identity or "default").upper()
    return ddl.statement(
        _key(record), "ALTER MATERIALIZED VIEW", _name(record), "REPLICA IDENTITY", identity
    )


def _create(record: MaterializedView) -> Sequence[Statement]:
    return (
        _define(record),
        *_column_settings(record),
        *((_replica_identity(record),) if record.replica_identity else ()),
        *CARRIED.made(record),
        *CARRIED.made_for_columns(record),
    )


def _drop(record: MaterializedView) -> Sequence[Statement]:
    return ddl.drop(_key(record), "MATERIALIZED VIEW", _name(record))


def _set_options(old: MaterializedView, new: MaterializedView) -> Sequence[Statement]:
    return ddl.option_change(
        _key(new), "MATERIALIZED VIEW", _name(new), _options(old), _options(new)
    )


def _refresh(_: MaterializedView, new: MaterializedView) -> Sequence[Statement]:
    no_data = None if new.is_populated else "WITH NO DATA"
    made = ddl.statement(_key(new), "REFRESH MATERIALIZED VIEW", _name(new), no_data)
    return (replace(made, is_filling=new.is_populated),)


def _action(record: MaterializedView, *pieces: "ddl.Node | str") -> Statement:
    return ddl.action(_key(record), "MATERIALIZED VIEW", _name(record), *pieces)


def _output(column: MaterializedViewColumn) -> tuple[str, str, str | None]:
    return (column.name, column.type, column.collation)


def _change_columns(
    old: MaterializedView, new: MaterializedView, around: Around
) -> Sequence[Statement] | None:
    if [*map(_output, old.columns)] != [*map(_output, new.columns)]:
        return None
    statements: list[Statement] = []
    for was, column in zip(old.columns, new.columns, strict=True):
        if (
            was.storage != column.storage
            and column.storage is None
            and around.major < _SETS_DEFAULT
        ):
            return None
        alter = ddl.clause("ALTER COLUMN", ddl.ident(column.name))
        statements += (_action(new, alter, each) for each in _column_changes(was, column))
    return (*statements, *CARRIED.changed_for_columns(old, new))


_SETS_DEFAULT = 16  # the first major with SET STORAGE DEFAULT (catalog.md 1.7)


def _column_changes(old: MaterializedViewColumn, new: MaterializedViewColumn) -> Iterator[str]:
    if old.storage != new.storage:
        yield f"SET STORAGE {new.storage or 'DEFAULT'}"
    if old.compression != new.compression:
        yield f"SET COMPRESSION {new.compression or 'DEFAULT'}"
    if old.statistics != new.statistics:
        yield f"SET STATISTICS {-1 if new.statistics is None else new.statistics}"
    if old.options != new.options:
        names = {each.partition("=")[0] for each in new.options or ()}
        gone = [name for each in old.options or () if (name := each.partition("=")[0]) not in names]
        if gone:
            yield f"RESET ({', '.join(gone)})"
        if new.options:
            yield f"SET {ddl.options(new.options)}"


def _set_access_method(
    _: MaterializedView, new: MaterializedView, around: Around
) -> Sequence[Statement] | None:
    if around.major < _SETS_ACCESS_METHOD:
        return None
    return (_action(new, "SET ACCESS METHOD", ddl.ident(new.access_method or "heap")),)


_SETS_ACCESS_METHOD = 15


def _set_tablespace(_: MaterializedView, new: MaterializedView) -> Sequence[Statement]:
    return (_action(new, "SET TABLESPACE", ddl.ident(new.tablespace or "pg_default")),)


def _let_go(record: MaterializedView, edges: Sequence[Edge]) -> LetGo[MaterializedView] | None:
    """Without the extension that would take it along; of nothing else it lets go."""
    if any(edge.type != "x" for edge in edges):
        return None
    kept, freed = CARRIED.freed(record, edges)
    return LetGo(kept, tuple(replace(each, phase="release") for each in freed))


def _rename(record: MaterializedView, column: str, new_name: str) -> Sequence[Statement]:
    change = ddl.clause("RENAME TO", ddl.ident(new_name))
    if column:
        change = ddl.clause("RENAME COLUMN", ddl.ident(column), "TO", ddl.ident(new_name))
    return (ddl.statement(_key(record), "ALTER MATERIALIZED VIEW", _name(record), change),)


def _set_replica_identity(_: MaterializedView, new: MaterializedView) -> Sequence[Statement]:
    return (_replica_identity(new),)


def _neutral(_: MaterializedView, __: int) -> MaterializedView | None:
    """Until 15 a query of one relation prints `t.a` for `a` (catalog.md 0.3)."""
    return None


def _passing(record: MaterializedView) -> tuple[MaterializedView, ...]:
    return (msgspec.structs.replace(record, is_populated=not record.is_populated),)


MATERIALIZED_VIEW = Kind(
    name="materialized view",
    record=MaterializedView,
    classid="pg_class",
    query=QUERY,
    facets=(fragments.extension_facet("pg_class"),),
    parts=(Part("columns", MaterializedViewColumn, COLUMNS),),
    create=_create,
    drop=_drop,
    bestowed=CARRIED.bestowed,
    fields=(
        replaced("query"),
        altered_around("access_method", by=_set_access_method),
        altered("tablespace", by=_set_tablespace),
        altered("options", "toast_options", by=_set_options),
        altered("is_populated", by=_refresh),
        altered("replica_identity", by=_set_replica_identity),
        *CARRIED.rows(),
        altered_around("columns", by=_change_columns),
    ),
    let_go=_let_go,
    rename=_rename,
    neutral=_neutral,
    passing=_passing,
)
