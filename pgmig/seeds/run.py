"""One run over all tables, in one transaction that is begun and ended elsewhere."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, compose, fetch, run
from pgmig.db.loading import Outcome, attempt
from pgmig.errors import SeedRowsBound
from pgmig.seeds.bound import Bound, first_bound
from pgmig.seeds.change import put, put_late, remove
from pgmig.seeds.changes import Dependent, dependents
from pgmig.seeds.compare import (
    Difference,
    Part,
    QueryFailed,
    ask,
    place_left,
    unmatched,
)
from pgmig.seeds.diagnosis import (
    Statement,
    diagnose,
    find_row,
    not_loaded,
    of_row,
    refused,
)
from pgmig.seeds.files import SeedFile
from pgmig.seeds.load import Load, LoadFailed, load_at_once
from pgmig.seeds.look import compare_again, load, look, look_again
from pgmig.seeds.names import TableName
from pgmig.seeds.order import Order, in_order
from pgmig.seeds.report import TableReport
from pgmig.seeds.rules import Rules
from pgmig.seeds.savepoint import BACK, FORGET, SAVE
from pgmig.seeds.sequences import behind, move
from pgmig.seeds.session import SETTINGS
from pgmig.seeds.state import State
from pgmig.seeds.statements import own_settings, run_statements
from pgmig.seeds.stream import SMALL
from pgmig.seeds.table import read_tables
from pgmig.seeds.task import by_table, make_task
from pgmig.seeds.triggers import silenced

logger = logging.getLogger(__name__)

_FOREIGN_KEY = "23503"
_SWALLOWED = "09000"  # errcodes: triggered_action_exception
_IS_SWALLOWED = "a trigger or a rule of the table keeps this row from being what the file says"

# Constraint triggers that are INITIALLY DEFERRED.
_WAITING: LiteralString = """
SELECT n.nspname::text, c.conname::text
FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.contype = 't' AND c.condeferred
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


