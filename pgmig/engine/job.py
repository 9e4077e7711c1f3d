"""Job: one step on one session, and how its failure is told."""

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import Reply, ServerFault
from pgmig.engine.body import Body, Place, holds_secret
from pgmig.engine.hold import Hold
from pgmig.engine.options import Listener, Options
from pgmig.engine.part_way import PartWay
from pgmig.engine.step import Step
from pgmig.errors import RunConnectionLost, StatementFailed

_ADVICE = {
    "25001": "put `-- pgmig: transaction=off` at its head: this statement refuses a transaction",
    "55P03": "run the command again when the lock is free, or wait longer for it: `--lock-timeout`"
    " or `-- pgmig: lock_timeout=30s retries=10` at the head of the script",
    "40P01": "run the command again: another session and this script waited for each other",
    "40001": "run the command again: other sessions changed what this script read",
    "42501": "deploy as a role that may do this",
    "57014": "raise statement_timeout for this role, when it was not you who cancelled it",
}


class Job(msgspec.Struct, frozen=True):
    """One step to run.

    Attributes:
        conn: the session; it holds the runner lock when the step is recorded.
        step: what to run.
        body: its statements.
        history_id: number of the history row to write; None when the step is not recorded.
        before: what the run has done before this step, for messages; "" for nothing.
        options: how to run it.
        listener: who hears of it.
        hold: the right to be the only runner; None when the step is not recorded.
        part_way: what is known of an earlier run of it, without a transaction, that ended early.
        had_rows: the materialized views that have rows before it, for the note of those that it
            leaves without.
    """

    conn: Connection
    step: Step
    body: Body
    history_id: int | None
    before: str
    options: Options
    listener: Listener
    hold: Hold | None = None
    part_way: PartWay | None = None
    had_rows: tuple[str, ...] = ()

    @property
    def doing(self) -> str:
        """What pg_stat_activity and other runners show of it."""
        return f"pgmig {self.step.direction} {self.step.label}"

    @property
    def lock_timeout(self) -> str:
        """PostgreSQL's lock_timeout: the script's own, else the deployer's."""
        return self.body.half.header.lock_timeout or f"{self.options.lock_timeout}ms"

    @property
    def retries(self) -> int:
        """How often to try again after a lock timeout, a deadlock, a serialization failure."""
        own = self.body.half.header.retries
        return self.options.retries if own is None else own

    def holds(self, outcome: str) -> str:
        """What the database holds now: what the run did before, then `outcome` of this step."""
        return f"{self.before}; {outcome}" if self.before else outcome

    def rolled_back(self) -> str:
        """What the database holds after this step was rolled back."""
        if self.step.direction == "up":
            return self.holds(f"{self.step.label} rolled back, nothing of it remains")
        return self.holds(f"{self.step.label} still applied, its down was rolled back")

    def failure(self, fault: ServerFault, place: Place | None, holds: str) -> StatementFailed:
        """The error that tells of `fault` at `place`; None is the end of the transaction."""
        correct = f"correct {self.body.half.path.name} and run the command again"
        return StatementFailed(
            path=self.body.half.path,
            line=place.line if place else 0,
            column=place.column if place else 0,
            statement=place.statement if place else "",
            sqlstate=fault.sqlstate,
            message=fault.message,
            detail="" if holds_secret(fault.detail) else fault.detail,
            hint=fault.hint,
            context="" if holds_secret(fault.context) else fault.context,
            holds=holds,
            do=_ADVICE.get(fault.sqlstate, correct),
        )

    def lost(self, reply: Reply, holds: str) -> RunConnectionLost:
        """The error that tells of a broken connection."""
        reason = reply.fault.message if reply.fault else "the server went away"
        return RunConnectionLost(path=self.body.half.path, reason=reason, holds=self.holds(holds))
