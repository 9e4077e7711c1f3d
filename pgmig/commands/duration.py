"""Durations as people write them: 200ms, 5s, 2min, 1h."""

import re

from pgmig.errors import BadDuration

_FORM = re.compile(r"(\d+(?:\.\d+)?)(ms|s|min|h)", re.ASCII)
_MILLISECONDS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
_LONGEST = 2**31 - 1  # what lock_timeout, a four-byte count of milliseconds, can hold


def milliseconds(text: str, *, where: str = "") -> int:
    """The length of the duration `text`, a number followed at once by its unit.

    Args:
        text: as in 200ms, 5s, 2min, 1.5h.
        where: the option, or the file and key, that the text comes from.

    Raises:
        BadDuration: there is no unit, a unit PostgreSQL lacks, part of a millisecond, or more
            than PostgreSQL's settings can hold (24 days).
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise BadDuration(text=text, where=where)
    length = float(match[1]) * _MILLISECONDS[match[2]]
    if not length.is_integer() or length > _LONGEST:
        raise BadDuration(text=text, where=where)
    return int(length)
