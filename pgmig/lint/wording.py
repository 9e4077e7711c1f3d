"""Wording: what a statement says outside all parentheses, for what its effects do not tell."""

from collections.abc import Iterator

from pgmig.lint.facts import Done, Facts

_NOISE = frozenset({"IF", "EXISTS", "NOT", "ONLY", "CONCURRENTLY"})


def says(done: Done, *words: str) -> bool:
    """Whether these words stand one behind the other outside all parentheses."""
    flat, first = done.flat, words[0]
    return first in flat and any(
        flat[at : at + len(words)] == words for at, word in enumerate(flat) if word == first
    )


def object_of(done: Done, *words: str) -> tuple[str, ...]:
    """The parts of the first name behind these words, which it begins with, folded."""
    if done.flat[: len(words)] != words:
        return ()
    rest = [each for each in done.tokens() if not each.depth][len(words) :]
    while rest and rest[0].word in _NOISE:
        rest = rest[1:]
    parts: list[str] = []
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
    return any(
        name in facts.words_of(each.number) for each in _makers(facts) if each.number < number
    )


def is_made_after(facts: Facts, number: int, name: str) -> bool:
    """Whether a later statement of the script makes something of that name."""
    return any(
        name in facts.words_of(each.number) for each in _makers(facts) if each.number > number
    )


def _makers(facts: Facts) -> Iterator[Done]:
    return (each for each in facts.statements if each.verb in {"CREATE", "SELECT"})


def _folded(text: str) -> str:
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    return text.lower() if text.isascii() else text
