"""A run of text as Markdown and as HTML.

A backslash keeps no mention (`@team`), reference (`#12`) or emoji (`:tada:`) from being one: GitHub
looks for them in the text that comes out. It leaves code alone, so whatever could be markup, or be
taken for one of these, is set as code; the raw text reads as well.

Source: the specification of GitHub Flavored Markdown: tables (4.10), code spans (6.1), autolinks
(6.9); docs.github.com, "Autolinked references and URLs".
"""

import html
import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from pgmig.cli.report.form import Name, Words
from pgmig.cli.report.leaf import leaf, parts_of

_TOKENS = re.compile(
    r'`(?P<quoted>[^`\n]+)`|(?P<listed>\["[^"\n]*"(?:, "[^"\n]*")+(?:, \.\.\.)?\])|\s+|[^\s`]+|`'
)
_TOKEN = re.compile(r"(?P<head>[(\"]*)(?P<core>.*?)(?P<tail>[,.;:!?\"]*)", re.DOTALL)
_MARKUP = re.compile(
    r"[\\`*_<>\[\]~|&@#$]"
    r"|://|www\.|:[\w+-]+:|GH-\d"
    r"|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"^(?:(?P<sign>[-+=])|(?P<number>\d+)(?=[.)]))")


def markdown_of(words: Words) -> str:
    """A line that stands for itself: it begins no list and no heading."""
    text = "".join(_span(text) if is_code else text for is_code, text in _runs(words)).strip()
    return _LISTED.sub(lambda m: f"\\{m['sign']}" if m["sign"] else f"{m['number']}\\", text)


def cell_of(words: Words) -> str:
    """A cell of a table: a bar ends it even within code, unless it is escaped there too."""
    runs = _runs(words)
    text = "".join(_span(text).replace("|", "\\|") if is_code else text for is_code, text in runs)
    return text.strip()


def html_of(words: Words) -> str:
    """What stands between tags, where Markdown is not read."""
    return "".join(
        f"<code>{html.escape(text, quote=False)}</code>" if is_code else html.escape(text)
        for is_code, text in _runs(words)
    ).strip()


def longest_run(text: str) -> int:
    """How many backticks stand together at most."""
    runs = [-1, *(i for i, sign in enumerate(text) if sign != "`"), len(text)]
    return max(after - before - 1 for before, after in pairwise(runs))


def _runs(words: Words) -> Iterator[tuple[bool, str]]:
    """The text by turns plain and code, on one line."""
    parts = (
        part
        for is_name, group in groupby(parts_of(words), key=lambda part: isinstance(part, Name))
        for part in (group if is_name else ["".join(map(str, group))])
    )
    pieces = (piece for part in parts for piece in _pieces(part))
    for is_code, run in groupby(pieces, key=lambda piece: piece[0]):
        yield is_code, "".join(text for _, text in run)


def _pieces(part: str | Name) -> Iterable[tuple[bool, str]]:
    if isinstance(part, Name):
        text = " ".join(leaf(part.text).split())
        return [(True, text)] if text else []
    return [piece for found in _TOKENS.finditer(leaf(part)) for piece in _of_match(found)]


def _of_match(found: re.Match[str]) -> Iterable[tuple[bool, str]]:
    """A command between backticks is code already; a list as in the settings file is all code."""
    code = found["quoted"] or found["listed"]
    if code:
        return _pieces(Name(code))
    return [(False, " ")] if found[0].isspace() else _of_token(found[0])


def _of_token(token: str) -> Iterator[tuple[bool, str]]:
    """A word, of which the punctuation around it stays outside of the code."""
    found = _TOKEN.fullmatch(token)
    if found is None or not _MARKUP.search(token):
        yield False, token
        return
    head, core, tail = found.groups()
    if not _MARKUP.search(core):  # as in `:tada:`
        head, core, tail = "", token, ""
    while core.endswith(")") and core.count(")") > core.count("("):
        core, tail = core[:-1], f"){tail}"
    if head:
        yield False, head
    yield True, core
    if tail:
        yield False, tail


def _span(text: str) -> str:
    """A code span; blanks within keep a backtick at its edge from joining the fence."""
    fence = "`" * (longest_run(text) + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{edge}{text}{edge}{fence}"
