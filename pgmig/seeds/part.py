"""What a script that writes rows does to one table."""

from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from pgmig.seeds.changes import Dependent, TableChanges
from pgmig.seeds.table import Key, Table

OnConflict = Literal["keep", "file", "fail"]
"""What becomes of a row that somebody else changed: it stays, it is overwritten, nothing runs."""

ON_CONFLICT: Final[tuple[OnConflict, ...]] = get_args(OnConflict)

Phase = Literal["insert", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Part:
    """What a script does to one table.

    Attributes:
        changes: the rows, none of which differs only in what the database fills by itself.
        key: what tells the rows apart.
        written: the columns that a new row gets.
        owned: the columns that are compared and changed.
        settled: the columns of which it is known what a row that goes should hold.
        dependents: rows of other tables that would go with a removed one.
        returned: the columns that a row gets that comes back.
        settled_back: the settled ones of rows that go on the way back.
        filled: the columns that a row gets that is to be changed and is gone.
        fluid: columns of rows that go, which get other values each time that the versions run.
        cuts: columns that wait until rows of other tables are there.
        fixed: numbers GENERATED ALWAYS AS IDENTITY, which are compared and never changed.
        parked: columns that are NULL for a moment, as rows exchange values that are unique.
        is_silent: the triggers that users made do not fire.
        number: of the table within the script.
    """

    changes: TableChanges
    key: Key
    written: tuple[str, ...]
    owned: frozenset[str]
    settled: frozenset[str]
    returned: tuple[str, ...]
    settled_back: frozenset[str] = frozenset()
    filled: tuple[str, ...] = ()
    fluid: frozenset[str] = frozenset()
    dependents: tuple[Dependent, ...] = ()
    cuts: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    parked: frozenset[str] = frozenset()
    is_silent: bool = False
    number: int = 0

    @property
    def table(self) -> Table:
        """The table."""
        return self.changes.table

    @property
    def back(self) -> "Part":
        """The way back."""
        return replace(
            self,
            changes=self.changes.back,
            written=self.returned,
            settled=self.settled_back,
            settled_back=self.settled,
        )
