"""Blanks, comments and bare words, as PostgreSQL's scanner has them.

PostgreSQL, `src/backend/parser/scan.l`: `space`, `comment`, `xcstart`, `xcstop`, `identifier`.
Every character beyond ASCII may stand in an identifier, a no-break space too.
"""

import re
from collections.abc import Iterator

BLANK = " \t\n\r\f\v"
UNTERMINATED = -1
# As complements within ASCII: sets that name all other characters take milliseconds to compile.
IDENTIFIER_START = r"[^\x00-@[-^`{-\x7f]"  # letters and _
IDENTIFIER_PART = r"[^\x00-#%-/:-@[-^`{-\x7f]"  # digits and $ too
TAG_PART = r"[^\x00-/:-@[-^`{-\x7f]"  # digits too

_BLANKS = re.compile(rf"[{BLANK}]*+")
_BLANKS_AND_SEMICOLONS = re.compile(rf"[{BLANK};]*+")
_LINE_COMMENT = re.compile(r"--[^\r\n]*+")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
# E'...', U&"..." and DATE'...' do not begin with a bare word.
_WORD = re.compile(rf"""{IDENTIFIER_START}{IDENTIFIER_PART}*+(?!'|&['"])""")


def blanks_end(text: str, start: int) -> int:
    """The offset after the blanks at `start`."""
    match = _BLANKS.match(text, start)
    return match.end() if match else start


def separators_end(text: str, start: int) -> int:
    """The offset after the blanks and semicolons at `start`."""
    match = _BLANKS_AND_SEMICOLONS.match(text, start)
    return match.end() if match else start


def comment_end(text: str, start: int) -> int:
    """The offset after the comment that begins at `start`.

    A line break is not part of the `--` comment before it; `/* */` comments nest. `start` itself
    when no comment begins there, UNTERMINATED when one does and never ends.
    """
    match = _LINE_COMMENT.match(text, start)
    if match:
        return match.end()
    if not text.startswith("/*", start):
        return start
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return UNTERMINATED


def next_token(text: str, start: int) -> int:
    """The offset of the first thing from `start` that is neither blank nor comment."""
    start = blanks_end(text, start)
    while (end := comment_end(text, start)) not in (start, UNTERMINATED):
        start = blanks_end(text, end)
    return start


def is_without_statements(text: str) -> bool:
    """Whether `text` holds nothing but blanks, comments and semicolons."""
    start = 0
    while (end := separators_end(text, next_token(text, start))) != start:
        start = end
    return start == len(text)


def words(text: str, start: int, end: int, *, limit: int) -> Iterator[str]:
    """The bare words that `text[start:end]` begins with, in capitals, at most `limit`."""
    for _ in range(limit):
        match = _WORD.match(text, start, end)
        if match is None:
            return
        # Some letters beyond ASCII have capitals in it: they make no keyword.
        yield match[0].upper() if match[0].isascii() else match[0]
        start = next_token(text, match.end())
