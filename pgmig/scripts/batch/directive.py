"""`-- pgmig: batch=5000 key=id pause=50ms lag=16MB waits=5`, above the statement that it is about.

At the head of a file that is the first statement. Above a later one the comment stands on a line
of its own, behind the semicolon of the statement before.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from pgmig.errors import BadDirective, DirectiveMisplaced
from pgmig.scripts.allowing import ALLOW_KEYS, Allowance, make_allowance
from pgmig.scripts.directive import (
    DIRECTIVE,
    BadValue,
    Directive,
    bad,
    directives,
    milliseconds,
    unknown,
)
from pgmig.scripts.lexer import BLANK, next_token
from pgmig.scripts.position import position
from pgmig.scripts.scanner import Scanner
from pgmig.scripts.split import pieces_of

BATCH_KEYS: Final = ("batch", "key", "pause", "lag", "waits")

_MOST: Final = 10_000_000  # rows a batch
_LONGEST_PAUSE: Final = 3_600_000  # milliseconds
_LAG: Final = 64 * 1024 * 1024
_WAITS: Final = 5

_SIZE = re.compile(r"([0-9]{1,9})(B|kB|MB|GB|TB)")
_UNITS = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_NAME = r'"(?:[^"]|"")++"|[^\s".,]++'
_COLUMN = re.compile(rf"[ \t]*+(?:({_NAME})\.)?({_NAME})[ \t]*+(,|\Z)")


class Batch(msgspec.Struct, frozen=True):
    """How a statement runs in batches.

    Attributes:
        statement: its number in the half, from 1.
        size: rows a batch.
        key: the columns by which its rows are told apart, as the catalog names them.
        alias: the table that they are of, where the directive says so.
        pause: seconds between two batches.
        lag: bytes that a standby may be behind when a batch begins; None: any.
        waits: how many sessions may wait for a lock when a batch begins; None: any.
        line: where the directive stands, from 1.
        column: the same.
    """

    statement: int
    size: int
    key: tuple[str, ...]
    alias: str | None = None
    pause: float = 0.0
    lag: int | None = _LAG
    waits: int | None = _WAITS
    line: int = 1
    column: int = 1


def make_batch(text: str, found: Sequence[Directive], statement: int, path: Path | None) -> Batch:
    """What these directives say of a statement.

    Raises:
        BadDirective: a value that cannot be, or one that is missing.
    """
    values = {each.key: each for each in found}
    first = values.get("batch")
    if first is None:
        raise bad(text, found[0], path, "says nothing without batch=, the rows of a batch")
    if "key" not in values:
        raise bad(text, first, path, "needs key=, the columns of a unique index, as in key=id")
    line, column = position(text, first.start)
    batch = Batch(statement, 1, (), line=line, column=column)
    for each in found:
        try:
            batch = _set(batch, each.key, each.value)
        except BadValue as error:
            raise bad(text, each, path, str(error)) from None
    return batch


def directives_below(
    text: str, *, path: Path, is_transactional: bool, known: tuple[str, ...]
) -> Iterator[Batch | Allowance]:
    """What the directives below the head of a file say, each above its statement.

    Args:
        text: of the file.
        path: for the messages.
        is_transactional: the file is one transaction.
        known: the directives that stand at the head.

    Raises:
        DirectiveMisplaced: one within a statement, on its line or behind the last, or one that
            belongs to the head.
        UnknownDirective, BadDirective: as in the head.
    """
    comments: list[int] = []
    head, end, seen = next_token(text, 0), 0, 0

    def passed(before: int) -> list[int]:
        nonlocal seen
        new = [at for at in comments[seen:] if at < before]
        seen += len(new)
        return [at for at in new if at >= head and DIRECTIVE.match(text, at)]

    for number, piece in enumerate(pieces_of(Scanner(text, path, comments=comments)), start=1):
        # What stands before the semicolon of a statement is met with the next one.
        if above := passed(piece.start):
            for each in _above(text, above, end, path, known, number):
                if is_transactional and isinstance(each, Batch):
                    reason = (
                        "stands above a later statement: it needs `-- pgmig: transaction=off` at"
                        " the head of the file"
                    )
                    raise BadDirective(
                        path=path, line=each.line, column=each.column, key="batch", reason=reason
                    )
                yield each
        for at in passed(piece.end):
            raise _misplaced(text, at, path)
        end = piece.end
    for at in passed(len(text)):
        raise _misplaced(text, at, path)


def _above(
    text: str, comments: list[int], end: int, path: Path, known: tuple[str, ...], number: int
) -> Iterator[Batch | Allowance]:
    """What is said of a statement in the comments between it and the end of the one before."""
    semicolon = next_token(text, end)
    for at in comments:
        line_start = text.rfind("\n", 0, at) + 1
        if at < semicolon or text[line_start:at].strip(BLANK):
            raise _misplaced(text, at, path)
    found = _found(text, comments, path, known)
    if of_batch := [each for key, each in found.items() if key in BATCH_KEYS]:
        yield make_batch(text, of_batch, number, path)
    if of_rules := {key: each for key, each in found.items() if key in ALLOW_KEYS}:
        yield make_allowance(text, of_rules, number, path)


def _found(
    text: str, comments: list[int], path: Path, known: tuple[str, ...]
) -> dict[str, Directive]:
    """The directives of these comments by key."""
    found: dict[str, Directive] = {}
    for at in comments:
        for each in directives(text[: _line_end(text, at)], at, path):
            if each.key not in known:
                raise unknown(text, each, path, (*ALLOW_KEYS, *BATCH_KEYS))
            if each.key not in (*ALLOW_KEYS, *BATCH_KEYS):
                raise _misplaced(text, at, path)
            if each.key in found:
                raise bad(text, each, path, "is given twice")
            found[each.key] = each
    if not found:
        raise _misplaced(text, comments[0], path)
    return found


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _misplaced(text: str, at: int, path: Path) -> DirectiveMisplaced:
    line, column = position(text, at)
    return DirectiveMisplaced(path=path, line=line, column=column)


# The values -------------------------------------------------------------------------------------


def _set(batch: Batch, key: str, value: str) -> Batch:
    match key:
        case "batch":
            return msgspec.structs.replace(batch, size=_number(value, 1, _MOST))
        case "key":
            alias, columns = _columns(value)
            return msgspec.structs.replace(batch, alias=alias, key=columns)
        case "pause":
            return msgspec.structs.replace(batch, pause=_pause(value))
        case "lag":
            return msgspec.structs.replace(batch, lag=None if value == "off" else _bytes(value))
        case _:
            waits = None if value == "off" else _number(value, 0, _MOST, "or off")
            return msgspec.structs.replace(batch, waits=waits)


def _number(value: str, least: int, most: int, other: str = "") -> int:
    is_number = value.isascii() and value.isdigit() and len(value) <= 9
    number = int(value) if is_number else -1
    if not least <= number <= most:
        words = f"{least} to {most:,} {other}".strip()
        raise BadValue(f"is a whole number from {words}, not {value}")
    return number


def _pause(value: str) -> float:
    pause = milliseconds(value)
    if pause > _LONGEST_PAUSE:
        raise BadValue(f"is a number with its unit, like 50ms or 2s, 1h at most, or 0, not {value}")
    return pause / 1000


def _bytes(value: str) -> int:
    match = _SIZE.fullmatch(value)
    if match is None:
        raise BadValue(f"is a number of bytes with its unit, like 16MB or 1GB, or off, not {value}")
    return int(match[1]) * _UNITS[match[2]]


def _columns(value: str) -> tuple[str | None, tuple[str, ...]]:
    """The columns, and the alias that is before each of them or before none."""
    aliases: set[str | None] = set()
    columns: list[str] = []
    at = 0
    while True:
        match = _COLUMN.match(value, at)
        if match is None:
            raise BadValue(f"is a comma list of columns, not {value}")
        qualifier: str | None = match[1]
        aliases.add(None if qualifier is None else folded(qualifier))
        columns.append(folded(match[2]))
        at = match.end()
        if not match[3]:
            break
    if len(aliases) > 1:
        raise BadValue(f"is about the columns of one table, not {value}")
    if len(set(columns)) < len(columns):
        raise BadValue(f"names a column twice: {value}")
    return aliases.pop(), tuple(columns)


def folded(name: str) -> str:
    """A name as the catalog has it, written as in SQL: bare ones are in lower case there."""
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return "".join(c.lower() if c.isascii() else c for c in name)
