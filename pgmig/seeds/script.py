"""The text of a script that writes rows: keyed INSERT, UPDATE and DELETE, each row judged before.

A row is judged by three: what the versions before left there, what this one says, and what is
there when the script runs. What is neither of the first two was changed by somebody else.
"""

from dataclasses import dataclass
from typing import Final

from pgmig.ddl import literal_text
from pgmig.plan.text import one_line
from pgmig.seeds.changes import At
from pgmig.seeds.inserts import SCRIPT_SETTINGS
from pgmig.seeds.part import OnConflict, Part
from pgmig.seeds.sorting import Order
from pgmig.seeds.triggers import silenced
from pgmig.seeds.writing import blocks, loosened

# What reads or prints a value differently: both sides of a comparison are printed by one session,
# but two numbers can look the same with few digits.
_SETTINGS: Final = (
    "DateStyle = 'ISO, YMD'",
    "IntervalStyle = postgres",
    "extra_float_digits = 1",
    "row_security = off",
    "client_min_messages = warning",
    *SCRIPT_SETTINGS,
)


@dataclass(frozen=True, slots=True)
class Half:
    """One way.

    Attributes:
        parts: the tables, those that are referred to first.
        order: in which rows are written.
        on_conflict: what becomes of rows that somebody else changed.
        numbers: sequences, quoted, each with where it has to stand at least.
        deferred: constraints, quoted with their schema, that are checked at the end.
        title: what stands at its head.
    """

    parts: tuple[Part, ...]
    order: Order
    on_conflict: OnConflict
    numbers: tuple[tuple[str, At], ...] = ()
    deferred: tuple[str, ...] = ()
    title: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it."""
        silent = [each for part in self.parts if part.is_silent for each in silenced(part.table)]
        text = ["\n".join(f"-- {one_line(line)}" for line in self.title)]
        text.append("\n".join(f"SET LOCAL {setting};" for setting in _SETTINGS))
        if self.deferred:
            text.append(f"SET CONSTRAINTS {', '.join(self.deferred)} DEFERRED;")
        text += [each.off for each in silent]
        parts = {part.table.name: part for part in self.parts}
        removing = {part.table.name for part in self.parts if part.changes.removed}
        is_loose = False
        for name, phase in self.order:
            if phase == "delete" and not is_loose:
                is_loose = True
                for part in self.parts:
                    text += loosened(part, self.on_conflict, removing)
            text += blocks(parts[name], phase, self.on_conflict)
        text += [_moved(*each) for each in self.numbers]
        if silent and self.deferred:
            text.append(f"SET CONSTRAINTS {', '.join(self.deferred)} IMMEDIATE;")
        text += [each.on for each in silent]
        return "\n\n".join(text) + "\n"


def _moved(sequence: str, at: At) -> str:
    """A sequence that gives no number up to this one any more; it never goes back."""
    number, sign = at.last, "<" if at.is_rising else ">"
    return (
        f"SELECT pg_catalog.setval({literal_text(sequence)}, {number}) FROM {sequence} AS s\n"
        f"WHERE s.last_value {sign} {number} OR s.last_value = {number} AND NOT s.is_called;"
    )
