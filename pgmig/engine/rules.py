"""Which steps a command means, and what must be true of history and files before one runs.

A baseline stands for everything numbered below it: scripts there need no file, are never pending
and are never out of order.
"""

from collections.abc import Iterable, Sequence

import msgspec

from pgmig import db
from pgmig.db import Connection
from pgmig.engine.history import Applied, State, stored_script
from pgmig.engine.step import Step
from pgmig.errors import (
    BaselineNotDropped,
    OutOfOrder,
    PartWayMissing,
    ScriptsEdited,
    ScriptsMissing,
    VersionUnknown,
    WrongDirection,
)
from pgmig.scripts import Directory, Script


class Comparison(msgspec.Struct, frozen=True):
    """How the files and the history of a database agree.

    Attributes:
        pending: scripts that are not applied, in order.
        out_of_order: those of them that are numbered below the last applied one.
        edited: applied scripts whose up half is another text now.
        edited_down: applied scripts of which only the down half is another text now; going down
            uses the text that history keeps.
        missing: applied versions without a file.
    """

    pending: tuple[Script, ...]
    out_of_order: tuple[Script, ...]
    edited: tuple[Script, ...]
    edited_down: tuple[Script, ...]
    missing: tuple[Applied, ...]


def compare(directory: Directory, state: State) -> Comparison:
    """Hold the files against the history."""
    files = {script.version: script for script in directory.scripts}
    pending = tuple(
        script
        for script in directory.scripts
        if script.version not in state.applied and script.version > state.baseline
    )
    pairs = [(files[v], applied) for v, applied in state.applied.items() if v in files]
    changed = [(script, *_changes(script, applied)) for script, applied in pairs]
    return Comparison(
        pending=pending,
        out_of_order=tuple(script for script in pending if script.version < state.current),
        edited=tuple(script for script, up, _ in changed if up),
        edited_down=tuple(script for script, up, down in changed if down and not up),
        missing=tuple(
            applied
            for version, applied in state.applied.items()
            if version not in files and version >= state.baseline
        ),
    )


def steps_up(directory: Directory, state: State, to: int | None = None) -> tuple[Step, ...]:
    """The pending scripts up to version `to`, or all of them.

    Raises:
        VersionUnknown, WrongDirection: `to` has no file, or lies below the current version.
        PartWayMissing, ScriptsEdited, ScriptsMissing, OutOfOrder: history and files disagree.
    """
    if to is not None:
        _require_known(directory, state, to)
        if to < state.current:
            raise WrongDirection(version=to, current=state.current, command=f"pgmig down {to}")
    found = compare(directory, state)
    _require_part_way(directory, state)
    _require_agreement(directory, state, found)
    return tuple(
        Step(script, "up") for script in found.pending if to is None or script.version <= to
    )


def steps_down(
    conn: Connection,
    directory: Directory,
    state: State,
    to: int | None = None,
    *,
    allow: Iterable[str] = (),
) -> tuple[Step, ...]:
    """The applied scripts above version `to`, the last first; without `to` the last one alone.

    The text is the file's when that is what was applied, else the one that history keeps.

    Raises:
        VersionUnknown, WrongDirection: `to` is not applied, or lies above the current version.
        BaselineNotDropped: one of them is a baseline that did not run here.
    """
    if to is not None and to > state.current:
        raise WrongDirection(version=to, current=state.current, command=f"pgmig up {to}")
    if to and to not in state.applied:
        raise _unknown(to, "applied here", [a.label for a in state.applied.values()])
    versions = sorted(state.applied, reverse=True)
    chosen = versions[:1] if to is None else [version for version in versions if version > to]
    for version in chosen:
        if state.applied[version].kind == "baseline" and "data-loss" not in allow:
            raise BaselineNotDropped(label=state.applied[version].label, target=db.describe(conn))
    files = {script.version: script for script in directory.scripts}
    return tuple(
        _down_step(conn, directory, state.applied[version], files.get(version))
        for version in chosen
    )


def steps_redo(
    conn: Connection, directory: Directory, state: State, *, allow: Iterable[str] = ()
) -> tuple[Step, ...]:
    """The last applied script down, and its file up again, edited or not.

    Raises:
        ScriptsMissing: it has no file.
        BaselineNotDropped: as `steps_down`.
    """
    down = steps_down(conn, directory, state, allow=allow)
    files = {script.version: script for script in directory.scripts}
    for step in down:
        if step.version not in files:
            raise _missing(directory, (state.applied[step.version],))
    return (*down, *(Step(files[step.version], "up") for step in down))


def is_upward(directory: Directory, state: State, version: int) -> bool:
    """Whether going to `version` means up.

    Raises:
        VersionUnknown: neither a script nor an applied version has that number.
    """
    if version:
        _require_known(directory, state, version)
    return version > state.current


def _down_step(
    conn: Connection, directory: Directory, applied: Applied, script: Script | None
) -> Step:
    if script is not None and _changes(script, applied) == (False, False):
        return Step(script, "down")
    return Step(stored_script(conn, applied, directory.path), "down", "history")


def _changes(script: Script, applied: Applied) -> tuple[bool, bool]:
    """Whether the up half and the down half are another text than what was applied."""
    down = script.down.checksum if script.down else None
    return script.up.checksum != applied.up_checksum, down != applied.down_checksum


def _require_known(directory: Directory, state: State, version: int) -> None:
    labels = [script.label for script in directory.scripts]
    if version not in {script.version for script in directory.scripts} | {*state.applied}:
        raise _unknown(version, f"in {directory.path}", labels)


def _unknown(version: int, where: str, labels: Sequence[str]) -> VersionUnknown:
    def distance(label: str) -> int:
        return abs(int(label.split("_", maxsplit=1)[0]) - version)

    return VersionUnknown(
        version=version, where=where, nearest=min(labels, key=distance, default="")
    )


def _require_part_way(directory: Directory, state: State) -> None:
    """Refuse to go up when the script that is part-way has no file."""
    found = state.part_way
    if found is None or found.direction != "up":
        return
    if all(script.version != found.version for script in directory.scripts):
        path = directory.path / f"{found.label}.up.sql"
        raise PartWayMissing(path=path, label=found.label, done=found.done)


def _require_agreement(directory: Directory, state: State, found: Comparison) -> None:
    """Refuse to go up when history and files disagree."""
    if found.edited:
        script = found.edited[0]
        raise ScriptsEdited(
            path=script.up.path,
            applied=_when(state.applied[script.version]),
            others=len(found.edited) - 1,
        )
    if found.missing:
        raise _missing(directory, found.missing)
    if found.out_of_order:
        raise OutOfOrder(
            labels=tuple(script.label for script in found.out_of_order),
            last=state.applied[state.current].label,
            directory=directory.path,
        )


def _missing(directory: Directory, missing: Sequence[Applied]) -> ScriptsMissing:
    return ScriptsMissing(
        path=directory.path / f"{missing[0].label}.up.sql",
        applied=_when(missing[0]),
        others=len(missing) - 1,
    )


def _when(applied: Applied) -> str:
    """When and by whom, for messages."""
    return f"{applied.applied_at:%Y-%m-%d %H:%M} by {applied.role}"
