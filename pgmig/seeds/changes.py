"""Changes: which rows two databases of one schema do not share, by key, every value as text.

What is equal is left to the servers: a digest of each table first, then rows in one order on both
sides, of which only those that differ are looked into. Memory holds the differences alone.
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, LiteralString, NamedTuple

import msgspec

from pgmig.db import Connection
from pgmig.db.copying import lines, texts, values_of
from pgmig.db.execute import fetch, run
from pgmig.ddl import ident_text as ident
from pgmig.ddl import literal_text
from pgmig.seeds.names import TableName
from pgmig.seeds.session import SETTINGS
from pgmig.seeds.table import Column, Key, Table, known_tables, read_tables

Values = tuple[str | None, ...]

_DIGEST: Final = 32  # characters of md5()

# Rows of other tables that go or change with a row: ON DELETE CASCADE, SET NULL, SET DEFAULT. The
# operator compares the referring value with the one that is referred to. What refers to a
# partitioned table refers to the rows of its partitions.
_DEPENDENTS: LiteralString = """
SELECT wanted.oid, n.nspname::text, r.relname::text,
    pg_catalog.array_agg(a.attname::text ORDER BY k.place),
    pg_catalog.array_agg(f.attname::text ORDER BY k.place),
    pg_catalog.array_agg(
        pg_catalog.format('OPERATOR(%%I.%%s)', onn.nspname, o.oprname) ORDER BY k.place)
