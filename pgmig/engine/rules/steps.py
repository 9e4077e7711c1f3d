"""The steps of up, down and redo."""

from collections.abc import Iterable, Sequence

from pgmig import db
from pgmig.db import Connection
from pgmig.engine.history import Applied, State, stored_script
from pgmig.engine.rules.comparison import (
    Comparison,
    changes,
    compare,
    seen,
    seen_if_there,
)
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


def steps_up(
    directory: Directory,
    state: State,
    to: int | None = None,
    *,
    is_out_of_order: bool = False,
) -> tuple[Step, ...]:
    """The pending scripts up to version `to`, or all of them.

    Args:
        directory: as it was read.
        state: of the database.
        to: the last version to apply; None: all.
        is_out_of_order: apply pending scripts below the last applied one too, in their turn.

    Raises:
        VersionUnknown, WrongDirection: `to` has no file, or lies below the current version.
        PartWayMissing, ScriptsEdited, ScriptsMissing, OutOfOrder: history and files disagree.
        VersionSquashed, OriginalsMissing: as `seen`.
    """
    directory = seen(directory, state, to)
    found = compare(directory, state)
    if to is not None:
        require_known(directory, state, to)
        is_late = is_out_of_order and any(each.version == to for each in found.pending)
        if to < state.current and not is_late:
            raise WrongDirection(version=to, current=state.current, command=f"pgmig down {to}")
    require_part_way(directory, state)
    require_agreement(directory, state, found)
    if not is_out_of_order:
        require_order(directory, state, found)
    return ups(found.pending, to)


def steps_down(
    conn: Connection,
    directory: Directory,
    state: State,
    to: int | None = None,
    *,
    allow: Iterable[str] = (),
) -> tuple[Step, ...]:
    """The applied scripts above version `to`, the last first; without `to` the last one alone.

    The last is the one that was applied last, which after `up --out-of-order` need not have the
    highest number. The text is the file's when that is what was applied, else the one that history
    keeps.

    Raises:
        VersionUnknown, WrongDirection: `to` is not applied, or lies above the current version.
        BaselineNotDropped: one of them is a baseline that did not run here.
        TextNotKept: one of them has no such file and is too long for the history.
    """
    if to is not None and to > state.current:
        raise WrongDirection(version=to, current=state.current, command=f"pgmig up {to}")
    if to and to not in state.applied:
        raise unknown(to, "applied here", [a.label for a in state.applied.values()])
    order = latest_first(state)
    chosen = order[:1] if to is None else [applied for applied in order if applied.version > to]
    return downs(conn, directory, state, chosen, allow=allow)


def steps_redo(
    conn: Connection, directory: Directory, state: State, *, allow: Iterable[str] = ()
) -> tuple[Step, ...]:
    """The last applied script down, and its file up again, edited or not.

    Raises:
        ScriptsMissing: it has no file.
        BaselineNotDropped, TextNotKept: as `steps_down`.
        OriginalsMissing: as `seen`.
    """
    down = steps_down(conn, directory, state, allow=allow)
    directory = seen(directory, state)
    files = {script.version: script for script in directory.scripts}
    for step in down:
        if step.version not in files:
            raise missing(directory, (state.applied[step.version],))
    return (*down, *(Step(files[step.version], "up") for step in down))


def latest_first(state: State) -> list[Applied]:
    """What is applied, the last first; one that is part-way down before all."""
    found = state.part_way
    going = found.version if found is not None and found.direction == "down" else None
    return sorted(
        state.applied.values(), key=lambda applied: (applied.version != going, -applied.id)
    )


def ups(scripts: Iterable[Script], to: int | None = None) -> tuple[Step, ...]:
    """The way up of each script up to version `to`."""
    return tuple(Step(each, "up") for each in scripts if to is None or each.version <= to)


def downs(
    conn: Connection,
    directory: Directory,
    state: State,
    chosen: Sequence[Applied],
    *,
    allow: Iterable[str],
) -> tuple[Step, ...]:
    """The way down of each of these, with the text that was applied.

    Raises:
        BaselineNotDropped: one of them is a baseline that did not run here.
        TextNotKept: one of them has no file with that text and is too long for the history.
    """
    for applied in chosen:
        if applied.kind == "baseline" and "data-loss" not in allow:
            raise BaselineNotDropped(label=applied.label, target=db.describe(conn))
    files = {script.version: script for script in seen_if_there(directory, state).scripts}
    return tuple(
        _down_step(conn, directory, applied, files.get(applied.version)) for applied in chosen
    )


def _down_step(
    conn: Connection, directory: Directory, applied: Applied, script: Script | None
) -> Step:
    if script is not None and changes(script, applied) == (False, False):
        return Step(script, "down")
    return Step(stored_script(conn, applied, directory.path), "down", "history")


def require_known(directory: Directory, state: State, version: int) -> None:
    """Refuse a version that neither files nor history have."""
    labels = [script.label for script in directory.scripts]
    if version not in {script.version for script in directory.scripts} | {*state.applied}:
        raise unknown(version, f"in {directory.path}", labels)


def unknown(version: int, where: str, labels: Sequence[str]) -> VersionUnknown:
    """The error, with the version that is nearest."""

    def distance(label: str) -> int:
        return abs(int(label.split("_", maxsplit=1)[0]) - version)

    return VersionUnknown(
        version=version, where=where, nearest=min(labels, key=distance, default="")
    )


def require_part_way(directory: Directory, state: State) -> None:
    """Refuse to go up when the script that is part-way has no file."""
    found = state.part_way
    if found is None or found.direction != "up":
        return
    if all(script.version != found.version for script in directory.scripts):
        path = directory.path / f"{found.label}.up.sql"
        raise PartWayMissing(path=path, label=found.label, done=found.done)


def require_order(directory: Directory, state: State, found: Comparison) -> None:
    """Refuse pending scripts below the last applied one."""
    if found.out_of_order:
        raise OutOfOrder(
            labels=tuple(script.label for script in found.out_of_order),
            last=state.applied[state.current].label,
            directory=directory.path,
        )


def missing(directory: Directory, found: Sequence[Applied]) -> ScriptsMissing:
    """The error, for the first of them."""
    return ScriptsMissing(
        path=directory.path / f"{found[0].label}.up.sql",
        applied=_when(found[0]),
        others=len(found) - 1,
    )


def require_agreement(directory: Directory, state: State, found: Comparison) -> None:
    """Refuse to go up when applied scripts have another text, or none."""
    if found.edited:
        script = found.edited[0]
        raise ScriptsEdited(
            path=script.up.path,
            applied=_when(state.applied[script.version]),
            others=len(found.edited) - 1,
        )
    if found.missing:
        raise missing(directory, found.missing)


def _when(applied: Applied) -> str:
    """When and by whom, for messages."""
    return f"{applied.applied_at:%Y-%m-%d %H:%M} by {applied.role}"
