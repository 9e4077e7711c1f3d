"""A script as one transaction and one message: begin, statements, history row, commit.

A large one is the same in many messages (`parted.py`).
"""

import logging
import time
from collections.abc import Callable
from secrets import SystemRandom

import msgspec

from pgmig.db.execute import Reply, ServerFault, fetch, send
from pgmig.engine.body import Body, Place, place_in_body
from pgmig.engine.history import ENTRY_COUNT, entry_sql
from pgmig.engine.hold import DIVISION_BY_ZERO
from pgmig.engine.job import Job
from pgmig.engine.parted import send_parts
from pgmig.engine.refresh.due import left_sql
from pgmig.engine.session import COMMIT, begin, clearing, lex_as_standard, reset, restore
from pgmig.engine.trace import on_result
from pgmig.errors import BadScript, HistoryClosed, LeaseLost, RunnerOvertaken
from pgmig.scripts.large import LargeText

logger = logging.getLogger(__name__)

LOCK_NOT_AVAILABLE = "55P03"
PASSING = frozenset({LOCK_NOT_AVAILABLE, "40P01", "40001"})
"""SQLSTATEs of what may not happen another time: lock timeout, deadlock, serialization failure."""

_UNIQUE_VIOLATION = "23505"
_FIRST_DELAY = 0.5  # seconds before the first new try; doubled for each further one
_LONGEST_DELAY = 30.0


class Message(msgspec.Struct, frozen=True):
    """The one message that a step is sent in.

    Attributes:
        text: all of it; of a large script only what stands before it.
        start: the character at which the script's text begins.
        first: how many statements stand before the script's own.
        entry: how many statements stand before those of the history row.
        commit: how many statements stand before COMMIT.
        is_unlocking: after it the advisory locks of the script are let go.
        tail: what stands behind a large script.
    """

    text: str
    start: int
    first: int
    entry: int
    commit: int
    is_unlocking: bool = False
    tail: str = ""


def message(job: Job) -> Message:
    """The message of a step."""
    head = begin(job.conn, job.lock_timeout, job.doing if job.hold is not None else "")
    recorded = None if job.history_id is None else job.lock_timeout
    tail = reset(job.conn, recorded)
    behind = head.count + job.body.count + tail.count
    entry, first_of_entry, commit, unlocking = "", behind, behind, ""
    if job.history_id is not None:
        if job.hold is not None:
            entry, first_of_entry = job.hold.fence(job.conn), behind + 1
            unlocking = job.hold.unlocking(job.conn, job.body.half)
        entry += entry_sql(job.conn, job.step, history_id=job.history_id, statements=job.body.count)
        commit = first_of_entry + ENTRY_COUNT
        if job.had_rows:
            entry += ";" + left_sql(job.conn, job.had_rows, job.history_id)
            commit += 1
    end = f"{tail.text}{entry}{COMMIT}{clearing(job.conn)}{unlocking}"
    is_large = bool(job.body.parts)
    return Message(
        text=head.text if is_large else f"{head.text}{job.body.text}{end}",
        start=len(head.text),
        first=head.count,
        entry=first_of_entry,
        commit=commit,
        is_unlocking=bool(unlocking),
        tail=end if is_large else "",
    )


