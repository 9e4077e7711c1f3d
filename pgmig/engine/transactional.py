"""A script as one transaction and one message: begin, statements, history row, commit."""

import logging
import time
from collections.abc import Callable
from secrets import SystemRandom

from pgmig.db.execute import Reply, ServerFault, refused, send
from pgmig.engine.body import Place, place_in_statement, place_of_offset, statement
from pgmig.engine.history import entry_sql
from pgmig.engine.job import Job
from pgmig.engine.session import (
    BEGIN_COUNT,
    COMMIT,
    DISCARD,
    RESET,
    RESET_COUNT,
    begin_sql,
    lex_as_standard,
    restore,
)
from pgmig.engine.trace import on_result
from pgmig.errors import RunnerOvertaken

logger = logging.getLogger(__name__)

_LOCK_NOT_AVAILABLE = "55P03"
_UNIQUE_VIOLATION = "23505"
_FIRST_DELAY = 0.5  # seconds before the first new try; doubled for each further one
_LONGEST_DELAY = 30.0


def message(job: Job) -> str:
    """The one message that a step is sent in."""
    begin = begin_sql(job.conn, job.lock_timeout)
    return f"{begin}{job.body.text}{RESET}{_entry(job)}{COMMIT}{DISCARD}"


def run_transactional(job: Job, text: str, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Apply one step, record it, commit; a lock timeout is tried again, nothing else.

    Args:
        job: what to run.
        text: its message.
        meanwhile: something to do while the server works.

    Raises:
        StatementFailed: with what the database holds now.
        RunnerOvertaken: another runner took the number of the history row.
        RunConnectionLost: nobody answered.
        KeyboardInterrupt: Ctrl-C; the statement was cancelled on the server.
    """
    for tried in range(job.retries + 1):
        reply = _try(job, text, meanwhile)
        if reply.fault is None:
            return
        restore(job.conn)
        if reply.fault.sqlstate != _LOCK_NOT_AVAILABLE or tried == job.retries:
            raise _failure(job, reply, reply.fault)
        delay = min(_FIRST_DELAY * 2**tried, _LONGEST_DELAY) * SystemRandom().uniform(0.5, 1.0)
        logger.info("%s: %s, again in %.1f s", job.step.label, reply.fault.message, delay)
        job.listener.on_retry(job.step, reply.fault.message, delay)
        time.sleep(delay)


def _try(job: Job, text: str, meanwhile: Callable[[], None]) -> Reply:
    """Send the message once; gives a reply with a fault when the transaction was rolled back."""
    lex_as_standard(job.conn)
    reply = send(job.conn, text, job.body.copy_data, meanwhile, on_result(job))
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.is_lost:
        label = job.step.label
        raise job.lost(reply, f"{label} is either applied as a whole or not at all")
    if reply.fault is not None and reply.completed > _commit_index(job):
        raise refused(reply.fault)  # committed; only the clearing of the session failed
    return reply


def _entry(job: Job) -> str:
    if job.history_id is None:
        return ""
    return entry_sql(job.conn, job.step, history_id=job.history_id, statements=job.body.count)


def _commit_index(job: Job) -> int:
    """How many statements stand before COMMIT."""
    return BEGIN_COUNT + job.body.count + RESET_COUNT + (job.history_id is not None)


def _failure(job: Job, reply: Reply, fault: ServerFault) -> Exception:
    """The error that tells of `fault`; the transaction is rolled back."""
    number = reply.completed - BEGIN_COUNT + 1
    is_entry = job.history_id is not None and reply.completed == _commit_index(job) - 1
    if is_entry and fault.sqlstate == _UNIQUE_VIOLATION:
        return RunnerOvertaken(label=job.step.label)
    place = None
    if number <= job.body.count:
        place = _place(job, fault, number)
    return job.failure(fault, place, job.rolled_back())


def _place(job: Job, fault: ServerFault, number: int) -> Place | None:
    """Where the fault is: the server's position, else the statement that gave no result."""
    begin = len(begin_sql(job.conn, job.lock_timeout))
    if fault.position is not None and fault.position >= begin:
        offset = min(fault.position - begin, len(job.body.text))
        return place_of_offset(job.body.half, job.body.offset(offset))
    if number < 1:
        return None
    return place_in_statement(job.body.half, statement(job.body.half, number), fault)
