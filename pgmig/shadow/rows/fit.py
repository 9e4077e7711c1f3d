"""Rows that another state of the schema would refuse: no script can keep them.

A new NOT NULL, CHECK, key or narrower type fails on such rows wherever they live, which is true
and told; what a script does to the others can still be seen.
"""

from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pgmig.db import Connection
from pgmig.db.copying import texts
from pgmig.ddl import ident_text, literal_text, qualified
from pgmig.shadow.rows.table import Column, ForeignKey, Name, Table, Tables, read_tables
from pgmig.shadow.rows.trial import Trial, writing

Rename = tuple[tuple[str, str, str | None], str]

_ROUNDS = 20  # of taking away rows that point at others taken away


@dataclass(frozen=True, slots=True)
class Unfit:
    """Rows of one table that were taken away.

    Attributes:
        table: its schema and name.
        count: how many they were.
        reason: what the server said of the first.
        is_all: no row of the table is left.
    """

    table: Name
    count: int
    reason: str
    is_all: bool


def fit(
    conn: Connection, other: Connection, *, renamed: Collection[Rename] = ()
) -> tuple[Unfit, ...]:
    """Take away the rows of a shadow database that another one, of a later state, would refuse.

    Args:
        conn: a session of a superuser in the database with the rows.
        other: one in a database of the other state; nothing stays there.
        renamed: tables and columns with another name there.

    Raises:
        ServerRefused: the server refused more than a row.
    """
    with writing(conn), _undone(other):
        tables, there = read_tables(conn), read_tables(other)
        fitting = _Fitting(Trial(conn), Trial(other), renamed)
        targets = {table.key: table for table in there.by_oid.values() if table.kind != "f"}
        found: dict[Name, Unfit] = {}
        moved = [
            table
            for table in tables.by_oid.values()
            if table.parent is not None
            and (target := targets.get(fitting.name_of(table))) is not None
            and fitting.is_moved((tables, table), (there, target))
        ]
        for table in (*tables.roots(), *moved):
            target = targets.get(fitting.name_of(table))
            without = {
                part.sql
                for each in moved
                if each is not table and _is_below(each, table, tables)
                for part in tables.by_oid.values()
                if _is_below(part, each, tables)
            }
            unfit = fitting.fit(table, target, without) if target is not None else None
            if unfit is not None:
                found[table.key] = unfit
        if found or _foreign_keys(there) != _foreign_keys(tables):
            found |= fitting.without_orphans(tables, there, found)
        return tuple(found.values())


def _is_below(table: Table, other: Table, tables: Tables) -> bool:
    """Whether the one is a partition of the other, or of one of its partitions."""
    above: Table | None = table
    while above is not None and above is not other:
        above = tables.by_oid.get(above.parent) if above.parent is not None else None
    return above is other


@contextmanager
def _undone(conn: Connection) -> Generator[None]:
    """A transaction as of `writing`, rolled back at the end."""
    with suppress(_Undone), writing(conn):
        yield
        raise _Undone


class _Undone(Exception):
    """No error, but the way out of a transaction."""


def _foreign_keys(
    tables: Tables,
) -> set[tuple[Name, tuple[str, ...], Name | None, tuple[str, ...]]]:
    found = set[tuple[Name, tuple[str, ...], Name | None, tuple[str, ...]]]()
    for table in tables.by_oid.values():
        for key in table.foreign_keys:
            target = tables.by_oid.get(key.target)
            found.add((table.key, key.columns, target.key if target else None, key.target_columns))
    return found


_IDENTITY = """
SELECT CASE t.relreplident WHEN 'd' THEN 'DEFAULT' WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL'
       ELSE 'USING INDEX ' || (
            SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
             WHERE i.indrelid = t.oid AND i.indisreplident) END
  FROM pg_catalog.pg_class t WHERE t.oid = """


