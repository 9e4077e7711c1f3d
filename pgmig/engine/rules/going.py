"""The steps of goto, which may lead from one branch to another."""

from collections.abc import Iterable

from pgmig.db import Connection
from pgmig.engine.history import Applied, State
from pgmig.engine.rules.comparison import compare, seen, without
from pgmig.engine.rules.steps import (
    downs,
    latest_first,
    require_agreement,
    require_order,
    require_part_way,
    unknown,
    ups,
)
from pgmig.engine.step import Step
from pgmig.errors import VersionGone
from pgmig.scripts import Directory


def steps_goto(
    conn: Connection,
    directory: Directory,
    state: State,
    version: int,
    *,
    allow: Iterable[str] = (),
    is_out_of_order: bool = False,
) -> tuple[Step, ...]:
    """The steps after which exactly the files up to `version` are applied.

    What was applied from another branch has no file, or another text than its file. It goes down
    with the text that history keeps, and so does all that was applied above it; then the files go
    up.

    Args:
        conn: of the database.
        directory: as it was read.
        state: of the database.
        version: where to go; 0 is a database without migrations.
        allow: hazards consented to.
        is_out_of_order: apply pending scripts below the last one that stays too, in their turn.

    Raises:
        VersionUnknown, VersionGone, VersionSquashed: `version` has no file.
        BaselineNotDropped, TextNotKept: a way down that cannot be.
        PartWayMissing, OutOfOrder: history and files disagree.
        OriginalsMissing: as `seen`.
    """
    here = seen(directory, state, version)
    if version:
        _require_file(here, state, version)
    leaving = _leaving(here, state, version)
    if any(each.kind == "baseline" and each.version <= version for each in leaving):
        require_agreement(here, state, compare(here, state))  # it goes by its number alone
    taken = downs(conn, directory, state, leaving, allow=allow)
    rest = without(state, {applied.version for applied in leaving})
    # A checkpoint can take the place of its scripts once none of these is left.
    here = seen(directory, rest, version)
    found = compare(here, rest)
    wanted = [script for script in found.pending if script.version <= version]
    if wanted:
        require_part_way(here, rest)
        if not is_out_of_order and any(script in wanted for script in found.out_of_order):
            require_order(here, rest, found)
    return (*taken, *ups(wanted))


def _leaving(directory: Directory, state: State, version: int) -> list[Applied]:
    """What goes down, the last first: all above `version`, and all from the fork on."""
    found = compare(directory, state)
    strange = {applied.version for applied in found.missing}
    strange |= {script.version for script in found.edited}
    fork = min(strange, default=version + 1)
    first = min(fork, version + 1)
    return [applied for applied in latest_first(state) if applied.version >= first]


def _require_file(directory: Directory, state: State, version: int) -> None:
    if any(script.version == version for script in directory.scripts):
        return
    if (applied := state.applied.get(version)) is not None:
        raise VersionGone(label=applied.label, version=version)
    labels = [script.label for script in directory.scripts]
    raise unknown(version, f"in {directory.path}", labels)
