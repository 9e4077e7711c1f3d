"""A script without a transaction: statement by statement, each committed alone.

A lock timeout is not tried again here: a statement that commits in several steps, such as CREATE
INDEX CONCURRENTLY, may have left something behind, and would not find what it found before.
"""

import logging
import time
from typing import Final, LiteralString

import msgspec

from pgmig.db.execute import Reply, ServerFault, compose, fetch, refused, run, send
from pgmig.engine import progress
from pgmig.engine.body import place_of_fault
from pgmig.engine.history import entry_sql
from pgmig.engine.job import Job
from pgmig.engine.resuming import done_before
from pgmig.engine.schema import settle
from pgmig.engine.session import COMMIT, DISCARD, RESET, lex_as_standard, restore
from pgmig.engine.trace import log_statement
from pgmig.errors import RunnerOvertaken
from pgmig.scripts import Piece
from pgmig.scripts.text import checksum

logger = logging.getLogger(__name__)

_UNIQUE_VIOLATION: Final = "23505"
_SESSION_WORDS = frozenset({"SET", "RESET"})

_OWN_SETTINGS: LiteralString = "RESET ALL;SET lock_timeout={lock_timeout}"
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
        OutcomeUnknown: an earlier run died in a statement.
        StepChanged: statements that are done are another text now.
        RunnerOvertaken, RunConnectionLost, KeyboardInterrupt: as `run_transactional`.
    """
    done = done_before(job.part_way, job.step, job.body)
    walk = _Walk(job)
    try:
        walk.run(done)
    except KeyboardInterrupt:
        walk.save()
        raise


class _Walk(msgspec.Struct):
    """The way through the statements of one job."""

    job: Job
    unwritten: str = ""  # an outcome that travels with the next write

    def run(self, done: int) -> None:
        job = self.job
        run(job.conn, compose(job.conn, _OWN_SETTINGS, lock_timeout=job.lock_timeout))
        for number, piece in enumerate(job.body.half.statements(), start=1):
            words = piece.words
            if number > done:
                job.listener.on_statement(job.step, number, job.body.count)
                self._intend(number, piece)
                self._run(number, piece)
            elif words and words[0] in _SESSION_WORDS:
                # The session that these settings were made in is gone.
                self._run(number, piece)
        self._finish()
        for index in _invalid_indexes(job):
            logger.warning("%s: the index %s is invalid", job.step.label, index)

    def save(self) -> None:
        """Write the outcome that is still unwritten, if the session still answers."""
        if self.unwritten and not self.job.conn.closed:
            restore(self.job.conn)
            progress.write(self.job.conn, self.job.step, self.unwritten)

    def _intend(self, number: int, piece: Piece) -> None:
        """Commit that statement `number` is about to run, and the outcome of the one before."""
        job = self.job
        if job.history_id is None:
            return
        intent = progress.intend_sql(
            job.conn,
            job.step,
            history_id=job.history_id,
            statement=number,
            checksum=checksum(piece.sql),
        )
        try:
            progress.write(job.conn, job.step, self.unwritten + intent)
        except KeyboardInterrupt:
            self.unwritten += progress.withdraw_sql(
                job.conn, history_id=job.history_id, statement=number
            )
            raise
        self.unwritten = ""

    def _run(self, number: int, piece: Piece) -> None:
        job = self.job
        data = [piece.text[slice(*piece.copy_data)]] if piece.copy_data else []
        lex_as_standard(job.conn)
        began = time.monotonic()
        reply = send(job.conn, piece.sql, data)
        if reply.is_lost:
            raise job.lost(reply, _kept(job, number, "is not known to have taken effect"))
        if reply.fault is not None:
            self._fail(number, piece, reply, reply.fault)
        log_statement(job, number, piece, time.monotonic() - began)
        if job.history_id is not None and reply.completed:
            self.unwritten = progress.done_sql(
                job.conn, history_id=job.history_id, statement=number
            )
        if reply.is_interrupted:
            raise KeyboardInterrupt

    def _fail(self, number: int, piece: Piece, reply: Reply, fault: ServerFault) -> None:
        """Record the failure, then raise it."""
        job = self.job
        restore(job.conn)
        if job.history_id is not None:
            text = progress.failed_sql(job.conn, fault, history_id=job.history_id, statement=number)
            progress.write(job.conn, job.step, text)
        if reply.is_interrupted:
            raise KeyboardInterrupt
        holds = _kept(job, number, "failed")
        if invalid := _invalid_indexes(job):
            holds += f"; invalid indexes: {', '.join(invalid)} (drop what this script left)"
        raise job.failure(fault, place_of_fault(job.body.half, piece, fault), job.holds(holds))

    def _finish(self) -> None:
        """Commit the history row with the last outcome, and clear the session."""
        job = self.job
        if job.history_id is None:
            restore(job.conn)
            return
        entry = entry_sql(job.conn, job.step, history_id=job.history_id, statements=job.body.count)
        reply = send(
            job.conn, f"{_BEGIN}{RESET}{_OUR_PATH}{self.unwritten}{entry}{COMMIT}{DISCARD}"
        )
        if reply.is_lost:
            raise job.lost(reply, f"all statements of {job.step.label} are done")
        if reply.is_interrupted:
            raise KeyboardInterrupt
        if reply.fault is not None:
            restore(job.conn)
            if reply.fault.sqlstate == _UNIQUE_VIOLATION:
                raise RunnerOvertaken(label=job.step.label)
            raise refused(reply.fault)


def _kept(job: Job, number: int, outcome: str) -> str:
    """What a step that stopped at statement `number` leaves."""
    total = job.body.count
    done = {1: "none of its statements is done", 2: "statement 1 is done and kept"}.get(
        number, f"statements 1 to {number - 1} of {total} are done and kept"
    )
    return f"{job.step.label} part-way: {done}, statement {number} {outcome}"


def _invalid_indexes(job: Job) -> tuple[str, ...]:
    """Indexes that a statement with CONCURRENTLY left behind, of this script or an earlier one."""
    settle(job.conn)
    found = tuple(name for (name,) in fetch(job.conn, _INVALID_INDEXES))
    run(job.conn, "RESET ALL")
    return found
