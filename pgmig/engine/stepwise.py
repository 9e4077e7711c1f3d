"""A script without a transaction: statement by statement, each committed alone.

Each statement is first tried in a transaction of its own together with the note that it is done:
of such a one it is known at any instant whether it took effect. Where PostgreSQL refuses that, it
runs alone between a note of the intent and a note of the outcome, and after a crash the catalog
says what became of it (`outcome/`).
"""

import logging
import time
from collections.abc import Sequence
from itertools import islice
from typing import Final, LiteralString, NoReturn

import msgspec

from pgmig.db.execute import ServerFault, fetch, refused, run, send
from pgmig.engine import progress
from pgmig.engine.alone import Alone, is_of_form, is_setting, stands_alone
from pgmig.engine.batch import Batches
from pgmig.engine.body import place_of_fault
from pgmig.engine.cursor import Cursor, others
from pgmig.engine.history import ENTRY_COUNT, entry_sql
from pgmig.engine.hold import DIVISION_BY_ZERO
from pgmig.engine.job import Job
from pgmig.engine.part_way import StatementProgress
from pgmig.engine.refresh.due import beforehand_sql
from pgmig.engine.resuming import done_before
from pgmig.engine.schema import settle
from pgmig.engine.session import (
    COMMIT,
    clearing,
    lex_as_standard,
    own_settings,
    reset,
    restore,
    roll_back,
)
from pgmig.engine.together import kept, send_together
from pgmig.engine.trace import log_statement
from pgmig.engine.transactional import PASSING, is_overtaken, wait_before_retry
from pgmig.errors import BatchChanged, HistoryClosed, LeaseLost, RunnerOvertaken, StateLeft
from pgmig.scripts import Piece
from pgmig.scripts.batch.directive import Batch
from pgmig.scripts.text import checksum

logger = logging.getLogger(__name__)

_UNIQUE_VIOLATION: Final = "23505"

# A statement that cannot be within a transaction block, and a procedure that commits there
# (errcodes-appendix.html); and a note that cannot be written in a read-only transaction, where the
# script has made that the default.
_COMMITS: Final = "2D000"
_NOT_IN_BLOCK: Final = frozenset({"25001", _COMMITS})
_READ_ONLY: Final = "25006"

_BEGIN: LiteralString = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_OUR_PATH: LiteralString = "SET LOCAL search_path='';"

_INVALID_INDEXES: LiteralString = """
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid
ORDER BY 1
"""


def run_stepwise(job: Job) -> None:
    """Apply one step statement by statement, behind those that an earlier run has done.

    Raises:
        StatementFailed: what is done stays done; the same command goes on with this statement.
        OutcomeUnknown: an earlier run died in a statement of which the catalog tells nothing.
        StepChanged: statements that are done are another text now.
        RunnerOvertaken, LeaseLost, RunConnectionLost, KeyboardInterrupt: as `run_transactional`.
    """
    done = done_before(job.part_way, job.step, job.body)
    _Walk(job).run(done)


