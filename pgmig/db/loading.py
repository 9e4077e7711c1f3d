"""Rows into a server, and statements whose fault is a value: it is looked into, not only told."""

from collections.abc import Generator, Iterable
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import generators, pq, waiting
from psycopg.abc import PQGen

from pgmig.db.connect import Connection
from pgmig.db.execute import ServerFault, cancel, fault_of, fault_of_result, refused

T = TypeVar("T")

_INTERVAL = 0.1  # seconds between two looks at pending signals


class Outcome(msgspec.Struct, frozen=True):
    """What came of one statement.

    Attributes:
        rows: that it gave.
        count: how many it gave, put in, changed or removed.
        fault: the error that ended it.
    """

    rows: tuple[tuple[Any, ...], ...] = ()
    count: int = 0
    fault: ServerFault | None = None


def attempt(conn: Connection, query: str) -> Outcome:
    """Run one statement; Ctrl-C stops it on the server."""
    try:
        cursor = conn.execute(query.encode())
        rows = cursor.fetchall() if cursor.description else []
    except psycopg.Error as error:
        return Outcome(fault=fault_of(error))
    return Outcome(tuple(rows), max(cursor.rowcount, 0))


def load(conn: Connection, query: str, blocks: Iterable[bytes]) -> Outcome:
    """Run a `COPY ... FROM STDIN` that reads `blocks`, in the client's encoding.

    What `blocks` raises ends it, and is raised.
    """
    try:
        with conn.cursor() as cursor:
            with cursor.copy(query.encode()) as copy:
                for block in blocks:
                    copy.write(block)
            return Outcome(count=max(cursor.rowcount, 0))
    except psycopg.Error as error:
        return Outcome(fault=fault_of(error))


def batches_of(conn: Connection, query: str, size: int) -> Generator[list[bytes]]:
    """The rows of a `COPY ... TO STDOUT` as they come, so many at a time.

    With a third of the work that the driver's own reading has. To close it before the end stops
    the statement on the server, and fails the transaction.

    Raises:
        ServerRefused: the server answered with an error.
    """
    pgconn = conn.pgconn
    pgconn.send_query(query.encode())
    is_over = False
    try:
        _wait(conn, generators.send(pgconn))
        _require(conn, _wait(conn, generators.fetch(pgconn)))
        batch: list[bytes] = []
        while True:
            length, row = pgconn.get_copy_data(1)
            if length > 0:
                batch.append(bytes(row))
                if len(batch) == size:
                    yield batch
                    batch = []
            elif length == 0:
                _wait(conn, _more(pgconn))
            else:
                break
        _require(conn, _wait(conn, generators.fetch(pgconn)))
        is_over = True
        yield batch
    except psycopg.Error as error:
        raise refused(fault_of(error)) from error
    finally:
        if not is_over:
            cancel(conn)
        _drain(conn)


def _drain(conn: Connection) -> None:
    """Take what is left of the answer, so that the session can be used."""
    pgconn = conn.pgconn
    with suppress(psycopg.Error):
        while (result := _wait(conn, generators.fetch(pgconn))) is not None:
            while result.status == pq.ExecStatus.COPY_OUT:
                length, _ = pgconn.get_copy_data(1)
                if length < 0:
                    break
                if length == 0:
                    _wait(conn, _more(pgconn))


def _require(conn: Connection, result: pq.abc.PGresult | None) -> None:
    if result is not None and result.status == pq.ExecStatus.FATAL_ERROR:
        raise refused(fault_of_result(result, conn.info.encoding))


def _more(pgconn: pq.abc.PGconn) -> PQGen[None]:
    """Wait for bytes of the server, and take them."""
    while not (yield waiting.Wait.R):
        pass
    pgconn.consume_input()


def _wait(conn: Connection, generator: PQGen[T]) -> T:
    return waiting.wait(generator, conn.pgconn.socket, interval=_INTERVAL)
