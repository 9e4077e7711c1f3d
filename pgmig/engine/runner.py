"""The runner: takes the lock, decides under it what to do, and does it script by script."""

import logging
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from pgmig import db
from pgmig.db import Connection
from pgmig.db.execute import local_role, run
from pgmig.engine import schema
from pgmig.engine.body import Body, read_body
from pgmig.engine.continuing import continued
from pgmig.engine.history import State, entry_sql, look
from pgmig.engine.lock import runner_lock
from pgmig.engine.options import Listener, Options
from pgmig.engine.preflight import prepare
from pgmig.engine.refresh.due import due
from pgmig.engine.report import RunReport, StepReport, step_report
from pgmig.engine.resuming import continues, done_before, require_resumable
from pgmig.engine.schema import Home
from pgmig.engine.sequence import StepSequence
from pgmig.engine.session import COMMIT
from pgmig.engine.step import Step
from pgmig.errors import AlreadyRecorded, RunConnectionLost
from pgmig.scripts import Script
from pgmig.scripts.names import Direction

logger = logging.getLogger(__name__)

Choose = Callable[[State], tuple[Step, ...]]


def apply(
    conn: Connection,
    choose: Choose,
    options: Options,
    listener: Listener,
    *,
    is_dry_run: bool = False,
) -> RunReport:
    """Run the steps that `choose` finds in the state of the database.

    Nothing is created or locked when there is nothing to do. Where the connection breaks in a
    script that is one transaction, another one asks the history whether it was committed, and the
    run goes on behind it.

    Raises:
        PgmigError: one of many, all before the first statement except those of a failing step.
        RunConnectionLost: the connection broke, and the script that ran was not committed, or
            nobody could be asked.
        RunStopped, RunStoppedPartWay: Ctrl-C; the history was asked what holds.
    """
    target = db.describe(conn)
    home, state = look(conn)
    steps = choose(state)
    left = tuple(due(conn, home).values())
    if is_dry_run:
        require_resumable(state, steps)
        bodies = prepare(conn, steps)
        would = _report(target, state, state.current, _would(state, bodies), is_dry_run=True)
        return replace(would, due=left)
    if not steps and state.part_way is None and not (left and options.is_refreshing):
        return replace(_report(target, state, state.current, ()), due=left)
    schema.require_writable(conn, home)
    if conn.is_pooled:  # its lock writes: what would be refused under it is refused before
        _checked(conn, home, state, steps)
    with runner_lock(conn, options.runner_timeout, listener) as hold:
        home, state = look(conn)
        steps = choose(state)
        # A script that is part-way has noted views of which none may have rows any more.
        has_due = bool(due(conn, home) or state.part_way or state.tried)
        bodies = _checked(conn, home, state, steps)
        schema.ensure(conn, home)
        if options.at_begin is not None:
            options.at_begin(conn)
        listener.on_steps(steps)
        course = StepSequence(conn, options, listener, state, hold, has_due=has_due)
        try:
            done = course.run(bodies)
            return _finished(course, _report(target, state, _current_after(state, steps), done))
        except RunConnectionLost as error:
            lost = error
    done = continued(course, bodies, lost)
    return _finished(course, _report(target, state, _current_after(state, steps), done))


def _checked(
    conn: Connection, home: Home, state: State, steps: tuple[Step, ...]
) -> list[tuple[Step, Body]]:
    """The statements of every step, after all that is refused before the first of them."""
    require_resumable(state, steps)
    schema.require_writable(conn, home)
    return prepare(conn, steps)


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
    sequence = StepSequence(
        conn, options or Options(), listener or Listener(), state, is_recorded=is_recorded
    )
    (report,) = sequence.run([(step, body)])
    return report


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
    with runner_lock(conn, (options or Options()).runner_timeout, listener or Listener()) as hold:
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
        run(conn, f"BEGIN;{local_role(conn)}{hold.fence(conn)}{entry}{COMMIT}")
        hold.passed()
    logger.info("recorded %s as applied, without running it", script.label)


def _finished(course: StepSequence, report: RunReport) -> RunReport:
    """The report of a run that came to its end, with what became of its materialized views."""
    return replace(report, refreshed=tuple(course.refreshed), due=course.left)


def _current_after(state: State, steps: Iterable[Step]) -> int:
    """The current version after `steps`."""
    applied = set(state.applied)
    for step in steps:
        if step.direction == "up":
            applied.add(step.version)
        else:
            applied.discard(step.version)
    return max(applied, default=0)


def _would(state: State, bodies: Sequence[tuple[Step, Body]]) -> tuple[StepReport, ...]:
    """What would run; the first step behind the statements that an earlier run has done."""
    found = state.part_way
    return tuple(
        step_report(step, body, None, done_before=done_before(found, step, body))
        if number == 0 and found is not None and continues(found, (step,))
        else step_report(step, body, None)
        for number, (step, body) in enumerate(bodies)
    )


def _report(
    target: str,
    state: State,
    after: int,
    steps: tuple[StepReport, ...],
    *,
    is_dry_run: bool = False,
) -> RunReport:
    labels = {applied.version: applied.label for applied in state.applied.values()}
    if not is_dry_run:
        labels |= {step.version: step.label for step in steps if step.direction == "up"}
    return RunReport(
        target=target,
        before=state.current,
        after=after,
        steps=steps,
        is_dry_run=is_dry_run,
        label=labels.get(after, ""),
    )
