"""Row locks: tables of which scripts change rows that somebody else may have locked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgmig.commands.plan.facts import Facts
from pgmig.commands.plan.harvest import Written
from pgmig.commands.plan.trying import Tried

_CHANGING = frozenset({"Update", "Delete", "Merge"})
_DELETING = frozenset({"Delete", "Merge"})

MODES = frozenset({"RowShareLock", "RowExclusiveLock"})
"""Locks of a table of which whoever holds them may have rows locked too (explicit-locking.html)."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """Rows of the target that a statement changes or deletes.

    Attributes:
        script: its label.
        line: of the statement.
        tables: schema and name of each, on the target.
    """

    script: str
    line: int
    tables: frozenset[tuple[str, str]]


def row_changes(scripts: Sequence[Tried]) -> Iterator[RowChange]:
    """Those of all scripts, in order."""
    base = scripts[0].before.relations if scripts else Facts().relations
    for tried in scripts:
        pieces = list(tried.step.half.statements()) if tried.written else []
        for written in tried.written:
            oids = _changed(tried, written)
            tables = frozenset((base[oid].schema, base[oid].name) for oid in oids if oid in base)
            if tables:
                yield RowChange(tried.step.label, pieces[written.number - 1].line, tables)


def _changed(tried: Tried, written: Written) -> frozenset[int]:
    """OIDs of what it changes, partitions and what is deleted with it too."""
    changed, deleted = set(written.changed), set[int]()
    for part in written.parts or ():
        if part.operation in _CHANGING or part.resolution == "UPDATE":
            oids = {
                oid
                for facts in (tried.before, tried.after or tried.before)
                for oid, one in facts.relations.items()
                if (one.schema, one.name) == (part.schema, part.name)
            }
            changed |= oids
            deleted |= oids if part.operation in _DELETING else set()
    return tried.reach.kin_of(changed) | tried.reach.written_with(deleted)
