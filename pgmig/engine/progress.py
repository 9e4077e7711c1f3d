"""Progress: what is known of each statement of a script that runs without a transaction.

A statement that can be in a transaction commits with the note that it is done. Of any other the
intent is committed before it and the outcome after it, so that a runner that dies leaves at most
one statement of which only the intent is known.
"""

from typing import Final, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, compose, refused, send
from pgmig.engine.hold import DIVISION_BY_ZERO, Hold
from pgmig.engine.session import COMMIT, aside
from pgmig.engine.step import Step
from pgmig.errors import LeaseLost, RunnerOvertaken

_UNIQUE_VIOLATION = "23505"

_PRIMARY_KEY: Final = "progress_pkey"


def is_taken(fault: ServerFault) -> bool:
    """Whether a note could not be written as somebody else has written it."""
    return (fault.schema, fault.constraint) == ("pgmig", _PRIMARY_KEY)


# A try leaves its row. Whoever deletes it and inserts its own goes on: a second runner that does
# the same waits for the first, then finds the new row in its way.
_INTEND: LiteralString = """
DELETE FROM pgmig.progress
WHERE history_id = {history_id} AND statement = {statement} AND outcome <> 'done';
INSERT INTO pgmig.progress (history_id, statement, version, name, direction, checksum, outcome,
    started_at, before)
VALUES ({history_id}, {statement}, {version}, {label}, {direction}, {checksum}, 'started',
    pg_catalog.clock_timestamp(), {before});"""

# A script that stood there before this one and of which nothing was done.
_MINE: LiteralString = """
DELETE FROM pgmig.progress
WHERE history_id = {history_id} AND (version <> {version} OR direction <> {direction});"""

# What a try left in the catalog stays known where its author put a statement before it.
_MOVE_ON: LiteralString = """
DELETE FROM pgmig.progress
WHERE history_id = {history_id} AND statement = {statement} AND outcome = 'failed'
    AND before IS NULL;
UPDATE pgmig.progress SET statement = -1 - statement
WHERE history_id = {history_id} AND statement >= {statement} AND outcome = 'failed'
    AND EXISTS (SELECT FROM pgmig.progress p WHERE p.history_id = {history_id}
        AND p.statement = {statement} AND p.outcome = 'failed');
UPDATE pgmig.progress SET statement = -statement
WHERE history_id = {history_id} AND statement < 0;"""

_WITHIN: LiteralString = """
INSERT INTO pgmig.progress (history_id, statement, version, name, direction, checksum, outcome,
    started_at, finished_at)
VALUES ({history_id}, {statement}, {version}, {label}, {direction}, {checksum}, 'done',
    pg_catalog.transaction_timestamp(), pg_catalog.clock_timestamp());"""

_BATCH: LiteralString = """
INSERT INTO pgmig.progress AS p (history_id, statement, version, name, direction, checksum, outcome,
    started_at, finished_at, before)
VALUES ({history_id}, {statement}, {version}, {label}, {direction}, {checksum}, {outcome},
    pg_catalog.transaction_timestamp(),
    CASE {outcome} WHEN 'done' THEN pg_catalog.clock_timestamp() END, {before})
ON CONFLICT (history_id, statement) DO UPDATE SET checksum = EXCLUDED.checksum,
    outcome = EXCLUDED.outcome, finished_at = EXCLUDED.finished_at, before = EXCLUDED.before,
    sqlstate = NULL, message = NULL
    WHERE p.outcome <> 'done';"""

_DONE: LiteralString = """
UPDATE pgmig.progress SET outcome = 'done', finished_at = pg_catalog.clock_timestamp()
WHERE history_id = {history_id} AND statement = {statement};"""

_FAILED: LiteralString = """
INSERT INTO pgmig.progress AS p (history_id, statement, version, name, direction, checksum, outcome,
    started_at, finished_at, sqlstate, message)
VALUES ({history_id}, {statement}, {version}, {label}, {direction}, {checksum}, 'failed',
    pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp(), {sqlstate}, {message})
ON CONFLICT (history_id, statement) DO UPDATE SET outcome = 'failed',
    finished_at = EXCLUDED.finished_at, sqlstate = EXCLUDED.sqlstate, message = EXCLUDED.message
    WHERE p.outcome <> 'done';"""

