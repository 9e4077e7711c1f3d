"""Synthetic rows in every table of a shadow database."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

from pgmig.db import Connection
from pgmig.db.execute import ServerFault
from pgmig.ddl import ident_text, literal_text
from pgmig.model import ObjectKey, Snapshot
from pgmig.shadow.rows.choices import Style, Variable
from pgmig.shadow.rows.draft import Draft, Mender, apart
from pgmig.shadow.rows.order import in_order
from pgmig.shadow.rows.supply import Supply, Unfillable
from pgmig.shadow.rows.table import Key, Name, Table, Tables, read_tables
from pgmig.shadow.rows.trial import Trial, writing
from pgmig.shadow.rows.types import Values, read_types

logger = logging.getLogger(__name__)

_MOST_ROWS: Final = 12  # of a table that is no partitioned one
_ATTEMPTS: Final = 60  # a table
_ATTEMPTS_FIRST: Final = 30  # the first row, without which there is none
_ATTEMPTS_EACH: Final = 6
_SECONDS: Final = 3.0  # a table


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written.

    Attributes:
        tables: how many rows each table got, those of its partitions included.
        unfilled: tables and partitions that got none, with the reason.
    """

    tables: Mapping[Name, int]
    unfilled: tuple[tuple[Name, str], ...]


def fill(conn: Connection, snapshot: Snapshot, *, rows: int = 3) -> Filled:
    """Write rows into every table of `snapshot`, so that what a script loses can be seen.

    One row holds ordinary values, one NULL wherever it may stand, one or more the extremes of each
    type. Keys, foreign keys and conditions are met, those of domains and partitions too. No
    trigger or rule fires, no sequence moves, and materialized views stay as they are.

    Args:
        conn: a session of a superuser in a throw-away database, in autocommit mode.
        snapshot: what the database holds; tables that it leaves out stay empty.
        rows: at least so many a table, where its keys allow; more where a column has more labels
            or extremes to show.

    Raises:
        ServerRefused: the server refused a query of ours.
    """
    with writing(conn) as path:
        tables = read_tables(conn)
        trial = Trial(conn)
        values = Values(read_types(conn), tables.attributes, trial.readable)
        if path:
            trial.must(f"SET LOCAL search_path = {path}")
        wanted = [
            table
            for table in tables.roots()
            if ObjectKey("table", table.schema, table.name) in snapshot.objects
        ]
        filled = _Filler(trial, tables, values, rows).fill(wanted)
    logger.debug("filled %d tables, not %d", len(filled.tables), len(filled.unfilled))
    return filled


