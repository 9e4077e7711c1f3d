"""The text of a script and its checksum: what runs is what is summed.

- UTF-8 only. A byte order mark is taken off, as psql does.
- A file in which every line ends with CRLF is the LF file as Git checks it out on Windows
  (`core.autocrlf`), so it runs and sums as that one. A file that mixes the two is left as it is:
  Git does not convert it either, and a function body may hold CRLF on purpose.
- NUL cannot be part of SQL text on the way to a server.
"""

import os
from hashlib import sha256
from pathlib import Path

from pgmig.errors import NulInScript, ScriptNotUtf8, ScriptUnreadable
from pgmig.scripts.position import position

_BOM = b"\xef\xbb\xbf"
SMALL = 64 * 1024  # bytes
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)


def read_text(path: Path) -> str:
    """What runs of the file at `path`.

    Raises:
        ScriptUnreadable: the file is gone, is not a file, or may not be read.
        ScriptNotUtf8: with the first offending byte.
        NulInScript: with its place.
    """
    try:
        return decode(path.read_bytes(), path=path)
    except OSError as error:
        raise ScriptUnreadable(path=path, reason=error.strerror or str(error)) from None


def read_small(path: Path, place: str = "") -> bytes:
    """The first bytes of the file, `SMALL` of them when there are as many.

    With a third of the work of `Path.read_bytes`, as most scripts are small.

    Args:
        path: the file.
        place: the same as text, where that is at hand.

    Raises:
        ScriptUnreadable: as `read_text`.
    """
    try:
        descriptor = os.open(place or path, _READ)
        try:
            data = os.read(descriptor, SMALL)
            while len(data) < SMALL and (more := os.read(descriptor, SMALL - len(data))):
                data += more
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ScriptUnreadable(path=path, reason=error.strerror or str(error)) from None
    return data


def decode(data: bytes, *, path: Path) -> str:
    """What runs of a file that holds `data`; `path` is for the messages."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ScriptNotUtf8(
            path=path, line=line, offset=error.start, byte=data[error.start]
        ) from None
    if b"\0" in data:
        line, column = position(text, text.index("\0"))
        raise NulInScript(path=path, line=line, column=column)
    if data.startswith(_BOM):
        text = text[1:]
    breaks = text.count("\r\n")
    if breaks and breaks == text.count("\n"):
        text = text.replace("\r\n", "\n")
    return text


def checksum(text: str) -> str:
    """SHA-256 of `text` in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()