_WITHDRAW: LiteralString = """
DELETE FROM pgmig.progress
WHERE history_id = {history_id} AND statement = {statement} AND outcome = 'started';"""


def intend_sql(
    conn: Connection,
    step: Step,
    *,
    history_id: int,
    statement: int,
    checksum: str,
    before: str,
    is_known: bool = True,
) -> str:
    """Statement number `statement` is about to run alone.

    Args:
        conn: the session.
        step: the script.
        history_id: number of its history row.
        statement: from 1.
        checksum: of the statement.
        before: what the catalog holds, as JSON.
        is_known: what an earlier try noted is about this statement, and done with.
    """
    return _noted(
        conn,
        _MINE + _INTEND if is_known else _MINE + _MOVE_ON + _INTEND,
        step,
        history_id=history_id,
        statement=statement,
        checksum=checksum,
        before=before,
    )


def within_sql(
    conn: Connection, step: Step, *, history_id: int, statement: int, checksum: str
) -> str:
    """Statement number `statement` is done, for the transaction that it runs in."""
    return _noted(
        conn,
        _MINE + _MOVE_ON + _WITHIN,
        step,
        history_id=history_id,
        statement=statement,
        checksum=checksum,
    )


def batch_sql(
    conn: Connection,
    step: Step,
    *,
    history_id: int,
    statement: int,
    checksum: str,
    before: str,
    is_done: bool,
    is_known: bool,
) -> str:
    """A batch of statement number `statement` is done, for the transaction that it runs in.

    Args:
        conn: the session.
        step: the script.
        history_id: number of its history row.
        statement: from 1.
        checksum: of the statement.
        before: how far it is, as JSON.
        is_done: nothing comes after it.
        is_known: the row that is there is about this statement.
    """
    return _noted(
        conn,
        _MINE + _BATCH if is_known else _MINE + _MOVE_ON + _BATCH,
        step,
        history_id=history_id,
        statement=statement,
        checksum=checksum,
        outcome="done" if is_done else "started",
        before=before,
    )


def done_sql(conn: Connection, *, history_id: int, statement: int) -> str:
    """Statement number `statement` ran to its end."""
    return compose(conn, _DONE, history_id=history_id, statement=statement)


def failed_sql(
    conn: Connection,
    step: Step,
    fault: ServerFault,
    *,
    history_id: int,
    statement: int,
    checksum: str,
) -> str:
    """Statement number `statement` failed with an error: nothing says that it took effect."""
    return _noted(
        conn,
        _MINE + _FAILED,
        step,
        history_id=history_id,
        statement=statement,
        checksum=checksum,
        sqlstate=fault.sqlstate,
        message=fault.message,
    )


def _noted(
    conn: Connection,
    text: LiteralString,
    step: Step,
    *,
    history_id: int,
    statement: int,
    checksum: str,
    **more: str,
) -> str:
    """One of the notes above, with the script and the statement that it is about."""
    return compose(
        conn,
        text,
        history_id=history_id,
        statement=statement,
        version=step.version,
        label=step.label,
        direction=step.direction,
        checksum=checksum,
        **more,
    )


def withdraw_sql(conn: Connection, *, history_id: int, statement: int) -> str:
    """Statement number `statement` was not sent after all."""
    return compose(conn, _WITHDRAW, history_id=history_id, statement=statement)


def write(conn: Connection, step: Step, text: str, hold: Hold | None) -> None:
    """Commit `text`, some of the statements above, aside from the script's session state.

    Raises:
        RunnerOvertaken: another runner is at the same statement.
        LeaseLost: another runner holds the lock or the lease.
        ServerRefused: the history cannot be written.
        KeyboardInterrupt: Ctrl-C arrived; it may be written or not.
    """
    fence = "" if hold is None else hold.fence(conn)
    reply = send(conn, aside(conn) + fence + text + COMMIT)
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is not None:
        if not reply.is_lost:
            send(conn, "ROLLBACK")
        if reply.fault.sqlstate == _UNIQUE_VIOLATION:
            raise RunnerOvertaken(label=step.label)
        if reply.fault.sqlstate == DIVISION_BY_ZERO:
            raise LeaseLost(label=step.label, is_pooled=conn.is_pooled)
        raise refused(reply.fault)
    if hold is not None:
        hold.passed()
