"""Steps one after the other on one session, the next one made ready while the server works."""

import logging
import time
from collections.abc import Sequence
from itertools import takewhile

import msgspec

from pgmig import db
from pgmig.db import Connection
from pgmig.db.execute import run, settled
from pgmig.db.notices import warned
from pgmig.engine.body import Body
from pgmig.engine.history import State, Written, look, written_after
from pgmig.engine.hold import Hold
from pgmig.engine.job import Job
from pgmig.engine.options import Listener, Options
from pgmig.engine.refresh.due import due_now, may_concern, populated
from pgmig.engine.refresh.fill import drain, fill
from pgmig.engine.refresh.report import RefreshedView
from pgmig.engine.refresh.work import NOT_POPULATED, refresh_due
from pgmig.engine.report import StepReport, step_report
from pgmig.engine.resuming import continues
from pgmig.engine.session import restore
from pgmig.engine.step import Step
from pgmig.engine.stepwise import run_stepwise
from pgmig.engine.transactional import Message, message, run_transactional
from pgmig.errors import (
    PgmigError,
    RefreshConnectionLost,
    RefreshFailed,
    RunnerOvertaken,
    RunStopped,
    RunStoppedPartWay,
    ServerRefused,
    StatementFailed,
)

logger = logging.getLogger(__name__)

_SMALL = 1_000_000  # characters of a script whose message may wait in memory for its turn

Bodies = Sequence[tuple[Step, Body]]


