"""Tables brought to what their files say: added, changed and, where asked, removed rows.

All of it is one transaction, in which nothing is set for the session: it works behind a pooler.
First the files go into temporary tables and are compared without any lock; only tables in which
something is to do are locked against writers, and changed.
"""

import logging
from collections.abc import Callable, Sequence

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, compose, fetch, is_idle, local_role, run
from pgmig.db.loading import Outcome, attempt
from pgmig.errors import SeedRowTwice, SeedTableRefused
from pgmig.seeds.change import put, put_late, remove
from pgmig.seeds.compare import Difference, QueryFailed, compare
from pgmig.seeds.files import SeedFile
from pgmig.seeds.load import Load, LoadFailed, Source, load_files
from pgmig.seeds.names import TableName
from pgmig.seeds.order import Order, in_order
from pgmig.seeds.report import TableReport
from pgmig.seeds.rules import Rules
from pgmig.seeds.session import SETTINGS
from pgmig.seeds.table import read_tables
from pgmig.seeds.task import Task, by_table, make_task

logger = logging.getLogger(__name__)

_FOREIGN_KEY = "23503"
_SAVE = "SAVEPOINT pgmig_seed"
_BACK = "ROLLBACK TO SAVEPOINT pgmig_seed"
_FORGET = "RELEASE SAVEPOINT pgmig_seed"

