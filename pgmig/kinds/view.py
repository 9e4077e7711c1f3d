"""CREATE VIEW: pg_class of relkind v, its _RETURN rule and its columns."""

from collections.abc import Sequence
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
    ObjectKey,
    Part,
    Privilege,
    Record,
    Statement,
    altered,
    unplanned,
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


CARRIED = Carried("VIEW", _name, _key, grants_on="TABLE", has_labels=True)


def _define(record: View, subject: str) -> Statement:
    # CREATE OR REPLACE VIEW without WITH clears the options, so it has them too (catalog.md 1.12).
    options = ddl.options(record.options or ())
    with_options = f"WITH {options}" if options else None
    return ddl.statement(_key(record), subject, _name(record), with_options, f"AS\n{record.query}")


def _defaults(record: View) -> Sequence[Statement]:
    return tuple(
        ddl.statement(
            _key(record),
            "ALTER VIEW",
            _name(record),
            "ALTER COLUMN",
            ddl.ident(column.name),
            f"SET DEFAULT {column.default}",
        )
        for column in record.columns
        if column.default is not None
    )


def _no_defaults(record: View) -> Sequence[Statement]:
    return tuple(
        ddl.statement(
            _key(record),
            "ALTER VIEW",
            _name(record),
            "ALTER COLUMN",
            ddl.ident(column.name),
            "DROP DEFAULT",
        )
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


def _set_options(old: View, new: View) -> Sequence[Statement]:
    return ddl.option_change(_key(new), "VIEW", _name(new), old.options or (), new.options or ())


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
    cut=_cut,
    fields=(
        unplanned("query", "columns"),
        altered("options", by=_set_options),
        *CARRIED.rows(),
    ),
    neutral=_neutral,
)
