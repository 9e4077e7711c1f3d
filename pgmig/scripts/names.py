"""File names of scripts: NUMBER_NAME.up.sql and NUMBER_NAME.down.sql."""

import re
from typing import Literal

import msgspec

Direction = Literal["up", "down"]

RULE = (
    "NUMBER_NAME.up.sql or NUMBER_NAME.down.sql: a number from 0001 on, of at least 4 digits, or a"
    " timestamp (20260501093000), then lower case letters, digits and underscores"
)

# 18 digits always fit PostgreSQL's bigint. 0 is the version of a database without migrations.
_NAME = re.compile(
    r"(?P<digits>(?!0+_)[0-9]{4,18})_(?P<name>[a-z0-9_]+)\.(?P<direction>up|down)\.sql"
)

_TITLE = re.compile(r"[a-z0-9_]{1,100}")  # file systems end at 255 bytes

# Seconds since 1970 have ten digits, YYYYMMDDhhmmss has fourteen; nobody counts up to there.
_FIRST_TIMESTAMP = 10**9


class FileName(msgspec.Struct, frozen=True):
    """The parts of a script's file name."""

    digits: str
    name: str
    direction: Direction

    @property
    def version(self) -> int:
        """The number: what scripts are sorted by."""
        return int(self.digits)

    @property
    def label(self) -> str:
        """What both halves share, like `0042_orders`."""
        return f"{self.digits}_{self.name}"


def is_timestamp(version: int) -> bool:
    """Whether the number is a time, so that holes between numbers mean nothing."""
    return version >= _FIRST_TIMESTAMP


def parse_name(file_name: str) -> FileName | None:
    """The parts of `file_name`, or None when it does not follow the rule."""
    match = _NAME.fullmatch(file_name)
    if match is None:
        return None
    direction: Direction = "up" if match["direction"] == "up" else "down"
    return FileName(digits=match["digits"], name=match["name"], direction=direction)


def name_from(title: str) -> str | None:
    """A script's name from what somebody typed: `Add Invoices` gives `add_invoices`.

    Capitals become small, blanks and hyphens underscores; None when anything else is in it.
    """
    name = re.sub(r"[ \t_-]+", "_", title).strip("_").lower()
    return name if _TITLE.fullmatch(name) else None


def label_of(version: int, name: str, *, width: int = 4) -> str:
    """`0042_orders` from 42 and `orders`."""
    return f"{version:0{width}d}_{name}"


def file_name(label: str, direction: Direction) -> str:
    """`0042_orders.up.sql` from `0042_orders` and `up`."""
    return f"{label}.{direction}.sql"
