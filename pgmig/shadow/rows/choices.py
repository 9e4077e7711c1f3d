"""What the columns of a row may hold: variables, narrowed by the conditions on them."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import islice, product
from math import prod

from pgmig.shadow.rows.samples import Value
from pgmig.shadow.rows.table import Check

Choice = tuple[Value, ...]
"""A value for each column of a variable."""

_MOST = 400  # combinations that are tried on conditions over several columns


class Style(IntEnum):
    """What a row is made for."""

    ORDINARY = 0
    NULLS = 1
    EXTREMES = 2


@dataclass(frozen=True, slots=True)
class Variable:
    """Columns that get their values together.

    Attributes:
        columns: their names.
        choices: the values for them, what is most ordinary first.
    """

    columns: tuple[str, ...]
    choices: tuple[Choice, ...]

    def in_order(self, style: Style, turn: int) -> list[Choice]:
        """The choices, those of the style first; `turn` changes which of the equals leads."""
        costs = [_cost(choice, style) for choice in self.choices]
        least = min(costs, default=0)
        best = [choice for choice, cost in zip(self.choices, costs, strict=True) if cost == least]
        rest = sorted((cost, place) for place, cost in enumerate(costs) if cost > least)
        turn %= len(best) or 1
        return best[turn:] + best[:turn] + [self.choices[place] for _, place in rest]


def _cost(choice: Choice, style: Style) -> int:
    nulls = sum(value.text is None for value in choice)
    extremes = sum(value.is_extreme for value in choice)
    match style:
        case Style.NULLS:
            return extremes - 100 * nulls
        case Style.EXTREMES:
            return nulls - 100 * extremes
        case Style.ORDINARY:
            return nulls + 100 * extremes


Judge = Callable[[tuple[str, ...], Sequence[Choice], Sequence[Check]], list[Choice] | None]
"""Which of the choices for the columns the checks take; None when they cannot be judged so."""


def narrowed(
    variables: Sequence[Variable], checks: Sequence[Check], judge: Judge
) -> list[Variable]:
    """The variables with only what the checks take; one variable for what they read together.

    Where nothing is left, or a check cannot be judged, the choices stay as they are: the server
    has the last word on each row.
    """
    found = list(variables)
    known = {column for variable in variables for column in variable.columns}
    readable = [check for check in checks if check.columns and check.columns <= known]
    for variable in list(found):
        own = [check for check in readable if check.columns <= set(variable.columns)]
        if own:
            kept = judge(variable.columns, variable.choices, own)
            found[found.index(variable)] = replace(
                variable, choices=tuple(kept or variable.choices)
            )
    for group, own in _groups(found, readable):
        columns = tuple(column for variable in group for column in variable.columns)
        combined = list(_combinations(group))
        every = [check for check in readable if check.columns <= set(columns)]
        kept = judge(columns, combined, every if own else [])
        if kept:
            found = [variable for variable in found if variable not in group]
            found.append(Variable(columns, tuple(kept)))
    return found


def _groups(
    variables: Sequence[Variable], checks: Sequence[Check]
) -> Iterator[tuple[list[Variable], list[Check]]]:
    """Variables that checks tie together, with these checks."""
    groups: list[tuple[set[str], list[Check]]] = []
    for check in checks:
        columns = {
            column
            for variable in variables
            if check.columns & set(variable.columns)
            for column in variable.columns
        }
        tied = [each for each in groups if each[0] & columns]
        merged = (columns.union(*(each[0] for each in tied)), [check])
        for each in tied:
            merged[1].extend(each[1])
        groups = [each for each in groups if each not in tied] + [merged]
    for columns, own in groups:
        group = [variable for variable in variables if columns & set(variable.columns)]
        if len(group) > 1:
            yield group, own


def _combinations(group: Sequence[Variable]) -> Iterator[Choice]:
    """Joint choices: all where they are few, else telling ones and some by chance."""
    if prod(len(variable.choices) for variable in group) <= _MOST:
        yield from map(_joined, product(*(variable.choices for variable in group)))
        return
    seen = dict.fromkeys(islice(_telling(group), _MOST // 2))
    chance = random.Random(0)  # noqa: S311 - the same rows each time, no secret
    for _ in range(_MOST):
        if len(seen) >= _MOST:
            break
        seen.setdefault(_joined([chance.choice(variable.choices) for variable in group]))
    yield from seen


def _telling(group: Sequence[Variable]) -> Iterator[Choice]:
    """All ordinary or all NULL, with each choice of one variable in turn; and all alike."""
    orders = [variable.in_order(Style.ORDINARY, 0) for variable in group]
    nulls = [variable.in_order(Style.NULLS, 0)[0] for variable in group]
    firsts = [order[0] for order in orders]
    yield _joined(firsts)
    yield _joined(nulls)
    for number in range(4):
        yield _joined([order[min(number, len(order) - 1)] for order in orders])
    for base in (firsts, nulls):
        for number in range(6):
            for place, order in enumerate(orders):
                if number < len(order):
                    yield _joined([*base[:place], order[number], *base[place + 1 :]])


def _joined(choices: Sequence[Choice]) -> Choice:
    return tuple(value for choice in choices for value in choice)
