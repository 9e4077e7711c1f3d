"""A statement of a script in one transaction with the note of its outcome, as one message."""

import msgspec

from pgmig.db.execute import ServerFault, send
from pgmig.engine.job import Job
from pgmig.engine.session import COMMIT, Bracket, begin, clearing, lex_as_standard, reset, within
from pgmig.scripts import Piece

_OUR_PATH = "SET LOCAL search_path='';"


def send_together(
    job: Job, number: int, piece: Piece, note: str, text: str | None = None
) -> tuple[ServerFault | None, bool]:
    """Send statement `number` with a note; a fault means that both are rolled back.

    The second value tells that the fault is not the statement's but of what is ours behind it.

    Args:
        job: the step that it is of.
        number: from 1.
        piece: the statement.
        note: what is written with it; "" where no history is kept.
        text: what is sent in its place.

    Raises:
        RunConnectionLost, KeyboardInterrupt: as `run_stepwise`.
    """
    lex_as_standard(job.conn)
    # In a session of our own the lock timeout is the session's, so that a SET of the script is not
    # overruled.
    head = (
        begin(job.conn, job.lock_timeout, job.doing) if job.conn.is_pooled else Bracket("BEGIN;", 1)
    )
    sql = piece.sql if text is None else text
    reply = send(job.conn, f"{head.text}{sql}\n{_behind(job, note)}", piece.data)
    if reply.is_lost:
        raise job.lost(reply, kept(job, number, "either took effect or did not"))
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is None:
        if job.hold is not None:
            job.hold.passed()
        return None, False
    is_ours = reply.completed > head.count
    position = reply.fault.position
    if position is not None:
        position = None if is_ours else max(0, min(position - len(head.text), len(sql)))
    return msgspec.structs.replace(reply.fault, position=position), is_ours


def _behind(job: Job, note: str) -> str:
    """What stands behind a statement in its message."""
    text = ""
    if job.conn.is_pooled:
        text = reset(job.conn, job.lock_timeout).text + _OUR_PATH
    elif job.history_id is not None:
        text = within(job.conn, job.lock_timeout)
    if job.history_id is not None and job.hold is not None:
        text += job.hold.fence(job.conn)
    return text + note + COMMIT + (clearing(job.conn) if job.conn.is_pooled else "")


def kept(job: Job, number: int, outcome: str) -> str:
    """What a step that stopped at statement `number` leaves."""
    total = job.body.count
    done = {1: "none of its statements is done", 2: "statement 1 is done and kept"}.get(
        number, f"statements 1 to {number - 1} of {total} are done and kept"
    )
    return f"{job.step.label} part-way: {done}, statement {number} {outcome}"
