"""State: one table on its way through a run."""

import msgspec

from pgmig.seeds.compare import Difference, Stamp
from pgmig.seeds.load import Load, Source
from pgmig.seeds.report import SequenceMove, TableReport
from pgmig.seeds.task import Task
from pgmig.seeds.triggers import Silenced


class State(msgspec.Struct):
    """A table on its way.

    `is_direct`: it is empty, and its file goes right into it. `is_partial`: the server has only
    those rows of its file that the table has not in the same words. `stamp`: of the table before
    anything was compared.
    """

    task: Task
    number: int
    sources: tuple[Source, ...] = ()
    loads: list[Load] = []
    difference: Difference = Difference()
    compared: int = 0
    moves: tuple[SequenceMove, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    stamp: Stamp | None = None
    is_direct: bool = False
    is_partial: bool = False
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def removes(self) -> bool:
        """Whether rows are to be removed."""
        return self.task.rule.missing == "delete" and self.difference.beside > 0

    @property
    def is_due(self) -> bool:
        """Whether rows are to be put in, changed or removed."""
        found = self.difference
        return self.is_direct or bool(found.added or found.changed or self.removes)

    def report(self) -> TableReport:
        """For people."""
        found = self.difference
        return TableReport(
            table=self.task.name,
            rows=found.rows,
            added=self.added,
            changed=self.changed,
            same=found.rows - found.added - found.changed if found.parts else 0,
            removed=self.removed,
            missing=found.beside - self.removed if self.removes else found.beside,
            missing_keys=found.beside_keys,
            changes=found.changes,
            sequences=self.moves,
            is_sql=not self.task.files,
        )
