"""CREATE VIEW: pg_class of relkind v, its _RETURN rule and its columns."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Cut,
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
)

# check_option is one of the options (catalog.md 1.12).
QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       rtrim(pg_get_viewdef(c.oid), ';') AS query,
       c.reloptions AS options,
       """
    + fragments.privileges("c.relacl", "'r'", "c.relowner")
    + """ AS privileges
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND """
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
       pg_get_expr(d.adbin, d.adrelid) AS default,
       """
    + fragments.privileges("a.attacl", "'c'", "c.relowner")
    + """ AS privileges,
       a.attnum AS number
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'v' AND c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + """
 ORDER BY a.attrelid, a.attnum"""
)


class ViewColumn(Record, frozen=True, kw_only=True):
    """A column of a view; name, type and collation follow from the query."""

    name: str
    type: str
    collation: str | None = None  # None: the type's own
    default: str | None = None
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


class View(Record, frozen=True, kw_only=True):
    """A view and its columns."""

    schema: str
    name: str
    owner: str
    query: str  # as pg_get_viewdef prints it, without its semicolon
    options: tuple[str, ...] | None = None  # in the order that pg_dump prints too
    columns: tuple[ViewColumn, ...]
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: View) -> ObjectKey:
    return VIEW.key(record)


def _name(record: View) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("VIEW", _name, _key, grants_on="TABLE", has_labels=True, has_columns=True)


def _define(record: View, subject: str) -> Statement:
    # CREATE OR REPLACE VIEW without WITH clears the options, so it has them too (catalog.md 1.12).
    options = ddl.options(record.options or ())
    with_options = f"WITH {options}" if options else None
    return ddl.statement(_key(record), subject, _name(record), with_options, f"AS\n{record.query}")


def _default(record: View, column: str, default: str | None) -> Statement:
    change = "DROP DEFAULT" if default is None else f"SET DEFAULT {default}"
    return ddl.action(
        _key(record),
        "VIEW",
        _name(record),
        "ALTER COLUMN",
        ddl.ident(column),
        change,
        column=column,
        is_default=True,
    )


def _defaults(record: View) -> Sequence[Statement]:
    return tuple(
        _default(record, column.name, column.default)
        for column in record.columns
        if column.default is not None
    )


def _no_defaults(record: View) -> Sequence[Statement]:
    return tuple(
        _default(record, column.name, None)
        for column in record.columns
        if column.default is not None
    )


def _create(record: View) -> Sequence[Statement]:
    return (
        _define(record, "CREATE VIEW"),
        *_defaults(record),
        *CARRIED.made(record),
        *CARRIED.made_for_columns(record),
    )


def _null(column: ViewColumn) -> str:
    collation = f" COLLATE {column.collation}" if column.collation else ""
    return f"NULL::{column.type}{collation} AS {ddl.ident_text(column.name)}"


def _cut(record: View) -> Cut[View]:
    """A view of the same columns that reads nothing, then the query in its place."""
    stub = msgspec.structs.replace(
        record,
        query=" SELECT " + ",\n    ".join(_null(column) for column in record.columns),
        options=None,
        columns=tuple(msgspec.structs.replace(each, default=None) for each in record.columns),
    )
    replace = "CREATE OR REPLACE VIEW"
    return Cut(
        stub,
        later=(_define(record, replace), *_defaults(record)),
        is_later=_is_of_query,
        undo=(_define(stub, replace), *_no_defaults(record)),
    )


def _is_of_query(edge: Edge) -> bool:
    """What a column itself needs is its type and collation; the rest comes from the query."""
    return edge.is_default or not edge.source_column


def _drop(record: View) -> Sequence[Statement]:
    return ddl.drop(_key(record), "VIEW", _name(record))


def _outputs(record: View) -> tuple[tuple[str, str, str | None], ...]:
    return tuple((each.name, each.type, each.collation) for each in record.columns)


def _redefine(old: View, new: View) -> Sequence[Statement] | None:
    """OR REPLACE where it only appends columns; else what it keeps, in place (C28)."""
    before, after = _outputs(old), _outputs(new)
    if after[: len(before)] != before:
        return None
    statements: list[Statement] = []
    if old.query != new.query:
        statements.append(_define(new, "CREATE OR REPLACE VIEW"))
    elif before != after:
        return None
    else:
        options = (old.options or (), new.options or ())
        statements += ddl.option_change(_key(new), "VIEW", _name(new), *options)
    return (*statements, *_column_defaults(old, new), *CARRIED.changed_for_columns(old, new))


def _column_defaults(old: View, new: View) -> Sequence[Statement]:
    before = {each.name: each.default for each in old.columns}
    statements: list[Statement] = []
    for each in new.columns:
        if each.default != before.get(each.name):
            changed = _default(new, each.name, each.default)
            # One that has just been appended waits for the query.
            column = each.name if each.name in before else ""
            statements.append(replace(changed, column=column, is_default=bool(column)))
    return statements


def _let_go(record: View, edges: Sequence[Edge]) -> LetGo[View] | None:
    """Without the defaults that need them; what the query reads it cannot let go of."""
    if not all(edge.is_default for edge in edges):
        return None
    names = {edge.source_column for edge in edges}
    columns = tuple(
        msgspec.structs.replace(each, default=None) if each.name in names else each
        for each in record.columns
    )
    released = tuple(
        replace(_default(record, each.name, None), phase="release")
        for each in record.columns
        if each.name in names and each.default is not None
    )
    return LetGo(msgspec.structs.replace(record, columns=columns), released)


def _rename(record: View, column: str, new_name: str) -> Sequence[Statement]:
    change = ddl.clause("RENAME TO", ddl.ident(new_name))
    if column:
        change = ddl.clause("RENAME COLUMN", ddl.ident(column), "TO", ddl.ident(new_name))
    return (ddl.statement(_key(record), "ALTER VIEW", _name(record), change),)


def _neutral(_: View, __: int) -> View | None:
    """Until 15 a query of one relation prints `t.a` for `a` (catalog.md 0.3)."""
    return None


VIEW = Kind(
    name="view",
    record=View,
    classid="pg_class",
    query=QUERY,
    parts=(Part("columns", ViewColumn, COLUMNS),),
    create=_create,
    drop=_drop,
    bestowed=CARRIED.bestowed,
    cut=_cut,
    fields=(
        *CARRIED.rows(),
        # One row: OR REPLACE gives the options too, and privileges follow a change of owner.
        altered("query", "columns", "options", by=_redefine),
    ),
    let_go=_let_go,
    rename=_rename,
    neutral=_neutral,
)
