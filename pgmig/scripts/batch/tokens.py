"""The tokens of one statement, as PostgreSQL's scanner has them, each with its offsets.

The statement was found by `scanner.py`, so everything in it that opens also closes.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pgmig.scripts.lexer import IDENTIFIER_PART, IDENTIFIER_START, next_token
from pgmig.scripts.scanner import CONTINUATION, ESCAPE_STRING, TAG

_WORD = re.compile(rf"{IDENTIFIER_START}{IDENTIFIER_PART}*+")
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_STRING = re.compile(r"'(?:[^']|'')*+'")
_ESCAPES = re.compile(r"[eE](?=')")
_PREFIX = re.compile(r"[bBxXnN](?=')|[uU]&(?=['\"])")
_NUMBER = re.compile(rf"\.?[0-9](?:[eE][+-][0-9]|{IDENTIFIER_PART}|\.(?!\.))*+")


class Token(NamedTuple):
    """One token.

    Attributes:
        text: as it is written.
        word: in capitals when it is a bare word, else "".
        start: offset of its first character.
        end: offset behind its last.
        depth: how many parentheses and brackets are open around it; they themselves count as
            outside.
    """

    text: str
    word: str
    start: int
    end: int
    depth: int

    @property
    def is_name(self) -> bool:
        """Whether it can name something."""
        return bool(self.word) or self.text.startswith('"')


def tokens(sql: str) -> Iterator[Token]:
    """Every token of a statement, comments left out."""
    at, depth = next_token(sql, 0), 0
    while at < len(sql):
        end, word = _end(sql, at), ""
        text = sql[at:end]
        if _WORD.fullmatch(text):
            word = text.upper() if text.isascii() else text
        depth -= text in {")", "]"}
        yield Token(text, word, at, end, depth)
        depth += text in {"(", "["}
        at = next_token(sql, end)


def _end(sql: str, at: int) -> int:
    """The offset behind the token that begins at `at`."""
    if match := _ESCAPES.match(sql, at):
        return _escape_string_end(sql, match.end())
    if match := _PREFIX.match(sql, at):
        at = match.end()
    if match := _QUOTED.match(sql, at) or _STRING.match(sql, at):
        return match.end()
    if match := TAG.match(sql, at):
        return sql.index(match[0], match.end()) + len(match[0])
    if match := _WORD.match(sql, at) or _NUMBER.match(sql, at):
        return match.end()
    return at + 1


def _escape_string_end(sql: str, at: int) -> int:
    """Behind an escape string and those that go on with it on later lines."""
    while match := ESCAPE_STRING.match(sql, at):
        more = CONTINUATION.match(sql, match.end())
        if more is None:
            return match.end()
        at = more.end()
    return at + 1