OnTable = Callable[[TableName], None]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a run goes.

    Attributes:
        is_dry_run: the caller rolls back: sequences stay where they are, as no rollback would
            bring them back.
        lock_timeout: milliseconds that a statement waits for a lock; None: as the session has it.
    """

    is_dry_run: bool = False
    lock_timeout: int | None = None


def sync(
    conn: Connection,
    files: Sequence[SeedFile],
    rules: Rules,
    options: Options | None = None,
    *,
    on_table: OnTable = lambda _table: None,
) -> tuple[TableReport, ...]:
    """Bring the tables of these files to what the files say.

    On an idle session it is a transaction of its own, committed at the end or, for a dry run,
    rolled back. Within a transaction it is part of that, and nothing is committed or rolled back;
    after an error the caller has to roll back.

    Args:
        conn: a session in autocommit mode.
        files: as `files.find` gives them.
        rules: how the tables are kept.
        options: how to go about it.
        on_table: hears which table is worked on.

    Returns:
        A report of each table, those that are referred to first.

    Raises:
        SeedRowRefused, SeedRowTwice: a row cannot be, with its file and line.
        SeedTableRefused: the server refuses something else.
        PgmigError: what is wrong with files, headers, keys and tables, before anything runs.
    """
    options = options or Options()
    if not is_idle(conn):
        return _Run(conn, rules, options, on_table).run(files)
    run(conn, "BEGIN ISOLATION LEVEL READ COMMITTED;" + local_role(conn))
    is_done = False
    try:
        reports = _Run(conn, rules, options, on_table).run(files)
        is_done = not options.is_dry_run
    finally:
        if not conn.closed and not conn.broken:
            run(conn, "COMMIT" if is_done else "ROLLBACK")
    return reports


class _State(msgspec.Struct):
    """A table on its way."""

    task: Task
    number: int
    sources: tuple[Source, ...] = ()
    loads: list[Load] = []
    difference: Difference = Difference()
    compared: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def removes(self) -> bool:
        """Whether rows are to be removed."""
        return self.task.rule.missing == "delete" and self.difference.beside > 0

    @property
    def is_due(self) -> bool:
        """Whether rows are to be put in, changed or removed."""
        return bool(self.difference.added or self.difference.changed or self.removes)

    def report(self) -> TableReport:
        """For people."""
        return TableReport(
            table=self.task.name,
            rows=self.difference.rows,
            added=self.added,
            changed=self.changed,
            removed=self.removed,
            missing=0 if self.removes else self.difference.beside,
            missing_keys=self.difference.beside_keys,
            changes=self.difference.changes,
            is_sql=not self.task.files,
        )


class _Run:
    """One run in one transaction."""

    def __init__(self, conn: Connection, rules: Rules, options: Options, on_table: OnTable) -> None:
        self._conn = conn
        self._rules = rules
        self._options = options
        self._on_table = on_table

    def run(self, files: Sequence[SeedFile]) -> tuple[TableReport, ...]:
        self._settle()
        states, order = self._prepare(files)
        try:
            for state in states:
                self._on_table(state.task.name)
                state.sources, state.loads = load_files(self._conn, state.task, state.number)
                self._compare(state)
            due = [state for state in states if state.is_due]
            if due:
                self._change(states, due, order)
        except LoadFailed as failed:
            raise self._refused(failed.task, failed.fault) from None
        except QueryFailed as failed:
            raise self._refused(failed.task, failed.fault) from None
        return tuple(state.report() for state in states)

    def _settle(self) -> None:
        """Have values print the same everywhere, until the transaction ends."""
        fetch(self._conn, SETTINGS)
        if self._options.lock_timeout is not None:
            text = compose(self._conn, "SET LOCAL lock_timeout={ms}", ms=self._options.lock_timeout)
            run(self._conn, text)

    def _prepare(self, files: Sequence[SeedFile]) -> tuple[list[_State], Order]:
        found = by_table(files)
        wanted = {name: str(each[0].path) for name, each in found.items()}
        tables = read_tables(self._conn, wanted) if wanted else {}
        tasks = {name: make_task(tables[name], found[name], self._rules) for name in tables}
        order = in_order(tables, {n: t.columns for n, t in tasks.items() if t.files})
        states = [_State(tasks[name], number) for number, name in enumerate(order.tables)]
        return states, order

    def _compare(self, state: _State) -> None:
        state.compared += 1
        name = f"pgmig_seed_{state.number}_d{state.compared}"
        state.difference = compare(self._conn, state.task, state.sources, state.loads, name)
        if state.difference.twice is not None:
            source, places = state.difference.twice
            raise SeedRowTwice(path=source.rows.file.path, lines=(0, 0), key=str(places))

    def _change(self, states: list[_State], due: list[_State], order: Order) -> None:
        self._lock(due)
        self._defer(order)
        later = self._remove([state for state in reversed(due) if state.removes])
        for state in due:
            self._put(state, order)
        for state in due:
            self._put_late(state, order)
        for state in later:
            state.removed = self._done(state, attempt(self._conn, self._removal(state))).count
        self._checked(attempt(self._conn, "SET CONSTRAINTS ALL IMMEDIATE"), due[0])

    def _lock(self, due: list[_State]) -> None:
        """Keep writers out; a table that was empty has to be so still."""
        tables = ", ".join(str(s.task.table.only) for s in sorted(due, key=lambda s: s.task.name))
        self._done(due[0], attempt(self._conn, f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))
        for state in due:
            if any(part.differing is None for part in state.difference.parts):
                self._compare(state)

    def _defer(self, order: Order) -> None:
        run(self._conn, "SET CONSTRAINTS ALL IMMEDIATE")
        for cut in order.cuts:
            if not cut.columns:
                name = TableName(cut.table.schema, cut.key.name)
                run(self._conn, f"SET CONSTRAINTS {name} DEFERRED")

    def _remove(self, states: list[_State]) -> list[_State]:
        """Remove rows that no file has; gives the tables where rows still refer to such rows."""
        later: list[_State] = []
        for state in states:
            run(self._conn, _SAVE)
            outcome = attempt(self._conn, self._removal(state))
            if outcome.fault is not None and outcome.fault.sqlstate == _FOREIGN_KEY:
                run(self._conn, _BACK)
                later.append(state)
            else:
                state.removed = self._done(state, outcome).count
            run(self._conn, _FORGET)
        return later

    def _removal(self, state: _State) -> str:
        return remove(state.task, state.sources)

    def _put(self, state: _State, order: Order) -> None:
        self._on_table(state.task.name)
        late = [name for cut in order.cuts_of(state.task.name) for name in cut.columns]
        for part in state.difference.parts:
            if not part.added and not part.changed:
                continue
            run(self._conn, _SAVE)
            outcome = attempt(self._conn, put(state.task, part, late=late))
            self._done(state, outcome)
            run(self._conn, _FORGET)
            if part.differing is None:
                state.added += outcome.count
            else:
                ((added, changed),) = outcome.rows
                state.added += int(added)
                state.changed += int(changed)

    def _put_late(self, state: _State, order: Order) -> None:
        for cut in order.cuts_of(state.task.name):
            for column in cut.columns:
                for part in state.difference.parts:
                    if column in part.load.columns:
                        self._done(state, attempt(self._conn, put_late(state.task, part, column)))

    def _done(self, state: _State, outcome: Outcome) -> Outcome:
        return self._checked(outcome, state)

    def _checked(self, outcome: Outcome, state: _State) -> Outcome:
        if outcome.fault is not None:
            raise self._refused(state.task, outcome.fault)
        return outcome

    def _refused(self, task: Task, fault: ServerFault) -> SeedTableRefused:
        return SeedTableRefused(
            table=str(task.name), where="", reason=fault.message, sqlstate=fault.sqlstate
        )
