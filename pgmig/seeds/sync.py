"""Tables brought to what their files say: added, changed and, where asked, removed rows.

All of it is one transaction, in which nothing is set for the session: it works behind a pooler.
First the files go into temporary tables and are compared without any lock; only tables in which
something is to do are locked against writers, and changed.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, compose, fetch, is_idle, local_role, run
from pgmig.db.loading import Outcome, attempt
from pgmig.errors import SeedRowsBound
from pgmig.seeds.bound import Bound, first_bound
from pgmig.seeds.change import put, put_late, remove
from pgmig.seeds.changes import Dependent, dependents
from pgmig.seeds.compare import (
    Difference,
    Part,
    QueryFailed,
    compare,
    compare_leftover,
    is_empty,
)
from pgmig.seeds.diagnosis import (
    Statement,
    diagnose,
    find_row,
    not_loaded,
    of_row,
    refused,
    twice,
)
from pgmig.seeds.files import SeedFile
from pgmig.seeds.load import Load, LoadFailed, Source, load_at_once, load_files, load_some
from pgmig.seeds.names import TableName
from pgmig.seeds.order import Order, in_order
from pgmig.seeds.reading import size_of
from pgmig.seeds.report import SequenceMove, TableReport
from pgmig.seeds.rules import Rules
from pgmig.seeds.sequences import behind, move
from pgmig.seeds.session import SETTINGS
from pgmig.seeds.statements import run_statements
from pgmig.seeds.stream import SMALL, leftover
from pgmig.seeds.table import read_tables
from pgmig.seeds.task import Task, by_table, make_task
from pgmig.seeds.triggers import Silenced, restore, silence

logger = logging.getLogger(__name__)

_FOREIGN_KEY = "23503"
_SAVE = "SAVEPOINT pgmig_seed"
_BACK = "ROLLBACK TO SAVEPOINT pgmig_seed"
_FORGET = "RELEASE SAVEPOINT pgmig_seed"

# Constraint triggers that are INITIALLY DEFERRED.
_WAITING: LiteralString = """
SELECT n.nspname::text, c.conname::text
FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.contype = 't' AND c.condeferred
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
ORDER BY 1, 2
"""

OnTable = Callable[[TableName], None]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a run goes.

    Attributes:
        is_dry_run: the caller rolls back: sequences stay where they are, as no rollback would
            bring them back.
        lock_timeout: milliseconds that a statement waits for a lock; None: as the session has it.
        beside: bytes of a file from which on it is read beside its table.
    """

    is_dry_run: bool = False
    lock_timeout: int | None = None
    beside: int = SMALL


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
    """A table on its way.

    `is_direct`: it is empty, and its file goes right into it. `is_partial`: the server has only
    those rows of its file that the table has not in the same words.
    """

    task: Task
    number: int
    sources: tuple[Source, ...] = ()
    loads: list[Load] = []
    difference: Difference = Difference()
    compared: int = 0
    moves: tuple[SequenceMove, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    is_direct: bool = False
    is_partial: bool = False
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
        found = self.difference
        return self.is_direct or bool(found.added or found.changed or self.removes)

    def report(self) -> TableReport:
        """For people."""
        found = self.difference
        return TableReport(
            table=self.task.name,
            rows=found.rows,
            added=self.added,
            changed=self.changed,
            same=found.rows - found.added - found.changed if found.parts else 0,
            removed=self.removed,
            missing=0 if self.removes else found.beside,
            missing_keys=found.beside_keys,
            changes=found.changes,
            sequences=self.moves,
            is_sql=not self.task.files,
        )


class _Run:
    """One run in one transaction."""

    def __init__(self, conn: Connection, rules: Rules, options: Options, on_table: OnTable) -> None:
        self._conn = conn
        self._rules = rules
        self._options = options
        self._on_table = on_table
        self._order = Order(())
        self._dependents: dict[int, list[Dependent]] = {}

    def run(self, files: Sequence[SeedFile]) -> tuple[TableReport, ...]:
        self._settle()
        states = self._prepare(files)
        try:
            if any(state.task.scripts for state in states):
                self._take_turns(states)
            else:
                self._take_all(states)
        except LoadFailed as failed:
            raise not_loaded(failed) from None
        except QueryFailed as failed:
            raise refused(failed.task, failed.fault) from None
        return tuple(state.report() for state in states)

    def _settle(self) -> None:
        """Have values print the same everywhere, until the transaction ends."""
        fetch(self._conn, SETTINGS)
        if settings := self._settings():
            run(self._conn, settings)

    def _settings(self) -> str:
        """What every statement runs under, a script's too."""
        limit = self._options.lock_timeout
        if limit is None:
            return ""
        return compose(self._conn, "SET LOCAL lock_timeout={ms};", ms=limit)

    def _prepare(self, files: Sequence[SeedFile]) -> list[_State]:
        found = by_table(files)
        wanted = {name: str(each[0].path) for name, each in found.items()}
        tables = read_tables(self._conn, wanted) if wanted else {}
        tasks = {name: make_task(tables[name], found[name], self._rules) for name in tables}
        if any(task.rule.missing == "delete" for task in tasks.values()):
            self._dependents = dependents(self._conn, tables)
        self._order = in_order(tables, {n: t.columns for n, t in tasks.items() if t.files})
        return [_State(tasks[name], number) for number, name in enumerate(self._order.tables)]

    def _take_all(self, states: list[_State]) -> None:
        """Compare everything, and lock and change only what has to be."""
        for state in states:
            self._on_table(state.task.name)
            self._look(state)
        due = [state for state in states if state.is_due]
        if due:
            self._lock(due)
            self._defer()
            later = self._remove([state for state in reversed(due) if state.removes])
            due += self._taken(states, due)
            for state in due:
                self._put(state)
            self._finish(due, later)
        self._move(states)

    def _look(self, state: _State) -> None:
        """Find out what is to do in a table, in the way that costs least."""
        task = state.task
        if len(task.files) == 1:
            rows = task.files[0]
            size = size_of(rows.file.path) - rows.header.size
            if not size:
                self._load(state)
                return
            if is_empty(self._conn, task):
                state.is_direct = not any(cut.columns for cut in self._order.cuts_of(task.name))
                if state.is_direct:
                    return
            elif size >= self._options.beside and self._is_read_beside(state):
                return
        self._load(state)

    def _load(self, state: _State) -> None:
        """Have the server compare the whole files."""
        state.is_direct = False
        state.is_partial = False
        state.sources, state.loads = load_files(self._conn, state.task, state.number)
        self._compare(state)

    def _is_read_beside(self, state: _State) -> bool:
        """Compare the file with the table line by line; false where that does not tell all."""
        conn, task = self._conn, state.task
        run(conn, _SAVE)
        found = leftover(conn, task)
        some = None if found is None else load_some(conn, task, state.number, found)
        if found is None or some is None:
            run(conn, _BACK)
            return False
        here, there = some
        load = Load(here.place, here.rows.columns, (here,), is_merged=False, count=here.count)
        name = f"pgmig_seed_{state.number}_d0"
        told = compare_leftover(conn, task, load, there, name, found.same)
        if told is None or (told.beside and task.rule.missing == "delete"):
            run(conn, _BACK)
            return False
        run(conn, _FORGET)
        state.sources, state.loads, state.difference = (here,), [load], told
        state.is_partial = True
        return True

    def _take_turns(self, states: list[_State]) -> None:
        """One table after the other, as nobody knows what the statements of a file change."""
        self._defer()
        for state in states:
            self._run_scripts(state, is_of_env=False)
            if state.task.files:
                self._load(state)
                if state.is_due:
                    self._lock([state])
                    self._put(state)
            self._run_scripts(state, is_of_env=True)
        self._finish(states, [state for state in reversed(states) if state.removes])
        self._move(states)

    def _finish(self, states: list[_State], later: list[_State]) -> None:
        """What had to wait for the rows of other tables."""
        for state in states:
            self._put_late(state)
        for state in later:
            self._remove_now(state)
        self._check(states)
        for state in states:
            restore(self._conn, state.task, state.silenced)

    def _compare(self, state: _State) -> None:
        state.compared += 1
        name = f"pgmig_seed_{state.number}_d{state.compared}"
        state.difference = compare(self._conn, state.task, state.sources, state.loads, name)
        if state.difference.twice is not None:
            source, places = state.difference.twice
            raise twice(self._conn, state.task, source, places)

    def _taken(self, states: list[_State], due: list[_State]) -> list[_State]:
        """Tables in which something is to do since rows of others were removed: a cascade's.

        Of those in which something was to do already, it is found what that is now.
        """
        gone = {state.task.name for state in states if state.removed}
        more: list[_State] = []
        for state in states:
            if gone.isdisjoint(key.target for key in state.task.table.foreign_keys):
                continue
            if state.is_direct:
                continue
            before = state.difference
            if state.is_partial:
                self._load(state)
            else:
                self._compare(state)
            if state.removed:
                state.difference = msgspec.structs.replace(
                    state.difference, beside=before.beside, beside_keys=before.beside_keys
                )
            elif state.is_due and all(state is not each for each in due):
                more.append(state)
        if more:
            self._lock(more)
        return more

    def _lock(self, due: list[_State]) -> None:
        """Keep writers out, and triggers quiet; a table that was empty has to be so still."""
        ordered = sorted(due, key=lambda state: state.task.name)
        named = [state.task.table.only for state in ordered]
        # Nobody begins to refer to a row that goes, unseen till he commits.
        named += [
            str(each.table) for state in ordered if state.removes for each in self._taking(state)
        ]
        tables = ", ".join(dict.fromkeys(named))
        outcome = attempt(self._conn, f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
        self._require(outcome, due[0])
        for state in due:
            if state.is_direct and not is_empty(self._conn, state.task):
                self._load(state)
            elif any(part.differing is None for part in state.difference.parts):
                self._compare(state)
            if state.task.rule.triggers == "off":
                state.silenced = silence(self._conn, state.task)

    def _defer(self) -> None:
        """Check everything at once, but for the foreign keys that are to wait and triggers.

        A trigger that waits as it was made to may look at rows that are still to come.
        """
        run(self._conn, "SET CONSTRAINTS ALL IMMEDIATE")
        waiting = [TableName(schema, name) for schema, name in fetch(self._conn, _WAITING)]
        waiting += [
            TableName(cut.table.schema, cut.key.name) for cut in self._order.cuts if not cut.columns
        ]
        if waiting:
            run(self._conn, f"SET CONSTRAINTS {', '.join(map(str, waiting))} DEFERRED")

    def _remove(self, states: list[_State]) -> list[_State]:
        """Remove rows that no file has; gives the tables where rows still refer to such rows."""
        later: list[_State] = []
        for state in states:
            if self._bound(state) is not None:
                later.append(state)
                continue
            run(self._conn, _SAVE)
            outcome = attempt(self._conn, remove(state.task, state.sources))
            if outcome.fault is not None and outcome.fault.sqlstate == _FOREIGN_KEY:
                run(self._conn, _BACK)
                later.append(state)
            else:
                state.removed = self._require(outcome, state).count
            run(self._conn, _FORGET)
        return later

    def _taking(self, state: _State) -> Sequence[Dependent]:
        """The references by which rows of other tables go or change with rows of this one."""
        return self._dependents.get(state.task.table.oid, ())

    def _bound(self, state: _State) -> Bound | None:
        found = first_bound(self._conn, state.task, state.sources, self._taking(state))
        if isinstance(found, ServerFault):
            raise refused(state.task, found)
        return found

    def _remove_now(self, state: _State) -> None:
        if bound := self._bound(state):
            raise SeedRowsBound(
                table=str(state.task.name),
                where=str(state.task.files[0].file.path),
                by=str(bound.by.table),
                columns=bound.by.columns,
                count=bound.count,
            )
        outcome = attempt(self._conn, remove(state.task, state.sources))
        state.removed = self._require(outcome, state).count

    def _put(self, state: _State) -> None:
        self._on_table(state.task.name)
        if state.is_direct and self._is_put_at_once(state):
            return
        cuts = self._order.cuts_of(state.task.name)
        late = [name for cut in cuts for name in cut.columns]
        for part in state.difference.parts:
            if part.added or part.changed:
                outcome = self._try(state, part, partial(put, state.task, part, late))
                added, changed = outcome.rows[0] if outcome.rows else (outcome.count, 0)
                state.added += int(added)
                state.changed += part.changed if late else int(changed)

    def _is_put_at_once(self, state: _State) -> bool:
        """Fill a table; where the server refuses that, which row it is has to be found."""
        run(self._conn, _SAVE)
        outcome = load_at_once(self._conn, state.task)
        if outcome.fault is not None:
            self._require_alive(outcome.fault, state)
            run(self._conn, _BACK)
            self._load(state)
            return False
        run(self._conn, _FORGET)
        state.added = outcome.count
        state.difference = Difference(rows=outcome.count)
        return True

    def _put_late(self, state: _State) -> None:
        for cut in self._order.cuts_of(state.task.name):
            for column, part in product(cut.columns, state.difference.parts):
                if column in part.load.columns:
                    self._try(state, part, partial(put_late, state.task, part, column))

    def _try(self, state: _State, part: Part, statement: Statement) -> Outcome:
        """Run a statement over all rows of a part; what it refuses is looked for."""
        run(self._conn, _SAVE)
        outcome = attempt(self._conn, statement("true"))
        if outcome.fault is not None:
            self._require_alive(outcome.fault, state)
            run(self._conn, _BACK)
            raise diagnose(self._conn, state.task, part.load, outcome.fault, statement)
        run(self._conn, _FORGET)
        return outcome

    def _check(self, states: list[_State]) -> None:
        """Have everything checked that waits for the end of the transaction."""
        run(self._conn, _SAVE)
        outcome = attempt(self._conn, "SET CONSTRAINTS ALL IMMEDIATE")
        if outcome.fault is None:
            run(self._conn, _FORGET)
            return
        self._require_alive(outcome.fault, states[0])
        run(self._conn, _BACK)
        for state in states:
            if state.is_direct:
                self._load(state)
            for part in state.difference.parts:
                fault = outcome.fault
                if place := find_row(self._conn, state.task, part.load, fault, None):
                    raise of_row(self._conn, state.task, part.load, fault, place)
        raise refused(states[-1].task, outcome.fault)

    def _run_scripts(self, state: _State, *, is_of_env: bool) -> None:
        for file in state.task.scripts:
            if (file.env is not None) == is_of_env:
                self._on_table(state.task.name)
                counts = run_statements(self._conn, file, self._settings())
                state.added += counts.added
                state.changed += counts.changed
                state.removed += counts.removed
                self._settle()

    def _move(self, states: list[_State]) -> None:
        """Move sequences, last of all: no rollback would bring them back."""
        for state in states:
            state.moves = behind(self._conn, state.task, self._filled(state))
            if state.moves and not self._options.is_dry_run:
                move(self._conn, state.task, state.moves)

    def _filled(self, state: _State) -> list[Load]:
        """Where the values of the files are: in the table where the server has no other copy."""
        if not (state.is_direct or state.is_partial):
            return state.loads
        columns = state.task.files[0].columns
        return [Load(state.task.table.only, columns, (), is_merged=False, count=0)]

    def _require(self, outcome: Outcome, state: _State) -> Outcome:
        if outcome.fault is not None:
            raise refused(state.task, outcome.fault)
        return outcome

    def _require_alive(self, fault: ServerFault, state: _State) -> None:
        if self._conn.broken or self._conn.closed:
            raise refused(state.task, fault)
