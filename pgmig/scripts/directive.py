"""`key=value` in a comment that begins with `pgmig:`, wherever in a script it stands."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from pgmig.errors import BadDirective, UnknownDirective
from pgmig.scripts.lexer import UNTERMINATED, blanks_end, comment_end
from pgmig.scripts.position import position

DIRECTIVE: Final = re.compile(r"--[ \t]*+pgmig[ \t]*+:", re.ASCII | re.IGNORECASE)
_BLANK = re.compile(r"[ \t]*+")
_PAIR = re.compile(r"""([^\s="]++)=(?:"((?:[^"\r\n]|"")*+)"|([^\s"']++))(?![^ \t\r\n])""")
_WORD = re.compile(r"[^\s=]*+")
_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(us|ms|s|min|h|d)")
_MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


class BadValue(ValueError):
    """Why a value cannot be; the caller knows where it stands."""


class Directive(msgspec.Struct, frozen=True):
    """One `key=value` and the offset of its key."""

    key: str
    value: str
    start: int


def directives(text: str, start: int, path: Path | None) -> Iterator[Directive]:
    """The pairs of every directive from `start` up to the next statement.

    Raises:
        BadDirective: something else than key=value.
    """
    start = blanks_end(text, start)
    while (end := comment_end(text, start)) not in (start, UNTERMINATED):
        match = DIRECTIVE.match(text, start, end)
        if match:
            yield from _pairs(text, match.end(), end, path)
        start = blanks_end(text, end)


def bad(text: str, directive: Directive, path: Path | None, reason: str) -> BadDirective:
    """The error that names the place of a directive."""
    line, column = position(text, directive.start)
    return BadDirective(path=path, line=line, column=column, key=directive.key, reason=reason)


def unknown(
    text: str, directive: Directive, path: Path | None, known: tuple[str, ...]
) -> UnknownDirective:
    """The error for a key that nobody knows."""
    line, column = position(text, directive.start)
    return UnknownDirective(path=path, line=line, column=column, key=directive.key, known=known)


def milliseconds(value: str) -> float:
    """How long a number with its unit is, `0` included; infinite for what is none."""
    match = _DURATION.fullmatch(value)
    if match is None:
        return 0.0 if value == "0" else float("inf")
    return float(match[1]) * _MILLISECONDS[match[2]]


def _pairs(text: str, start: int, end: int, path: Path | None) -> Iterator[Directive]:
    """The pairs of one directive: `text[start:end]` is what follows its colon."""
    at = _skip(text, start, end)
    while at < end:
        match = _PAIR.match(text, at, end)
        if match is None:
            word = _WORD.match(text, at, end)
            found = Directive(key=word[0] if word else "", value="", start=at)
            raise bad(text, found, path, 'is not key=value or key="value with blanks"')
        quoted: str | None = match[2]
        value = match[3] if quoted is None else quoted.replace('""', '"')
        yield Directive(key=match[1], value=value, start=at)
        at = _skip(text, match.end(), end)


def _skip(text: str, start: int, end: int) -> int:
    match = _BLANK.match(text, start, end)
    return match.end() if match else start
