"""Wording: what a statement says outside all parentheses, for what its effects do not tell."""

from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise

from pgmig.lint.facts import Done, Facts
from pgmig.scripts.batch.tokens import Token

_NOISE = frozenset({"IF", "EXISTS", "NOT", "ONLY", "CONCURRENTLY"})

# What a list of GRANT and REVOKE begins with.
_SORTS = frozenset(
    {"ALL", "TABLE", "TABLES", "SEQUENCE", "SEQUENCES", "FUNCTION", "FUNCTIONS", "PROCEDURE"}
    | {"ROUTINE", "ROUTINES", "SCHEMA", "TYPE", "DOMAIN", "DATABASE", "LANGUAGE", "IN"}
)


def says(done: Done, *words: str) -> bool:
    """Whether these words stand one behind the other outside all parentheses."""
    flat, first = done.flat, words[0]
    return first in flat and any(
        flat[at : at + len(words)] == words for at, word in enumerate(flat) if word == first
    )


def object_of(done: Done, *words: str) -> tuple[str, ...]:
    """The parts of the first name behind these words, which it begins with, folded."""
    return next(iter(objects_of(done, *words)), ())


def objects_of(done: Done, *words: str) -> list[tuple[str, ...]]:
    """The same of each name of a list."""
    found = [each for each in done.tokens() if not each.depth]
    if tuple(each.word for each in found[: len(words)]) != words:
        return []
    return _listed(found[len(words) :])


def objects_between(done: Done, first: str, last: str) -> list[tuple[str, ...]]:
    """The names of the list between two words."""
    found = [each for each in done.tokens() if not each.depth]
    words = [each.word for each in found]
    start = words.index(first) + 1 if first in words else 0
    end = words.index(last) if last in words else len(words)
    return _listed(list(dropwhile(lambda each: each.word in _SORTS, found[start:end])))


def _listed(found: Sequence[Token]) -> list[tuple[str, ...]]:
    items: list[list[Token]] = [[]]
    for token in found:
        if token.text == ",":
            items.append([])
        else:
            items[-1].append(token)
    return [parts for parts in map(_parts, items) if parts]


def _parts(found: Sequence[Token]) -> tuple[str, ...]:
    """The parts of the name that comes first."""
    parts: list[str] = []
    rest = dropwhile(lambda each: each.word in _NOISE, found)
    for at, each in enumerate(rest):
        if at % 2 == (each.text != "."):
            break
        if each.is_name:
            parts.append(_folded(each.text))
    return tuple(parts)


def names(done: Done) -> frozenset[str]:
    """Whatever may be a name in it, folded."""
    return frozenset(_folded(each.text) for each in done.tokens() if each.is_name)


def is_made_before(facts: Facts, number: int, name: str) -> bool:
    """Whether an earlier statement of the script makes something of that name."""
    return any(name in _last(each) for each in _makers(facts) if each.number < number)


def is_made_after(facts: Facts, number: int, name: str) -> bool:
    """Whether a later statement of the script makes something of that name."""
    return any(name in _last(each) for each in _makers(facts) if each.number > number)


def _last(done: Done) -> frozenset[str]:
    """The names in it that do not qualify another one."""
    found = [*done.tokens(), None]
    return frozenset(
        _folded(one.text)
        for one, two in pairwise(found)
        if one is not None and one.is_name and (two is None or two.text != ".")
    )


def _makers(facts: Facts) -> Iterator[Done]:
    for each in facts.statements:
        if each.verb == "CREATE" or (each.verb == "SELECT" and says(each, "INTO")):
            yield each


def _folded(text: str) -> str:
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    return text.lower() if text.isascii() else text
