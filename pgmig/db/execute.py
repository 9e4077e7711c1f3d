"""Text sent to the server as one message, and what came of it, as values.

A message is what PostgreSQL calls a simple query: one or more statements in one string, answered
by one result each, up to the first that fails (protocol-flow.html, "Simple Query"). Counting the
results therefore tells which statement failed, also where the server names no position.
"""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, LiteralString, TypeVar

import msgspec
import psycopg
from psycopg import generators, pq, sql, waiting
from psycopg.abc import PQGen
from psycopg.rows import TupleRow

from pgmig.db.connect import Connection
from pgmig.errors import PgmigError, ServerRefused

logger = logging.getLogger(__name__)

T = TypeVar("T")

CONNECTION_LOST: Final = "08006"

# Not READ WRITE: a hot standby refuses it, and a target that is read-only is to be told as such.
# A runner that falls asleep in between leaves a snapshot behind, for which another's CREATE INDEX
# CONCURRENTLY would wait: the server ends it before the sleeper's lease does.
_SETTLED: LiteralString = """BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL DateStyle='ISO';SET LOCAL TimeZone='UTC';
SET LOCAL idle_in_transaction_session_timeout='10s';
SET LOCAL standard_conforming_strings=on;SET LOCAL lock_timeout='1s';"""
_NO_PATH: LiteralString = "SET LOCAL search_path='';"

_COMMAND_OK = pq.ExecStatus.COMMAND_OK

_INTERVAL = 0.1  # seconds between two looks at pending signals
_CANCEL_PATIENCE = 5.0  # seconds for the cancel request to reach the server
_CHUNK = 256 * 1024  # bytes of copy data handed to libpq at a time


class ServerFault(msgspec.Struct, frozen=True):
    """An error as the server reported it.

    Attributes:
        sqlstate: five characters; 08006 when the connection broke without a last word.
        message: one line.
        detail: "" when there is none, as for `hint` and `context`.
        hint: what the server advises.
        context: the call stack of functions.
        position: the character of the message that the server points at, from 0; None when it
            points at none.
        internal_query: text that the server ran or read on behalf of the statement, such as the
            body of a function, when it points into that.
        internal_position: the character of it, from 0.
        constraint: the name of the constraint or unique index that was not met.
        column: the name of the column that the error is about.
        schema: of the table that the error is about.
    """

    sqlstate: str
    message: str
    detail: str = ""
    hint: str = ""
    context: str = ""
    position: int | None = None
    internal_query: str = ""
    internal_position: int | None = None
    constraint: str = ""
    column: str = ""
    schema: str = ""


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


def send(
    conn: Connection,
    text: str,
    copy_data: Sequence[Iterable[str]] = (),
    meanwhile: Callable[[], None] = lambda: None,
    on_result: Callable[[int], None] | None = None,
) -> Reply:
    """Run `text` as one message and wait for all of its results.

    Args:
        conn: a session in autocommit mode.
        text: one or more statements.
        copy_data: what each `COPY ... FROM STDIN` of the text reads, in their order and in blocks.
        meanwhile: something to do while the server works on the first of the statements.
        on_result: hears how many statements are completed, each time that a result arrives.

    Raises:
        PgmigError: the copy data could not be read to its end; that COPY has failed.
    """
    return _Exchange(conn, iter(copy_data), meanwhile, on_result).run(text)


def fetch(conn: Connection, query: LiteralString, params: Sequence[object] = ()) -> list[TupleRow]:
    """The rows of one query of ours; none for a statement that gives no rows.

    Raises:
        ServerRefused: the server answered with an error.
    """
    with settled(conn):
        try:
            cursor = conn.execute(query, params or None)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise refused(fault_of(error)) from error


def fetch_each(conn: Connection, *queries: LiteralString) -> list[list[TupleRow]]:
    """The rows of each of these queries of ours, which are sent as one message.

    Raises:
        ServerRefused: the server answered one of them with an error; the others had no effect.
    """
    with settled(conn):
        try:
            cursor = conn.execute(";".join(queries))
            rows = [cursor.fetchall() if cursor.description else []]
            while cursor.nextset():
                rows.append(cursor.fetchall() if cursor.description else [])
        except psycopg.Error as error:
            raise refused(fault_of(error)) from error
        return rows


def answer(conn: Connection, text: str) -> list[TupleRow] | ServerFault:
    """The rows of the last statement of a message that gives any, or why there are none.

    Without BEGIN in it the message is one transaction, which ends with it (protocol-flow.html,
    "Multiple Statements in a Simple Query").

    Args:
        conn: a session in autocommit mode.
        text: one or more statements, composed.
    """
    rows: list[TupleRow] = []
    try:
        cursor = conn.execute(text.encode(conn.info.encoding))
        while True:
            if cursor.description:
                rows = cursor.fetchall()
            if not cursor.nextset():
                return rows
    except psycopg.Error as error:
        return fault_of(error)


Rows = list[tuple[str | None, ...]]
"""What a query gives, as the server prints it."""


def send_between(
    conn: Connection,
    before: Sequence[str],
    text: str,
    behind: Sequence[str],
    copy_data: Sequence[Iterable[str]] = (),
) -> tuple[Reply, list[Rows]]:
    """Run one statement of somebody else's between statements of ours, all in one message.

    Args:
        conn: a session in autocommit mode.
        before: what stands before it, each one statement.
        text: the statement.
        behind: what stands behind it, each one statement.
        copy_data: as `send` has it.

    Returns:
        What came of the statement, and the rows of each of ours, up to one that failed with it.

    Raises:
        ServerRefused: one of ours failed.
        PgmigError: as `send`.
    """
    head = "".join(f"{each};" for each in before)
    exchange = _Exchange(conn, iter(copy_data), lambda: None, answers=[], skipped=len(before))
    reply = exchange.run(";".join((f"{head}{text}", *behind)))
    if reply.fault is None or reply.is_interrupted or reply.is_lost:
        return reply, exchange.answers or []
    if reply.completed != len(before):
        raise refused(reply.fault)
    position = reply.fault.position
    if position is not None:
        position = position - len(head) if position >= len(head) else None
    fault = msgspec.structs.replace(reply.fault, position=position)
    return msgspec.structs.replace(reply, completed=0, fault=fault), exchange.answers or []