class _Walk(msgspec.Struct):
    """The way through the statements of one job."""

    job: Job
    unended: list[StatementProgress] = []  # by earlier runs, and not come to yet

    def run(self, done: int) -> None:
        job = self.job
        rows: Sequence[StatementProgress] = job.part_way.statements if job.part_way else ()
        self.unended = [row for row in rows if row.outcome != "done"]
        if not job.conn.is_pooled:
            run(job.conn, own_settings(job.conn, job.lock_timeout, job.doing))
        if job.had_rows and job.history_id is not None:
            text = beforehand_sql(job.conn, job.had_rows, job.history_id)
            progress.write(job.conn, job.step, text, job.hold)
        for number, piece in enumerate(job.body.half.statements(), start=1):
            if number > done:
                job.listener.on_statement(job.step, number, job.body.count)
                self._one(number, piece)
            elif is_setting(piece):
                # The session that these settings were made in is gone.
                self._again(piece)
        self._finish()
        for index in _invalid_indexes(job):
            logger.warning("%s: the index %s is invalid", job.step.label, index)

    def _one(self, number: int, piece: Piece) -> None:
        """Run a statement, in a transaction where PostgreSQL lets us."""
        job = self.job
        began = time.monotonic()
        batch = job.body.half.batch(number)
        cursor = self._cursor(number, piece, batch)
        # Only of one that ran alone is it noted that it began.
        is_begun = any(row.outcome == "started" and row.cursor is None for row in self.unended)
        if batch is not None:
            rest = others(job.body.half, number)
            Batches(job, number, piece, batch, cursor, self._fail, rest=rest).run()
        elif is_begun or stands_alone(piece) or not self._within(number, piece):
            Alone(job, number, piece, self._known(piece), self._fail).run()
        log_statement(job, number, piece, time.monotonic() - began)

    def _cursor(self, number: int, piece: Piece, batch: Batch | None) -> Cursor | None:
        """How far an earlier run came in batches of a statement.

        The author may have put others before it since. Where it failed he may have corrected it,
        and nothing else: of two statements that changed nobody knows which one it was.

        Raises:
            BatchChanged: it is another one now.
        """
        batched = [row for row in self.unended if row.cursor is not None]
        same = [row for row in batched if row.checksum == checksum(piece.sql)]
        known = next(iter(same or (row for row in batched if not self._comes(row))), None)
        if known is None or known.cursor is None:
            return None
        is_same = bool(same)
        is_corrected = (
            known.outcome == "failed"
            and known.number == number
            and known.cursor.rest == others(self.job.body.half, number)
        )
        if batch is not None and (is_same or is_corrected):
            self.unended.remove(known)
            return known.cursor
        raise BatchChanged(
            path=self.job.body.half.path,
            line=piece.line,
            number=known.number,
            version=self.job.step.version,
            rows=known.cursor.rows,
            reason="has no `batch` above it any more" if is_same else "is another one now",
        )

    def _known(self, piece: Piece) -> StatementProgress | None:
        """What an earlier run noted about a statement that it did not end.

        The author may have put others before it since, or have corrected it: then it is the next
        of its form that runs alone.
        """
        alone = [row for row in self.unended if row.cursor is None]
        same = (row for row in alone if row.checksum == checksum(piece.sql))
        alike = (row for row in alone if not self._comes(row) and is_of_form(row, piece))
        known = next(same, None) or next(alike, None)
        if known is not None:
            self.unended.remove(known)
        return known

    def _comes(self, known: StatementProgress) -> bool:
        """Whether the very statement stands in the script, behind those that are done."""
        done = 0 if self.job.part_way is None else self.job.part_way.done
        pieces = islice(self.job.body.half.statements(), done, None)
        return any(known.checksum == checksum(piece.sql) for piece in pieces)

    def _within(self, number: int, piece: Piece) -> bool:
        """Run a statement together with its outcome; false where PostgreSQL refuses to."""
        job = self.job
        for tried in range(job.retries + 1):
            fault, is_ours = send_together(job, number, piece, self._note(number, piece))
            if fault is None:
                return True
            roll_back(job.conn)
            if is_ours and progress.is_taken(fault):
                raise RunnerOvertaken(label=job.step.label)
            if job.conn.is_pooled and fault.sqlstate == _COMMITS:
                words = f"{' '.join(piece.words[:2])}, which commits by itself"
                raise StateLeft(path=job.body.half.path, line=piece.line, words=words)
            if fault.sqlstate in _NOT_IN_BLOCK or (is_ours and fault.sqlstate == _READ_ONLY):
                return False
            if fault.sqlstate not in PASSING or tried == job.retries:
                self._fail(number, piece, fault)
            wait_before_retry(job, fault, tried)
        return True

    def _note(self, number: int, piece: Piece) -> str:
        job = self.job
        if job.history_id is None:
            return ""
        return progress.within_sql(
            job.conn,
            job.step,
            history_id=job.history_id,
            statement=number,
            checksum=checksum(piece.sql),
        )

    def _again(self, piece: Piece) -> None:
        """Make a setting anew that an earlier run made."""
        lex_as_standard(self.job.conn)
        reply = send(self.job.conn, piece.sql)
        if reply.is_interrupted:
            raise KeyboardInterrupt
        if reply.fault is not None:
            raise refused(reply.fault)

    def _fail(
        self,
        number: int,
        piece: Piece,
        fault: ServerFault,
        *,
        is_open: bool = False,
        told: str = "failed",
    ) -> NoReturn:
        """Record the failure, then raise it.

        With `is_open` what is noted stays that it began: a part of it may be committed.
        """
        job = self.job
        restore(job.conn)
        if job.history_id is not None:
            if is_overtaken(job):
                raise RunnerOvertaken(label=job.step.label)
            if fault.sqlstate == DIVISION_BY_ZERO and self._is_taken():
                raise LeaseLost(label=job.step.label, is_pooled=job.conn.is_pooled)
            text = progress.failed_sql(
                job.conn,
                job.step,
                fault,
                history_id=job.history_id,
                statement=number,
                checksum=checksum(piece.sql),
            )
            if not is_open:
                progress.write(job.conn, job.step, text, job.hold)
        holds = kept(job, number, "failed, and may have committed a part" if is_open else told)
        if invalid := _invalid_indexes(job):
            holds += f"; invalid indexes: {', '.join(invalid)} (what this script left of them is"
            holds += " dropped when it goes on with that statement)"
        raise job.failure(fault, place_of_fault(piece, fault), job.holds(holds))

    def _is_taken(self) -> bool:
        """Whether the lock or the lease is another runner's."""
        job = self.job
        if job.hold is None:
            return False
        reply = send(job.conn, f"BEGIN;{job.hold.fence(job.conn)}COMMIT")
        if reply.fault is not None:
            run(job.conn, "ROLLBACK")
        return reply.fault is not None

    def _finish(self) -> None:
        """Commit the history row, and clear the session."""
        job = self.job
        if job.history_id is None:
            restore(job.conn)
            return
        lex_as_standard(job.conn)
        fence = "" if job.hold is None else job.hold.fence(job.conn)
        entry = entry_sql(job.conn, job.step, history_id=job.history_id, statements=job.body.count)
        head = f"{_BEGIN}{reset(job.conn).text}{_OUR_PATH}{fence}"
        unlocking = "" if job.hold is None else job.hold.unlocking(job.conn, job.body.half)
        reply = send(job.conn, f"{head}{entry}{COMMIT}{clearing(job.conn)}{unlocking}")
        if reply.is_lost:
            raise job.lost(reply, f"all statements of {job.step.label} are done")
        if reply.is_interrupted:
            raise KeyboardInterrupt
        if reply.fault is None:
            if job.hold is not None:
                job.hold.passed()
                if unlocking:
                    job.hold.unlocked()
            return
        restore(job.conn)
        if reply.fault.sqlstate == _UNIQUE_VIOLATION:
            raise RunnerOvertaken(label=job.step.label)
        before = 1 + reset(job.conn).count + 1
        if reply.completed == before and reply.fault.sqlstate == DIVISION_BY_ZERO:
            raise LeaseLost(label=job.step.label, is_pooled=job.conn.is_pooled)
        if before < reply.completed <= before + ENTRY_COUNT:
            reason = f"{reply.fault.message} (SQLSTATE {reply.fault.sqlstate})"
            holds = job.holds(f"all statements of {job.step.label} are done and kept")
            raise HistoryClosed(path=job.body.half.path, reason=reason, holds=holds)
        raise refused(reply.fault)


def _invalid_indexes(job: Job) -> tuple[str, ...]:
    """Indexes that a statement with CONCURRENTLY left behind, of this script or an earlier one."""
    settle(job.conn)
    found = tuple(name for (name,) in fetch(job.conn, _INVALID_INDEXES))
    if not job.conn.is_pooled:
        run(job.conn, "RESET ALL")
    return found
