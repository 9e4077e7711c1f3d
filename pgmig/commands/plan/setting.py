"""Setting: the columns that an UPDATE gives values to, and what kind of values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgmig.commands.plan.casts import unquoted
from pgmig.scripts.batch.tokens import Token, tokens

_ENDS = frozenset({"WHERE", "FROM", "RETURNING", "WHEN"})


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of one column.

    Attributes:
        is_constant: it is a string, a number, TRUE, FALSE or NULL.
        is_null: it is NULL.
        is_query: it holds a query.
        is_coalesced: it is a coalesce().
        names: that it mentions.
    """

    is_constant: bool
    is_null: bool
    is_query: bool
    is_coalesced: bool
    names: frozenset[str]


def settings(sql: str) -> dict[str, Setting] | None:
    """The columns that a statement sets, each with its value; None where it cannot be told.

    One that is set to itself is not changed.
    """
    listed = list(tokens(sql))
    found = dict[str, Setting]()
    begins = [
        at
        for at, each in enumerate(listed)
        if each.word == "SET" and any(one.word == "UPDATE" for one in listed[max(at - 12, 0) : at])
    ]
    for at in begins:
        depth = listed[at].depth
        for part in _parts(listed[at + 1 :], depth):
            sign = next(
                (n for n, each in enumerate(part) if each.text == "=" and each.depth == depth), 0
            )
            if not sign:
                return None
            value = _value(part[sign + 1 :])
            names = [each for each in part[:sign] if each.is_name]
            if part[0].text != "(":  # of a field of a composite type, its column
                names = names[:1]
            is_same = len(part) == sign + 2 and value.names == frozenset({unquoted(names[0].text)})
            found |= {} if is_same else {unquoted(each.text): value for each in names}
    return found if begins else None


def _parts(listed: Sequence[Token], depth: int) -> Iterator[list[Token]]:
    """What stands between commas, up to the end of the clause."""
    part: list[Token] = []
    for each in listed:
        if each.depth < depth or (each.depth == depth and each.word in _ENDS):
            break
        if each.depth == depth and each.text == ",":
            yield part
            part = []
        else:
            part.append(each)
    if part:
        yield part


def _value(listed: Sequence[Token]) -> Setting:
    words = [each.word for each in listed]
    is_literal = len(listed) == 1 and (
        not listed[0].is_name or words[0] in {"TRUE", "FALSE", "NULL"}
    )
    return Setting(
        is_literal,
        words == ["NULL"],
        "SELECT" in words,
        words[:1] == ["COALESCE"],
        frozenset(unquoted(each.text) for each in listed if each.is_name),
    )
