"""A report as GitHub Flavored Markdown, as pull requests and job summaries show it.

Source: the specification of GitHub Flavored Markdown: backslash escapes (2.4), fenced code blocks
(4.5), tables (4.10), code spans (6.3).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from pgmig.cli.output import clean
from pgmig.cli.report.form import Block, Code, Folded, Items, Name, Report, Table, Text, Words

_SIGNS = {"good": "✅", "careful": "⚠️", "bad": "❌"}

# What may begin markup within a line; a mention (@) and a reference (#1) are GitHub's own.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+|~@&!$])")
_LISTED = re.compile(r"^(\s*)([-=]|\d+[.)])")


def markdown(report: Report) -> str:
    """The report with its headline, ending in a line break."""
    sign = _SIGNS[report.verdict]
    parts = [f"### {sign} {_span(Name(report.title))}: {_words(report.summary)}"]
    parts += [_block(block) for block in report.blocks]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Text():
            return _words(block.words)
        case Items():
            return "\n".join(f"- {_words(row)}" for row in block.rows)
        case Table():
            return "\n".join(_table(block))
        case Code():
            return _fenced(block)
        case Folded():
            inner = "\n\n".join(map(_block, block.blocks))
            title = _words(block.title)
            return f"<details>\n<summary>{title}</summary>\n\n{inner}\n\n</details>"


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(_cell, table.titles))} |"
    yield f"| {' | '.join('---' for _ in table.titles)} |"
    for row in table.rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(words: Words) -> str:
    """One line; a bar ends a cell even within a code span, unless it is escaped there too."""
    parts = (words,) if isinstance(words, str | Name) else words
    return "".join(
        _span(part).replace("|", "\\|") if isinstance(part, Name) else _escaped(part)
        for part in parts
    )


def _fenced(code: Code) -> str:
    """A fence longer than any run of backticks in the text."""
    text = clean(code.text).rstrip("\n")
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{code.language}\n{text}\n{fence}"


def _words(words: Words) -> str:
    parts = (words,) if isinstance(words, str | Name) else words
    text = "".join(_span(part) if isinstance(part, Name) else _escaped(part) for part in parts)
    return _LISTED.sub(r"\1\\\2", text)


def _span(name: Name) -> str:
    """A code span; blanks within keep a backtick at its edge from joining the fence."""
    text = _one_line(name.text)
    if not text:
        return ""
    fence = "`" * (_longest_run(text) + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{edge}{text}{edge}{fence}"


def _escaped(text: str) -> str:
    edges = (text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :])
    inner = _MARKUP.sub(r"\\\1", _one_line(text))
    return f"{edges[0] and ' '}{inner}{edges[1] and ' '}" if inner else text and " "


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _longest_run(text: str) -> int:
    """How many backticks stand together at most."""
    runs = [-1, *(i for i, sign in enumerate(text) if sign != "`"), len(text)]
    return max(after - before - 1 for before, after in pairwise(runs))
