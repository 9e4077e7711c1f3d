"""A large file in parts: some thousand whole statements each, to be sent together.

The parts are found before the first of them runs, so that all is checked by then, and only their
places are kept. Most statements of large files are simple ones: they are counted, not looked at.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from itertools import takewhile
from operator import attrgetter

import msgspec

from pgmig.scripts.large import LargeText, Reading
from pgmig.scripts.patterns import simple
from pgmig.scripts.position import position_from
from pgmig.scripts.scanner import Scanner, TextCut
from pgmig.scripts.split import Piece, pieces_of
from pgmig.scripts.window import Span, Window

# What may begin or end a transaction, and is looked at one by one.
CONTROL = frozenset({"BEGIN", "START", "COMMIT", "END", "ABORT", "ROLLBACK", "PREPARE"})
_CONTROL = rf"(?ai:{'|'.join(sorted(CONTROL))})"
IS_CONTROL = re.compile(_CONTROL)


@cache
def _run() -> re.Pattern[str]:
    """Finds one simple statement after the other; at anything else, a character and no group."""
    return re.compile(rf"{simple(_CONTROL)}|[\s\S]")


class Part(msgspec.Struct, frozen=True):
    """Statements of a large file that stand one after the other.

    Attributes:
        start: where the text of the part begins, in bytes of the file.
        end: where it ends.
        line: the line of its first character.
        column: the column of its first character.
        count: how many statements it has.
        data: the bytes of the file that hold the data of its only statement, if that is a
            COPY FROM STDIN.
    """

    start: int
    end: int
    line: int
    column: int
    count: int
    data: Span | None = None


def parts(large: LargeText, look: Callable[[Piece], None]) -> Iterator[Part]:
    """The parts of a large file, each of about the size of a block.

    A statement that is longer than that makes its part as long.

    Args:
        large: the file.
        look: sees every statement that begins with a word of CONTROL; it may refuse.

    Raises:
        UnterminatedSql, PsqlCommand, CopyDataMissing, BackslashStringsOn: as `split.split`.
        ScriptUnreadable, ScriptChanged: the file is not what was checked.
    """
    with Reading(large, large.start) as reading:
        window = Window(large, reading)
        is_over = False
        while not is_over:
            walk = _Walk(window.scanner(), look)
            try:
                is_over = walk.run()
            except TextCut:
                is_cut = True
            else:
                is_cut = False
            if walk.count:
                yield _part(window, walk)
            if is_cut:
                window.read()


def split_part(large: LargeText, part: Part) -> Iterator[Piece]:
    """The statements of a part, read again.

    Raises:
        ScriptUnreadable, ScriptChanged: as far as that shows there.
    """
    text = "".join(large.part(part.start, part.end))
    return pieces_of(
        Scanner(text, large.path, line=part.line, column=part.column), holds_data=False
    )


def _part(window: Window, walk: "_Walk") -> Part:
    """What was walked over, dropped from the window."""
    start, line, column = window.offset, window.line, window.column
    if walk.copy is not None:
        data = window.data(*walk.copy)
        return Part(start, data[0], line, column, walk.count, data)
    window.drop(walk.at)
    return Part(start, window.offset, line, column, walk.count)


class _Walk:
    """The way over the whole statements that a window holds.

    Attributes:
        at: behind the last of them.
        count: how many they are.
        copy: where the only one begins and where its data does, if it is a COPY FROM STDIN: what
            comes before may change the encoding of the data, which only the end of a message tells.
    """

    def __init__(self, scanner: Scanner, look: Callable[[Piece], None]) -> None:
        self.at = self.count = 0
        self.copy: Span | None = None
        self._scanner = scanner
        self._look = look
        self._is_over = False

    def run(self) -> bool:
        """Go as far as the part; true when nothing comes after it.

        Raises:
            TextCut: more is to be read for the statement behind the last one.
        """
        while (is_more := self._one()) and self.copy is None:
            pass
        return not is_more and self._is_over

    def _one(self) -> bool:
        """Pass simple statements and one of another kind; false at the end of the part."""
        scanner = self._scanner
        text = scanner.text
        found = takewhile(attrgetter("lastgroup"), _run().finditer(text, self.at))
        for count, match in deque(enumerate(found, start=1), maxlen=1):
            self.count += count
            self.at = match.end()
        start = scanner.first_token(self.at)
        if start == len(text):
            self._is_over = True
            return False
        end, after = scanner.statement(start)
        if IS_CONTROL.match(text, start):
            line, column = position_from(scanner.line, scanner.column, text, start)
            self._look(Piece(text, start, end, line, column))
        if scanner.reads_stdin:
            if self.count:
                return False
            self.copy = (start, scanner.data_start(start, after))
        self.count += 1
        self.at = after
        return True