class _Fitting:
    """Tries the rows of one database in another."""

    def __init__(self, here: Trial, there: Trial, renamed: Collection[Rename]) -> None:
        self._here, self._there = here, there
        self._tables = {
            (schema, table): (schema, name)
            for (schema, table, column), name in renamed
            if column is None
        }
        self._columns = {
            ((schema, table), column): name
            for (schema, table, column), name in renamed
            if column is not None
        }

    def name_of(self, table: Table) -> Name:
        """The table's name in the other database."""
        return self._tables.get(table.key, table.key)

    def is_moved(self, here: tuple[Tables, Table], there: tuple[Tables, Table]) -> bool:
        """Whether a partition takes other rows there, or is one of another table, or of none."""
        (tables, table), (others, other) = here, there
        parent = tables.by_oid.get(table.parent or 0)
        target = others.by_oid.get(other.parent or 0)
        if parent is None or target is None or table.bound != other.bound:
            return True
        return self.name_of(parent) != target.key

    def fit(self, table: Table, target: Table, without: Collection[str] = ()) -> Unfit | None:
        """Take away what `target` refuses of `table`, but not of the partitions `without`."""
        known = {column.name: column for column in target.written}
        pairs = [
            (column.name, name)
            for column in table.written
            if (name := self._columns.get((table.key, column.name), column.name)) in known
        ]
        declared = {column.name: column.declared for column in table.written}
        casts = [self._cast(declared[one], target, known[two]) for one, two in pairs]
        names = ", ".join(f"{ident_text(name)}::text" for name, _ in pairs)
        only = "" if table.kind == "p" else "ONLY "
        query = f"SELECT tableoid::regclass::text, ctid::text{', ' if names else ''}{names}"
        rows = texts(self._here.conn, f"{query} FROM {only}{table.sql}")
        rows = [row for row in rows if row[0] not in without]
        if not rows:
            return None
        into = ", ".join(ident_text(name) for _, name in pairs)
        insert = f"INSERT INTO {qualified(*target.key)} ({into}) OVERRIDING SYSTEM VALUE VALUES "  # noqa: S608 - quoted
        if not pairs:
            insert = f"INSERT INTO {qualified(*target.key)} DEFAULT VALUES"
        values = [_values(row, casts) for row in rows] if pairs else [""] * len(rows)
        if pairs and self._there.do(insert + ", ".join(values)) is None:
            return None
        return self._one_by_one(table, insert, rows, values)

    def _cast(self, old: str, target: Table, column: Column) -> str:
        """What follows a value, so that it becomes another type as in ALTER COLUMN .. TYPE.

        That assigns where it can, which refuses what is too long, and else casts as USING says.
        """
        into = f"INSERT INTO {qualified(*target.key)} ({ident_text(column.name)})"
        probe = f"{into} OVERRIDING SYSTEM VALUE SELECT NULL::{old} WHERE false"
        if old == column.declared:
            return ""
        if self._there.do(probe) is None:
            return f"::{old}"
        cast = f"::{old}::{column.declared}"
        return cast if self._there.do(f"SELECT NULL{cast}") is None else ""

    def _one_by_one(
        self,
        table: Table,
        insert: str,
        rows: Sequence[tuple[str | None, ...]],
        values: Sequence[str],
    ) -> Unfit | None:
        reason, count = "", 0
        for row, given in zip(rows, values, strict=True):
            fault = self._there.do(insert + given)
            if fault is not None:
                self._take_away(str(row[0]), str(row[1]))
                reason, count = reason or fault.message, count + 1
        return Unfit(table.key, count, reason, is_all=count == len(rows)) if count else None

    def _take_away(self, table: str, place: str) -> None:
        """Delete a row, also where a publication wants a replica identity for that."""
        delete = f"DELETE FROM ONLY {table} WHERE ctid = {literal_text(place)}"  # noqa: S608 - quoted
        if self._here.do(delete) is None:
            return
        identity = self._here.ask(_IDENTITY + f"{literal_text(table)}::pg_catalog.regclass") or []
        alter = f"ALTER TABLE {table} REPLICA IDENTITY"
        self._here.must(f"{alter} FULL;{delete};{alter} {identity[0][0]}")

    def without_orphans(
        self, tables: Tables, there: Tables, known: dict[Name, Unfit]
    ) -> dict[Name, Unfit]:
        """Take away what points at nothing, by the foreign keys of either state."""
        found: dict[Name, Unfit] = {}
        questions = [*_orphans(tables), *_orphans(there), *_orphans_attached(tables, there)]
        for _ in range(_ROUNDS):
            gone = 0
            for table, name, query in questions:
                rows = self._here.ask(query)
                for row in rows or ():
                    self._take_away(str(row[0]), str(row[1]))
                if rows:
                    gone += len(rows)
                    before = found.get(table) or known.get(table)
                    count = len(rows) + (before.count if before else 0)
                    reason = before.reason if before else f"{name} would point at nothing"
                    found[table] = Unfit(table, count, reason, is_all=False)
            if not gone:
                break
        return found


def _orphans(tables: Tables) -> Iterator[tuple[Name, str, str]]:
    """Queries for rows whose foreign keys are met by no row."""
    for table in tables.by_oid.values():
        for key in table.foreign_keys:
            target = tables.by_oid.get(key.target)
            if target is not None and table.kind != "f":
                yield table.key, key.name, _orphans_of(table, key, target)


def _orphans_attached(tables: Tables, there: Tables) -> Iterator[tuple[Name, str, str]]:
    """The same for tables that are partitions only there, and have the foreign keys of the root."""
    alone = {table.key for table in tables.roots()}
    for table in there.by_oid.values():
        root = there.root(table.oid)
        if root is None or root is table or table.key not in alone:
            continue
        for key in root.foreign_keys:
            target = there.by_oid.get(key.target)
            if target is not None and table.kind != "f":
                yield table.key, key.name, _orphans_of(table, key, target)


def _orphans_of(table: Table, key: ForeignKey, target: Table) -> str:
    pairs = list(zip(key.columns, key.target_columns, strict=True))
    is_set = " AND ".join(f"s.{ident_text(one)} IS NOT NULL" for one, _ in pairs)
    is_met = " AND ".join(f"t.{ident_text(two)} = s.{ident_text(one)}" for one, two in pairs)
    return (
        f"SELECT s.tableoid::regclass::text, s.ctid::text FROM {table.sql} s"  # noqa: S608 - quoted
        f" WHERE {is_set} AND NOT EXISTS (SELECT FROM {target.sql} t WHERE {is_met})"
    )


def _values(row: Sequence[str | None], casts: Sequence[str]) -> str:
    """A row of an INSERT; the first two are where it is."""
    given = (
        "NULL" if each is None else f"{literal_text(each)}{cast}"
        for each, cast in zip(row[2:], casts, strict=True)
    )
    return f"({', '.join(given)})"