def run_transactional(
    job: Job, sent: Message, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Apply one step, record it, commit; what may pass is tried again, nothing else.

    Args:
        job: what to run.
        sent: its message.
        meanwhile: something to do while the server works.

    Raises:
        StatementFailed: with what the database holds now.
        RunnerOvertaken, LeaseLost: another runner is at work.
        HistoryClosed: the script keeps its own history row out.
        RunConnectionLost: nobody answered.
        KeyboardInterrupt: Ctrl-C; the statement was cancelled on the server.
    """
    for tried in range(job.retries + 1):
        reply = _try(job, sent, meanwhile)
        is_committed = reply.completed > sent.commit
        if reply.fault is None or is_committed:
            if reply.fault is not None:  # what a script left in its session
                logger.warning("%s: %s", job.step.label, reply.fault.message)
                restore(job.conn)
            if job.hold is not None:
                job.hold.passed()
                if sent.is_unlocking:
                    job.hold.unlocked()
            return
        restore(job.conn)
        if reply.fault.sqlstate not in PASSING or tried == job.retries:
            raise _failure(job, sent, reply, reply.fault)
        wait_before_retry(job, reply.fault, tried)


def wait_before_retry(job: Job, fault: ServerFault, tried: int) -> None:
    """Tell why a step is tried again, and wait a while: longer each time, never in step."""
    delay = delay_before_retry(tried)
    logger.info("%s: %s, again in %.1f s", job.step.label, fault.message, delay)
    job.listener.on_retry(job.step, fault.message, delay)
    time.sleep(delay)


def delay_before_retry(tried: int) -> float:
    """Seconds to wait after so many tries: longer each time, never in step with another runner."""
    delay: float = min(_FIRST_DELAY * 2**tried, _LONGEST_DELAY)
    return delay * SystemRandom().uniform(0.5, 1.0)


def _try(job: Job, sent: Message, meanwhile: Callable[[], None]) -> Reply:
    """Send the message once; gives a reply with a fault when the transaction was rolled back."""
    reply = _send(job, sent, meanwhile)
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.is_lost:
        label = job.step.label
        raise job.lost(reply, f"{label} is either applied as a whole or not at all")
    return reply


def _send(job: Job, sent: Message, meanwhile: Callable[[], None]) -> Reply:
    heard = on_result(job, sent.first)
    source = job.body.half.source
    if isinstance(source, LargeText):
        try:
            return send_parts(job.conn, job.body, source, (sent.text, sent.tail), heard, meanwhile)
        except BadScript:
            restore(job.conn)
            raise
    lex_as_standard(job.conn)
    return send(job.conn, sent.text, job.body.copy_data, meanwhile, heard)


def _failure(job: Job, sent: Message, reply: Reply, fault: ServerFault) -> Exception:
    """The error that tells of `fault`; the transaction is rolled back."""
    if job.history_id is not None:
        if is_overtaken(job):
            return RunnerOvertaken(label=job.step.label)
        behind, recorded = reply.completed - sent.entry, sent.commit - sent.entry
        if behind == -1 and job.hold is not None and fault.sqlstate == DIVISION_BY_ZERO:
            return LeaseLost(label=job.step.label, is_pooled=job.conn.is_pooled)
        if fault.sqlstate not in PASSING and -(job.hold is not None) <= behind < recorded:
            return HistoryClosed(
                path=job.body.half.path, reason=_closed(fault, behind), holds=job.rolled_back()
            )
    number = reply.completed - sent.first + 1
    place = _place(job.body, sent, fault, number) if number <= job.body.count else None
    return job.failure(fault, place, job.rolled_back())


def is_overtaken(job: Job) -> bool:
    """Whether the history has the number that this step was to get: another runner wrote it.

    A step that fails for that reason fails anywhere: on a table that is there already.
    """
    query = "SELECT pg_catalog.to_regclass('pgmig.history') IS NOT NULL"
    ((is_there,),) = fetch(job.conn, query)
    if not is_there:
        return False
    query = "SELECT 1 FROM pgmig.history WHERE id OPERATOR(pg_catalog.=) %s::bigint"
    return bool(fetch(job.conn, query, (job.history_id,)))


def _closed(fault: ServerFault, behind: int) -> str:
    """Why the history row is not there: `behind` tells the statement that failed."""
    if behind == 1 and fault.sqlstate == DIVISION_BY_ZERO:
        return "something keeps its row out of pgmig.history without a word (a trigger or a rule)"
    return f"{fault.message} (SQLSTATE {fault.sqlstate})"


def _place(body: Body, sent: Message, fault: ServerFault, number: int) -> Place | None:
    """Where the fault is: the server's position, else the statement that gave no result."""
    before = 0 if body.parts and number > body.parts[0].count else sent.start
    position = None if fault.position is None else fault.position - before
    if position is not None and position >= 0:
        return place_in_body(body, fault, number, position)
    return None if number < 1 else place_in_body(body, fault, number, None)
