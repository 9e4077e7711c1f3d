"""A statement that PostgreSQL does not let share a transaction with the note of its outcome.

Its intent is committed before it together with what the catalog held, its outcome after it. Of a
runner that died in between, or of a try that failed, the catalog tells what it left.
"""

import logging
import time
from typing import Final, NoReturn, Protocol

import msgspec

from pgmig import db
from pgmig.db.execute import ServerFault, run, send, settled
from pgmig.engine import progress
from pgmig.engine.body import excerpt
from pgmig.engine.job import Job
from pgmig.engine.outcome import Evidence, Verdict, decide, form_of, observe
from pgmig.engine.part_way import StatementProgress
from pgmig.engine.session import COMMIT, begin, lex_as_standard
from pgmig.engine.transactional import PASSING, wait_before_retry
from pgmig.errors import OutcomeUnknown, RoleNotTaken, RunnerBusy
from pgmig.scripts import Piece
from pgmig.scripts.text import checksum

logger = logging.getLogger(__name__)

_NOT_IN_BLOCK: Final = "25001"  # active_sql_transaction

_POLL: Final = 0.5  # seconds between two looks at a backend that is still at work

_SETTINGS = frozenset({"SET", "RESET"})
_STATE = _SETTINGS | {"PREPARE", "LISTEN", "LOAD", "DECLARE"}
_TEMPORARY = frozenset({"TEMP", "TEMPORARY"})

# What means something else within a transaction block, or nothing outside one.
_ONLY_IN_BLOCK = frozenset({"LOCK", "DECLARE", "SAVEPOINT", "RELEASE", "ROLLBACK"})
_CONCURRENT = frozenset({"CREATE", "DROP", "REINDEX", "ALTER"})
_OUTSIDE = frozenset(
    {
        ("CREATE", "DATABASE"),
        ("DROP", "DATABASE"),
        ("CREATE", "TABLESPACE"),
        ("DROP", "TABLESPACE"),
        ("ALTER", "SYSTEM"),
    }
)


def is_setting(piece: Piece) -> bool:
    """Whether a statement sets something that later ones of its session find."""
    return bool(_SETTINGS.intersection(piece.words[:1]))


def is_temporary(piece: Piece) -> bool:
    """Whether a statement makes what is gone with its session."""
    words = piece.words
    return words[:1] == ("CREATE",) and not _TEMPORARY.isdisjoint(words[1:5])


def keeps_state(piece: Piece) -> bool:
    """Whether a statement leaves something in the session beside what it does to the database."""
    words = piece.words
    if is_temporary(piece):
        return True
    if words[:2] in (("SET", "LOCAL"), ("SET", "CONSTRAINTS"), ("PREPARE", "TRANSACTION")):
        return False
    return bool(_STATE.intersection(words[:1]))


def stands_alone(piece: Piece) -> bool:
    """Whether it is plain from its first words that a transaction block is refused.

    Only saves a try: of every other statement PostgreSQL itself says so.
    """
    words = piece.words
    return (
        ("CONCURRENTLY" in words and words[0] in _CONCURRENT)
        or words[:1] == ("VACUUM",)
        or bool(_ONLY_IN_BLOCK.intersection(words[:1]))
        or words[:2] in _OUTSIDE
    )


def is_of_form(known: StatementProgress, piece: Piece) -> bool:
    """Whether what was noted of one statement may be about this one."""
    if known.before is None:
        return True
    return msgspec.json.decode(known.before, type=Evidence).form == form_of(piece)


class Fail(Protocol):
    """Records a failure and raises it."""

    def __call__(
        self,
        number: int,
        piece: Piece,
        fault: ServerFault,
        *,
        is_open: bool = False,
        told: str = "failed",
    ) -> NoReturn:
        """With `is_open` what is noted stays that it began: a part may be committed.

        `told` is what became of the statement, for people.
        """
        ...


