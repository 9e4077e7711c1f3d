"""Triggers that do not fire while rows are written, and are what they were afterwards."""

from collections.abc import Iterable

import msgspec

from pgmig.ddl import ident_text as ident
from pgmig.seeds.table import Firing, Table

_AGAIN = {"O": "ENABLE", "A": "ENABLE ALWAYS"}


class Silenced(msgspec.Struct, frozen=True):
    """What would act on rows that are written, and the statements around them.

    Attributes:
        off: keeps it from that.
        on: makes it what it was.
    """

    off: str
    on: str


def silenced(table: Table, firing: Iterable[Firing] | None = None) -> tuple[Silenced, ...]:
    """The triggers of a table and of its partitions, which have some of their own.

    Args:
        table: that rows are written to.
        firing: those of its triggers that matter; None: all that fire.
    """
    only = "ONLY " if table.is_partitioned or table.is_parent else ""
    found: dict[str, list[Firing]] = {}
    for each in table.firing if firing is None else firing:
        found.setdefault(each.table, []).append(each)
    return tuple(_of_one(f"ALTER TABLE {only}{name}", own) for name, own in found.items())


def _of_one(alter: str, firing: Iterable[Firing]) -> Silenced:
    off, on = list[str](), list[str]()
    for each in firing:
        name = ident(each.name)
        off.append(f"DISABLE TRIGGER {name}")
        on.append(f"{_AGAIN[each.state]} TRIGGER {name}")
    return Silenced(f"{alter} {', '.join(off)};", f"{alter} {', '.join(on)};")
