"""A report as GitHub Flavored Markdown, as pull requests and job summaries show it.

Source: the specification of GitHub Flavored Markdown: fenced code blocks (4.5), HTML blocks (4.6),
tables (4.10). A comment takes 65,536 characters (the message of the API that refuses more), a job's
summary 1 MiB ("Workflow commands for GitHub Actions", Step isolation and limits).
"""

from collections.abc import Iterator, Sequence

from pgmig.cli.labels import plural
from pgmig.cli.report.form import Block, Code, Folded, Items, Name, Report, Table, Text, Words
from pgmig.cli.report.inline import cell_of, html_of, longest_run, markdown_of
from pgmig.cli.report.leaf import in_short, leaf

LIMIT = 60_000
"""Bytes of one report: it fits into a comment."""

_SIGNS = {"good": "✅", "careful": "⚠️", "bad": "❌"}

_SUMMARY, _PARAGRAPH, _CELL = 1_000, 4_000, 1_000  # characters
_LEAST = 400  # bytes that a part has although another before it is long
_MARK = 120  # bytes of a line that tells what was left out


def markdown(report: Report, limit: int = LIMIT) -> str:
    """The report with its headline, ending in a line break.

    Args:
        report: what to tell.
        limit: bytes, some thousands; what does not fit is left out by whole blocks and rows, and
            counted.
    """
    sign = _SIGNS[report.verdict]
    title, summary = Name(report.title), in_short(report.summary, _SUMMARY)
    head = f"### {sign} {markdown_of(title)}: {markdown_of(summary)}"
    parts = [head, *_fitted(report.blocks, limit - _size(head) - 1)]
    return "\n\n".join(parts) + "\n"


def _size(text: str) -> int:
    """Bytes, with the empty line before it."""
    return len(text.encode("utf-8", "surrogatepass")) + 2


def _fitted(blocks: Sequence[Block], room: int) -> Iterator[str]:
    """The blocks, cut so that together they take no more than this room."""
    whole = [_block(block) for block in blocks]
    if sum(map(_size, whole)) <= room:
        yield from whole
        return
    room -= _MARK
    least = min(_LEAST, room // (2 * len(whole)))
    shares = [min(_size(text), least) for text in whole]
    for place, (block, text) in enumerate(zip(blocks, whole, strict=True)):
        here = room - sum(shares[place + 1 :])
        told = text if _size(text) <= here else _cut(block, here)
        if told is None:
            yield f"And {plural(len(whole) - place, 'more part')}, left out for length."
            return
        yield told
        room -= _size(told)


def _block(block: Block) -> str:
    match block:
        case Text():
            return markdown_of(in_short(block.words, _PARAGRAPH))
        case Items():
            return "\n".join(map(_item, block.rows))
        case Table():
            return "\n".join((*_titles(block), *map(_row, block.rows)))
        case Code():
            return _fenced(leaf(block.text).rstrip("\n"), block.language)
        case Folded():
            return _folded(block, [_block(each) for each in block.blocks])


def _cut(block: Block, room: int) -> str | None:
    """As much of a block as fits, and how much more there is; None: nothing of it."""
    room -= _MARK
    if room < 0:
        return None
    match block:
        case Text():
            return f"A paragraph of {_size(_block(block)) - 2:,} characters is left out for length."
        case Items():
            kept = _first(map(_item, block.rows), room)
            return "\n".join((*kept, f"- {_more(len(block.rows) - len(kept), 'row')}"))
        case Table():
            head = "\n".join(_titles(block))
            kept = _first(map(_row, block.rows), room - _size(head))
            rest = _more(len(block.rows) - len(kept), "row")
            return "\n".join((head, *kept, "", rest)) if kept else rest
        case Code():
            lines = leaf(block.text).rstrip("\n").split("\n")
            kept = _first(iter(lines), room - 2 * _LEAST // 8)
            rest = _more(len(lines) - len(kept), "line")
            text = "\n".join(kept)
            shown = _fenced(text, block.language)
            return f"{shown}\n\n{rest}" if kept and _size(shown) <= room else rest
        case Folded():
            frame = _size(_folded(block, []))
            return _folded(block, [*_fitted(block.blocks, room - frame)])


def _first(texts: Iterator[str], room: int) -> list[str]:
    """The first lines that fit."""
    kept: list[str] = []
    for text in texts:
        room -= _size(text)
        if room < 0:
            break
        kept.append(text)
    return kept


def _more(count: int, noun: str) -> str:
    return f"And {count:,} more {noun}{'' if count == 1 else 's'}, left out for length."


def _item(words: Words) -> str:
    return f"- {markdown_of(in_short(words, _PARAGRAPH))}"


def _titles(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(cell_of, table.titles))} |"
    yield f"| {' | '.join('---' for _ in table.titles)} |"


def _row(row: Sequence[Words]) -> str:
    return f"| {' | '.join(cell_of(in_short(words, _CELL)) for words in row)} |"


def _fenced(text: str, language: str) -> str:
    """A fence longer than any run of backticks in the text."""
    fence = "`" * max(3, longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _folded(block: Folded, inner: Sequence[str]) -> str:
    title = html_of(in_short(block.title, _SUMMARY))
    return "\n\n".join((f"<details>\n<summary>{title}</summary>", *inner, "</details>"))