class Alone(msgspec.Struct, frozen=True):
    """One such statement.

    Attributes:
        job: the step that it is of.
        number: its own, from 1.
        piece: the statement.
        known: what an earlier run noted of it and did not end.
        fail: records a failure and raises it.
    """

    job: Job
    number: int
    piece: Piece
    known: StatementProgress | None
    fail: Fail

    def run(self) -> None:
        """Have it take effect, once.

        Raises:
            OutcomeUnknown: an earlier run died in it, and the catalog tells nothing.
            RunnerBusy: a backend of an earlier run is still at it.
            StatementFailed: it did, or what an earlier try left could not be cleaned away.
            RunConnectionLost, KeyboardInterrupt: as `run_stepwise`.
        """
        lex_as_standard(self.job.conn)
        if self.known is not None and self._is_done(self.known):
            return
        if self.job.conn.is_pooled and self.job.conn.role is not None:
            path, words = self.job.body.half.path, " ".join(self.piece.words[:2])
            raise RoleNotTaken(
                path=path, line=self.piece.line, words=words, role=self.job.conn.role
            )
        for tried in range(self.job.retries + 1):
            before = self._observe()
            self._intend(before)
            fault = self._send(before)
            if fault is None:
                return
            verdict = self._verdict(before)
            if verdict.outcome == "unknown":
                self.fail(self.number, self.piece, fault, is_open=True)
            if fault.sqlstate not in PASSING or tried == self.job.retries:
                self.fail(self.number, self.piece, fault)
            wait_before_retry(self.job, fault, tried)
            self._clean(verdict)
            if verdict.outcome == "done":
                self._note(progress.done_sql(self.job.conn, **self._row()))
                return

    def _is_done(self, known: StatementProgress) -> bool:
        """Whether an earlier run has done it; what that run left half done is cleaned away."""
        job = self.job
        before = None if known.before is None else msgspec.json.decode(known.before, type=Evidence)
        verdict = self._verdict(before)
        if verdict.outcome == "unknown" and known.outcome == "started":
            raise OutcomeUnknown(
                path=job.body.half.path,
                line=self.piece.line,
                number=self.number,
                total=job.body.count,
                version=job.step.version,
                statement=excerpt(self.piece),
                evidence=verdict.evidence,
            )
        self._clean(verdict)
        if verdict.outcome != "done" or known.checksum != checksum(self.piece.sql):
            return False
        told = "; ".join(verdict.evidence)
        logger.info("%s: statement %d took effect: %s", job.step.label, self.number, told)
        self._note(progress.done_sql(job.conn, **self._row()))
        return True

    def _verdict(self, before: Evidence | None) -> Verdict:
        """What became of it; waits for a backend that is still at it."""
        job = self.job
        began = time.monotonic()
        while True:
            with settled(job.conn, is_own_path=True):
                verdict = decide(job.conn, self.piece, before)
            if verdict.outcome != "busy":
                return verdict
            waited = time.monotonic() - began
            if waited * 1000 >= job.options.runner_timeout:
                holder = "; ".join(verdict.evidence)
                raise RunnerBusy(target=db.describe(job.conn), holder=holder, waited=waited)
            time.sleep(_POLL)

    def _clean(self, verdict: Verdict) -> None:
        """Remove what a try left half done, or end it."""
        for text in verdict.cleanup:
            logger.info("%s: %s", self.job.step.label, text)
            for tried in range(self.job.retries + 1):
                fault = self._cleaned(text)
                if fault is None:
                    break
                if fault.sqlstate not in PASSING or tried == self.job.retries:
                    self.fail(
                        self.number, self.piece, msgspec.structs.replace(fault, position=None)
                    )
                wait_before_retry(self.job, fault, tried)

    def _cleaned(self, text: str) -> ServerFault | None:
        """Run it with a lock timeout in a transaction, where PostgreSQL lets us."""
        conn = self.job.conn
        reply = send(conn, f"{begin(conn, self.job.lock_timeout).text}{text}{COMMIT}")
        if reply.fault is None:
            return None
        if not reply.is_lost:
            run(conn, "ROLLBACK")
        if reply.fault.sqlstate == _NOT_IN_BLOCK:
            reply = send(conn, text)
        if reply.is_lost:
            raise self.job.lost(reply, f"{self.job.step.label} part-way in statement {self.number}")
        if reply.is_interrupted:
            raise KeyboardInterrupt
        return reply.fault

    def _observe(self) -> Evidence:
        with settled(self.job.conn, is_own_path=True):
            return observe(self.job.conn, self.piece)

    def _intend(self, before: Evidence) -> None:
        """Commit that it is about to run, and what the catalog holds."""
        job = self.job
        if job.history_id is None:
            return
        text = progress.intend_sql(
            job.conn,
            job.step,
            **self._row(),
            checksum=checksum(self.piece.sql),
            before=msgspec.json.encode(before).decode(),
            is_known=self.known is not None,
        )
        try:
            self._note(text)
        except KeyboardInterrupt:
            self._note(progress.withdraw_sql(job.conn, **self._row()))
            raise

    def _send(self, before: Evidence) -> ServerFault | None:
        """Run it and commit its outcome; the fault when it failed."""
        job = self.job
        lex_as_standard(job.conn)
        reply = send(job.conn, self.piece.sql, self.piece.data)
        if reply.is_lost:
            raise job.lost(reply, f"{job.step.label} part-way in statement {self.number}")
        if reply.fault is None and reply.completed:
            self._note(progress.done_sql(job.conn, **self._row()))
        elif reply.fault is not None and reply.is_interrupted:
            self._note_stopped(reply.fault, before)
        if reply.is_interrupted:
            raise KeyboardInterrupt
        return reply.fault

    def _note_stopped(self, fault: ServerFault, before: Evidence) -> None:
        """Ctrl-C ended it; what may have committed a part is left for the catalog or a person."""
        if self._verdict(before).outcome == "unknown":
            return
        total = checksum(self.piece.sql)
        conn, step = self.job.conn, self.job.step
        self._note(progress.failed_sql(conn, step, fault, **self._row(), checksum=total))

    def _note(self, text: str) -> None:
        if self.job.history_id is not None:
            progress.write(self.job.conn, self.job.step, text, self.job.hold)

    def _row(self) -> dict[str, int]:
        return {"history_id": self.job.history_id or 0, "statement": self.number}
