r"""Where statements end: PostgreSQL's and psql's scanners in small.

One regex runs over all that can neither end a statement nor hide its end; Python looks only where
the regex stops. Rules, from PostgreSQL's `src/backend/parser/scan.l` and
`src/fe_utils/psqlscan.l`:

- `'...'` with `''` inside; backslash is plain except after a lone `e` or `E`, whose newline
  continuations are escape strings too. `"..."` with `""` inside. `$tag$...$tag$` unless the `$`
  is part of an identifier. Nested `/* */`, and `--` to the end of the line.
- `;` ends a statement outside parentheses (rules with several actions) and outside the
  `BEGIN ATOMIC ... END` of a routine, whose END is the one that a `;` or ATOMIC comes before:
  that of a CASE never does, nor does a label, and no statement there begins with END.
- `COPY ... FROM STDIN;` takes the lines after it up to `\.`, as psql does.
- Other backslashes outside quotes are psql's own commands, which no server knows: refused.
"""

import re
from pathlib import Path

from pgmig.errors import BackslashStringsOn, CopyDataMissing, PsqlCommand, UnterminatedSql
from pgmig.scripts.lexer import (
    BLANK,
    IDENTIFIER_PART,
    IDENTIFIER_START,
    TAG_PART,
    UNTERMINATED,
    comment_end,
    next_token,
    separators_end,
    words,
)
from pgmig.scripts.patterns import COMMENT, in_copy, in_routine, in_statement, routine, special
from pgmig.scripts.position import position_from

_STOP_WORD = re.compile(r"[A-Za-z]++")
_PART = re.compile(IDENTIFIER_PART)
_PARTS = re.compile(rf"{IDENTIFIER_PART}*+")
_QUOTED = re.compile(r"""'(?:[^']++|'')*+'?|"(?:[^"]++|"")*+"?""")
ESCAPE_STRING = re.compile(r"'(?:[^'\\]++|\\[\s\S]|'')*+'")
CONTINUATION = re.compile(
    r"(?:[ \t\f\v]|--[^\r\n]*+)*+[\r\n](?:[ \t\n\r\f\v]|--[^\r\n]*+[\r\n])*+(?=')"
)
_DASHES = re.compile(COMMENT)
TAG = re.compile(rf"\$(?:{IDENTIFIER_START}{TAG_PART}*+)?\$")
_COMMAND = re.compile(r"\\[^\s\\]*+")
_MARK = re.compile(r"\n\\\.(?:\r?\n|\Z)")
_REST_OF_LINE = re.compile(r"[ \t\f\v\r]*+(?:--[^\n]*+)?\n")

_ON = frozenset({"on", "true", "yes", "1", "default"})


def find_mark(text: str, at: int) -> tuple[int, int] | None:
    r"""The first `\.` line from the line break at `at`, with the line breaks around it."""
    while (at := text.find("\n\\.", at)) >= 0:
        mark = _MARK.match(text, at)
        if mark:
            return mark.span()
        at += 1
    return None


class TextCut(Exception):
    """What was being read goes on behind the end of a text that is the beginning of a longer one.

    Only readers of files in pieces meet it: they read more and begin again at the statement.
    """


