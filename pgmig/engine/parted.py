"""A large script as one transaction and many messages: a part is read while the server works."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from pgmig.db import Connection
from pgmig.db.execute import Reply, compose, run, send
from pgmig.engine.body import Body
from pgmig.engine.session import lex_as_standard
from pgmig.errors import PgmigError
from pgmig.scripts.large import LargeText, Reading
from pgmig.scripts.parts import Part

OnResult = Callable[[int], None]


def send_parts(
    conn: Connection,
    body: Body,
    source: LargeText,
    around: tuple[str, str],
    on_result: OnResult | None,
    meanwhile: Callable[[], None],
) -> Reply:
    """Run a body in parts, up to the first that fails.

    Args:
        conn: the session.
        body: what to run.
        source: its file.
        around: what is sent before it, with the first part, and after it, as a message of its own
            that ends the transaction: not before the whole file was seen to be what was checked.
        on_result: hears how many statements are completed.
        meanwhile: something to do while the server works on the last message.

    Returns:
        The reply to the last message, with the statements of all of them counted.

    Raises:
        ScriptUnreadable, ScriptChanged: the file is not what was checked; the transaction is open.
    """
    head, tail = around
    with Reading(source) as reading:
        sending = _Sending(conn, body, reading, on_result)
        reply = sending.run(head)
        if _is_over(reply):
            return reply
        reading.finish()
    return sending.send(tail, meanwhile=meanwhile)


def _is_over(reply: Reply) -> bool:
    return reply.fault is not None or reply.is_interrupted or reply.is_lost


class _Sending:
    """The messages of one body."""

    def __init__(
        self, conn: Connection, body: Body, reading: Reading, on_result: OnResult | None
    ) -> None:
        self._conn = conn
        self._body = body
        self._reading = reading
        self._on_result = on_result
        self._completed = 0
        self._ahead: str | PgmigError | None = None  # the next part, read already
        self._encoding = conn.info.parameter_status("client_encoding")

    def run(self, head: str) -> Reply:
        """Send every part, `head` before the first."""
        parts = self._body.parts
        reply = Reply(0)
        for number, part in enumerate(parts):
            text = head + self._text(part)
            head = ""
            if part.data is None:
                reply = self.send(text, meanwhile=partial(self._read_ahead, parts, number + 1))
            else:  # it comes in the file before the next part
                reply = self.send(text, [self._reading.blocks(*part.data)])
            if _is_over(reply):
                break
        return reply

    def send(
        self,
        text: str,
        data: Sequence[Iterable[str]] = (),
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Reply:
        """Send one message."""
        self._require_session()
        heard = None if self._on_result is None else partial(self._hear, self._completed)
        reply = send(self._conn, text, data, meanwhile, heard)
        self._completed += reply.completed
        return replace(reply, completed=self._completed)

    def _hear(self, before: int, completed: int) -> None:
        if self._on_result is not None:
            self._on_result(before + completed)

    def _require_session(self) -> None:
        """Have the next message read as the first was, whatever the script has set since."""
        lex_as_standard(self._conn)
        if self._conn.info.parameter_status("client_encoding") != self._encoding:
            run(self._conn, compose(self._conn, "SET client_encoding={e}", e=self._encoding))

    def _text(self, part: Part) -> str:
        ahead, self._ahead = self._ahead, None
        if isinstance(ahead, PgmigError):
            raise ahead
        return self._reading.text(part.start, part.end) if ahead is None else ahead

    def _read_ahead(self, parts: Sequence[Part], number: int) -> None:
        try:
            for part in parts[number : number + 1]:
                self._ahead = self._reading.text(part.start, part.end)
        except PgmigError as error:  # told when the server has answered
            self._ahead = error