def ask(conn: Connection, *queries: str) -> list[Rows]:
    """The rows of each of these queries of ours, composed, which are sent as one message.

    Raises:
        ServerRefused: the server answered one of them with an error.
        KeyboardInterrupt: Ctrl-C arrived; the server was told to stop.
    """
    exchange = _Exchange(conn, iter(()), lambda: None, answers=[])
    reply = exchange.run(";".join(queries))
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is not None:
        raise refused(reply.fault)
    return exchange.answers or []


@contextmanager
def settled(conn: Connection, *, is_own_path: bool = False) -> Generator[None]:
    """Behind a pooler: one transaction with the settings that our own queries rely on.

    Nothing of a session lasts there. Without a pooler, and within a transaction, it does nothing:
    the session was settled once.

    Args:
        conn: the session.
        is_own_path: names are to be found as the role itself would find them.

    Raises:
        ServerRefused: the server answered with an error.
    """
    if not conn.is_pooled or conn.info.transaction_status != pq.TransactionStatus.IDLE:
        yield
        return
    run(conn, _SETTLED + ("" if is_own_path else _NO_PATH) + local_role(conn))
    is_done = False
    try:
        yield
        is_done = True
    finally:
        if not conn.closed and not conn.broken:
            run(conn, "COMMIT" if is_done else "ROLLBACK")


def compose(conn: Connection, query: LiteralString, **values: object) -> str:
    """`query` with a literal in the place of each `{name}`, for a message of several statements."""
    encoding = conn.info.encoding
    escape = pq.Escaping(conn.pgconn).escape_literal
    literals = {
        name: bytes(escape(value.encode(encoding))).decode(encoding)
        if isinstance(value, str)
        else _literal(conn, value)
        for name, value in values.items()
    }
    return query.format_map(literals)


def _literal(conn: Connection, value: object) -> str:
    """`value`, which is no text, as SQL; most go without the driver's adapters."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int():
            return (
                f"{value}" if value >= 0 else f" {value}"
            )  # a minus makes no comment with another
        case _:
            return sql.Literal(value).as_string(conn)


def is_idle(conn: Connection) -> bool:
    """Whether the session is in no transaction, as far as the server has said."""
    return conn.info.transaction_status == pq.TransactionStatus.IDLE


def local_role(conn: Connection) -> str:
    """A statement that takes the session's role for one transaction; "" when there is none."""
    return "" if conn.role is None else compose(conn, "SET LOCAL ROLE {role};", role=conn.role)


def cancel(conn: Connection) -> None:
    """Ask the server to stop what the session runs; may be called from another thread."""
    try:
        conn.cancel_safe(timeout=_CANCEL_PATIENCE)
    except psycopg.Error as error:
        logger.warning("the cancel request did not reach the server: %s", error)


def refused(fault: ServerFault) -> ServerRefused:
    """The error to raise when the server refuses a query of ours."""
    return ServerRefused(
        message=fault.message, sqlstate=fault.sqlstate, detail=fault.detail, hint=fault.hint
    )


def fault_of(error: psycopg.Error) -> ServerFault:
    """What the server said, or libpq in its place, in an error of the driver."""
    diag = error.diag
    return ServerFault(
        sqlstate=diag.sqlstate or CONNECTION_LOST,
        message=diag.message_primary or " ".join(str(error).split()),
        detail=diag.message_detail or "",
        hint=diag.message_hint or "",
        context=diag.context or "",
        position=int(diag.statement_position) - 1 if diag.statement_position else None,
        constraint=diag.constraint_name or "",
        column=diag.column_name or "",
        schema=diag.schema_name or "",
    )


class _Exchange(msgspec.Struct):
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


def fault_of_result(result: pq.abc.PGresult, encoding: str) -> ServerFault:
    """What the server said in the result of a statement that failed."""

    def field(code: pq.DiagnosticField) -> str:
        return (result.error_field(code) or b"").decode(encoding, errors="replace")

    position = field(pq.DiagnosticField.STATEMENT_POSITION)
    internal_position = field(pq.DiagnosticField.INTERNAL_POSITION)
    return ServerFault(
        sqlstate=field(pq.DiagnosticField.SQLSTATE) or CONNECTION_LOST,
        message=field(pq.DiagnosticField.MESSAGE_PRIMARY)
        or " ".join(result.get_error_message(encoding).split()),
        detail=field(pq.DiagnosticField.MESSAGE_DETAIL),
        hint=field(pq.DiagnosticField.MESSAGE_HINT),
        context=field(pq.DiagnosticField.CONTEXT),
        position=int(position) - 1 if position else None,
        internal_query=field(pq.DiagnosticField.INTERNAL_QUERY),
        internal_position=int(internal_position) - 1 if internal_position else None,
        constraint=field(pq.DiagnosticField.CONSTRAINT_NAME),
        column=field(pq.DiagnosticField.COLUMN_NAME),
        schema=field(pq.DiagnosticField.SCHEMA_NAME),
    )


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


def run(conn: Connection, text: str) -> None:
    """Run `text`, one message, to its end.

    Raises:
        ServerRefused: a statement failed.
        KeyboardInterrupt: Ctrl-C arrived; the server was told to stop.
    """
    reply = send(conn, text)
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is not None:
        raise refused(reply.fault)
