"""Files too large to hold: checked and summed block by block, read again where they are wanted."""

import codecs
import os
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec
from msgspec.structs import replace

from pgmig.errors import NulInScript, ScriptChanged, ScriptNotUtf8, ScriptUnreadable
from pgmig.scripts.position import position_from

LARGE = 4 * 1024 * 1024  # bytes of a file from which on it is not held
BLOCK = 1024 * 1024  # bytes that are read, and then sent, at a time

_BOM = b"\xef\xbb\xbf"
_MARK = re.compile(rb"\n\\\.(?:\r?\n|\Z)")
_MARK_SIZE = 5  # bytes of it at most


class LargeText(msgspec.Struct, frozen=True):
    """What runs of a file, as `text.read_text` has it, while it stays in the file.

    Attributes:
        path: the file.
        end: its size in bytes.
        checksum: SHA-256 of what runs, in hexadecimal.
        start: bytes of its byte order mark.
        is_crlf: every line ends with CRLF, which runs as LF.
        block: bytes to read at a time.
        stamp: size and time of the file when it was read; None: not known.
    """

    path: Path
    end: int
    checksum: str
    start: int = 0
    is_crlf: bool = False
    block: int = BLOCK
    stamp: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """All of it, for those who cannot do with less.

        Raises:
            ScriptUnreadable, ScriptChanged: it is not what was checked.
        """
        with Reading(self) as reading:
            text = reading.text(self.start, self.end)
            reading.finish()
        return text

    def part(self, start: int, end: int) -> Iterator[str]:
        """What runs between two offsets of the file, in blocks.

        Raises:
            ScriptUnreadable, ScriptChanged: as far as that shows there.
        """
        with Reading(self, start) as reading:
            yield from reading.blocks(start, end)

    def data_end(self, at: int) -> tuple[int, int, int] | None:
        r"""The end of copy data that comes after the line break at byte `at`.

        Returns:
            Where the line `\.` begins, where it ends, and the line breaks from `at` to there.
        """
        data = b""
        breaks = 0
        with Reading(self, at) as reading:
            while True:
                block = reading.raw(self.block)
                data += block
                mark = _find_mark(data)
                if mark is not None and (mark[1] < len(data) or not block):
                    breaks += data.count(b"\n", 0, mark[1])
                    return at + mark[0] + 1, at + mark[1], breaks
                if not block:
                    return None
                passed = max(0, len(data) - _MARK_SIZE)
                breaks += data.count(b"\n", 0, passed)
                data = data[passed:]
                at += passed

    def size(self, text: str) -> int:
        """The bytes that a part of what runs takes in the file."""
        size = len(text) if text.isascii() else len(text.encode())
        return size + text.count("\n") if self.is_crlf else size


