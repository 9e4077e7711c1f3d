r"""What a database holds besides its schema, as statements: rows as COPY, sequences as setval."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

from pgmig.db import Connection, fragments
from pgmig.db.copying import copied, texts
from pgmig.db.execute import fetch
from pgmig.ddl import ident_text, literal_text, qualified
from pgmig.errors import RowsNotSquashed
from pgmig.shadow.rows.held import Row, Rows, held
from pgmig.shadow.rows.table import Name, Table, read_tables
from pgmig.shadow.rows.trial import looking

_SEQUENCES: LiteralString = (
    """
SELECT n.nspname::text, c.relname::text, s.seqstart
  FROM pg_sequence s
  JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
    + " ORDER BY 1, 2"
)


@dataclass(frozen=True, slots=True)
class Copied:
    """The rows of one table.

    Attributes:
        table: its schema and name.
        sql: the COPY that writes them, with its data.
        rows: how many.
        size: of the data, in characters.
    """

    table: Name
    sql: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds besides its schema.

    Attributes:
        tables: those with rows, by name.
        sequences: where each sequence that was used stands, by name.
        rows: the same rows, to be compared.
    """

    tables: tuple[Copied, ...]
    sequences: tuple[tuple[Name, int, bool], ...]
    rows: Rows

    @property
    def is_empty(self) -> bool:
        """Whether the schema is all there is."""
        return not (self.tables or self.sequences)

    @property
    def setvals(self) -> tuple[str, ...]:
        """Statements that put every sequence where it stands."""
        return tuple(
            f"SELECT pg_catalog.setval({literal_text(qualified(*name))}, {last},"
            f" {str(is_called).lower()});"
            for name, last, is_called in self.sequences
        )


def contents(conn: Connection, *, most: int | None = None) -> Contents:
    """What a shadow database holds, as text.

    Args:
        conn: a session of it.
        most: how many characters of rows there may be; None: any number.

    Raises:
        RowsNotSquashed: there are more.
        ServerRefused: the server refused a query.
    """
    with looking(conn):
        tables: list[Copied] = []
        for table in read_tables(conn).by_oid.values():
            tables += _copied(conn, table) if table.kind == "r" else ()
            if most is not None and sum(each.size for each in tables) > most:
                told = tuple(f"{'.'.join(each.table)}: {each.rows} rows" for each in tables)
                raise RowsNotSquashed(held=told, most=most)
        return Contents(
            tuple(tables),
            tuple(_sequences(conn)),
            held(conn),
        )


def unlike(found: Contents, should: Contents) -> Iterator[str]:
    """What of the contents is not as it should be, for people."""
    for name in sorted(found.rows.tables.keys() | should.rows.tables.keys()):
        here, there = _counted(found.rows, name), _counted(should.rows, name)
        if here != there:
            counts = (
                f"{(here - there).total()} that should not be, {(there - here).total()} missing"
            )
            yield f"rows of {qualified(*name)}: {counts}"
    states = {name: state for name, *state in found.sequences}
    for name, *state in should.sequences:
        if states.get(name) != state:
            yield f"sequence {qualified(*name)}: does not stand at {state[0]}"


def _counted(rows: Rows, name: Name) -> Counter[tuple[Row, Name]]:
    table = rows.tables.get(name)
    return Counter(zip(table.rows, table.places, strict=True) if table else ())


def _copied(conn: Connection, table: Table) -> Iterator[Copied]:
    names = ", ".join(ident_text(column.name) for column in table.written)
    data = copied(conn, f"SELECT {names} FROM ONLY {table.sql}")  # noqa: S608 - quoted
    if data:
        columns = f" ({names})" if names else ""
        sql = f"COPY {table.sql}{columns} FROM stdin;\n{data}\\.\n"
        yield Copied(table.key, sql, data.count("\n"), len(data))


def _sequences(conn: Connection) -> Iterator[tuple[Name, int, bool]]:
    """Those that do not stand at their beginning."""
    for schema, name, start in fetch(conn, _SEQUENCES):
        query = f"SELECT last_value, is_called FROM {qualified(schema, name)}"  # noqa: S608 - quoted
        ((last, is_called),) = texts(conn, query)
        if (last, is_called) != (str(start), "f"):
            yield (schema, name), int(last or 0), is_called == "t"
