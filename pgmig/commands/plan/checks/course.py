"""The course of a shadow database: its readings, and what all checks ask of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgmig.commands.plan.casts import Cast, holds_all, unquoted
from pgmig.commands.plan.facts import ColumnFacts, Facts, Place
from pgmig.commands.plan.made import Made, Past, said_of
from pgmig.commands.plan.sources import Rows
from pgmig.ddl import qualified
from pgmig.scripts.batch.tokens import tokens


@dataclass(frozen=True, slots=True)
class Course:
    """Readings of a shadow database on its way.

    Attributes:
        base: before the first script: as the target is.
        before: before this statement.
        after: behind it.
        casts: how it makes the values of columns whose type it changes.
        earlier: what other statements have done before it.
        past: that, and what it has done itself.
        path: the search_path that it runs with.
        major: of the target.
        has_values: examples show values, not only keys.
    """

    base: Facts
    before: Facts
    after: Facts
    casts: Sequence[Cast]
    earlier: Past
    past: Past
    path: str
    major: int
    has_values: bool = False

    @property
    def rows(self) -> Rows:
        """The rows of the target, as they are behind the statement."""
        return Rows(self.base, self.after, self.has_values, self.made)

    @property
    def old_rows(self) -> Rows:
        """The rows of the target, as they are before the statement."""
        return Rows(self.base, self.before, self.has_values, self.old)

    @property
    def made(self) -> Made:
        """The values that statements make, this one too."""
        return Made(self.base, self.after, self.past)

    @property
    def old(self) -> Made:
        """The values that statements before this one make."""
        return Made(self.base, self.before, self.earlier)

    def is_retyped(self, place: Place) -> bool:
        """Whether the statement changes the type of a column."""
        before, after = self.before.columns.get(place), self.after.columns.get(place)
        return before is not None and after is not None and not after.is_of_type(before)

    def is_widened(self, place: Place) -> bool:
        """Whether it does so and leaves every value what it is, so that keys stay keys."""
        before, after = self.before.columns.get(place), self.after.columns.get(place)
        if before is None or after is None or not holds_all(before, after):
            return False
        return not said_of(self.before, place[0], before.name, self.casts)

    def is_there(self, oid: int) -> bool:
        """Whether a relation is on the target."""
        return oid in self.base.relations

    def told(self, oid: int) -> str:
        """A relation's name, on the target if it is there."""
        each = (self.base if self.is_there(oid) else self.after).relations[oid]
        return qualified(each.schema, each.name)

    def numbers(self, facts: Facts, oid: int, text: str) -> list[int]:
        """Columns of a relation whose names stand in an expression."""
        said = {unquoted(each.text) for each in tokens(text) if each.is_name}
        return [n for (one, n), each in facts.columns.items() if one == oid and each.name in said]

    def columns(self) -> Iterator[tuple[Place, ColumnFacts]]:
        """Columns of relations that are on the target."""
        for place, column in self.after.columns.items():
            if self.is_there(place[0]):
                yield place, column

    def goes_with_parent(self, place: Place, column: ColumnFacts) -> bool:
        """Whether the table that it is a partition of demands the same, and is on the target."""
        parent = self.after.relations[place[0]].parent
        if parent is None or not self.is_there(parent):
            return False
        return any(
            oid == parent
            and (each.name, each.is_not_null, each.type_oid, each.typmod)
            == (column.name, column.is_not_null, column.type_oid, column.typmod)
            and self.before.columns.get((oid, number)) != each
            for (oid, number), each in self.after.columns.items()
        )

    def is_of_parent(self, oid: int, column: ColumnFacts) -> bool:
        """Whether its parent has the column, so that its rows are among the parent's."""
        parent = self.base.relations[oid].parent
        return any(
            one == parent and (each.name, each.domain) == (column.name, column.domain)
            for (one, _), each in self.base.columns.items()
        )

    def is_only(self, oid: int) -> bool:
        """Whether keys are of its own rows alone, not of children's (manual, ddl-inherit.html)."""
        return self.base.relations[oid].kind != "p"
