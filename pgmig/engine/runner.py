"""The runner: takes the lock, decides under it what to do, and does it script by script."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from pgmig import db
from pgmig.db import Connection
from pgmig.db.execute import run
from pgmig.engine import schema
from pgmig.engine.body import Body, read_body
from pgmig.engine.history import State, entry_sql, read_state
from pgmig.engine.job import Job
from pgmig.engine.lock import runner_lock
from pgmig.engine.options import Listener, Options
from pgmig.engine.preflight import continues, prepare, require_resumable
from pgmig.engine.report import RunReport, StepReport, step_report
from pgmig.engine.session import restore
from pgmig.engine.step import Step
from pgmig.engine.stepwise import run_stepwise
from pgmig.engine.transactional import run_transactional
from pgmig.errors import (
    AlreadyRecorded,
    PgmigError,
    RunStopped,
    RunStoppedPartWay,
)
from pgmig.scripts import Script
from pgmig.scripts.names import Direction

logger = logging.getLogger(__name__)

Choose = Callable[[State], tuple[Step, ...]]


def look(conn: Connection) -> tuple[schema.Home, State]:
    """The place of the history and what it tells; creates nothing."""
    home = schema.probe(conn)
    return home, read_state(conn) if home.is_there else State()


def apply(
    conn: Connection,
    choose: Choose,
    options: Options,
    listener: Listener,
    *,
    is_dry_run: bool = False,
) -> RunReport:
    """Run the steps that `choose` finds in the state of the database.

    Nothing is created or locked when there is nothing to do.

    Raises:
        PgmigError: one of many, all before the first statement except those of a failing step.
        RunStopped, RunStoppedPartWay: Ctrl-C; the history was asked what holds.
    """
    _, state = look(conn)
    steps = choose(state)
    if is_dry_run:
        bodies = prepare(conn, steps)
        return _report(conn, state, state.current, _would(bodies), is_dry_run=True)
    if not steps and state.part_way is None:
        return _report(conn, state, state.current, ())
    with runner_lock(conn, options.runner_timeout, listener):
        home, state = look(conn)
        steps = choose(state)
        require_resumable(state, steps)
        schema.require_writable(conn, home)
        bodies = prepare(conn, steps)
        schema.ensure(conn, home)
        listener.on_steps(steps)
        done = _Run(conn, options, listener, state, steps=steps).all(bodies)
    return _report(conn, state, _current_after(state, steps), done)


def run_script(
    conn: Connection,
    script: Script,
    direction: Direction,
    *,
    is_recorded: bool = False,
    options: Options | None = None,
    listener: Listener | None = None,
) -> StepReport:
    """Run one script on a session that nobody else competes with, such as a shadow database's.

    Args:
        conn: the session.
        script: what to run.
        direction: which half of it.
        is_recorded: keep a history in this database too.
        options: how to run it.
        listener: who hears of it.

    Raises:
        PgmigError: as `apply`, without locks and rules.
    """
    step = Step(script, direction)
    state = State()
    if is_recorded:
        home, state = look(conn)
        schema.ensure(conn, home)
    body = read_body(step.half)
    runner = _Run(conn, options or Options(), listener or Listener(), state, is_recorded)
    return runner.one(step, body)


def record_baseline(
    conn: Connection,
    script: Script,
    *,
    options: Options | None = None,
    listener: Listener | None = None,
) -> None:
    """Record a script as applied without running it: the database already is what it makes.

    Raises:
        AlreadyRecorded: the history has that version, or one above it.
        PgmigError: the history cannot be written here.
    """
    step = Step(script, "up")
    body = read_body(step.half)
    with runner_lock(conn, (options or Options()).runner_timeout, listener or Listener()):
        home, state = look(conn)
        if state.current >= script.version:
            raise AlreadyRecorded(
                label=script.label,
                last=state.applied[state.current].label,
                target=db.describe(conn),
            )
        schema.require_writable(conn, home)
        schema.ensure(conn, home)
        entry = entry_sql(
            conn,
            step,
            history_id=state.last_id + 1,
            statements=body.count,
            kind="baseline",
        )
        run(conn, entry)
    logger.info("recorded %s as applied, without running it", script.label)


class _Run(msgspec.Struct):
    """Steps one after the other on one session."""

    conn: Connection
    options: Options
    listener: Listener
    state: State
    is_recorded: bool = True
    steps: Sequence[Step] = ()
    done: list[Step] = []

    def all(self, bodies: Sequence[tuple[Step, Body]]) -> tuple[StepReport, ...]:
        """Run every step; Ctrl-C is told as what holds."""
        reports: list[StepReport] = []
        try:
            for step, body in bodies:
                reports.append(self.one(step, body))
        except KeyboardInterrupt:
            raise self._stopped() from None
        return tuple(reports)

    def one(self, step: Step, body: Body) -> StepReport:
        """Run one step."""
        self.listener.on_start(step)
        if not self.done:
            run(self.conn, "RESET ALL")  # out of the settings of our own queries
        began = time.monotonic()
        part_way = self.state.part_way
        is_resumed = part_way is not None and continues(part_way, (step,))
        job = Job(
            conn=self.conn,
            step=step,
            body=body,
            history_id=self.state.last_id + len(self.done) + 1 if self.is_recorded else None,
            before=_told(self.done),
            options=self.options,
            listener=self.listener,
            part_way=part_way if is_resumed else None,
        )
        if step.half.header.transaction:
            run_transactional(job)
        else:
            run_stepwise(job)
        seconds = time.monotonic() - began
        self.done.append(step)
        logger.info("%s %s in %.3f s", step.direction, step.label, seconds)
        self.listener.on_done(step, seconds)
        return step_report(step, body, seconds)

    def _stopped(self) -> PgmigError:
        """What holds after Ctrl-C, as the history tells it."""
        target = db.describe(self.conn)
        if self.conn.closed or self.conn.broken:
            return RunStoppedPartWay(
                target=target, holds="not known: the connection is gone; ask `pgmig status`"
            )
        restore(self.conn)
        _, state = look(self.conn)
        if state.last_id == self.state.last_id and state.part_way == self.state.part_way:
            return RunStopped(target=target, holds="nothing was changed")
        count = state.last_id - self.state.last_id
        holds = [_told(self.steps[:count])] if count else []
        if state.part_way is not None:
            found = state.part_way
            holds.append(
                f"{found.label} part-way {found.direction}: {found.done} of its statements done"
            )
        elif count < len(self.steps):
            holds.append(f"nothing remains of {self.steps[count].label}")
        return RunStoppedPartWay(target=target, holds="; ".join(holds))


def _current_after(state: State, steps: Iterable[Step]) -> int:
    """The current version after `steps`."""
    applied = set(state.applied)
    for step in steps:
        if step.direction == "up":
            applied.add(step.version)
        else:
            applied.discard(step.version)
    return max(applied, default=0)


def _told(done: Sequence[Step]) -> str:
    """What a run has done so far, for messages."""
    if not done:
        return ""
    labels = done[0].label if len(done) == 1 else f"{done[0].label} to {done[-1].label}"
    outcome = "applied" if done[-1].direction == "up" else "taken down"
    return f"{labels} {outcome}"


def _would(bodies: Sequence[tuple[Step, Body]]) -> tuple[StepReport, ...]:
    return tuple(step_report(step, body, None) for step, body in bodies)


def _report(
    conn: Connection,
    state: State,
    after: int,
    steps: tuple[StepReport, ...],
    *,
    is_dry_run: bool = False,
) -> RunReport:
    return RunReport(
        target=db.describe(conn),
        before=state.current,
        after=after,
        steps=steps,
        is_dry_run=is_dry_run,
    )