class Run:
    """One run in one transaction."""

    def __init__(self, conn: Connection, rules: Rules, options: Options, on_table: OnTable) -> None:
        self._conn = conn
        self._rules = rules
        self._options = options
        self._on_table = on_table
        self._order = Order(())
        self._dependents: dict[int, list[Dependent]] = {}

    def run(self, files: Sequence[SeedFile]) -> tuple[TableReport, ...]:
        """Bring the tables of these files to what they say; see `sync.sync`."""
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

    def _prepare(self, files: Sequence[SeedFile]) -> list[State]:
        found = by_table(files)
        wanted = {name: str(each[0].path) for name, each in found.items()}
        tables = read_tables(self._conn, wanted) if wanted else {}
        tasks = {name: make_task(tables[name], found[name], self._rules) for name in tables}
        if any(task.rule.missing == "delete" for task in tasks.values()):
            self._dependents = dependents(self._conn, tables)
        self._order = in_order(tables, {n: t.columns for n, t in tasks.items() if t.files})
        return [State(tasks[name], number) for number, name in enumerate(self._order.tables)]

    def _take_all(self, states: list[State]) -> None:
        """Compare everything, and lock and change only what has to be."""
        for state in states:
            self._on_table(state.task.name)
            cuts = self._order.cuts_of(state.task.name)
            has_late = any(cut.columns for cut in cuts)
            look(self._conn, state, has_late=has_late, beside=self._options.beside)
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

    def _take_turns(self, states: list[State]) -> None:
        """One table after the other, as nobody knows what the statements of a file change."""
        self._defer()
        for state in states:
            self._run_scripts(state, is_of_env=False)
            if state.task.files:
                load(self._conn, state)
                if state.is_due:
                    self._lock([state])
                    self._put(state)
            self._run_scripts(state, is_of_env=True)
        self._finish(states, [state for state in reversed(states) if state.removes])
        self._move(states)

    def _finish(self, states: list[State], later: list[State]) -> None:
        """What had to wait for the rows of other tables."""
        for state in states:
            self._put_late(state)
        for state in later:
            self._remove_now(state)
        self._check(states)
        for state in states:
            for each in state.silenced:
                ask(self._conn, state.task, each.on)

    def _taken(self, states: list[State], due: list[State]) -> list[State]:
        """Tables in which something is to do since rows of others were removed: a cascade's.

        Of those in which something was to do already, it is found what that is now.
        """
        gone = {state.task.name for state in states if state.removed}
        more: list[State] = []
        for state in states:
            if gone.isdisjoint(key.target for key in state.task.table.foreign_keys):
                continue
            if state.is_direct:
                continue
            before = state.difference
            if state.is_partial:
                load(self._conn, state)
            else:
                compare_again(self._conn, state)
            if state.removed:
                state.difference = msgspec.structs.replace(
                    state.difference, beside=before.beside, beside_keys=before.beside_keys
                )
            elif state.is_due and all(state is not each for each in due):
                more.append(state)
        if more:
            self._lock(more)
        return more

    def _lock(self, due: list[State]) -> None:
        """Keep writers out, see what they did since the comparison, and keep triggers quiet."""
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
            look_again(self._conn, state)
            if state.task.rule.triggers == "off":
                state.silenced = silenced(state.task.table)
            for each in state.silenced:  # only the owner of the table may
                ask(self._conn, state.task, each.off)

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

    def _remove(self, states: list[State]) -> list[State]:
        """Remove rows that no file has; gives the tables where rows still refer to such rows."""
        later: list[State] = []
        for state in states:
            if self._bound(state) is not None:
                later.append(state)
                continue
            run(self._conn, SAVE)
            outcome = self._as_role(remove(state.task, state.sources))
            if outcome.fault is not None and outcome.fault.sqlstate == _FOREIGN_KEY:
                run(self._conn, BACK)
                later.append(state)
            else:
                self._require_gone(state, outcome)
            run(self._conn, FORGET)
            self._settle()
        return later

    def _taking(self, state: State) -> Sequence[Dependent]:
        """The references by which rows of other tables go or change with rows of this one."""
        return self._dependents.get(state.task.table.oid, ())

    def _bound(self, state: State) -> Bound | None:
        found = first_bound(self._conn, state.task, state.sources, self._taking(state))
        if isinstance(found, ServerFault):
            raise refused(state.task, found)
        return found

    def _remove_now(self, state: State) -> None:
        if bound := self._bound(state):
            raise SeedRowsBound(
                table=str(state.task.name),
                where=str(state.task.files[0].file.path),
                by=str(bound.by.table),
                columns=bound.by.columns,
                count=bound.count,
            )
        self._require_gone(state, self._as_role(remove(state.task, state.sources)))
        self._settle()

    def _as_role(self, statement: str) -> Outcome:
        """Run what writes rows under the settings that the role has of its own.

        Triggers, defaults and checks find what they find when anybody else writes.
        """
        run(self._conn, own_settings(self._conn, self._settings()))
        return attempt(self._conn, statement)

    def _require_gone(self, state: State, outcome: Outcome) -> None:
        """Refuse when rows stay that were to be removed."""
        state.removed = self._require(outcome, state).count
        if state.removed >= state.difference.beside:
            return
        beside = unmatched(state.task, state.sources)
        query = f"SELECT pg_catalog.count(*) FROM {state.task.table.only} t WHERE {beside}"
        ((stay,),) = ask(self._conn, state.task, query)
        if stay:
            reason = f"a trigger or a rule keeps {stay} of its rows that no file has"
            raise refused(state.task, ServerFault(_SWALLOWED, reason))

    def _put(self, state: State) -> None:
        self._on_table(state.task.name)
        if state.is_direct and self._is_put_at_once(state):
            return
        cuts = self._order.cuts_of(state.task.name)
        late = [name for cut in cuts for name in cut.columns]
        for part in state.difference.parts:
            if part.added or part.changed:
                outcome = self._try(state, part, partial(put, state.task, part, late))
                added, changed = outcome.rows[0] if outcome.rows else (outcome.count, 0)
                if not late and int(added) + int(changed) < part.added + part.changed:
                    self._require_there(state, part)
                state.added += int(added)
                state.changed += part.changed if late else int(changed)

    def _require_there(self, state: State, part: Part) -> None:
        """Refuse when fewer rows came or changed than had to, and some still have to."""
        if place := place_left(self._conn, state.task, part):
            fault = ServerFault(_SWALLOWED, _IS_SWALLOWED)
            raise of_row(self._conn, state.task, part.load, fault, place)

    def _is_put_at_once(self, state: State) -> bool:
        """Fill a table; where the server refuses that, which row it is has to be found."""
        run(self._conn, SAVE)
        outcome = load_at_once(self._conn, state.task)
        if outcome.fault is not None:
            self._require_alive(outcome.fault, state)
            run(self._conn, BACK)
            load(self._conn, state)
            return False
        run(self._conn, FORGET)
        state.added = outcome.count
        state.difference = Difference(rows=outcome.count)
        return True

    def _put_late(self, state: State) -> None:
        for cut in self._order.cuts_of(state.task.name):
            for column, part in product(cut.columns, state.difference.parts):
                if column in part.load.columns:
                    self._try(state, part, partial(put_late, state.task, part, column))
        if any(cut.columns for cut in self._order.cuts_of(state.task.name)):
            for part in state.difference.parts:
                self._require_there(state, part)

    def _try(self, state: State, part: Part, statement: Statement) -> Outcome:
        """Run a statement over all rows of a part; what it refuses is looked for."""
        run(self._conn, SAVE)
        outcome = self._as_role(statement("true"))
        if outcome.fault is not None:
            self._require_alive(outcome.fault, state)
            run(self._conn, BACK)
            run(self._conn, own_settings(self._conn, self._settings()))
            raise diagnose(self._conn, state.task, part.load, outcome.fault, statement)
        run(self._conn, FORGET)
        self._settle()
        return outcome

    def _check(self, states: list[State]) -> None:
        """Have everything checked that waits for the end of the transaction."""
        run(self._conn, SAVE)
        outcome = self._as_role("SET CONSTRAINTS ALL IMMEDIATE")
        if outcome.fault is None:
            run(self._conn, FORGET)
            self._settle()
            return
        self._require_alive(outcome.fault, states[0])
        run(self._conn, BACK)
        for state in states:
            if state.is_direct:
                load(self._conn, state)
            for part in state.difference.parts:
                fault = outcome.fault
                if place := find_row(self._conn, state.task, part.load, fault, None):
                    raise of_row(self._conn, state.task, part.load, fault, place)
        raise refused(states[-1].task, outcome.fault)

    def _run_scripts(self, state: State, *, is_of_env: bool) -> None:
        for file in state.task.scripts:
            if (file.env is not None) == is_of_env:
                self._on_table(state.task.name)
                counts = run_statements(self._conn, file, self._settings())
                state.added += counts.added
                state.changed += counts.changed
                state.removed += counts.removed
                self._settle()

    def _move(self, states: list[State]) -> None:
        """Move sequences, last of all: no rollback would bring them back."""
        for state in states:
            state.moves = behind(self._conn, state.task, self._filled(state))
            if state.moves and not self._options.is_dry_run:
                move(self._conn, state.task, state.moves)

    def _filled(self, state: State) -> list[Load]:
        """Where the values of the files are: in the table where the server has no other copy."""
        if not (state.is_direct or state.is_partial):
            return state.loads
        columns = state.task.files[0].columns
        return [Load(state.task.table.only, columns, (), is_merged=False, count=0)]

    def _require(self, outcome: Outcome, state: State) -> Outcome:
        if outcome.fault is not None:
            raise refused(state.task, outcome.fault)
        return outcome

    def _require_alive(self, fault: ServerFault, state: State) -> None:
        if self._conn.broken or self._conn.closed:
            raise refused(state.task, fault)
