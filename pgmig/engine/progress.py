"""Progress: what is known of each statement of a script that runs without a transaction.

Its intent is committed before a statement, its outcome after it, so that a runner that dies leaves
at most one statement of which only the intent is known.
"""

from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, compose, refused, send
from pgmig.engine.session import ASIDE, COMMIT
from pgmig.engine.step import Step
from pgmig.errors import RunnerOvertaken

_UNIQUE_VIOLATION = "23505"

# A failed try leaves its row. Whoever deletes it and inserts its own goes on: a second runner that
# does the same waits for the first, then finds the new row in its way.
_INTEND: LiteralString = """
DELETE FROM pgmig.progress
WHERE history_id = {history_id} AND statement = {statement} AND outcome = 'failed';
INSERT INTO pgmig.progress (history_id, statement, version, name, direction, checksum, outcome,
    started_at)
VALUES ({history_id}, {statement}, {version}, {label}, {direction}, {checksum}, 'started',
    pg_catalog.clock_timestamp());"""

_DONE: LiteralString = """
UPDATE pgmig.progress SET outcome = 'done', finished_at = pg_catalog.clock_timestamp()
WHERE history_id = {history_id} AND statement = {statement};"""

_FAILED: LiteralString = """
UPDATE pgmig.progress SET outcome = 'failed', finished_at = pg_catalog.clock_timestamp(),
    sqlstate = {sqlstate}, message = {message}
WHERE history_id = {history_id} AND statement = {statement};"""

_WITHDRAW: LiteralString = """
DELETE FROM pgmig.progress
WHERE history_id = {history_id} AND statement = {statement} AND outcome = 'started';"""


def intend_sql(
    conn: Connection, step: Step, *, history_id: int, statement: int, checksum: str
) -> str:
    """Statement number `statement` is about to run."""
    return compose(
        conn,
        _INTEND,
        history_id=history_id,
        statement=statement,
        version=step.version,
        label=step.label,
        direction=step.direction,
        checksum=checksum,
    )


def done_sql(conn: Connection, *, history_id: int, statement: int) -> str:
    """Statement number `statement` ran to its end."""
    return compose(conn, _DONE, history_id=history_id, statement=statement)


def failed_sql(conn: Connection, fault: ServerFault, *, history_id: int, statement: int) -> str:
    """Statement number `statement` failed with an error: nothing says that it took effect."""
    return compose(
        conn,
        _FAILED,
        history_id=history_id,
        statement=statement,
        sqlstate=fault.sqlstate,
        message=fault.message,
    )


def withdraw_sql(conn: Connection, *, history_id: int, statement: int) -> str:
    """Statement number `statement` was not sent after all."""
    return compose(conn, _WITHDRAW, history_id=history_id, statement=statement)


def write(conn: Connection, step: Step, text: str) -> None:
    """Commit `text`, some of the statements above, aside from the script's session state.

    Raises:
        RunnerOvertaken: another runner is at the same statement.
        ServerRefused: the history cannot be written.
        KeyboardInterrupt: Ctrl-C arrived; it may be written or not.
    """
    reply = send(conn, ASIDE + text + COMMIT)
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is not None:
        if not reply.is_lost:
            send(conn, "ROLLBACK")
        if reply.fault.sqlstate == _UNIQUE_VIOLATION:
            raise RunnerOvertaken(label=step.label)
        raise refused(reply.fault)
