"""Words for versions, numbers and times."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgmig.engine import StepReport

_MINUTE = 60
_MEGABYTE = 1_000_000


def standing(version: int, directory: Path, steps: Sequence["StepReport"] = ()) -> str:
    """`at 0042_orders`: the label of the current version, from the steps of a run or the files."""
    from pgmig.errors import PgmigError
    from pgmig.scripts.directory import list_names

    if version == 0:
        return "without migrations"
    labels = {step.version: step.label for step in steps}
    if version not in labels:
        with suppress(PgmigError):  # a directory that cannot be read does not hide what ran
            for folder in (directory, *sorted(directory.glob("squashed/*"))):
                for name in list_names(folder):
                    labels.setdefault(name.version, name.label)
    return f"at {labels.get(version, f'{version:04d}')}"


def plural(count: int, noun: str) -> str:
    """`1 script`, `2 scripts`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def duration(seconds: float) -> str:
    """A duration with three digits or so: `12 ms`, `1.53 s`, `2 min 5 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s"


def clock(seconds: float) -> str:
    """A duration that goes on, in whole seconds: `12 s`, `2 min 5 s`."""
    return f"{seconds:.0f} s" if seconds < _MINUTE else duration(seconds)


def quantity(done: int, total: int, unit: str) -> str:
    """How much of something: `1,200 of 4,800 blocks`, `3.1 MB`."""
    of = f" of {_amount(total, unit)}" if total else ""
    if unit == "bytes":
        return f"{_amount(done, unit)}{of}"
    return f"{_amount(done, unit)}{of} {unit}"


def _amount(count: int, unit: str) -> str:
    if unit != "bytes":
        return f"{count:,}"
    return f"{count / 1_000_000:.1f} MB" if count >= _MEGABYTE else f"{count / 1_000:.1f} kB"


def moment(when: datetime | None) -> str:
    """A time in the zone of whoever reads it, with its offset."""
    return f"{when.astimezone():%Y-%m-%d %H:%M:%S%z}" if when else ""