class Reading:
    """One pass over a large file.

    From its beginning to its end it is summed, so that `finish` knows that it is the same; what
    was given before may be another text. A pass that begins at some byte `at` is not summed.

    Raises:
        ScriptUnreadable: the file cannot be read.
        ScriptChanged: it is not what was checked, as far as that shows.
    """

    def __init__(self, large: LargeText, at: int | None = None) -> None:
        self._large = large
        self._file = _open(large.path)
        self._at = 0
        self._sum = sha256() if at is None else None
        if large.stamp is not None and _stamp(self._file) != large.stamp:
            self._file.close()
            raise ScriptChanged(path=large.path)
        self.seek(at or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def seek(self, at: int) -> None:
        """Go on at another byte, in a pass that is not summed."""
        self._file.seek(at)
        self._at = at

    def raw(self, size: int) -> bytes:
        """The next bytes as they are, in a pass that is not summed."""
        return _take(self._file, self._large.path, size)

    def text(self, start: int, end: int) -> str:
        """What runs between two offsets of the file; `start` is not before the last `end`."""
        return "".join(self.blocks(start, end, size=end - start))

    def blocks(self, start: int, end: int, *, size: int = BLOCK) -> Iterator[str]:
        """The same in blocks."""
        for _ in self._read(start, BLOCK):
            pass
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            for data in self._read(end, size):
                yield decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise ScriptChanged(path=self._large.path) from None

    def finish(self) -> None:
        """Read to the end and see that the sum is right."""
        large = self._large
        for _ in self._read(large.end, BLOCK):
            pass
        total = "" if self._sum is None else self._sum.hexdigest()
        if self.raw(1) or total != large.checksum:
            raise ScriptChanged(path=large.path)

    def _read(self, end: int, size: int) -> Iterator[bytes]:
        """What runs of the bytes up to `end`."""
        large = self._large
        held = b""  # a CR whose LF is not read yet
        while self._at < end:
            data = _take(self._file, large.path, min(size, end - self._at))
            if not data:
                raise ScriptChanged(path=large.path)
            skipped = max(0, large.start - self._at)
            self._at += len(data)
            data = held + data[skipped:]
            if large.is_crlf:
                cut = len(data) - data.endswith(b"\r")
                data, held = data[:cut].replace(b"\r\n", b"\n"), data[cut:]
            if self._sum is not None:
                self._sum.update(data)
            yield data
        if held:
            if self._sum is not None:
                self._sum.update(held)
            yield held


def check(path: Path, look: Callable[[bytes], None], *, block: int = BLOCK) -> LargeText:
    """Read a file once, for its checksum and to see that it is text.

    Args:
        path: the file.
        look: sees all of it, block by block.
        block: bytes to read at a time.

    Raises:
        ScriptUnreadable, ScriptNotUtf8, NulInScript: as `text.read_text`.
    """
    total = sha256()
    lines = _LineEnds()
    rest = b""  # a character that is not read whole yet
    offset = start = 0
    with _open(path) as file:
        while data := _take(file, path, max(block, len(_BOM))):
            if not offset and data.startswith(_BOM):
                start = len(_BOM)
            total.update(data[0 if offset else start :])
            lines.feed(data)
            if rest or not data.isascii():
                rest = _decode(rest + data, path, offset - len(rest))
            _require_no_nul(data, path, offset)
            look(data)
            offset += len(data)
        _decode(rest, path, offset - len(rest), is_last=True)
        stamp = _stamp(file)
    large = LargeText(path, offset, total.hexdigest(), start, block=block, stamp=stamp)
    return _with_lf(large) if lines.are_crlf else large


def _decode(data: bytes, path: Path, offset: int, *, is_last: bool = False) -> bytes:
    """What cannot be decoded yet of a block that begins at a byte of the file."""
    try:
        _, used = codecs.utf_8_decode(data, "strict", is_last)
    except UnicodeDecodeError as error:
        at = offset + error.start
        line, _ = _place(path, at)
        raise ScriptNotUtf8(path=path, line=line, offset=at, byte=data[error.start]) from None
    return data[used:]


def _require_no_nul(data: bytes, path: Path, offset: int) -> None:
    nul = data.find(b"\0")
    if nul >= 0:
        line, column = _place(path, offset + nul)
        raise NulInScript(path=path, line=line, column=column)


def _place(path: Path, offset: int) -> tuple[int, int]:
    """The line and column of a byte of a file that is UTF-8 up to there."""
    line = column = 1
    for block in LargeText(path, offset, "").part(0, offset):
        line, column = position_from(line, column, block, len(block))
    return line, column


class _LineEnds:
    """Whether all lines end with CRLF."""

    def __init__(self) -> None:
        self.are_crlf: bool = False
        self._is_known: bool = False
        self._before: bytes = b""

    def feed(self, data: bytes) -> None:
        if self._is_known:
            return
        data = self._before + data
        self._before = data[-1:] if data.endswith(b"\r") else b""
        breaks = data.count(b"\n")
        self.are_crlf = breaks == data.count(b"\r\n") and (self.are_crlf or breaks > 0)
        self._is_known = breaks > 0 and not self.are_crlf


def _with_lf(large: LargeText) -> LargeText:
    """The same file, run and summed with LF for CRLF."""
    total = sha256()
    crlf = replace(large, is_crlf=True)
    for block in crlf.part(crlf.start, crlf.end):
        total.update(block.encode())
    return replace(crlf, checksum=total.hexdigest())


def _find_mark(data: bytes) -> tuple[int, int] | None:
    if b"\\" not in data:  # one byte is found much sooner than three are
        return None
    at = -1
    while (at := data.find(b"\n\\.", at + 1)) >= 0:
        mark = _MARK.match(data, at)
        if mark:
            return mark.span()
    return None


def _stamp(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ScriptUnreadable(path=path, reason=error.strerror or str(error)) from None


def _take(file: BinaryIO, path: Path, size: int) -> bytes:
    try:
        return file.read(size)
    except OSError as error:
        raise ScriptUnreadable(path=path, reason=error.strerror or str(error)) from None
