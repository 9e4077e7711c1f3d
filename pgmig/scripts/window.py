"""The statements of a large file, found in a part of it that moves along."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from pgmig.errors import CopyDataMissing, UnterminatedSql
from pgmig.scripts.directive import DIRECTIVE
from pgmig.scripts.large import LargeText, Reading
from pgmig.scripts.position import position_from
from pgmig.scripts.scanner import Scanner, TextCut, find_mark
from pgmig.scripts.split import Piece, pieces_of

Span = tuple[int, int]


class Window:
    """A part of a large file: it holds what is looked at, and no more.

    Attributes:
        text: what it holds.
        offset: where that begins, in bytes of the file.
        line: the line of its first character.
        column: the column of its first character.
        is_last: nothing of the file comes after it.
    """

    def __init__(self, large: LargeText, reading: Reading) -> None:
        self.text = ""
        self.offset = large.start
        self.line = self.column = 1
        self.is_last = False
        self._large = large
        self._reading = reading
        self._blocks = reading.blocks(large.start, large.end, size=large.block)
        self.read()

    def scanner(self, comments: list[int] | None = None) -> Scanner:
        """A scanner of what it holds."""
        return Scanner(
            self.text,
            self._large.path,
            comments=comments,
            is_cut=not self.is_last,
            line=self.line,
            column=self.column,
        )

    def drop(self, at: int) -> None:
        """Let go of what stands before the character `at`."""
        before = self.text[:at]
        self.offset += self._large.size(before)
        self.line, self.column = position_from(self.line, self.column, before, at)
        self.text = self.text[at:]

    def read(self) -> None:
        """Hold more: as much again as there is, so that what is long is not scanned too often."""
        texts = [self.text]
        wanted = max(1, len(self.text))
        while wanted > 0 and not self.is_last:
            block = next(self._blocks, None)
            self.is_last = block is None
            texts.append(block or "")
            wanted -= len(block or "")
        self.text = "".join(texts)

    def data(self, start: int, at: int) -> Span:
        """Drop the statement at `start`, a COPY FROM STDIN, and its data, read to its end.

        Args:
            start: the first character of the statement.
            at: the first character of the data.

        Returns:
            The bytes of the file that the data takes.

        Raises:
            CopyDataMissing: the data never ends.
        """
        large = self._large
        line, column = position_from(self.line, self.column, self.text, start)
        self.drop(at - 1)
        begin = self.offset + large.size("\n")
        mark = find_mark(self.text, 0)
        if mark is not None and (mark[1] < len(self.text) or self.is_last):
            end = self.offset + large.size(self.text[: mark[0] + 1])
            self.drop(mark[1])
            return begin, end
        found = None if self.is_last else large.data_end(self.offset)
        if found is None:
            raise CopyDataMissing(path=large.path, line=line, column=column)
        end, after, breaks = found
        self._go_on(after, self.line + breaks)
        return begin, end

    def _go_on(self, offset: int, line: int) -> None:
        """Hold what begins at a byte that is far away, in the first column of a line."""
        self.text = ""
        self.offset, self.line, self.column = offset, line, 1
        self.is_last = False
        self._reading.seek(offset)
        self._blocks = self._reading.blocks(offset, self._large.end, size=self._large.block)
        self.read()


def split_large(
    large: LargeText, see: Callable[[Scanner, int], None] | None = None
) -> Iterator[Piece]:
    """The statements of a large file, as `split.split` has them; none is held longer than needed.

    Args:
        large: the file.
        see: sees the comments that each scanner has passed, and up to where they count: those
            behind that are met again.

    Raises:
        UnterminatedSql, PsqlCommand, CopyDataMissing, BackslashStringsOn: as `split.split`.
        ScriptUnreadable, ScriptChanged: the file is not what was checked.
    """
    with Reading(large, large.start) as reading:
        window = Window(large, reading)
        is_over = False
        while not is_over:
            scanner = window.scanner(None if see is None else [])
            end = 0
            data = None
            try:
                for piece in pieces_of(scanner, holds_data=False):
                    if piece.copy_data is not None:
                        end, _ = piece.copy_data
                        data = window.data(piece.start, end)
                        yield replace(piece, copy_data=None, blocks=partial(large.part, *data))
                    else:
                        end = piece.end
                        yield piece
                is_over = data is None
            except TextCut:
                window.drop(end)
                window.read()
            if see is not None:
                see(scanner, len(scanner.text) if is_over else end)


def large_head(large: LargeText) -> str:
    """All that stands before the first statement, and some of what comes after it."""
    with Reading(large, large.start) as reading:
        window = Window(large, reading)
        while not window.is_last:
            with suppress(TextCut):
                window.scanner().first_token(0)
                break
            window.read()
        return window.text


def is_large_without_statements(large: LargeText) -> bool:
    """Whether a large file holds nothing but blanks, comments and semicolons."""
    with Reading(large, large.start) as reading:
        window = Window(large, reading)
        while True:
            try:
                return window.scanner().first_token(0) == len(window.text)
            except TextCut:
                window.read()
            except UnterminatedSql:
                return False


def misplaced_directive(large: LargeText) -> Span | None:
    """The line and column of the first directive below the first statement of a large file.

    Raises:
        As `split_large`.
    """
    found: list[Span] = []

    def see(scanner: Scanner, end: int) -> None:
        found.extend(
            position_from(scanner.line, scanner.column, scanner.text, at)
            for at in scanner.comments or ()
            if at < end and DIRECTIVE.match(scanner.text, at)
        )

    first: Span | None = None
    for piece in split_large(large, see):
        first = first or (piece.line, piece.column)
    return next((place for place in found if first is not None and place > first), None)