class StepSequence(msgspec.Struct):
    """A run of steps.

    Attributes:
        conn: the session; it holds the runner lock when the steps are recorded.
        options: how to run them.
        listener: who hears of them.
        state: what the database has before the first.
        hold: the right to be the only runner; None when the steps are not recorded, or when
            nobody competes.
        is_recorded: each step writes its row of history.
        done: the steps that are applied.
        reports: one for each of them.
        began: when the last step did, on the monotonic clock.
        ready: number of a step to the message that it will be sent in.
        target: user, host, port and database: a session that is closed does not tell them.
        has_due: materialized views are to be refreshed, or may be after what ran so far.
        had_rows: the materialized views with rows, as they were found last; None: not asked yet.
        taken: version of the last script that was taken down, and the views that had rows before.
        refreshed: what was refreshed.
        left: what was not, as nobody wanted it.
    """

    conn: Connection
    options: Options
    listener: Listener
    state: State
    hold: Hold | None = None
    is_recorded: bool = True
    done: list[Step] = []
    reports: list[StepReport] = []
    began: float = 0.0
    ready: dict[int, Message] = {}
    target: str = ""
    has_due: bool = False
    had_rows: tuple[str, ...] | None = None
    taken: tuple[int, tuple[str, ...]] = (0, ())
    refreshed: list[RefreshedView] = []
    left: tuple[str, ...] = ()

    def run(self, bodies: Bodies) -> tuple[StepReport, ...]:
        """Run every step.

        Raises:
            StatementFailed and the like: of the step that failed; those before it stay.
            RunStopped, RunStoppedPartWay: Ctrl-C; the history was asked what holds.
            RefreshFailed and the like: every step is applied, a materialized view has no rows.
        """
        self.ready.clear()
        self.had_rows = None
        self.target = db.describe(self.conn)
        try:
            if not self.conn.is_pooled:
                run(self.conn, "RESET ALL")  # out of the settings of our own queries
            while len(self.done) < len(bodies):
                self._one(bodies, len(self.done))
            try:
                self._refresh()
            finally:
                self._end()
        except KeyboardInterrupt:
            raise self._stopped(bodies) from None
        except StatementFailed as error:
            if self._warn() and error.sqlstate == NOT_POPULATED:
                error.do = "`pgmig refresh`, then run the command again"
            raise
        return tuple(self.reports)

    def _refresh(self) -> None:
        """Refresh what scripts have left without rows, those of an earlier run too."""
        if self.hold is None or not self.has_due:
            return
        if not self.options.is_refreshing:
            self.left = tuple(due_now(self.conn).values())
            return
        before = _told(self.done)
        try:
            refresh_due(
                self.conn,
                self.hold,
                self.options,
                self.listener,
                done=self.refreshed,
                before=before,
            )
        except ServerRefused as error:
            if not (self.conn.closed or self.conn.broken):
                raise
            raise RefreshConnectionLost(
                target=self.target, reason=error.message, before=before
            ) from None

    def _refill(self) -> bool:
        """Refresh what is due now, for the next script; whether any view has got its rows.

        One that cannot be refreshed stops no script: the next may be what it needs.
        """
        if self.hold is None or not (self.has_due and self.options.is_refreshing):
            return False
        count = len(self.refreshed)
        try:
            self._refresh()
        except RefreshFailed as error:
            logger.warning("%s", error.what)
        if not self.conn.is_pooled:
            run(self.conn, "RESET ALL")
        if len(self.refreshed) == count:
            return False
        self.ready.clear()
        self.had_rows = None
        return True

    def _warn(self) -> bool:
        """Name what the scripts before one that failed have left without rows, if any."""
        if not self.has_due:
            return False
        try:
            left = ", ".join(due_now(self.conn).values())
        except PgmigError as error:
            logger.debug("what is due is not known: %s", error.what)
            return False
        if left:
            logger.warning("without rows until `pgmig refresh` or `pgmig up`: %s", left)
        return bool(left)

    def _end(self) -> None:
        at_end, is_changed = self.options.at_end, bool(self.done or self.refreshed)
        is_usable = not (self.conn.closed or self.conn.broken)
        if at_end is not None and is_changed and self.is_recorded and is_usable:
            at_end(self.conn)

    def note_done(self, step: Step, body: Body) -> None:
        """A step is applied and recorded."""
        seconds = time.monotonic() - self.began
        self.done.append(step)
        self.reports.append(step_report(step, body, seconds))
        logger.info("%s %s in %.3f s", step.direction, step.label, seconds)
        self.listener.on_done(step, seconds)

    def job(self, step: Step, body: Body) -> Job:
        """The next step as a job."""
        return self._job(step, body, len(self.done))

    def _one(self, bodies: Bodies, number: int) -> None:
        step, body = bodies[number]
        is_transaction = step.half.header.transaction
        # A statement that is not rolled back with its script is not tried again: what it may read
        # has its rows before. A way down is not kept waiting: it may be what takes the view away.
        if step.direction == "up" and not (self.done and is_transaction):
            self._refill()
        self.listener.on_start(step)
        self._send(bodies, number)
        if may_concern(step.half):
            self.had_rows = None
        self.note_done(step, body)

    def _send(self, bodies: Bodies, number: int) -> None:
        """Run a script; once more when it has read what another has left without rows."""
        step, _ = bodies[number]
        try:
            self._try(bodies, number)
        except StatementFailed as error:
            if not step.half.header.transaction or error.sqlstate != NOT_POPULATED:
                raise
            filled = () if self.is_recorded else fill(self.conn)
            if not (filled or self._refill()):
                raise
            self.listener.on_retry(step, error.message, 0)
            self._try(bodies, number)
            if filled:
                drain(self.conn, filled)

    def _try(self, bodies: Bodies, number: int) -> None:
        step, body = bodies[number]
        self.began = time.monotonic()
        if self.hold is not None:
            self.hold.doing = f"{step.direction} {step.label}"
            self._ask_for_rows()
        if step.direction == "down":
            self.taken = (step.version, self.had_rows or ())
        job = self._job(step, body, number)
        is_same = not may_concern(step.half)
        with warned(self.conn, lambda text: self.listener.on_warning(step, text)):
            if step.half.header.transaction:
                sent = self.ready.pop(number, None) or message(job)
                run_transactional(
                    job, sent, lambda: self._make_ready(bodies, number + 1) if is_same else None
                )
            else:
                run_stepwise(job)

    def _ask_for_rows(self) -> None:
        """Which materialized views have rows before the next step, unless that is known."""
        if self.had_rows is None:
            try:
                self.had_rows = populated(self.conn)
            except ServerRefused:
                if not (self.conn.closed or self.conn.broken):
                    raise
                return  # whoever sends the step tells that nobody answers
        self.has_due = self.has_due or bool(self.had_rows)

    def _make_ready(self, bodies: Bodies, number: int) -> None:
        """Write the message of a later step; called while the server works on an earlier one."""
        if number >= len(bodies) or number in self.ready:
            return
        step, body = bodies[number]
        if step.half.header.transaction and step.half.size < _SMALL:
            self.ready[number] = message(self._job(step, body, number))

    def _job(self, step: Step, body: Body, number: int) -> Job:
        found = self.state.part_way or self.state.tried
        is_resumed = found is not None and number == 0 and continues(found, (step,))
        return Job(
            conn=self.conn,
            step=step,
            body=body,
            history_id=self.state.last_id + number + 1 if self.is_recorded else None,
            before=_told(self.done),
            options=self.options,
            listener=self.listener,
            hold=self.hold,
            part_way=found if is_resumed else None,
            had_rows=self._had_rows(step),
        )

    def _had_rows(self, step: Step) -> tuple[str, ...]:
        """The views with rows before a step; before both halves of one that is done again."""
        version, taken = self.taken
        names = set(self.had_rows or ())
        return tuple(sorted(names | set(taken) if version == step.version else names))

    def _stopped(self, bodies: Bodies) -> PgmigError:
        """What holds after Ctrl-C, as the history tells it."""
        target = self.target
        if self.conn.closed or self.conn.broken:
            return RunStoppedPartWay(
                target=target, holds="not known: the connection is gone", is_known=False
            )
        restore(self.conn)
        if not self.is_recorded:
            return RunStopped(target=target, holds="no history is kept here")
        with settled(self.conn):
            _, state = look(self.conn)
            tried = state.tried if state.tried != self.state.tried else None
            there = state.last_id > self.state.last_id
            written = written_after(self.conn, self.state.last_id) if there else ()
        if written == () and state.part_way == self.state.part_way and tried is None:
            return RunStopped(target=target, holds="nothing was changed")
        mine = [Written.of(step) for step, _ in bodies]
        pairs = zip(written, mine, strict=False)
        count = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if count < len(written):  # what else is there is another runner's
            return RunnerOvertaken(label=bodies[count][0].label if count < len(bodies) else "it")
        holds = [_told([step for step, _ in bodies[:count]])] if count else []
        is_known = state.part_way is None or state.part_way.started is None
        if state.part_way is not None:
            found = state.part_way
            parts = [f"{found.done} of its statements done", found.batched_words]
            told = ", ".join(part for part in parts if part)
            holds.append(f"{found.label} part-way {found.direction}: {told}")
        elif tried is not None:
            holds.append(f"none of the statements of {tried.label} is done")
        elif count < len(bodies):
            holds.append(f"nothing remains of {bodies[count][0].label}")
        return RunStoppedPartWay(target=target, holds="; ".join(holds), is_known=is_known)


def _told(done: Sequence[Step]) -> str:
    """What a run has done so far, for messages."""
    if not done:
        return ""
    first, last = done[0].label, done[-1].label
    labels = last if first == last else f"{first} to {last}"
    outcome = "applied" if done[-1].direction == "up" else "taken down"
    return f"{labels} {outcome}"
