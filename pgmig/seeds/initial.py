"""Initial rows as a part of a script: statements that put them into tables made by it."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

import msgspec
from msgspec.structs import replace

from pgmig.db import Connection, reading
from pgmig.db.copying import pour, texts, values_of
from pgmig.db.execute import fetch
from pgmig.ddl import ident_text, literal_text, qualified
from pgmig.kinds.materialized_view import MATERIALIZED_VIEW
from pgmig.kinds.sequence import SEQUENCE
from pgmig.model import ObjectKey
from pgmig.seeds import around
from pgmig.seeds.around import SequenceState
from pgmig.seeds.export import Writable, columns_of, key_of, query_of
from pgmig.seeds.inserts import SCRIPT_SETTINGS, is_plain, value_sql
from pgmig.seeds.names import TableName
from pgmig.seeds.order import Cut, in_order
from pgmig.seeds.rules import Rules, TableRule
from pgmig.seeds.session import SETTINGS
from pgmig.seeds.table import Column, Table
from pgmig.seeds.triggers import silenced

# More rows than these, or more text, come as COPY: it loads several times as fast and its lines
# are shorter; below, the values stand beside their columns' names and nobody waits for them.
MOST_INSERTED: Final = 500
_MOST_TEXT: Final = 256 * 1024

_SHOWN_OF: Final = 256 * 1024  # bytes of a table that are kept to name a row that differs
_WIDEST: Final = 200  # characters of it that are shown


class TableRows(msgspec.Struct, frozen=True):
    """What one table holds.

    Attributes:
        table: whose rows.
        query: that gives them, in their order.
        count: how many.
        digest: of what COPY makes of the query.
        start: the first of that, whole lines, to name what differs.
    """

    table: TableName
    query: str
    count: int
    digest: str
    start: tuple[bytes, ...] = ()


class Initial(msgspec.Struct, frozen=True):
    """The initial rows of a database, as its baseline has them.

    Attributes:
        tables: in the order in which rows are put in.
        sequences: that give numbers for them.
    """

    tables: tuple[TableRows, ...]
    sequences: tuple[SequenceState, ...]

    @property
    def count(self) -> int:
        """All rows."""
        return sum(each.count for each in self.tables)

    def differences(self, conn: Connection) -> tuple[str, ...]:
        """What a database holds in place of these rows.

        Raises:
            ReadFailed, ServerRefused: the server refused a query.
        """
        found: list[str] = []
        with reading(conn):
            fetch(conn, SETTINGS)
            for wanted in self.tables:
                got = _digested(conn, wanted.table, wanted.query, lambda _: None)
                if got.digest != wanted.digest:
                    found.append(
                        f"rows of {wanted.table}: {wanted.count} in the database, {got.count} after"
                        f" the script{_first_difference(wanted.start, got.start)}"
                    )
            for now, then in zip(
                around.sequences(conn, map(str, self.sequences)), self.sequences, strict=True
            ):
                if (now.last, now.is_called) != (then.last, then.is_called):
                    found.append(f"sequence {then}: at {then.last}, {now.last} after the script")
        return tuple(found)


def write_initial(
    conn: Connection,
    tables: Mapping[TableName, Table],
    rules: Rules,
    stream: Writable,
    *,
    ignored: Collection[ObjectKey] = (),
    late: Collection[ObjectKey] = (),
    on_table: Callable[[TableName], None] = lambda _: None,
) -> Initial:
    """Write the rows of tables as statements, for a script that has made the whole schema before.

    No trigger of a table fires on them; event triggers are to be made behind them. Foreign keys are
    met, also where tables refer to each other; sequences go on where they stand in the database;
    materialized views that show the rows are filled again. Memory does not grow with the rows.

    Args:
        conn: a session within `db.reading`; its settings change.
        tables: whose rows.
        rules: name the keys that rows are sorted by.
        stream: what is written into.
        ignored: what the script does not make.
        late: what it makes behind the rows only, such as foreign keys that some of them break.
        on_table: hears whose rows are read next.

    Raises:
        SeedKeyMissing, RowsElsewhere: the rules or the table forbid it.
        ServerRefused: the server refused a query.
    """
    fetch(conn, SETTINGS)
    writing = _Writing(conn, tables, stream, ignored)
    names = {(key.schema, key.parent, key.name) for key in late}
    order = in_order({name: _with_keys(table, names) for name, table in tables.items()})
    writing.begin(order.cuts)
    made: list[TableRows] = []
    for name in order.tables:
        on_table(name)
        table = tables[name]
        key = key_of(table, rules.of(name), where=f"key in {name.settings}")
        columns = columns_of(table, key, TableRule())
        made.append(writing.rows(table, query_of(table, key, columns), columns))
    return Initial(tuple(made), writing.end())


def _with_keys(table: Table, late: Collection[tuple[str, str, str]]) -> Table:
    """As if all foreign keys could be checked at the end, which the script sees to."""
    keys = tuple(
        replace(key, is_deferrable=True)
        for key in table.foreign_keys
        if (*table.name, key.name) not in late
    )
    return replace(table, foreign_keys=keys)


class _Writing:
    """The statements of one script."""

    def __init__(
        self,
        conn: Connection,
        tables: Mapping[TableName, Table],
        stream: Writable,
        ignored: Collection[ObjectKey],
    ) -> None:
        self._conn = conn
        self._tables = tables
        self._stream = stream
        self._ignored = ignored
        self._oids = [table.oid for table in tables.values()]
        self._with_rules = around.with_rules(conn, self._oids)
        self._fixed: tuple[str, ...] = ()  # foreign keys made deferrable for the time of the rows
        self._silenced = (
            *around.forced_policies(conn, self._oids),
            *(
                each
                for name in sorted(tables)
                for each in silenced(
                    tables[name], (one for one in tables[name].firing if one.is_on_insert)
                )
            ),
        )
        self._views = [
            qualified(schema, name)
            for schema, name in around.views_of(conn, self._oids)
            if ObjectKey(MATERIALIZED_VIEW.name, schema, name) not in ignored
        ]
        self._is_waiting = around.has_waiting_checks(conn, self._oids)

    def begin(self, cuts: Sequence[Cut]) -> None:
        """What stands before the rows."""
        keys = {table.name: {key.name: key for key in table.foreign_keys} for table in self._all()}
        self._fixed = tuple(
            f"ALTER TABLE {cut.table} ALTER CONSTRAINT {ident_text(cut.key.name)}"
            for cut in cuts
            if not keys[cut.table][cut.key.name].is_deferrable
        )
        self._is_waiting = self._is_waiting or bool(cuts)
        columns = [column for table in self._all() for column in table.columns]
        self._block(
            *(
                f"SET LOCAL {setting};"
                for setting in SCRIPT_SETTINGS
                if not all(map(is_plain, columns))
            )
        )
        self._block(*(each.off for each in self._silenced))
        self._block(
            *(f"{alter} DEFERRABLE;" for alter in self._fixed),
            *(["SET CONSTRAINTS ALL DEFERRED;"] if cuts else []),
        )

    def rows(self, table: Table, query: str, columns: Sequence[Column]) -> TableRows:
        """The rows of one table, in one statement."""
        names = ", ".join(ident_text(each.name) for each in columns)
        if table.oid not in self._with_rules and self._is_small(table, names):
            found: list[bytes] = []
            made = _digested(self._conn, table.name, query, found.append)
            values = [values_of(line) for line in b"".join(found).splitlines(keepends=True)]
            if values:
                self._block(_insert(table, names, columns, values))
            return made
        self._write(f"\nCOPY {table.name} ({names}) FROM stdin;\n")
        made = _digested(self._conn, table.name, query, self._stream.write)
        self._write("\\.\n")
        return made

    def end(self) -> tuple[SequenceState, ...]:
        """What stands behind the rows."""
        self._block(
            *(["SET CONSTRAINTS ALL IMMEDIATE;"] if self._is_waiting else []),
            *(f"{alter} NOT DEFERRABLE;" for alter in self._fixed),
        )
        states = self._sequences()
        self._block(
            *(
                f"SELECT pg_catalog.setval({literal_text(str(each))}, {each.last},"
                f" {str(each.is_called).lower()});"
                for each in states
                if not each.is_new
            )
        )
        self._block(*(f"REFRESH MATERIALIZED VIEW {view};" for view in self._views))
        self._block(*(each.on for each in reversed(self._silenced)))
        return states

    def _all(self) -> Iterator[Table]:
        return iter(self._tables.values())

    def _sequences(self) -> tuple[SequenceState, ...]:
        """Where they stand now: behind the rows that were read before."""
        names = {each.sequence for table in self._all() for each in table.columns if each.sequence}
        found = around.sequences(self._conn, sorted(names))
        return tuple(
            each
            for each in found
            if ObjectKey(SEQUENCE.name, each.schema, each.name) not in self._ignored
        )

    def _is_small(self, table: Table, names: str) -> bool:
        """Whether the rows are few and short."""
        size = "COALESCE(pg_catalog.sum(pg_catalog.octet_length(CAST(r AS pg_catalog.text))), 0)"
        some = f"SELECT {names} FROM {table.only} LIMIT {MOST_INSERTED + 1}"
        query = f"SELECT pg_catalog.count(*), {size} FROM ({some}) AS r"
        ((count, length),) = texts(self._conn, query)
        return int(count or 0) <= MOST_INSERTED and int(length or 0) <= _MOST_TEXT

    def _block(self, *statements: str) -> None:
        """Statements with an empty line before them; nothing where there are none."""
        if statements:
            self._write("\n" + "".join(f"{each}\n" for each in statements))

    def _write(self, text: str) -> None:
        self._stream.write(text.encode())


def _digested(
    conn: Connection, table: TableName, query: str, write: Callable[[bytes], object]
) -> TableRows:
    """Hand on the rows as COPY has them, and sum them up."""
    total = hashlib.sha256()
    start = bytearray()

    def take(block: bytes) -> None:
        total.update(block)
        if len(start) < _SHOWN_OF:
            start.extend(block)
        write(block)

    count = pour(conn, f"COPY ({query}) TO STDOUT (ENCODING 'UTF8')", take)
    return TableRows(table, query, count, total.hexdigest(), tuple(bytes(start).splitlines()))


def _first_difference(wanted: Sequence[bytes], got: Sequence[bytes]) -> str:
    """The first row that is not the same, where it is among the first."""
    for there, here in zip_longest(wanted, got):
        if there != here:
            return f"; the first that differs: {_shown(there)} there, {_shown(here)} here"
    return ", and not the same"


def _shown(line: bytes | None) -> str:
    if line is None:
        return "none"
    text = ", ".join("NULL" if each is None else repr(each) for each in values_of(line))
    return f"({text if len(text) <= _WIDEST else text[:_WIDEST] + ' ...'})"


def _insert(
    table: Table, names: str, columns: Sequence[Column], rows: Sequence[Sequence[str | None]]
) -> str:
    over = " OVERRIDING SYSTEM VALUE" if any(each.identity == "a" for each in columns) else ""
    tuples = (
        ", ".join(
            value_sql(column, value, is_typed=False)
            for column, value in zip(columns, row, strict=True)
        )
        for row in rows
    )
    listed = ",\n".join(f"  ({each})" for each in tuples)
    return f"INSERT INTO {table.name} ({names}){over} VALUES\n{listed};"