class _Filler:
    """The filling of one database."""

    def __init__(self, trial: Trial, tables: Tables, values: Values, rows: int) -> None:
        self._trial = trial
        self._tables = tables
        self._values = values
        self._rows = rows
        self._supply = Supply(trial, values)
        self._counts: dict[Name, int] = {}
        self._unfilled: list[tuple[Name, str]] = []
        self._columns_pointed: dict[int, set[tuple[str, ...]]] = defaultdict(set)
        for table in tables.by_oid.values():
            for key in table.foreign_keys:
                self._columns_pointed[key.target].add(key.target_columns)
        self._pointed: dict[int, list[Table]] = defaultdict(list)  # by the root of their tree
        for oid in self._columns_pointed:
            root = tables.root(oid)
            if root is not None:
                self._pointed[root.oid].append(tables.by_oid[oid])

    def fill(self, wanted: Sequence[Table]) -> Filled:
        """Fill the tables, those that others point at first."""
        for table, promises in in_order(wanted, self._tables, self._supply.is_soft):
            for key, target in promises:
                self._supply.promise(key, target)
            try:
                self._counts[table.key] = self._fill(table)
            except Unfillable as error:
                self._unfilled.append((table.key, str(error)))
        self._point()
        self._check_foreign_keys(wanted)
        return Filled(self._counts, tuple(sorted(self._unfilled)))

    def _fill(self, table: Table) -> int:
        """Write the rows of one table; how many they are.

        Raises:
            Unfillable: there is none.
        """
        both = [table, *table.leaves]
        quiet = [self._switch(one, is_on=False) for one in both if one.always]
        fault = self._trial.do(";".join(quiet)) if quiet else None
        if fault is not None:
            raise Unfillable(f"its triggers and rules cannot be switched off: {fault.message}")
        try:
            return self._write(table)
        finally:
            if quiet:
                self._trial.must(
                    ";".join(self._switch(o, is_on=True) for o in both if o.always),
                )

    def _switch(self, table: Table, *, is_on: bool) -> str:
        """Statements that switch those triggers and rules off, or on as they were."""
        return ";".join(
            f"ALTER TABLE ONLY {table.sql} {f'ENABLE {state}' if is_on else 'DISABLE'} {each}"
            for each, state in table.always
        )

    def _write(self, table: Table) -> int:
        if not table.written:
            fault = self._trial.do(f"INSERT INTO {table.sql} DEFAULT VALUES")
            if fault is not None:
                raise Unfillable(fault.message)
            return 1
        writer = _Writer(self._trial, table)
        first = self._first(table)
        count = writer.write(first, is_needed=True) if first else 0
        if first:
            self._remember(table)
        drafts = [draft for draft in self._drafts(table) if not (first and draft.turn == 0)]
        rest = apart([*first, *drafts], writer.keys)[len(first) :]
        count += writer.write(rest, is_needed=not count)
        self._remember(table)
        if table.leaves:
            self._name_empty(table)
        return count

    def _first(self, table: Table) -> list[Draft]:
        """The first row of a table that points at itself: it points nowhere, or at itself."""
        both = [table, *table.leaves]
        own = [key for key in table.foreign_keys if key.target in {one.oid for one in both}]
        if not own:
            return []
        variables = self._supply.variables(
            table, table.leaves[0] if table.leaves else None, is_first=True
        )
        draft = Draft.of(variables, Style.ORDINARY, 0, 0)
        for key in own:
            if not self._supply.is_soft(table, key):
                draft.links.update(zip(key.columns, key.target_columns, strict=True))
        return [draft]

    def _drafts(self, table: Table) -> Iterator[Draft]:
        """Rows of every style; of a partitioned table, for every partition."""
        leaves = [leaf for leaf in table.leaves if leaf.kind == "r"]
        if table.kind == "p" and not leaves:
            raise Unfillable("it has no partition")
        places: list[Table | None] = [*leaves] or [None]
        supplies = [self._supply.variables(table, place, is_first=False) for place in places]
        number = max(self._size(table, supplies[0]), len(places))
        for row, variables in enumerate(islice(cycle(supplies), number)):
            style = _style(row, self._rows)
            # The row of NULLs comes last in turn: the others take the values one after another.
            turn = row if row == 0 else number - 1 if style is Style.NULLS else row - 1
            yield Draft.of(variables, style, turn, max(row - 2, 0))

    def _size(self, table: Table, variables: Sequence[Variable]) -> int:
        """How many rows: enough for each label of an enum, and each extreme."""
        labels = max((self._values.labels(column) for column in table.written), default=0)
        extremes = max(
            (
                sum(any(value.is_extreme for value in choice) for choice in variable.choices.all)
                for variable in variables
                if len(variable.columns) == 1
            ),
            default=0,
        )
        wished = 1 if self._rows == 1 else max(self._rows, labels + 1, extremes + 2)
        return min(wished, max(_MOST_ROWS, self._rows))

    def _remember(self, table: Table) -> None:
        """Keep what foreign keys can point at."""
        for one in self._pointed.get(table.oid, ()):
            for columns in self._columns_pointed[one.oid]:
                self._supply.remember(one, columns)

    def _name_empty(self, table: Table) -> None:
        """Name the partitions that got no row."""
        queries = [
            f"SELECT {leaf.oid} WHERE EXISTS (SELECT FROM {leaf.sql})"  # noqa: S608 - quoted
            for leaf in table.leaves
            if leaf.kind != "f"
        ]
        found = self._trial.ask(" UNION ALL ".join(queries)) if queries else None
        full = {int(oid) for (oid,) in found or () if oid is not None}
        for leaf in table.leaves:
            if leaf.oid not in full:
                reason = "no value was found that its bound takes"
                foreign = "it is a foreign table"
                self._unfilled.append((leaf.key, foreign if leaf.kind == "f" else reason))

    def _point(self) -> None:
        """Let a row of each table in a circle point at a row, now that there is one."""
        for table, key in dict.fromkeys((table.oid, key) for table, key in self._supply.postponed):
            rows = self._supply.parents.get((key.target, key.target_columns))
            if rows:
                one = self._tables.by_oid[table]
                pairs = ", ".join(
                    f"{ident_text(column)} = {literal_text(value.text or '')}"
                    for column, value in zip(key.columns, rows[0], strict=True)
                )
                # A condition may forbid it; then the row goes on pointing nowhere.
                self._trial.do(
                    f"UPDATE {one.sql} SET {pairs} WHERE (tableoid, ctid) = "  # noqa: S608 - quoted
                    f"(SELECT tableoid, ctid FROM {one.sql} LIMIT 1)"
                )

    def _check_foreign_keys(self, wanted: Sequence[Table]) -> None:
        """Empty the tables with a row that points at none: no trigger looked at them."""
        while broken := self._broken(wanted):
            for table, name in broken:
                self._trial.must(f"DELETE FROM {table.sql}")  # noqa: S608 - quoted
                self._counts.pop(table.key, None)
                self._unfilled.append((table.key, f"its rows did not meet the foreign key {name}"))

    def _broken(self, wanted: Sequence[Table]) -> list[tuple[Table, str]]:
        every = [
            (root, one, key)
            for root in wanted
            if root.key in self._counts
            for one in (root, *root.leaves)
            for key in one.foreign_keys
            if key.target in self._tables.by_oid
        ]
        found: list[tuple[Table, str]] = []
        for start in range(0, len(every), 50):
            part = every[start : start + 50]
            queries = [
                _orphans(
                    number, one, key.columns, self._tables.by_oid[key.target], key.target_columns
                )
                for number, (_, one, key) in enumerate(part)
            ]
            rows = self._trial.ask(" UNION ALL ".join(queries))
            if rows is None:  # an operator lies outside the search_path
                rows = [row for query in queries for row in self._trial.ask(query) or ()]
            for (number,) in rows:
                root, _, key = part[int(number or 0)]
                if root.key not in {table.key for table, _ in found}:
                    found.append((root, key.name))
        return found


