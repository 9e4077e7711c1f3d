"""What a script sends to the server: its text without COPY data, checked before anything runs.

Of a large file only the places of its parts are kept; they are read when they are sent.
"""

import re
from collections.abc import Iterator
from itertools import islice

import msgspec

from pgmig.db.execute import ServerFault
from pgmig.errors import EmptyScript, EncodingSet, TransactionControl
from pgmig.scripts import Half, Piece
from pgmig.scripts.batch.statement import read_batched
from pgmig.scripts.large import LargeText
from pgmig.scripts.parts import CONTROL, IS_CONTROL, Part, parts, split_part
from pgmig.scripts.position import position_from

_EXCERPT = 2_000  # characters of a statement that an error keeps

# PASSWORD 'x' of a role, password 'x' among the options of a user mapping, password=x in a
# connection string. What looks like it is not shown; nothing else depends on it.
_SECRET = re.compile(r"""passw(?:or)?d["']?(?:\s*=|\s+(?:e|u&)?['$])""", re.IGNORECASE)


class Body(msgspec.Struct, frozen=True):
    """The statements of one half, ready to be sent.

    Attributes:
        half: the file.
        count: how many statements it has.
        copies: offsets of the data blocks of its COPY FROM STDIN statements, in order.
        parts: of a large file, whose text is not here: what is sent together, in order.
    """

    half: Half
    count: int
    copies: tuple[tuple[int, int], ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """The text without its data blocks, which travel apart from the statements."""
        text = self.half.text
        return "".join(text[start:end] for start, end in self._kept()) if self.copies else text

    @property
    def copy_data(self) -> tuple[tuple[str], ...]:
        """The data blocks."""
        return tuple((self.half.text[start:end],) for start, end in self.copies)

    def offset(self, position: int) -> int:
        """The offset in the file's text of a character of `text`."""
        for start, end in self._kept():
            if position < end - start:
                return start + position
            position -= end - start
        return len(self.half.text)

    def _kept(self) -> Iterator[tuple[int, int]]:
        r"""What lies outside the data blocks and the `\.` lines that end them."""
        start = 0
        for begin, end in self.copies:
            yield start, begin
            newline = self.half.text.find("\n", end)
            start = len(self.half.text) if newline < 0 else newline + 1
        yield start, len(self.half.text)


class Place(msgspec.Struct, frozen=True):
    """Where in a file something is.

    Attributes:
        line: from 1.
        column: from 1, in characters.
        statement: the statement there as it is written, its end cut off when it is long.
    """

    line: int
    column: int
    statement: str


def read_body(half: Half) -> Body:
    """The statements of `half`, counted and checked.

    Raises:
        TransactionControl: one of them begins or ends a transaction.
        StatementNotBatched: one is to run in batches and cannot.
        EmptyScript, UnterminatedSql, PsqlCommand, ...: as `Half.statements`.
        ScriptUnreadable, ScriptChanged: a large file is not what was read before.
    """
    if isinstance(half.source, LargeText):
        return _read_large(half, half.source)
    count = 0
    copies: list[tuple[int, int]] = []
    for piece in half.statements():
        count += 1
        if half.batches and (batch := half.batch(count)):
            read_batched(piece, batch, half.path)
        if piece.copy_data is not None:
            copies.append(piece.copy_data)
        if IS_CONTROL.match(piece.text, piece.start):
            _require_no_control(half, piece)
        elif piece.text[piece.start : piece.start + 3].upper() == "SET":
            _require_utf8(half, piece)
    return Body(half, count, tuple(copies))


def _read_large(half: Half, source: LargeText) -> Body:
    found = tuple(parts(source, lambda piece: _require_no_control(half, piece)))
    if not found:
        raise EmptyScript(path=half.path)
    return Body(half, sum(part.count for part in found), parts=found)


def _require_utf8(half: Half, piece: Piece) -> None:
    """Refuse a word for another encoding: the file is UTF-8, and is sent as that."""
    words = piece.words
    is_encoding = "CLIENT_ENCODING" in words[1:3] or words[1:2] == ("NAMES",)
    if is_encoding and "utf8" not in piece.sql.lower().replace("-", ""):
        raise EncodingSet(path=half.path, line=piece.line, words=" ".join(words[:2]))


def _require_no_control(half: Half, piece: Piece) -> None:
    words = piece.words
    if words and is_control(words, is_transactional=half.header.transaction):
        raise TransactionControl(
            path=half.path,
            line=piece.line,
            column=piece.column,
            words=" ".join(words[:2]) if words[0] in ("START", "PREPARE") else words[0],
            is_transactional=half.header.transaction,
        )


def is_control(words: tuple[str, ...], *, is_transactional: bool) -> bool:
    """Whether a statement that begins with these words begins or ends a transaction.

    ROLLBACK TO SAVEPOINT stays inside one. COMMIT PREPARED and ROLLBACK PREPARED are about
    another one, and need to stand outside.
    """
    if words[0] == "PREPARE":
        return words[1:2] == ("TRANSACTION",)
    if words[0] not in CONTROL:
        return False
    if words[0] == "ROLLBACK" and "TO" in words[1:3]:
        return False
    return is_transactional or words[1:2] != ("PREPARED",)


def place_in_statement(piece: Piece, fault: ServerFault) -> Place:
    """The place of a fault for which the server points at nothing in the message.

    Where it points into a text that the statement holds once, such as the body of the function
    that it makes, the place is there; else it is where the statement begins.
    """
    query, offset = fault.internal_query, fault.internal_position
    if query and offset is not None and piece.sql.count(query) == 1:
        return _place_in_piece(piece, piece.sql.index(query) + offset)
    return Place(piece.line, piece.column, excerpt(piece))


def place_of_fault(piece: Piece, fault: ServerFault) -> Place:
    """The place of a fault in a statement that was a message of its own."""
    if fault.position is None:
        return place_in_statement(piece, fault)
    return _place_in_piece(piece, fault.position)


def place_in_body(body: Body, fault: ServerFault, number: int, position: int | None) -> Place:
    """The place of a fault in one of the messages that a body was sent in.

    Args:
        body: what was sent.
        fault: what the server said.
        number: the statement that gave no result, from 1; the first of its message where the
            server refused that as a whole.
        position: the character that the server points at, in the text of the body or, if it was
            sent in parts, of that part.
    """
    pieces, skipped = _around(body, number)
    if position is None:
        return place_in_statement(next(islice(pieces, number - 1 - skipped, None)), fault)
    if not body.parts:
        position = body.offset(position)
    last = None
    for piece in pieces:
        if last is not None and piece.start > position:
            break
        last = piece
    return Place(1, 1, "") if last is None else _place_in_piece(last, position - last.start)


def _around(body: Body, number: int) -> tuple[Iterator[Piece], int]:
    """The statements of the part that holds statement `number`, and how many come before it."""
    skipped = 0
    source = body.half.source
    if isinstance(source, LargeText):
        for part in body.parts:
            if number <= skipped + part.count:
                return split_part(source, part), skipped
            skipped += part.count
    return body.half.statements(), 0


def _place_in_piece(piece: Piece, offset: int) -> Place:
    """The place of a character of a statement, or near it."""
    at = min(max(piece.start + offset, 0), len(piece.text))
    line, column = position_from(piece.line, piece.column, piece.text, at, piece.start)
    return Place(line, column, excerpt(piece))


def excerpt(piece: Piece) -> str:
    """The statement as it is written, its end cut off when it is long.

    Of one that seems to hold a password only the first words: it is for people to read, and ends
    in logs.
    """
    sql = piece.sql[: _EXCERPT + 1]
    if holds_secret(sql):
        return " ".join((*piece.words[:3], "..."))
    return sql if len(sql) <= _EXCERPT else f"{sql[:_EXCERPT]}..."


def holds_secret(text: str) -> bool:
    """Whether a text seems to hold a password."""
    return _SECRET.search(text) is not None
