"""One message on its way: sent, its results taken, its copy data given, Ctrl-C passed on."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec
import psycopg
from psycopg import generators, pq, waiting
from psycopg.abc import PQGen

from pgmig.db.connect import Connection
from pgmig.db.execute.fault import ServerFault, fault_of, fault_of_result
from pgmig.errors import PgmigError

logger = logging.getLogger(__name__)

T = TypeVar("T")

_COMMAND_OK = pq.ExecStatus.COMMAND_OK

_INTERVAL = 0.1  # seconds between two looks at pending signals
_CANCEL_PATIENCE = 5.0  # seconds for the cancel request to reach the server
_CHUNK = 256 * 1024  # bytes of copy data handed to libpq at a time


class Reply(msgspec.Struct, frozen=True):
    """What came of one message.

    Attributes:
        completed: how many statements ran to their end.
        tag: the command tag of the last of them, as `COMMIT` or `INSERT 0 1`.
        fault: the error that ended the message.
        is_interrupted: Ctrl-C arrived meanwhile and was passed on as a cancel request.
        is_lost: the connection is gone; whether the last statement took effect is unknown.
    """

    completed: int
    tag: str = ""
    fault: ServerFault | None = None
    is_interrupted: bool = False
    is_lost: bool = False


Rows = list[tuple[str | None, ...]]
"""What a query gives, as the server prints it."""


def cancel(conn: Connection) -> None:
    """Ask the server to stop what the session runs; may be called from another thread."""
    try:
        conn.cancel_safe(timeout=_CANCEL_PATIENCE)
    except psycopg.Error as error:
        logger.warning("the cancel request did not reach the server: %s", error)


class Exchange(msgspec.Struct):
    """One message and the collecting of its results; survives Ctrl-C by cancelling."""

    conn: Connection
    copy_data: Iterator[Iterable[str]]
    meanwhile: Callable[[], None]
    on_result: Callable[[int], None] | None = None
    completed: int = 0
    last: pq.abc.PGresult | None = None  # of a statement that ran to its end
    fault: ServerFault | None = None
    is_interrupted: bool = False
    unread: PgmigError | None = None  # why copy data ended early
    answers: list[Rows] | None = None  # rows by statement, when they are asked for
    skipped: int = -1  # the statement whose rows nobody asked for

    def run(self, text: str) -> Reply:
        """What came of `text`, once all of its results are taken."""
        message = text.encode(self.conn.info.encoding)
        unsent: list[bytes] = [message]
        try:
            while not self._is_over(unsent):
                pass
        except psycopg.OperationalError as error:
            self.fault = self.fault or fault_of(error)
        if self.unread is not None:
            raise self.unread
        return self._reply(message)

    def _is_over(self, unsent: list[bytes]) -> bool:
        """Send what is unsent and take every result; false when Ctrl-C came in between.

        It may come at any instruction, also when the server has the message and nobody waits for
        the answer yet: then too the results are to be taken before the session can be used.
        """
        try:
            if unsent:
                self.conn.pgconn.send_query(unsent.pop())
                self._flush()
                self.meanwhile()
            self._take_results()
        except KeyboardInterrupt:
            self._cancel()
            return False
        return True

    def _take_results(self) -> None:
        """Take every result that is left; a message may have ten thousand."""
        pgconn = self.conn.pgconn
        self._flush()
        while True:
            # Most results are here with the first of them: no need to wait for those.
            is_here = not pgconn.is_busy()
            result = pgconn.get_result() if is_here else self._wait(generators.fetch(pgconn))
            if result is None:
                return
            if result.status == _COMMAND_OK and self.on_result is None and self.answers is None:
                self.completed += 1
                self.last = result
            else:
                self._take(result)

    def _flush(self) -> None:
        if self.conn.pgconn.flush():
            self._wait(generators.send(self.conn.pgconn))

    def _take(self, result: pq.abc.PGresult) -> None:
        match result.status:
            case pq.ExecStatus.FATAL_ERROR:
                self.fault = self.fault or fault_of_result(result, self.conn.info.encoding)
            case pq.ExecStatus.COPY_IN:
                self._feed()
            case pq.ExecStatus.COPY_OUT:
                while self._wait(_copy_row(self.conn.pgconn)) >= 0:
                    pass
            case _:
                if self.answers is not None and self.completed != self.skipped:
                    self.answers.append(_rows(result, self.conn.info.encoding))
                self.completed += 1
                self.last = result
                if self.on_result is not None:
                    self.on_result(self.completed)

    def _feed(self) -> None:
        """Give the COPY that waits for it its data; what cannot be read fails it."""
        blocks = None if self.is_interrupted else next(self.copy_data, None)
        complaint = b"the script holds no data for this COPY" if blocks is None else None
        try:
            for block in blocks or ():
                self._put(block.encode(self.conn.info.encoding))
        except PgmigError as error:
            self.unread = error
            complaint = b"the data of this COPY cannot be read"
        except UnicodeEncodeError as error:
            complaint = f"the script sets a client_encoding that cannot say {error}".encode()
        self._wait(_copy_end(self.conn.pgconn, complaint))
        self._flush()

    def _put(self, data: bytes) -> None:
        for start in range(0, len(data), _CHUNK):
            chunk = data[start : start + _CHUNK]
            self._wait(generators.copy_to(self.conn.pgconn, chunk, flush=True))

    def _wait(self, generator: PQGen[T]) -> T:
        return waiting.wait(generator, self.conn.pgconn.socket, interval=_INTERVAL)

    def _cancel(self) -> None:
        """Pass Ctrl-C on to the server; a second one no longer waits for its answer."""
        if self.is_interrupted:
            self.conn.close()
            raise KeyboardInterrupt
        self.is_interrupted = True
        cancel(self.conn)

    def _reply(self, message: bytes) -> Reply:
        pgconn = self.conn.pgconn
        fault = self.fault
        if fault and fault.position is not None and _counts_bytes(self.conn):
            before = message[: fault.position].decode(self.conn.info.encoding, errors="ignore")
            fault = msgspec.structs.replace(fault, position=len(before))
        tag = (self.last.command_status if self.last is not None else None) or b""
        return Reply(
            self.completed,
            tag.decode(),
            fault,
            is_interrupted=self.is_interrupted,
            is_lost=pgconn.status != pq.ConnStatus.OK,
        )


def _rows(result: pq.abc.PGresult, encoding: str) -> Rows:
    columns = range(result.nfields)
    values = ((result.get_value(row, at) for at in columns) for row in range(result.ntuples))
    return [
        tuple(None if each is None else bytes(each).decode(encoding) for each in row)
        for row in values
    ]


def _counts_bytes(conn: Connection) -> bool:
    """Whether the server counts positions in bytes, not knowing any characters."""
    return conn.info.parameter_status("server_encoding") == "SQL_ASCII"


def _copy_row(pgconn: pq.abc.PGconn) -> PQGen[int]:
    """Read and forget one row of a COPY TO STDOUT; its size, negative at the end."""
    while True:
        size, _ = pgconn.get_copy_data(1)
        if size != 0:
            return size
        while not (yield waiting.Wait.R):
            pass
        pgconn.consume_input()


def _copy_end(pgconn: pq.abc.PGconn, complaint: bytes | None) -> PQGen[None]:
    """End the data of a COPY FROM STDIN, as failed when there is a complaint."""
    while pgconn.put_copy_end(complaint) == 0:
        while not (yield waiting.Wait.W):
            pass
