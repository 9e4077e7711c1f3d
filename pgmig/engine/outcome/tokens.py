"""The first tokens of a statement, read as PostgreSQL's scanner does, to find the names in it.

Only so much is read as stands before an expression: names, bare words, punctuation, and a string
in plain quotes. What the server is to find is handed to it as it is written, so that it folds and
truncates names itself; only `U&"..."` is decoded here, as the functions that look names up do not
know it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pgmig.scripts.lexer import IDENTIFIER_PART, IDENTIFIER_START, next_token

_WORD = re.compile(rf"{IDENTIFIER_START}{IDENTIFIER_PART}*+")
_QUOTED = re.compile(r'"((?:[^"]|"")++)"')
_UNICODE = re.compile(r'[uU]&"((?:[^"]|"")++)"')
_STRING = re.compile(r"'((?:[^']|'')*+)'")
_ESCAPE = re.compile(r"'([^0-9A-Fa-f+'\"\s])'")


class Token(NamedTuple):
    """One token.

    Attributes:
        text: as it is written, `U&"..."` as `"..."`.
        word: in capitals when it is a bare word, else "".
    """

    text: str
    word: str = ""

    @property
    def is_name(self) -> bool:
        """Whether it can name something."""
        return bool(self.word) or self.text.startswith('"')


class Reader:
    """Takes tokens one after the other, and scans no further than that."""

    def __init__(self, sql: str) -> None:
        self._source = _tokens(sql)
        self._tokens: list[Token] = []
        self._at = 0

    def take(self, *words: str) -> bool:
        """Whether these words come next; then they are passed."""
        for offset, word in enumerate(words):
            token = self._next(offset)
            if token is None or word != (token.word or token.text):
                return False
        self._at += len(words)
        return True

    def skip_parentheses(self) -> None:
        """Pass a list in parentheses when one comes next."""
        depth = 0
        while token := self._next():
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0:
                self._at += token.text == ")"
                return
            self._at += 1

    def name(self) -> str:
        """The name that comes next, as `"S".t`; "" when none does.

        A name of three parts begins with the database's, which can only be the current one.
        """
        parts: list[str] = []
        while (token := self._next()) and token.is_name:
            parts.append(token.text)
            self._at += 1
            if not self.take("."):
                break
        return ".".join(parts[-2:])

    def word(self) -> str:
        """The bare word that comes next; "" when none does."""
        token = self._next()
        return token.word if token else ""

    def string(self) -> str | None:
        """The content of the string in plain quotes that comes next."""
        token = self._next()
        match = _STRING.fullmatch(token.text) if token else None
        return match[1].replace("''", "'") if match else None

    def _next(self, offset: int = 0) -> Token | None:
        at = self._at + offset
        while at >= len(self._tokens):
            token = next(self._source, None)
            if token is None:
                return None
            self._tokens.append(token)
        return self._tokens[at]


def _tokens(sql: str) -> Iterator[Token]:
    at = next_token(sql, 0)
    while at < len(sql):
        if match := _UNICODE.match(sql, at):
            escape, end = _uescape(sql, match.end())
            yield Token(_decoded(match[1], escape))
        elif match := _QUOTED.match(sql, at) or _STRING.match(sql, at):
            end = match.end()
            yield Token(match[0])
        elif match := _WORD.match(sql, at):
            end = match.end()
            yield Token(match[0], match[0].upper() if match[0].isascii() else match[0])
        else:
            end = at + 1
            yield Token(sql[at])
        at = next_token(sql, end)


def _uescape(sql: str, end: int) -> tuple[str, int]:
    r"""The escape character of the `U&"..."` that ends at `end`, and where SQL goes on."""
    start = next_token(sql, end)
    word = _WORD.match(sql, start)
    if word is None or word[0].upper() != "UESCAPE":
        return "\\", end
    match = _ESCAPE.match(sql, next_token(sql, word.end()))
    return (match[1], match.end()) if match else ("\\", end)


def _decoded(text: str, escape: str) -> str:
    r"""`"..."` for what stands in `U&"..."`: \XXXX, \+XXXXXX, and the escape character doubled."""
    mark = re.escape(escape)
    pattern = re.compile(rf"{mark}(?:([0-9A-Fa-f]{{4}})|\+([0-9A-Fa-f]{{6}})|{mark})")

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)).replace('"', '""') if code else escape

    decoded = pattern.sub(character, text)
    # Two escapes may be the halves of one character.
    whole = decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return f'"{whole}"'
