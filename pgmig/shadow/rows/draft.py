"""Rows before they are written: a choice for each variable, changed until the table takes it."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pgmig.db.execute import ServerFault
from pgmig.ddl import literal_text
from pgmig.shadow.rows.choices import Order, Style, Variable
from pgmig.shadow.rows.table import Key

_NOT_NULL_VIOLATION = "23502"
_MOST_CHANGES = 60


@dataclass(slots=True)
class Draft:
    """A row to be written.

    Attributes:
        variables: what the columns may hold.
        style: what it is made for.
        turn: its number: rows of equal style take different values.
        orders: the choices of each variable in the order in which they are tried.
        picks: which of these each variable has.
        links: columns that have the value of another one.
    """

    variables: Sequence[Variable]
    style: Style
    turn: int
    orders: list[Order]
    picks: list[int]
    links: dict[str, str] = field(default_factory=dict[str, str])
    _at: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    @classmethod
    def of(
        cls, variables: Sequence[Variable], style: Style, turn: int, extreme_turn: int
    ) -> "Draft":
        """A row with the first choice of each variable for its style."""
        is_extreme = style is Style.EXTREMES
        orders = [
            variable.in_order(style, extreme_turn if is_extreme and variable.has_extremes else turn)
            for variable in variables
        ]
        return cls(variables, style, turn, orders, [0] * len(orders))

    def texts(self, columns: Sequence[str]) -> tuple[str | None, ...] | None:
        """The values of some columns, None when one is generated."""
        if not self._at:
            for place, variable in enumerate(self.variables):
                self._at |= {name: (place, n) for n, name in enumerate(variable.columns)}
        found: list[str | None] = []
        for column in columns:
            at = self._at.get(self.links.get(column, column))
            if at is None:
                return None
            place, number = at
            found.append(self.orders[place][self.picks[place]][number].text)
        return tuple(found)

    def sql(self, columns: Sequence[str]) -> str:
        """Its part of VALUES."""
        texts = self.texts(columns) or ()
        parts = ["NULL" if text is None else literal_text(text) for text in texts]
        return "(" + ",".join(parts) + ")"

    def places(self, columns: Iterable[str]) -> list[int]:
        """The variables that hold any of the columns and have more than one choice."""
        wanted = set(columns)
        return [
            place
            for place, variable in enumerate(self.variables)
            if wanted & set(variable.columns) and len(self.orders[place]) > 1
        ]

    def advance(self, place: int) -> None:
        """Let one variable have its next choice."""
        self.picks[place] = (self.picks[place] + 1) % len(self.orders[place])

    def restyle(self, places: Iterable[int], style: Style) -> None:
        """Let variables begin again with what the style asks for."""
        for place in places:
            self.orders[place] = self.variables[place].in_order(style, self.turn)
            self.picks[place] = 0


class Mender:
    """Changes a row that was refused, for its next attempt."""

    def __init__(self, draft: Draft, columns_of: dict[str, tuple[str, ...]]) -> None:
        """A mender of `draft`.

        Args:
            draft: the row.
            columns_of: the columns that each constraint and unique index of the table reads.
        """
        self._draft = draft
        self._columns_of = columns_of
        self._attempt = 0
        self._softened = 0
        self._chance = random.Random(draft.turn)  # noqa: S311 - the same rows each time, no secret

    def mend(self, fault: ServerFault) -> None:
        """Change what the fault is about."""
        self._attempt += 1
        draft = self._draft
        if fault.sqlstate == _NOT_NULL_VIOLATION and fault.column:
            places = draft.places([fault.column])
        else:
            places = draft.places(self._columns_of.get(fault.constraint, ()))
        if not places:
            self._soften()
        elif self._attempt % 3:
            draft.advance(self._chance.choice(places))
        else:
            for place in places:
                draft.picks[place] = self._chance.randrange(len(draft.orders[place]))

    def _soften(self) -> None:
        """Make half of the row ordinary, then the other half, all, all NULL; then by chance."""
        draft = self._draft
        every = range(len(draft.variables))
        half = len(draft.variables) // 2
        self._softened += 1
        match self._softened:
            case 1:
                draft.restyle(every[half:], Style.ORDINARY)
            case 2:
                draft.restyle(every[half:], draft.style)
                draft.restyle(every[:half], Style.ORDINARY)
            case 3:
                draft.restyle(every, Style.ORDINARY)
            case 4:
                draft.restyle(every, Style.NULLS)
            case _:
                places = [place for place in every if len(draft.orders[place]) > 1]
                if places:
                    draft.advance(self._chance.choice(places))


def apart(drafts: Sequence[Draft], keys: Sequence[Key]) -> list[Draft]:
    """The rows without those that have the values of another in a key and cannot be changed."""
    plain = [key for key in keys if key.is_plain]
    seen: dict[str, set[tuple[str | None, ...]]] = {key.name: set() for key in plain}
    kept: list[Draft] = []
    for draft in drafts:
        chance = random.Random(draft.turn)  # noqa: S311 - the same rows each time, no secret
        for change in range(_MOST_CHANGES):
            taken = [key for key in plain if _values(draft, key) in seen[key.name]]
            if not taken:
                break
            places = draft.places(taken[0].columns)
            if not places:
                break
            draft.advance(places[change % len(places)] if change < 20 else chance.choice(places))
        if all(_values(draft, key) not in seen[key.name] for key in plain):
            kept.append(draft)
            for key in plain:
                values = _values(draft, key)
                if values is not None:
                    seen[key.name].add(values)
    return kept


def _values(draft: Draft, key: Key) -> tuple[str | None, ...] | None:
    """What the row has in the key, None where that equals no other."""
    values = draft.texts(key.columns)
    return None if values and None in values and not key.nulls_are_equal else values