def _orphans(
    number: int, table: Table, columns: Sequence[str], target: Table, there: Sequence[str]
) -> str:
    """A query: `number`, where a row of the table points at none."""
    given = " AND ".join(f"f.{ident_text(column)} IS NOT NULL" for column in columns)
    same = " AND ".join(
        f"t.{ident_text(b)} = f.{ident_text(a)}" for a, b in zip(columns, there, strict=True)
    )
    return (
        f"SELECT {number} WHERE EXISTS (SELECT FROM {_only(table)} f WHERE {given} AND "  # noqa: S608 - quoted
        f"NOT EXISTS (SELECT FROM {_only(target)} t WHERE {same}))"
    )


def _only(table: Table) -> str:
    return table.sql if table.kind == "p" else f"ONLY {table.sql}"


def _style(turn: int, rows: int) -> Style:
    if turn == 0 or rows == 1:
        return Style.ORDINARY
    return Style.NULLS if turn == 1 else Style.EXTREMES


def _apart_sql(table: Table, key: Key) -> str:
    """A statement that fails where two rows are equal in a deferrable key.

    The trigger that would tell does not fire in this session.
    """
    columns = ",".join(map(ident_text, key.columns))
    given = " AND ".join(f"{ident_text(column)} IS NOT NULL" for column in key.columns)
    where = "" if key.nulls_are_equal else f"WHERE {given}"
    return (
        f";SELECT 1 / CASE WHEN EXISTS (SELECT FROM {table.sql} {where} GROUP BY {columns} "  # noqa: S608 - quoted
        "HAVING pg_catalog.count(*) > 1) THEN 0 ELSE 1 END"
    )


class _Writer:
    """The writing of drafts into one table, within its bounds of attempts and time."""

    def __init__(self, trial: Trial, table: Table) -> None:
        self._trial = trial
        self._table = table
        both = (table, *table.leaves)
        self.keys = list({key.columns: key for one in both for key in one.keys}.values())
        self._columns_of = {
            name: columns for each in both for name, columns in each.read_by_constraints()
        }
        self._columns = [column.name for column in table.written]
        names = ",".join(map(ident_text, self._columns))
        self._insert = f"INSERT INTO {table.sql} ({names}) OVERRIDING SYSTEM VALUE VALUES "  # noqa: S608 - quoted
        deferrable = [key for key in self.keys if key.is_deferrable]
        self._is_alone = any(not key.is_plain for key in deferrable)
        self._afterwards = "".join(_apart_sql(table, key) for key in deferrable if key.is_plain)
        self._left = _ATTEMPTS
        self._end = time.monotonic() + _SECONDS
        self._reason = "no row was found that it takes"

    def write(self, drafts: Sequence[Draft], *, is_needed: bool) -> int:
        """Write the rows, all at once where they are taken; how many they are.

        Raises:
            Unfillable: none was taken and one `is_needed`.
        """
        if self._is_alone:
            drafts = drafts[:1] if is_needed else []  # nothing would tell of a second one
        if not drafts:
            return 0
        if self._try(drafts) is None:
            return len(drafts)
        count = 0
        for draft in drafts:
            most = _ATTEMPTS_EACH if count else _ATTEMPTS_FIRST
            count += self._write_one(draft, most)
        if not count and is_needed:
            raise Unfillable(self._reason)
        return count

    def _try(self, drafts: Sequence[Draft]) -> ServerFault | None:
        rows = ",".join(draft.sql(self._columns) for draft in drafts)
        return self._trial.do(self._insert + rows + self._afterwards)

    def _write_one(self, draft: Draft, most: int) -> bool:
        mender = Mender(draft, self._columns_of)
        for _ in range(most):
            if self._left <= 0 or time.monotonic() > self._end:
                return False
            self._left -= 1
            fault = self._try([draft])
            if fault is None:
                return True
            self._reason = " ".join(filter(None, (fault.message, fault.detail)))
            mender.mend(fault)
        return False
