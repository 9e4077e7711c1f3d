"""A large file beside the rows of its table, both read once from the first to the last.

What `snapshot --data` wrote is what COPY gives, line by line, until somebody changes a few: lines
that are the same are rows that are the same, and nothing of them goes to the server. What is left
over on either side goes there, to be compared as rows are. Files of another hand, order or spelling
have too much left over: then nothing is gained, and all of it is compared there.
"""

from collections.abc import Iterable
from contextlib import closing

import msgspec

from pgmig.db import Connection
from pgmig.db.loading import batches_of
from pgmig.errors import ServerRefused
from pgmig.seeds.export import query_of
from pgmig.seeds.reading import Records
from pgmig.seeds.task import Task

SMALL = 1 << 20
"""Bytes of a file below which reading it all in the server costs nothing."""

_AT_ONCE = 16  # lines that are compared as one: more, and one that differs costs more
_AHEAD = 100  # lines that one side may be behind the other
_MOST = 2 << 20  # bytes left over on both sides


class Leftover(msgspec.Struct, frozen=True):
    """Lines that the other side does not have.

    Attributes:
        same: how many lines both have.
        numbers: which records of the file these are, from 1.
        here: they, in the file's order.
        there: those of the table.
    """

    same: int
    numbers: tuple[int, ...]
    here: tuple[bytes, ...]
    there: tuple[bytes, ...]


def leftover(conn: Connection, task: Task) -> Leftover | None:
    """What the one file of a task and its table do not have in common; None: much, or it failed.

    It may leave the transaction failed: the caller has a savepoint.
    """
    rows = task.files[0]
    columns = [column for name in rows.columns if (column := task.table.column(name))]
    copy = f"COPY ({query_of(task.table, task.key, columns)}) TO STDOUT (FORMAT csv)"
    try:
        with (
            closing(Records(rows.file.path, rows.header)) as here,
            closing(batches_of(conn, copy, _AT_ONCE)) as there,
        ):
            return Sides(here).part(there)
    except ServerRefused:
        return None


class Sides:
    """Two runs of lines, and those of each that are waited for on the other side."""

    def __init__(self, here: Records) -> None:
        self._here = here
        self._same = 0
        self._number = 0
        self._open_here: dict[bytes, int] = {}
        self._open_there: dict[bytes, None] = {}
        self._left_here: list[tuple[int, bytes]] = []
        self._left_there: list[bytes] = []
        self._size = 0

    def part(self, there: Iterable[list[bytes]]) -> Leftover | None:
        """What each has alone; None when that is much."""
        for lines in there:
            if self._here.passes(b"".join(lines)):
                self._same += len(lines)
                self._number += len(lines)
                continue
            for line in lines:
                self._find(line)
            if self._size > _MOST:
                return None
        while self._size <= _MOST and (rest := self._next()) is not None:
            if not self._is_open_there(rest):
                self._wait_here(rest)
        if self._size > _MOST:
            return None
        left = [*self._left_here, *((n, line) for line, n in self._open_here.items())]
        left.sort()
        return Leftover(
            self._same,
            tuple(number for number, _ in left),
            tuple(line for _, line in left),
            (*self._left_there, *self._open_there),
        )

    def _find(self, line: bytes) -> None:
        """Look for a line of the table in the file."""
        if line in self._open_here:
            del self._open_here[line]
            self._same += 1
            return
        while (found := self._next()) is not None:
            if found == line:
                self._same += 1
                return
            if not self._is_open_there(found):
                self._wait_here(found)
                break
        self._wait_there(line)

    def _next(self) -> bytes | None:
        self._number += 1
        return self._here.next()

    def _is_open_there(self, line: bytes) -> bool:
        """Whether the table had a line before, which then waits no longer."""
        if line not in self._open_there:
            return False
        del self._open_there[line]
        self._same += 1
        return True

    def _wait_here(self, line: bytes) -> None:
        self._size += len(line)
        if line in self._open_here:  # twice in the file
            self._left_here.append((self._number, line))
            return
        self._open_here[line] = self._number
        if len(self._open_here) > _AHEAD:
            oldest = next(iter(self._open_here))
            self._left_here.append((self._open_here.pop(oldest), oldest))

    def _wait_there(self, line: bytes) -> None:
        self._size += len(line)
        if line in self._open_there:
            self._left_there.append(line)
            return
        self._open_there[line] = None
        if len(self._open_there) > _AHEAD:
            oldest = next(iter(self._open_there))
            del self._open_there[oldest]
            self._left_there.append(oldest)
