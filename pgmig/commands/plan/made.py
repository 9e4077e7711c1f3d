"""Made: values that scripts give to columns, as expressions of the rows that are there before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgmig.commands.plan.casts import Cast, unquoted, using
from pgmig.commands.plan.facts import ColumnFacts, Facts, Place
from pgmig.ddl import ident_text
from pgmig.scripts.batch.tokens import tokens


@dataclass(frozen=True, slots=True)
class Made:
    """The values of columns behind a script.

    Attributes:
        base: as the target is.
        before: before the script.
        after: behind it.
        casts: how it makes the values of columns whose type it changes.
    """

    base: Facts
    before: Facts
    after: Facts
    casts: Sequence[Cast] = ()

    def of(self, oid: int, numbers: Sequence[int]) -> Mapping[Place, str]:
        """Those of these columns that the target does not have so, each with its expression."""
        return {
            (oid, number): self._expression((oid, number), self.after.columns[oid, number]) or ""
            for number in numbers
            if (oid, number) in self.after.columns and self._is_made((oid, number))
        }

    def unknown(self, oid: int, numbers: Sequence[int]) -> str:
        """Why nobody knows these values before; "" where they can be told."""
        if any(number <= 0 for number in numbers):
            return "pgmig does not check a condition on whole rows or system columns"
        for number, column in ((n, self.after.columns.get((oid, n))) for n in numbers):
            if column is None or not self._is_made((oid, number)):
                continue
            if not self._expression((oid, number), column):
                how = f" with {column.default}" if column.default else ""
                return f"the scripts make the values of {ident_text(column.name)}{how}"
        return ""

    def changed_routine(self, *expressions: str | None) -> str:
        """Why none of these can be asked: it calls a routine while scripts change one; else ""."""
        there = {name for name, _ in self.base.routines.values()}
        changed = {
            each[0]
            for oid, each in self.after.routines.items()
            if each[0] in there and self.base.routines.get(oid) != each
        }
        if not changed:
            return ""
        said = {
            unquoted(token.text)
            for each in expressions
            if each
            for token in tokens(each)
            if token.is_name
        }
        if not said & there:
            return ""
        return f"it calls a routine, and the scripts change {', '.join(sorted(changed))}"

    def is_retyped(self, place: Place) -> bool:
        """Whether the script changes the type of a column."""
        before, after = self.before.columns.get(place), self.after.columns.get(place)
        return before is not None and after is not None and before.type != after.type

    def _is_made(self, place: Place) -> bool:
        base, column = self.base.columns.get(place), self.after.columns[place]
        if base is None or base.type != column.type:
            return True
        return column.is_generated and base.expression != column.expression

    def _expression(self, place: Place, column: ColumnFacts) -> str:
        """Of columns under their names behind the script; "" where the value is not known."""
        if column.expression is not None:
            return self._generated(place[0], column)
        base, before = self.base.columns.get(place), self.before.columns.get(place)
        if base is None:
            known = column.value is not None and not column.is_volatile
            return f"({column.value})::{column.type}" if known else ""
        if before is None or before.type != base.type or before.type == column.type:
            return ""
        relation = self.after.relations[place[0]].name
        said = using(self.casts, relation, before.name)
        if said and self._are_renamed(place[0]):
            return ""
        return f"({said or ident_text(column.name)})::{column.type}"

    def _generated(self, oid: int, column: ColumnFacts) -> str:
        """Its expression, where all that it can read is as the target has it."""
        said = {unquoted(each.text) for each in tokens(column.expression or "") if each.is_name}
        read = [
            place
            for place, each in self.after.columns.items()
            if place[0] == oid and each.name in said and each != column
        ]
        if any(self._is_made(place) for place in read):
            return ""
        return f"({column.expression})::{column.type}"

    def _are_renamed(self, oid: int) -> bool:
        return any(
            each.name != self.after.columns[place].name
            for place, each in self.before.columns.items()
            if place[0] == oid and place in self.after.columns
        )
