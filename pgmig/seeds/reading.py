"""A file of rows: its header, its bytes in blocks, and the lines of its records.

The server reads the rows; here is read only what it cannot know: the header, and in which line of
the file a record begins.
"""

import csv
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import msgspec

from pgmig.errors import SeedHeaderBad, SeedRowRefused, SeedsUnreadable

_BLOCK = 1 << 20  # bytes
_LONGEST = 1 << 20  # bytes of a header
_BOM = b"\xef\xbb\xbf"
_MARK = re.compile(rb"\n\\\.[\r\n]")


class Header(msgspec.Struct, frozen=True):
    """The first record of a file.

    Attributes:
        columns: their names.
        size: bytes before the first row.
        lines: of the file before the first row.
    """

    columns: tuple[str, ...]
    size: int
    lines: int


def read_header(path: Path) -> Header:
    """The header of a file.

    Raises:
        SeedsUnreadable: the file cannot be read.
        SeedHeaderBad: it does not begin with a header.
    """
    try:
        with path.open("rb") as file:
            raw, lines = _first_record(file)
    except OSError as error:
        raise SeedsUnreadable(path=path, reason=error.strerror or str(error)) from None
    return Header(_names(path, raw.removeprefix(_BOM)), len(raw), lines)


def size_of(path: Path) -> int:
    """The bytes of a file.

    Raises:
        SeedsUnreadable: it is gone.
    """
    try:
        return path.stat().st_size
    except OSError as error:
        raise SeedsUnreadable(path=path, reason=error.strerror or str(error)) from None


def blocks(path: Path, header: Header) -> Iterator[bytes]:
    """The bytes behind the header.

    Raises:
        SeedsUnreadable: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(header.size)
            while block := file.read(_BLOCK):
                yield block
    except OSError as error:
        raise SeedsUnreadable(path=path, reason=error.strerror or str(error)) from None


def records(path: Path, header: Header) -> Iterator[tuple[int, int]]:
    """The line that every record behind the header begins in, and the one that the server names.

    It counts from the first row, and within quotes only what ends the lines of the file; within
    the first row nothing, because it does not know yet what that is (CopyReadLineText,
    copyfromparse.c).

    Raises:
        SeedsUnreadable: the file cannot be read.
    """
    line, first, counted = header.lines, header.lines + 1, 0
    inside, mark, is_quoted = 0, b"", False
    for raw in _lines(path, header):
        line += 1
        is_quoted ^= raw.count(b'"') % 2 == 1
        if is_quoted:
            inside += raw.count(mark) if mark else 0
            continue
        counted += 1 + (inside + raw.count(mark) - raw.endswith(b"\n") if mark else 0)
        yield first, counted
        mark = mark or (b"\r" if raw.endswith(b"\r\n") else b"\n")
        first, inside = line + 1, 0
    if is_quoted:
        yield first, counted + 1 + inside


def without_mark(path: Path, header: Header, data: Iterable[bytes]) -> Iterator[bytes]:
    r"""The same blocks, if no record of the file is `\.` alone.

    Up to PostgreSQL 17 COPY FROM STDIN takes that for the end, and leaves out what follows without
    a word (release-18.html, E.1.3.2).

    Raises:
        SeedRowRefused: one is.
    """
    before = b"\n"
    for block in data:
        if _MARK.search(before + block):
            _require_no_mark(path, header)
        before = block[-3:] or before
        yield block


def _require_no_mark(path: Path, header: Header) -> None:
    with closing(Records(path, header)) as found:
        lines = records(path, header)
        while (record := found.next()) is not None:
            line, _ = next(lines)
            if record.strip() == b"\\.":
                raise SeedRowRefused(
                    path=path,
                    line=line,
                    column="",
                    value=None,
                    reason=r"\. alone is the end of the data for PostgreSQL before 18",
                    sqlstate="22P04",
                    hint=r'write "\." where it is a value',
                )


class Records:
    """The records behind the header as they are, each with the end of its line.

    Raises:
        SeedsUnreadable: the file cannot be read.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self._path = path
        try:
            self._file = path.open("rb", buffering=_BLOCK)
            self._file.seek(header.size)
        except OSError as error:
            raise SeedsUnreadable(path=path, reason=error.strerror or str(error)) from None

    def passes(self, data: bytes) -> bool:
        """Whether these bytes come next; they are passed then."""
        try:
            found = self._file.read(len(data))
            if found != data:
                self._file.seek(-len(found), os.SEEK_CUR)
        except OSError as error:
            raise SeedsUnreadable(path=self._path, reason=error.strerror or str(error)) from None
        return found == data

    def next(self) -> bytes | None:
        """The next record; None at the end."""
        try:
            lines = [self._file.readline()]
            is_quoted = lines[0].count(b'"') & 1
            while is_quoted and (more := self._file.readline()):
                lines.append(more)
                is_quoted ^= more.count(b'"') & 1
            raw = b"".join(lines)
        except OSError as error:
            raise SeedsUnreadable(path=self._path, reason=error.strerror or str(error)) from None
        return raw if raw.endswith(b"\n") else raw + b"\n" if raw else None

    def close(self) -> None:
        """Read no more."""
        self._file.close()


def _lines(path: Path, header: Header) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            file.seek(header.size)
            yield from file
    except OSError as error:
        raise SeedsUnreadable(path=path, reason=error.strerror or str(error)) from None


def _first_record(file: BinaryIO) -> tuple[bytes, int]:
    raw = file.readline(_LONGEST)
    lines = 1
    while raw.count(b'"') % 2 and len(raw) < _LONGEST and (more := file.readline(_LONGEST)):
        raw += more
        lines += 1
    return raw, lines


def _names(path: Path, raw: bytes) -> tuple[str, ...]:
    if not raw.strip():
        raise SeedHeaderBad(path=path, reason="there is no header")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        byte = raw[error.start]
        raise SeedHeaderBad(path=path, reason=f"byte 0x{byte:02x} is not UTF-8") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if "\0" in text:
        raise SeedHeaderBad(path=path, reason="it holds a NUL byte")
    if "\r" in text:
        raise SeedHeaderBad(path=path, reason="it ends with a CR alone; lines end with LF or CRLF")
    try:
        (names,) = csv.reader([text], strict=True)
    except (csv.Error, ValueError) as error:
        raise SeedHeaderBad(path=path, reason=f"it cannot be read ({error})") from None
    if "" in names:
        raise SeedHeaderBad(path=path, reason="a column has no name")
    return tuple(names)
