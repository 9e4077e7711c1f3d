"""What each statement of a script locks, rewrites and reads whole, as a table."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from pgmig.cli.labels import plural
from pgmig.cli.report.form import Block, Name, Table, Text, Words
from pgmig.cli.report.leaf import leaf

if TYPE_CHECKING:
    from pgmig.scripts import Half
    from pgmig.shadow.trace import Lock, StatementTrace, Trace

_SHOWN = 160  # characters of a statement
_NAMED = 6  # relations that a cell names before it counts the rest


def trace_blocks(half: "Half", trace: "Trace") -> Iterator[Block]:
    """A row for each statement that does something to what was there before."""
    texts = {number: piece.sql for number, piece in enumerate(half.statements(), start=1)}
    rows = tuple(
        (str(each.number), Name(_in_short(texts.get(each.number, ""))), *cells)
        for each in trace.statements
        if any(cells := _cells(each))
    )
    rest = len(trace.statements) - len(rows)
    if rows:
        yield Table(("", "statement", "locks", "rewrites", "reads whole"), rows)
    if rest:
        yield Text(
            f"{plural(rest, 'other statement' if rows else 'statement')}: no lock on what was there"
            " before but those of queries, no rewrite, no scan."
        )


def _cells(each: "StatementTrace") -> tuple[Words, Words, Words]:
    unobserved = "not observed"
    return (
        unobserved if "locks" in each.unobserved else tuple(_locks(each.locks)),
        unobserved if "rewrites" in each.unobserved else tuple(_rewrites(each)),
        unobserved if "scans" in each.unobserved else tuple(_names(map(str, each.scans))),
    )


def _locks(locks: "Iterable[Lock]") -> Iterator[str | Name]:
    strong = sorted(
        (each for each in locks if not each.is_of_queries),
        key=lambda each: (-each.strength, each.indexes, each.relation),
    )
    groups = groupby(strong, key=lambda each: (each.mode, each.indexes))
    for place, ((mode, indexes), group) in enumerate(groups):
        found = list(group)
        blocks = found[0].blocks
        yield f"{', ' if place else ''}{mode} on "
        yield from _names(str(each.relation) for each in found)
        if indexes:
            noun = "index" if len(indexes) == 1 else "indexes"
            yield f", AccessExclusiveLock on its {noun} "
            yield from _names(indexes)
        if blocks:
            yield f" (blocks {blocks})"


def _rewrites(each: "StatementTrace") -> Iterator[str | Name]:
    yield from _names(map(str, each.rewrites))
    for place, (table, index) in enumerate(each.rebuilt):
        yield ", " if place or each.rewrites else ""
        yield from ("index ", Name(index), " of ", Name(str(table)))


def _names(names: Iterable[str]) -> Iterator[str | Name]:
    found = [*names]
    for place, name in enumerate(found[:_NAMED]):
        if place:
            yield ", "
        yield Name(name)
    if len(found) > _NAMED:
        yield f" and {len(found) - _NAMED} more"


def _in_short(sql: str) -> str:
    text = " ".join(leaf(sql).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} .."
