"""Statements of a script, each with its exact offsets.

Nothing is rewritten: `text[piece.start:piece.end]` is what runs.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from pgmig.scripts.lexer import words
from pgmig.scripts.patterns import simple_statement
from pgmig.scripts.scanner import Scanner


class Piece(msgspec.Struct, frozen=True, gc=False):
    r"""One statement of a text.

    Attributes:
        text: the text that was split, or of a large file the part that holds the statement.
        start: offset of the first token.
        end: offset after the last token: semicolon, blanks and comments after it are outside.
        line: line of `start`, from 1.
        column: column of `start` in characters, from 1.
        copy_data: offsets of the data lines that COPY FROM STDIN reads, without the `\.` line.
        blocks: gives these lines where the text does not hold them.
    """

    text: str
    start: int
    end: int
    line: int
    column: int
    copy_data: tuple[int, int] | None = None
    blocks: Callable[[], Iterator[str]] | None = None

    @property
    def data(self) -> tuple[Iterable[str], ...]:
        """What COPY FROM STDIN reads, in blocks, if it is one: nothing for other statements."""
        if self.copy_data is not None:
            return ((self.text[slice(*self.copy_data)],),)
        return (self.blocks(),) if self.blocks else ()

    @property
    def sql(self) -> str:
        """The statement, without its semicolon."""
        return self.text[self.start : self.end]

    @property
    def words(self) -> tuple[str, ...]:
        """The bare words it begins with, in capitals, six at most.

        They stop at the first token that is no bare word: `ALTER TABLE "x" ...` begins with
        `("ALTER", "TABLE")`. Blanks and comments between them do not count.
        """
        return tuple(words(self.text, self.start, self.end, limit=6))

    def __repr__(self) -> str:
        """Place and beginning, not the whole text."""
        return f"Piece({self.line}:{self.column} {self.sql[:60]!r})"


def split(text: str, *, path: Path | None = None) -> Iterator[Piece]:
    r"""The statements of `text` in their order, empty ones left out; `path` is for the messages.

    Raises:
        UnterminatedSql: a quote, comment, parenthesis or atomic body that never ends.
        PsqlCommand: a backslash command of psql.
        CopyDataMissing: COPY FROM STDIN without its data and the `\.` line.
        BackslashStringsOn: standard_conforming_strings is switched off, so that strings would
            end elsewhere than they seem to.
    """
    return pieces_of(Scanner(text, path), _begin(text))


def line_comments(text: str, *, path: Path | None = None) -> list[int]:
    """Offsets of all `--` comments: what looks like one within a string or a body is none.

    Raises:
        As `split` does.
    """
    starts: list[int] = []
    for _ in pieces_of(Scanner(text, path, comments=starts), _begin(text)):
        pass
    return [start for start in starts if text.startswith("--", start)]


def pieces_of(scanner: Scanner, at: int = 0, *, holds_data: bool = True) -> Iterator[Piece]:
    """The statements that a scanner passes from `at` on.

    Where the text need not hold the data of a COPY FROM STDIN, that statement is the last one
    passed, and its `copy_data` tells where the data begins.

    Raises:
        TextCut: the text is cut; its last statement may be a whole one, or be cut.
        UnterminatedSql and the like: as `split`.
    """
    text, size = scanner.text, len(scanner.text)
    simple = simple_statement() if scanner.comments is None else None
    line, line_start = scanner.line, 1 - scanner.column
    seen = 0
    while at < size:
        data = None
        match = simple.match(text, at) if simple else None
        if match:
            start, end = match.span("statement")
            at = end + 1
        elif (start := scanner.first_token(at)) == size:
            return
        else:
            end, at = scanner.statement(start)
            if scanner.reads_stdin:
                data, at = _data(scanner, start, at, holds_data=holds_data)
        breaks = text.count("\n", seen, start)
        if breaks:
            line += breaks
            line_start = text.rfind("\n", seen, start) + 1
        seen = start
        yield Piece(text, start, end, line, start - line_start + 1, data)
        if data and not holds_data:
            return
    scanner.require_end()


def _begin(text: str) -> int:
    """Behind the byte order mark."""
    return 1 if text.startswith("\ufeff") else 0


def _data(
    scanner: Scanner, start: int, at: int, *, holds_data: bool
) -> tuple[tuple[int, int], int]:
    if holds_data:
        return scanner.copy_data(start, at)
    begin = scanner.data_start(start, at)
    return (begin, begin), begin
