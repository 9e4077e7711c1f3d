"""A file of rows: its header, its bytes in blocks, and the lines of its records.

The server reads the rows; here is read only what it cannot know: the header, and in which line of
the file a record begins.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from pgmig.errors import SeedHeaderBad, SeedsUnreadable

_BLOCK = 1 << 20  # bytes
_LONGEST = 1 << 20  # bytes of a header
_BOM = b"\xef\xbb\xbf"


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
    """The first and the last line of every record behind the header.

    Raises:
        SeedsUnreadable: the file cannot be read.
    """
    line = first = header.lines + 1
    is_quoted = False
    try:
        with path.open("rb") as file:
            file.seek(header.size)
            for raw in file:
                is_quoted ^= raw.count(b'"') % 2 == 1
                if not is_quoted:
                    yield first, line
                    first = line + 1
                line += 1
    except OSError as error:
        raise SeedsUnreadable(path=path, reason=error.strerror or str(error)) from None
    if is_quoted:
        yield first, line - 1


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
