"""Programs: routines that read rows which only the target has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.facts import Facts
from pgmig.commands.plan.reach import Reach
from pgmig.errors import PgmigError
from pgmig.scripts.batch.tokens import tokens

_HOLDING = frozenset({"r", "p", "f", "m", "v"})


@dataclass(frozen=True, slots=True)
class Programs:
    """Those that a script can call.

    Attributes:
        base: relations of the target.
        reach: of the script.
        has_rows: whether a table has any there.
    """

    base: Facts
    reach: Reach
    has_rows: Callable[[int], bool]

    def reads(self, words: Iterable[str]) -> bool:
        """Whether a body of these words, or what it calls, may read rows of the target."""
        said = self.reach.words_behind(each.lower() for each in words)
        return "execute" in said or any(
            self.has_rows(held)
            for oid, one in self.base.relations.items()
            if one.kind in _HOLDING and one.name.lower() in said
            for held in self.reach.kin_of([oid])
        )

    def has_reading_routine(self, expression: str) -> bool:
        """Whether an expression calls a routine that may."""
        called = {unquoted(each.text) for each in tokens(expression) if each.is_name}
        return self.reads(called & self.reach.words.keys())


def body_words(body: str) -> set[str]:
    """The words of a body, without the tables that it only adds rows to."""
    try:
        listed = [each for each in tokens(body) if each.is_name or each.text == "."]
    except (PgmigError, ValueError, IndexError):  # of another language, it may do anything
        return {"execute"}
    found = set[str]()
    skipped = 0
    for at, each in enumerate(listed):
        if [one.word for one in listed[at : at + 2]] == ["INSERT", "INTO"]:
            is_qualified = [one.text for one in listed[at + 3 : at + 4]] == ["."]
            skipped = at + (4 if is_qualified else 2)
        if at > skipped or not skipped:
            found.add(unquoted(each.text))
    return found
