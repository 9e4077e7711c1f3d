"""Words for versions, numbers and times."""

from datetime import datetime

_MINUTE = 60
_MEGABYTE = 1_000_000


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
