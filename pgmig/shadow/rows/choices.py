"""What the columns of a row may hold: variables, narrowed by the conditions on them."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice, product
from math import prod
from typing import overload

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


class Order(Sequence[Choice]):
    """Choices in the order in which they are tried: the best, from one on, then the rest."""

    __slots__ = ("_best", "_rest", "_turn")

    def __init__(self, best: Sequence[Choice], rest: Sequence[Choice], turn: int) -> None:
        """The order that begins with the best choice of number `turn`, counted round."""
        self._best = best
        self._rest = rest
        self._turn = turn

    def __len__(self) -> int:
        """How many choices there are."""
        return len(self._best) + len(self._rest)

    @overload
    def __getitem__(self, place: int) -> Choice: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Choice]: ...
    def __getitem__(self, place: int | slice) -> Choice | Sequence[Choice]:
        """The choice that is tried at this place."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        count = len(self._best)
        if place >= count:
            return self._rest[place - count]
        return self._best[(self._turn + place) % count]


class Choices:
    """The values that columns may have, what is most ordinary first; columns may share them.

    Attributes:
        all: each of them.
    """

    __slots__ = ("_ranked", "all")

    def __init__(self, choices: Iterable[Choice]) -> None:
        """These choices."""
        self.all = tuple(choices)
        self._ranked: dict[Style, tuple[list[Choice], list[Choice]]] = {}

    def ranked(self, style: Style) -> tuple[list[Choice], list[Choice]]:
        """Those that suit the style best, and the others."""
        if style not in self._ranked:
            costs = [_cost(choice, style) for choice in self.all]
            least = min(costs, default=0)
            pairs = sorted(zip(costs, range(len(costs)), strict=True))
            best = [self.all[place] for cost, place in pairs if cost == least]
            self._ranked[style] = best, [self.all[place] for cost, place in pairs if cost > least]
        return self._ranked[style]


@dataclass(frozen=True, slots=True)
class Variable:
    """Columns that get their values together.

    Attributes:
        columns: their names.
        choices: the values for them.
    """

    columns: tuple[str, ...]
    choices: Choices

    def in_order(self, style: Style, turn: int) -> Order:
        """The choices, those of the style first; `turn` changes which of the equals leads."""
        return Order(*self.choices.ranked(style), turn)

    @property
    def has_extremes(self) -> bool:
        """Whether a row of extremes has any here."""
        best = self.choices.ranked(Style.EXTREMES)[0]
        return any(value.is_extreme for value in best[0])


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
            kept = judge(variable.columns, variable.choices.all, own)
            if kept:
                found[found.index(variable)] = Variable(variable.columns, Choices(kept))
    for group, own in _groups(found, readable):
        columns = tuple(column for variable in group for column in variable.columns)
        combined = list(_combinations(group))
        every = [check for check in readable if check.columns <= set(columns)]
        kept = judge(columns, combined, every if own else [])
        if kept:
            found = [variable for variable in found if variable not in group]
            found.append(Variable(columns, Choices(kept)))
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
    if prod(len(variable.choices.all) for variable in group) <= _MOST:
        yield from map(_joined, product(*(variable.choices.all for variable in group)))
        return
    seen = dict.fromkeys(islice(_telling(group), _MOST // 2))
    chance = random.Random(0)  # noqa: S311 - the same rows each time, no secret
    for _ in range(_MOST):
        if len(seen) >= _MOST:
            break
        seen.setdefault(_joined([chance.choice(variable.choices.all) for variable in group]))
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
