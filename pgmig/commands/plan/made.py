"""Made: values that scripts give to columns, as expressions of the rows that are there before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pgmig.commands.plan.casts import Cast, types_in, unquoted, using
from pgmig.commands.plan.facts import ColumnFacts, Facts, Place
from pgmig.ddl import ident_text
from pgmig.scripts.batch.tokens import tokens


@dataclass(frozen=True, slots=True)
class Turn:
    """A column gets another type.

    Attributes:
        said: the expression behind USING; "" where its value becomes one of the new type.
        type: the new one.
        names: of the columns of its relation, then.
        path: the search_path that the expression was said with.
    """

    said: str
    type: str
    names: Mapping[int, str]
    path: str


@dataclass(frozen=True, slots=True)
class Past:
    """What statements have done to columns so far.

    Attributes:
        first: columns that they have made, as they were then.
        turns: of columns whose type they have changed, in order.
    """

    first: Mapping[Place, ColumnFacts] = field(default_factory=dict[Place, ColumnFacts])
    turns: Mapping[Place, tuple[Turn, ...]] = field(default_factory=dict[Place, tuple[Turn, ...]])

    def then(self, before: Facts, after: Facts, casts: Sequence[Cast], path: str) -> "Past":
        """With one statement more.

        Args:
            before: facts before it.
            after: facts behind it.
            casts: how it makes the values of columns whose type it changes.
            path: the search_path that it runs with.
        """
        first, turns = {**self.first}, {**self.turns}
        for place, column in after.columns.items():
            old = before.columns.get(place)
            if old is None and place not in first:
                first[place] = column
            elif old is not None and old is not column and not column.is_of_type(old):
                said = said_of(before, place[0], old.name, casts)
                turn = Turn(said, column.type, _names_of(before, place[0]), path)
                turns[place] = (*turns.get(place, ()), turn)
        return Past(first, turns)

    def path_of(self, oid: int) -> str | None:
        """The search_path of expressions that make values of a relation; None: there are none."""
        said = [each for at, turns in self.turns.items() if at[0] == oid for each in turns]
        return next((each.path for each in reversed(said) if each.said), None)


@dataclass(frozen=True, slots=True)
class Made:
    """The values of columns behind a statement.

    Attributes:
        base: as the target is.
        after: behind the statement.
        past: what was done up to it.
    """

    base: Facts
    after: Facts
    past: Past = field(default_factory=Past)

    def of(self, oid: int, numbers: Sequence[int]) -> Mapping[Place, str]:
        """Those of these columns that the target does not have so, each with its expression."""
        return {
            (oid, number): self._expression((oid, number), self.after.columns[oid, number]) or ""
            for number in numbers
            if (oid, number) in self.after.columns and self._is_made((oid, number))
        }

    def origin(self, place: Place) -> ColumnFacts:
        """A column as it was made, which tells what rows got that were there."""
        return self.past.first.get(place, self.after.columns[place])

    def unknown(self, oid: int, numbers: Sequence[int]) -> str:
        """Why nobody knows these values before; "" where they can be told."""
        if any(number <= 0 for number in numbers):
            return "pgmig does not check a condition on whole rows or system columns"
        for number, column in ((n, self.after.columns.get((oid, n))) for n in numbers):
            if column is None or not self._is_made((oid, number)):
                continue
            expression = self._expression((oid, number), column)
            if not expression:
                made = self.origin((oid, number)).default
                how = f" with {made}" if made else ""
                return f"the scripts make the values of {ident_text(column.name)}{how}"
            if reason := self.changed(expression):
                return reason
        return ""

    def changed(self, *expressions: str | None) -> str:
        """Why none of these can be asked: what they name is another thing there; else ""."""
        said, types = set[str](), set[str]()
        for each in (one for one in expressions if one):
            said.update(unquoted(token.text) for token in tokens(each) if token.is_name)
            types.update(types_in(each))
        return self._changed_routine(said) or self._changed_type(types)

    def _changed_routine(self, said: set[str]) -> str:
        """Whether these names are those of routines, while scripts change one."""
        there = {name for name, _ in self.base.routines.values()}
        new = {
            name: name in there
            for oid, (name, print_) in self.after.routines.items()
            if self.base.routines.get(oid) != (name, print_)
        }
        if made := sorted(name for name, is_there in new.items() if not is_there and name in said):
            return f"it calls {', '.join(made)}, and the scripts make that"
        changed = sorted(name for name, is_there in new.items() if is_there)
        if not changed or not said & there:
            return ""
        return f"it calls a routine, and the scripts change {', '.join(changed)}"

    def _changed_type(self, said: set[str]) -> str:
        """Whether one of these names is that of a type which the target has otherwise, or not."""
        after, base = self.after.types, self.base.types
        found = sorted(name for name in said if after.get(name) != base.get(name))
        if not found:
            return ""
        how = "change" if found[0] in base else "make"
        return f"the scripts {how} the type {found[0]}"

    def _is_made(self, place: Place) -> bool:
        base, column = self.base.columns.get(place), self.after.columns[place]
        if base is None or not column.is_of_type(base) or place in self.past.turns:
            return True
        return column.is_generated and base.expression != column.expression

    def _expression(self, place: Place, column: ColumnFacts) -> str:
        """Of columns under their names behind the statement; "" where the value is not known."""
        if column.expression is not None:
            return self._generated(place[0], column)
        turns = self.past.turns.get(place, ())
        if place not in self.base.columns:
            made = self.origin(place)
            known = made.value is not None and not made.is_volatile
            found = f"({made.value})::{made.type}" if known else ""
        else:
            found = ident_text(column.name)
        for at, turn in enumerate(turns):
            if turn.said and (at or turn.names != _names_of(self.after, place[0])):
                return ""
            if found:
                found = f"({turn.said or found})::{turn.type}"
        return found

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


def said_of(facts: Facts, oid: int, column: str, casts: Sequence[Cast]) -> str:
    """The expression that makes values of a column, said of its table or of one above that."""
    above: int | None = oid
    while above is not None and above in facts.relations:
        if said := using(casts, facts.relations[above].name, column):
            return said
        above = facts.relations[above].parent
    return ""


def _names_of(facts: Facts, oid: int) -> Mapping[int, str]:
    return {number: each.name for (one, number), each in facts.columns.items() if one == oid}
