"""What every table of a database holds, as text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pgmig.db import Connection
from pgmig.db.copying import texts
from pgmig.db.execute import fetch
from pgmig.ddl import ident_text
from pgmig.shadow.rows.table import Column, Name, Table, Tables, read_tables
from pgmig.shadow.rows.trial import looking
from pgmig.shadow.rows.types import Type, read_types

_DEEPEST = 3  # composite types in composite types

Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class HeldColumn:
    """A column, or an attribute of a composite column.

    Attributes:
        path: the name of the column, and of the attributes down to this one.
        type: as format_type() prints it.
        category: pg_type.typcategory of the type, or of the one under a domain.
        is_composite: its attributes follow, each by itself.
        is_padded: blanks at the end mean nothing, as the type is bpchar.
    """

    path: tuple[str, ...]
    type: str
    category: str
    is_composite: bool
    is_padded: bool


@dataclass(frozen=True, slots=True)
class HeldTable:
    """The rows of a table, or of a whole partition tree.

    Attributes:
        columns: those that can be written, in their order.
        parts: the tables that its rows are in: itself, or its partitions.
        rows: a value for each of the columns.
        places: the part that each of the rows is in.
    """

    columns: tuple[HeldColumn, ...]
    parts: frozenset[Name]
    rows: tuple[Row, ...]
    places: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of every table at one moment.

    Attributes:
        tables: by name; a partition is part of its root.
        time_zone: the TimeZone under which they were read.
    """

    tables: Mapping[Name, HeldTable]
    time_zone: str


def values(conn: Connection) -> Rows:
    """What every plain and partitioned table holds; foreign tables and views are not read.

    All rows are read, so it is meant for a shadow database.

    Raises:
        ServerRefused: the server refused a query.
    """
    with looking(conn):
        return held(conn)


def held(conn: Connection) -> Rows:
    """The same within the transaction of `looking`."""
    ((zone,),) = fetch(conn, "SELECT pg_catalog.current_setting('TimeZone')")
    tables, types = read_tables(conn), read_types(conn)
    return Rows(
        {table.key: _table(conn, table, tables, types) for table in tables.roots()}, str(zone)
    )


def _table(conn: Connection, table: Table, tables: Tables, types: Mapping[int, Type]) -> HeldTable:
    found = list(_columns(table.written, tables, types, (), ""))
    names = ", ".join(expression for _, expression in found)
    query = f"SELECT tableoid{', ' if names else ''}{names} FROM {_source(table)}"  # noqa: S608 - quoted
    parts = [leaf for leaf in table.leaves if leaf.kind != "f"] if table.kind == "p" else [table]
    by_oid = {str(part.oid): part.key for part in parts}
    rows = texts(conn, query) if parts else []
    return HeldTable(
        tuple(column for column, _ in found),
        frozenset(by_oid.values()),
        tuple(row[1:] for row in rows),
        tuple(by_oid[row[0] or ""] for row in rows),
    )


def _source(table: Table) -> str:
    """What stands behind FROM: no foreign table is asked."""
    if table.kind != "p":
        return f"ONLY {table.sql}"
    if all(leaf.kind != "f" for leaf in table.leaves):
        return table.sql
    names = ", ".join(("tableoid", *(ident_text(column.name) for column in table.written)))
    parts = [leaf.sql for leaf in table.leaves if leaf.kind != "f"]
    return "(" + " UNION ALL ".join(f"SELECT {names} FROM {part}" for part in parts) + ") t"  # noqa: S608 - quoted


def _columns(
    columns: Sequence[Column],
    tables: Tables,
    types: Mapping[int, Type],
    path: tuple[str, ...],
    above: str,
) -> Iterator[tuple[HeldColumn, str]]:
    """The columns, and for each the expression that reads it."""
    for column in columns:
        name = ident_text(column.name)
        expression = f"({above}).{name}" if above else name
        basis = types.get(column.type)
        while basis is not None and basis.base:
            basis = types.get(basis.base)
        attributes = tables.attributes.get(basis.relation, ()) if basis is not None else ()
        here = (*path, column.name)
        is_composite = bool(attributes) and len(here) <= _DEEPEST
        category = basis.category if basis is not None else "X"
        is_padded = basis is not None and basis.name == "bpchar"
        yield HeldColumn(here, column.declared, category, is_composite, is_padded), expression
        if is_composite:
            yield from _columns(attributes, tables, types, here, expression)
