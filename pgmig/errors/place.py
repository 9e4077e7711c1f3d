"""Where in which file a failure is, of errors that know it."""

from pathlib import Path
from typing import NamedTuple, cast

from pgmig.errors.base import PgmigError


class Place(NamedTuple):
    """A place in a file.

    Attributes:
        path: the file.
        line: from 1; 0: the file as such.
        column: from 1; 0: the whole line.
    """

    path: Path
    line: int = 0
    column: int = 0


def places(error: PgmigError) -> tuple[Place, ...]:
    """Where the failure is: in one file, in several, or in none."""
    facts = vars(error)
    several = facts.get("paths")
    if isinstance(several, tuple):
        paths = cast("tuple[object, ...]", several)
        return tuple(Place(path) for path in paths if isinstance(path, Path))
    path, other = facts.get("path"), facts.get("other")
    line, column = facts.get("line"), facts.get("column")
    if not isinstance(path, Path):
        return ()
    place = Place(
        path,
        line if isinstance(line, int) else 0,
        column if isinstance(column, int) else 0,
    )
    return (place, Place(other)) if isinstance(other, Path) else (place,)
