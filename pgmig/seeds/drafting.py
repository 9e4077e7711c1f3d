"""What of the rows that differ a script is to write, by the files and rules of their tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pgmig.ddl import qualified
from pgmig.seeds.changes import Dependent, TableChanges
from pgmig.seeds.names import TableName
from pgmig.seeds.order import in_order
from pgmig.seeds.part import Part
from pgmig.seeds.rules import TableRule
from pgmig.seeds.table import Key
from pgmig.seeds.task import Task


@dataclass(frozen=True, slots=True)
class Drafted:
    """The tables of a script.

    Attributes:
        parts: those that are referred to first.
        deferred: foreign keys that are checked at the end, quoted with their schema.
    """

    parts: tuple[Part, ...]
    deferred: tuple[str, ...] = ()

    @property
    def back(self) -> "Drafted":
        """The way back."""
        return replace(self, parts=tuple(part.back for part in self.parts))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.parts


def draft(
    found: Sequence[TableChanges],
    tasks: Mapping[TableName, Task],
    dependents: Mapping[int, Sequence[Dependent]],
) -> Drafted:
    """The rows to write, in the order in which they can be written.

    Args:
        found: what differs; each table has a key.
        tasks: of the tables that have files; others are compared as a whole.
        dependents: what would go with a removed row, by the OID of its table.

    Raises:
        SeedCycle: tables refer to each other, and nothing of it can wait.
    """
    parts = {}
    for each in found:
        part = _part(each, tasks.get(each.table.name), tuple(dependents.get(each.table.oid, ())))
        if not part.changes.is_empty:
            parts[each.table.name] = part
    order = in_order(
        {name: part.table for name, part in parts.items()},
        {name: {*part.written, *part.owned} for name, part in parts.items()},
    )
    return Drafted(
        tuple(
            replace(
                parts[name],
                cuts=frozenset(column for cut in order.cuts_of(name) for column in cut.columns),
            )
            for name in order.tables
        ),
        tuple(qualified(cut.table.schema, cut.key.name) for cut in order.cuts if not cut.columns),
    )


def _part(found: TableChanges, task: Task | None, dependents: tuple[Dependent, ...]) -> Part:
    key = found.key
    assert key is not None  # noqa: S101 - the caller has refused tables without one
    everything = [column.name for column in found.columns]
    rule = TableRule() if task is None else task.rule
    if task is not None and task.files:
        written = task.columns
        owned = frozenset(task.owned(written))
    else:
        written = tuple(everything)
        free = {c.name for c in found.columns if c.name not in key.columns}
        owned = frozenset(free if rule.columns is None else free.intersection(rule.columns))
    is_silent = rule.triggers == "off"
    has_triggers = not is_silent and any(each.state in "OA" for each in found.table.triggers)
    settled = owned if has_triggers else owned.union(written, _bare(found))
    changed = tuple(each for each in found.changed if owned.intersection(found.differing(each)))
    return Part(
        replace(found, changed=changed),
        key,
        written,
        owned,
        settled,
        dependents,
        is_silent=is_silent,
    )


def _bare(found: TableChanges) -> set[str]:
    """The columns that are NULL unless somebody gives them a value."""
    return {c.name for c in found.columns if not c.has_default and not c.identity}


def key_of(task: Task, *, where: str) -> Key:
    """What tells the rows of a table apart that has files.

    Raises:
        SeedKeyMissing: nothing does.
    """
    return task.key or task.table.key_of(task.rule.key, where=where)
