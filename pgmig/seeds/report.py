"""What a run did, table by table."""

import msgspec

from pgmig.seeds.compare import RowChange
from pgmig.seeds.names import TableName


class SequenceMove(msgspec.Struct, frozen=True):
    """A sequence that stood before a value that a file has.

    Attributes:
        sequence: its name with its schema.
        old: the last value that it gave, or the first that it would have given.
        new: the value that the next one follows.
    """

    sequence: str
    old: int
    new: int


class TableReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was done in one table.

    Attributes:
        table: its name.
        rows: how many the files have.
        added: how many of them the table lacked.
        changed: how many it had otherwise.
        same: how many it had already.
        removed: how many rows that no file has were removed.
        missing: how many rows that no file has are there still, where the rule asks.
        missing_keys: the keys of the first of them, as text; of those removed, where they were.
        changes: the first rows that were otherwise, with the values of both sides.
        sequences: that were moved behind values of the files.
        is_sql: statements did it, the files of which have no rows to count.
    """

    table: TableName
    rows: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    missing: int = 0
    missing_keys: tuple[tuple[str | None, ...], ...] = ()
    changes: tuple[RowChange, ...] = ()
    sequences: tuple[SequenceMove, ...] = ()
    is_sql: bool = False

    @property
    def is_nothing(self) -> bool:
        """Nothing was to do."""
        return not (self.added or self.changed or self.removed or self.sequences)
