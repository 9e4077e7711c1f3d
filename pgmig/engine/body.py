"""What a script sends to the server: its text without COPY data, checked before anything runs."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from pgmig.db.execute import ServerFault
from pgmig.errors import TransactionControl
from pgmig.scripts import Half, Piece, position

_CONTROL = frozenset({"BEGIN", "START", "COMMIT", "END", "ABORT", "ROLLBACK"})
_EXCERPT = 2_000  # characters of a statement that an error keeps


class Body(msgspec.Struct, frozen=True):
    """The statements of one half, ready to be sent.

    Attributes:
        half: the file.
        count: how many statements it has.
        copies: offsets of the data blocks of its COPY FROM STDIN statements, in order.
    """

    half: Half
    count: int
    copies: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The text without its data blocks, which travel apart from the statements."""
        text = self.half.text
        return "".join(text[start:end] for start, end in self._kept()) if self.copies else text

    @property
    def copy_data(self) -> tuple[str, ...]:
        """The data blocks."""
        return tuple(self.half.text[start:end] for start, end in self.copies)

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
        EmptyScript, UnterminatedSql, PsqlCommand, ...: as `Half.statements`.
    """
    count = 0
    copies: list[tuple[int, int]] = []
    for piece in half.statements():
        count += 1
        if piece.copy_data is not None:
            copies.append(piece.copy_data)
        words = piece.words
        if words and is_control(words, is_transactional=half.header.transaction):
            raise TransactionControl(
                path=half.path,
                line=piece.line,
                column=piece.column,
                words=" ".join(words[:2]) if words[0] in ("START", "PREPARE") else words[0],
                is_transactional=half.header.transaction,
            )
    return Body(half, count, tuple(copies))


def is_control(words: tuple[str, ...], *, is_transactional: bool) -> bool:
    """Whether a statement that begins with these words begins or ends a transaction.

    ROLLBACK TO SAVEPOINT stays inside one. COMMIT PREPARED and ROLLBACK PREPARED are about
    another one, and need to stand outside.
    """
    if words[:2] == ("PREPARE", "TRANSACTION"):
        return True
    if words[0] not in _CONTROL:
        return False
    if words[0] == "ROLLBACK" and "TO" in words[1:3]:
        return False
    return is_transactional or words[1:2] != ("PREPARED",)


def statement(half: Half, number: int) -> Piece:
    """Statement `number`, from 1."""
    return next(islice(half.statements(), number - 1, None))


def place_in_statement(half: Half, piece: Piece, fault: ServerFault) -> Place:
    """The place of a fault for which the server points at nothing in the message.

    Where it points into a text that the statement holds once, such as the body of the function
    that it makes, the place is there; else it is where the statement begins.
    """
    query, offset = fault.internal_query, fault.internal_position
    if query and offset is not None and piece.sql.count(query) == 1:
        return place_of_offset(half, piece.start + piece.sql.index(query) + offset)
    return Place(piece.line, piece.column, excerpt(piece))


def place_of_fault(half: Half, piece: Piece, fault: ServerFault) -> Place:
    """The place of a fault in a statement that was a message of its own."""
    if fault.position is None:
        return place_in_statement(half, piece, fault)
    return place_of_offset(half, min(piece.start + fault.position, piece.end))


def place_of_offset(half: Half, offset: int) -> Place:
    """The place of a character of the text, with the statement that holds it."""
    line, column = position(half.text, min(offset, len(half.text)))
    before = [piece for piece in half.statements() if piece.start <= offset]
    return Place(line, column, excerpt(before[-1]) if before else "")


def excerpt(piece: Piece) -> str:
    """The statement as it is written, its end cut off when it is long."""
    sql = piece.sql
    return sql if len(sql) <= _EXCERPT else f"{sql[:_EXCERPT]}..."