class Scanner:
    """One pass over a text.

    Attributes:
        text: what is scanned.
        line: the line of its first character.
        column: the column of its first character.
        comments: filled with the offset of every comment that is passed, unless None.
        reads_stdin: whether the statement passed last was COPY FROM STDIN.
    """

    def __init__(
        self,
        text: str,
        path: Path | None = None,
        *,
        comments: list[int] | None = None,
        is_cut: bool = False,
        line: int = 1,
        column: int = 1,
    ) -> None:
        self.text = text
        self.line = line
        self.column = column
        self.comments = comments
        self.reads_stdin = False
        self._path = path
        self._is_cut = is_cut
        self._easy = in_statement()
        self._open: list[tuple[str, int]] = []  # "(" and BEGIN ATOMIC not yet closed
        self._sets_strings = False  # SET standard_conforming_strings
        self._resumed = 0  # where the last token ended that was looked at
        self._tail = (0, 0)  # the last comments with no token between: first start, last end

    def first_token(self, at: int) -> int:
        """The offset of the next statement's first token from `at`, or the end of the text.

        Raises:
            UnterminatedSql: a comment never ends.
            TextCut: the text is cut before that token.
        """
        text = self.text
        while True:
            at = separators_end(text, at)
            if not text.startswith(("--", "/*"), at):
                break
            at = self._comment(at)
        if at == len(text):
            self.require_end()
        return at

    def statement(self, start: int) -> tuple[int, int]:
        """The end of the statement that begins at `start`, and where the next may begin.

        Raises:
            UnterminatedSql, PsqlCommand, BackslashStringsOn: it cannot be run.
            TextCut: the text is cut before its semicolon.
        """
        text, size = self.text, len(self.text)
        self._easy = in_statement()
        self.reads_stdin = self._sets_strings = False
        if special().match(text, start):
            self._prepare(start)
        easy = self._easy.match
        at = self._resumed = start
        while (match := easy(text, at)) and (at := match.end()) < size:
            char = text[at]
            if char == ";" and not self._open:
                break
            at = self._resumed = self._hop(char, at)
        if at >= size:
            self.require_end()
        end = self._last_token_end(start, at)
        self._finish(start, end)
        return end, at + 1

    def require_end(self) -> None:
        """See that the end of the text is the end of all.

        Raises:
            TextCut: more comes after it.
        """
        if self._is_cut:
            raise TextCut

    def data_start(self, start: int, at: int) -> int:
        """Where the data begins of the COPY FROM STDIN at `start` that ends before `at`.

        Raises:
            CopyDataMissing: more SQL stands on its last line, or nothing comes after it.
            TextCut: that line is cut.
        """
        rest = _REST_OF_LINE.match(self.text, at)
        if rest is None:
            if "\n" not in self.text[at:]:
                self.require_end()
            raise CopyDataMissing(path=self._path, **self._at(start))
        return rest.end()

    def copy_data(self, start: int, at: int) -> tuple[tuple[int, int], int]:
        r"""The offsets of that data up to its `\.` line, and where SQL goes on.

        Raises:
            CopyDataMissing: the data never ends.
        """
        begin = self.data_start(start, at)
        mark = find_mark(self.text, begin - 1)
        if mark is None:
            raise CopyDataMissing(path=self._path, **self._at(start))
        return (begin, mark[0] + 1), mark[1]

    def _prepare(self, start: int) -> None:
        """Choose the pattern for a statement that needs a closer look."""
        if routine().match(self.text, start):
            self._easy = in_routine()
            return
        found = list(words(self.text, start, len(self.text), limit=4))
        if found[:1] == ["COPY"]:
            self._easy = in_copy()
        elif found[:1] == ["CREATE"]:
            what = found[3:4] if found[1:3] == ["OR", "REPLACE"] else found[1:2]
            if what in (["FUNCTION"], ["PROCEDURE"]):
                self._easy = in_routine()
        elif "STANDARD_CONFORMING_STRINGS" in found[1:3]:
            self._sets_strings = True

    def _finish(self, start: int, end: int) -> None:
        """Refuse what cannot be run as it is, now that the statement is known whole."""
        if self._open:
            construct, opener = self._open[-1]
            raise self._unterminated(construct, opener)
        if self._sets_strings:
            value = self.text[start:end].replace("=", " ").split()[-1]
            if value.strip("'\"").lower() not in _ON:
                raise BackslashStringsOn(path=self._path, **self._at(start))

    def _last_token_end(self, start: int, at: int) -> int:
        """The offset after the last token of the statement before `at`."""
        text = self.text
        first, last = self._tail
        if first > start and not text[last:at].strip(BLANK):
            at = first
        return start + len(text[start:at].rstrip(BLANK)) if text[at - 1] in BLANK else at

    # What stands at the place where the regex stopped: each gives the offset to go on from.

    def _hop(self, char: str, at: int) -> int:
        match char:
            case ";":
                return self._inner_semicolon(at)
            case "'":
                return self._string(at)
            case '"':
                return self._quoted_identifier(at)
            case "$":
                return self._dollar(at)
            case "(":
                return self._parenthesis(at)
            case ")":
                return self._closing_parenthesis(at)
            case "-" | "/":
                return self._comment(at)
            case "\\":
                return self._backslash(at)
            case _:
                return self._word(at)

    def _inner_semicolon(self, at: int) -> int:
        self._close_atomic(at + 1)
        return at + 1

    def _string(self, at: int) -> int:
        text = self.text
        if self._identifier_before(at) not in ("e", "E"):
            end = text.find("'", at + 1)
            if end < 0:
                raise self._unterminated("string", self._opener(at))
            return end + 1
        end = at
        while match := ESCAPE_STRING.match(text, end):
            end = match.end()
            more = CONTINUATION.match(text, end)
            if more is None:
                return end
            if self.comments is not None:
                self.comments += [edge.start() for edge in _DASHES.finditer(text, end, more.end())]
            end = more.end()
        raise self._unterminated("string", at)

    def _quoted_identifier(self, at: int) -> int:
        raise self._unterminated("quoted identifier", self._opener(at))

    def _opener(self, at: int) -> int:
        """Where the quotes begin that include the one at `at`: doubled ones come before it."""
        self.require_end()
        spans = (match.span() for match in _QUOTED.finditer(self.text, self._resumed))
        return next(start for start, end in spans if start <= at < end)

    def _dollar(self, at: int) -> int:
        text = self.text
        if self._identifier_before(at):
            match = _PARTS.match(text, at)
            return match.end() if match else at + 1
        tag = TAG.match(text, at)
        if tag is None:
            return at + 1
        end = text.find(tag[0], tag.end())
        if end < 0:
            raise self._unterminated(f"string {tag[0]}", at)
        return end + len(tag[0])

    def _identifier_before(self, at: int) -> str:
        """The identifier that ends at `at`; "" when a number, `$1` or nothing does."""
        begin = at
        while begin > self._resumed and _PART.match(self.text, begin - 1):
            begin -= 1
        return self.text[begin:at].lstrip("$0123456789")

    def _parenthesis(self, at: int) -> int:
        self._open.append(("parenthesis", at))
        return at + 1

    def _closing_parenthesis(self, at: int) -> int:
        if self._open and self._open[-1][0] == "parenthesis":
            self._open.pop()
        return at + 1

    def _comment(self, at: int) -> int:
        end = comment_end(self.text, at)
        if end == UNTERMINATED:
            raise self._unterminated("comment", at)
        if self.comments is not None:
            self.comments.append(at)
        first, last = self._tail
        is_more = not self.text[last:at].strip(BLANK)
        self._tail = (first if is_more else at, end)
        return end

    def _backslash(self, at: int) -> int:
        command = _COMMAND.match(self.text, at)
        name = command[0] if command else "\\"
        if at + len(name) == len(self.text):
            self.require_end()
        raise PsqlCommand(path=self._path, command=name, **self._at(at))

    def _word(self, at: int) -> int:
        """BEGIN in a routine, FROM in COPY."""
        match = _STOP_WORD.match(self.text, at)
        end = match.end() if match else at + 1
        before = at
        while self.text[before - 1] in BLANK:
            before -= 1
        # After a dot even keywords are names.
        if self._open or self.text[before - 1] == ".":
            return end
        follows = self._word_after(end)
        if self._easy is in_copy():
            self.reads_stdin = follows in ("STDIN", "STDOUT")
            self._easy = in_statement()  # another FROM is that of IS DISTINCT FROM
        elif follows == "ATOMIC":
            self._open.append(("BEGIN ATOMIC", at))
            self._easy = in_statement()
            self._close_atomic(next_token(self.text, end) + len(follows))
        return end

    def _close_atomic(self, at: int) -> None:
        """Close the BEGIN ATOMIC, behind its ATOMIC or one of its semicolons, if END follows."""
        if self._open[-1][0] == "BEGIN ATOMIC" and self._word_after(at) == "END":
            self._open.pop()

    def _word_after(self, at: int) -> str:
        after = next_token(self.text, at)
        return next(words(self.text, after, len(self.text), limit=1), "")

    def _unterminated(self, construct: str, at: int) -> UnterminatedSql:
        """The error for what never ends, if the text is whole."""
        self.require_end()
        return UnterminatedSql(path=self._path, construct=construct, **self._at(at))

    def _at(self, offset: int) -> dict[str, int]:
        line, column = position_from(self.line, self.column, self.text, offset)
        return {"line": line, "column": column}