FROM (SELECT o AS oid, o AS target FROM pg_catalog.unnest(%s::oid[]) o
        UNION SELECT o, a.relid FROM pg_catalog.unnest(%s::oid[]) o
            CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(o) a) wanted
    JOIN pg_catalog.pg_constraint c ON c.confrelid = wanted.target
    JOIN pg_catalog.pg_class r ON r.oid = c.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    CROSS JOIN LATERAL ROWS FROM (
        pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.confkey), pg_catalog.unnest(c.conpfeqop)
    ) WITH ORDINALITY AS k (own, target, operator, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
    JOIN pg_catalog.pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = k.target
    JOIN pg_catalog.pg_operator o ON o.oid = k.operator
    JOIN pg_catalog.pg_namespace onn ON onn.oid = o.oprnamespace
WHERE c.contype = 'f' AND c.confdeltype IN ('c', 'n', 'd') AND c.conparentid = 0
GROUP BY c.oid, wanted.oid, n.nspname, r.relname
ORDER BY n.nspname, r.relname, c.oid
"""

_AFAR: LiteralString = """
SELECT p.oid FROM pg_catalog.pg_class p
WHERE p.relkind = 'p' AND EXISTS (
    SELECT FROM pg_catalog.pg_partition_tree(p.oid) t
        JOIN pg_catalog.pg_class c ON c.oid = t.relid WHERE c.relkind = 'f')
"""


class Change(NamedTuple):
    """A row that both have, with other values; of each all columns."""

    old: Values
    new: Values


@dataclass(frozen=True, slots=True)
class TableChanges:
    """What differs in one table.

    Attributes:
        table: what the catalog says of it.
        key: what tells its rows apart; None: nothing but all of their values.
        columns: those of the values: all that can be written.
        added: rows that only the new side has, sorted by key.
        changed: rows that both have.
        removed: rows that only the old side has.
    """

    table: Table
    key: Key | None
    columns: tuple[Column, ...]
    added: tuple[Values, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Values, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.changed or self.removed)

    @property
    def back(self) -> "TableChanges":
        """The same from the other side."""
        turned = tuple(Change(each.new, each.old) for each in self.changed)
        return TableChanges(self.table, self.key, self.columns, self.removed, turned, self.added)

    def place(self, name: str) -> int:
        """Where in the values a column stands."""
        return next(at for at, column in enumerate(self.columns) if column.name == name)

    def key_values(self, row: Values) -> Values:
        """The key of a row; all of it where there is none."""
        if self.key is None:
            return row
        return tuple(row[self.place(name)] for name in self.key.columns)

    def differing(self, change: Change) -> tuple[str, ...]:
        """The columns in which a row differs."""
        pairs = zip(self.columns, change.old, change.new, strict=True)
        return tuple(column.name for column, old, new in pairs if old != new)


class Dependent(msgspec.Struct, frozen=True):
    """Rows of another table that go or change when a row is removed.

    Attributes:
        table: that refers.
        columns: that refer.
        targets: the columns that they refer to.
        equals: how they are compared.
    """

    table: TableName
    columns: tuple[str, ...]
    targets: tuple[str, ...]
    equals: tuple[str, ...]


@contextmanager
def reading_rows(conn: Connection) -> Generator[None]:
    """A transaction in which every value has one text."""
    run(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        fetch(conn, SETTINGS)
        yield
    finally:
        if not conn.closed:
            run(conn, "ROLLBACK")


def all_tables(conn: Connection) -> dict[TableName, Table]:
    """Every table with rows of its own; partitions are in the table that they are of.

    A table of which a partition is on another server is left out: nobody is asked there.
    """
    found = read_tables(conn, dict.fromkeys(known_tables(conn), "the database"))
    afar = {int(oid) for (oid,) in fetch(conn, _AFAR)}
    return {
        name: table
        for name, table in found.items()
        if not table.is_partition and table.oid not in afar
    }


def differing(old: Connection, new: Connection, tables: Mapping[TableName, Table]) -> list[Table]:
    """The tables whose rows are not the same on both sides.

    Args:
        old: a session within `reading_rows`.
        new: another.
        tables: that both have.
    """
    return [each for each in tables.values() if _digest(old, each) != _digest(new, each)]


def _digest(conn: Connection, table: Table) -> list[Values]:
    """How many rows there are and the sum of their hashes, which knows no order."""
    row = f"ROW({_names(_written(table))})::pg_catalog.text"
    terms = f"pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended({row}, 0))"
    return texts(conn, f"SELECT {terms} FROM {table.only} AS t")


def compare(old: Connection, new: Connection, table: Table, key: Key | None) -> TableChanges:
    """The rows of a table that differ.

    Args:
        old: a session within `reading_rows`.
        new: another.
        table: that both have.
        key: what tells its rows apart; None: all values.

    Raises:
        ServerRefused: a server answered with an error.
    """
    columns = _written(table)
    by = [table.column(name) for name in key.columns] if key is not None else columns
    digest = f"pg_catalog.md5(ROW({_names(c for c in by if c)})::pg_catalog.text)"
    terms = ", ".join([f'{digest} COLLATE pg_catalog."C"', *map(_name, columns)])
    query = f"SELECT {terms} FROM {table.only} AS t ORDER BY 1"
    added: list[Values] = []
    changed: list[Change] = []
    removed: list[Values] = []
    for left, right in _merged(lines(old, query), lines(new, query)):
        if left is None:
            added.append(values_of(right or b"")[1:])
        elif right is None:
            removed.append(values_of(left)[1:])
        else:
            changed.append(Change(values_of(left)[1:], values_of(right)[1:]))
    found = TableChanges(table, key, columns)

    def rank(row: Values) -> tuple[tuple[object, ...], ...]:
        return tuple(map(_rank, found.key_values(row)))

    return TableChanges(
        table,
        key,
        columns,
        tuple(sorted(added, key=rank)),
        tuple(sorted(changed, key=lambda each: rank(each.old))),
        tuple(sorted(removed, key=rank)),
    )


def dependents(conn: Connection, tables: Mapping[TableName, Table]) -> dict[int, list[Dependent]]:
    """What goes or changes with a removed row, by the OID of its table."""
    found: dict[int, list[Dependent]] = {}
    oids = [table.oid for table in tables.values()]
    for oid, schema, name, columns, targets, equals in fetch(conn, _DEPENDENTS, (oids, oids)):
        one = Dependent(TableName(schema, name), tuple(columns), tuple(targets), tuple(equals))
        found.setdefault(int(oid), []).append(one)
    return found


class At(NamedTuple):
    """Where a sequence stands.

    Attributes:
        last: the number.
        is_called: it has given that one.
        is_rising: it counts up.
    """

    last: int
    is_called: bool
    is_rising: bool

    def is_beyond(self, other: "At") -> bool:
        """Whether it has given a number that the other has not."""
        if not self.is_called or self.last == other.last:
            return self.is_called and not other.is_called
        return (self.last > other.last) == self.is_rising


def sequence_at(conn: Connection, sequence: str) -> At:
    """Where a sequence, its name quoted, stands."""
    rising = (
        "SELECT s.seqincrement > 0 FROM pg_catalog.pg_sequence AS s"
        f" WHERE s.seqrelid = {literal_text(sequence)}::pg_catalog.regclass"
    )
    query = f"SELECT last_value, is_called, ({rising}) FROM {sequence}"
    ((last, is_called, is_rising),) = texts(conn, query)
    return At(int(last or 0), is_called == "t", is_rising == "t")


def _merged(
    old: Iterator[bytes], new: Iterator[bytes]
) -> Iterator[tuple[bytes | None, bytes | None]]:
    """The lines that differ, in pairs of one key, of two sides sorted by their first column."""
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        order = _order(left, right)
        if order and left != right:
            yield (left, None) if order < 0 else (None, right)
        elif left != right:
            yield left, right
        if order <= 0:
            left = next(old, None)
        if order >= 0:
            right = next(new, None)


def _order(left: bytes | None, right: bytes | None) -> int:
    """Below 0 where the left comes first, above 0 where the right does."""
    if left is None or right is None:
        return 1 if left is None else -1
    one, two = left[:_DIGEST], right[:_DIGEST]
    return (one > two) - (one < two)


def _written(table: Table) -> tuple[Column, ...]:
    return tuple(column for column in table.columns if not column.generated)


def _names(columns: Iterator[Column] | tuple[Column, ...]) -> str:
    return ", ".join(map(_name, columns))


def _name(column: Column) -> str:
    return f"t.{ident(column.name)}"


def _rank(value: str | None) -> tuple[object, ...]:
    """Numbers in their order, then all else."""
    if value is None:
        return (2,)
    try:
        number = Decimal(value)
    except InvalidOperation:
        return (1, value)
    return (0, number, value) if number.is_finite() else (1, value)
