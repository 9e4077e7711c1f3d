"""A trace as comment lines for the head of its script; the same trace gives the same lines."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pgmig.ddl import ident_text
from pgmig.shadow.trace.values import ASPECTS, Lock, StatementTrace, Trace

_NOTHING = "trace: no lock on what was there before but those of queries, no rewrite, no scan"

_NAMED = 6
"""Relations that one part of a line names before it counts the rest."""


def trace_lines(trace: Trace) -> tuple[str, ...]:
    """The lines, each a whole `--` comment and no directive.

    Statements are numbered as the engine numbers them; those with nothing to tell are left out, as
    are the locks that queries take too, and all times.
    """
    told = [(each.number, "; ".join(_parts(each))) for each in trace.statements]
    lines = [_comment(f"{number}: {text}") for number, text in told if text]
    if not lines:
        return (_comment(_NOTHING),)
    return (_comment("trace, by statement:"), *lines)


def _parts(statement: StatementTrace) -> Iterator[str]:
    locks = [each for each in statement.locks if not each.is_of_queries]
    locks.sort(key=lambda each: (-each.strength, each.indexes, each.relation))
    for _, group in groupby(locks, key=lambda each: (each.mode, each.indexes)):
        yield _lock(tuple(group))
    if statement.rewrites:
        yield f"rewrites {_names(statement.rewrites)}"
    if statement.rebuilt:
        told = (f"{ident_text(index)} of {table}" for table, index in statement.rebuilt)
        yield f"rebuilds {_names(told)}"
    if statement.scans:
        yield f"scans {_names(statement.scans)}"
    if statement.unobserved:
        yield f"unobserved: {', '.join(each for each in ASPECTS if each in statement.unobserved)}"


def _lock(locks: tuple[Lock, ...]) -> str:
    one = locks[0]
    told = f" (blocks {one.blocks})" if one.blocks else ""
    indexes = _names(map(ident_text, one.indexes))
    noun = "index" if len(one.indexes) == 1 else "indexes"
    more = f", AccessExclusiveLock on its {noun} {indexes}" if indexes else ""
    return f"{one.mode} on {_names(each.relation for each in locks)}{more}{told}"


def _names(named: Iterable[object]) -> str:
    names = [str(each) for each in named]
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + rest


def _comment(text: str) -> str:
    """A name with a line break in it must not end the comment."""
    return f"-- {' '.join(text.splitlines())}"
