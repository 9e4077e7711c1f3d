"""What the scanner may pass without a look: patterns that run over nearly all of a script.

Each stops before what may end a statement or hide its end; `scanner.py` looks there. They take
milliseconds to compile, and are compiled when the first script is split.
"""

import re
from functools import cache

from pgmig.scripts.lexer import BLANK, IDENTIFIER_PART, IDENTIFIER_START, TAG_PART

_PLAIN = r"""[^'"$;()\\/-]"""
# Each alternative begins with a character of its own, by which the regex engine chooses. An escape
# string that goes on behind blanks, or seems to, is looked at.
_STRING = (
    r"""'(?:(?<![eE]')[^']*+'"""
    rf"""|(?<=[eE]')(?<!{IDENTIFIER_PART}[eE]')(?:[^'\\]++|\\[\s\S]|'')*+'"""
    rf"""(?![{BLANK}]*+(?:--|')))"""
)
_EASY_TOKENS = rf"""{_STRING}|"[^"]*+"|-(?!-)|/(?!\*)"""
_DEPTH = 4  # of parentheses that need no look


def _easy(depth: int, *more: str) -> str:
    """Everything up to the next thing to look at, balanced parentheses to `depth` included.

    `more` are further tokens that need no look inside the parentheses.
    """
    item = "|".join([_EASY_TOKENS, *more])
    if depth:
        item += rf"|\({_easy(depth - 1, *more)}\)"
    return rf"{_PLAIN}*+(?:(?:{item}){_PLAIN}*+)*+"


def _easy_but(stop: str) -> re.Pattern[str]:
    """As `_easy(_DEPTH)`, stopping before the whole word `stop` outside parentheses too."""
    first = stop[0] + stop[0].upper()
    plain = _PLAIN.replace("[^", f"[^{first}")
    word = rf"(?<!{IDENTIFIER_PART})(?ai:{stop})(?!{IDENTIFIER_PART})"
    item = "|".join([rf"(?!{word})[{first}]", _EASY_TOKENS, rf"\({_easy(_DEPTH - 1)}\)"])
    return re.compile(rf"{plain}*+(?:(?:{item}){plain}*+)*+")


@cache
def in_statement() -> re.Pattern[str]:
    """What may be passed within any statement but those below."""
    return re.compile(_easy(_DEPTH))


@cache
def in_routine() -> re.Pattern[str]:
    """The same before the body of a routine."""
    return _easy_but("begin")


@cache
def in_copy() -> re.Pattern[str]:
    """The same before the source of a COPY."""
    return _easy_but("from")


# Statements that need a closer look: routines, COPY and SET standard_conforming_strings.
_REMARK = r"--|/\*"
_ROUTINES = rf"(?:function|procedure)(?!{IDENTIFIER_PART})"
_SPECIAL = (
    rf"(?ai:copy(?!{IDENTIFIER_PART})"
    rf"|set[{BLANK}]*+(?:(?:local|session)[{BLANK}]*+)?+(?:standard_conf|{_REMARK})"
    rf"|create[{BLANK}]*+(?:{_REMARK}|{_ROUTINES}|or[{BLANK}]*+"
    rf"(?:{_REMARK}|replace[{BLANK}]*+(?:{_REMARK}|{_ROUTINES}))))"
)


@cache
def special() -> re.Pattern[str]:
    """The beginning of a statement that needs a closer look."""
    return re.compile(_SPECIAL)


@cache
def routine() -> re.Pattern[str]:
    """The beginning of a routine, if there are no comments in it."""
    replace = rf"(?:or[{BLANK}]++replace[{BLANK}]++)?+"
    return re.compile(rf"(?ai:create[{BLANK}]++{replace}{_ROUTINES})")


# What most files are made of: comments, then a statement with nothing to look at up to its end.
# Comments within parentheses cannot stand at the end of a statement, so they may stay.
COMMENT = r"--[^\r\n]*+"
_DOLLARS = (
    rf"(?<!{IDENTIFIER_PART})(?P<tag>\$(?:{IDENTIFIER_START}{TAG_PART}*+)?\$)"
    r"(?:[^$]++|(?!(?P=tag))\$)*+(?P=tag)"
)


def simple(*but: str) -> str:
    """A pattern of such a statement with its semicolon, which does not begin as one of `but`."""
    special = "|".join((_SPECIAL, r"/\*", *but))
    inside = rf"(?:{_easy(0)}(?:\({_easy(_DEPTH - 1, COMMENT)}\)|{_DOLLARS}))*+{_easy(0)}"
    return rf"(?:[{BLANK};]++|{COMMENT})*+(?!{special})(?P<statement>{inside}(?<![{BLANK}]));"


@cache
def simple_statement() -> re.Pattern[str]:
    """The same, compiled; its group `statement` is without blanks and comments around it."""
    return re.compile(simple())
