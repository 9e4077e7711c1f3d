"""Statements of a script, each with its exact offsets.

Nothing is rewritten: `text[piece.start:piece.end]` is what runs.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from pgmig.scripts.lexer import words
from pgmig.scripts.scanner import SIMPLE, Scanner


class Piece(msgspec.Struct, frozen=True, gc=False):
    r"""One statement of a text.

    Attributes:
        text: the whole text that was split.
        start: offset of the first token.
        end: offset after the last token: semicolon, blanks and comments after it are outside.
        line: line of `start`, from 1.
        column: column of `start` in characters, from 1.
        copy_data: offsets of the data lines that COPY FROM STDIN reads, without the `\.` line.
    """

    text: str
    start: int
    end: int
    line: int
    column: int
    copy_data: tuple[int, int] | None = None

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
    return _pieces(Scanner(text, path))


def line_comments(text: str, *, path: Path | None = None) -> list[int]:
    """Offsets of all `--` comments: what looks like one within a string or a body is none.

    Raises:
        As `split` does.
    """
    starts: list[int] = []
    for _ in _pieces(Scanner(text, path, comments=starts)):
        pass
    return [start for start in starts if text.startswith("--", start)]


def _pieces(scanner: Scanner) -> Iterator[Piece]:
    text, size = scanner.text, len(scanner.text)
    is_plain = scanner.comments is None
    at = 1 if text.startswith("\ufeff") else 0
    seen = line_start = 0
    line = 1
    while at < size:
        match = SIMPLE.match(text, at) if is_plain else None
        if match:
            start, end = match.span("statement")
            at, data = end + 1, None
        elif (start := scanner.first_token(at)) == size:
            return
        else:
            end, at = scanner.statement(start)
            data = scanner.copy_data
        breaks = text.count("\n", seen, start)
        if breaks:
            line += breaks
            line_start = text.rfind("\n", seen, start) + 1
        seen = start
        yield Piece(text, start, end, line, start - line_start + 1, data)
