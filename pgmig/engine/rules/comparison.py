"""How the files of a directory and the history of a database agree."""

from collections.abc import Collection

import msgspec

from pgmig.engine.history import Applied, State
from pgmig.errors import OriginalsMissing, VersionSquashed
from pgmig.scripts import Directory, Script
from pgmig.scripts.squashed import checkpoint_of, opened, reaching


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
    """Hold the files, as `seen` gives them, against the history."""
    files = {script.version: script for script in directory.scripts}
    pending = tuple(
        script
        for script in directory.scripts
        if script.version not in state.applied and script.version > state.baseline
    )
    pairs = [(files[v], applied) for v, applied in state.applied.items() if v in files]
    changed = [(script, *changes(script, applied)) for script, applied in pairs]
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


def changes(script: Script, applied: Applied) -> tuple[bool, bool]:
    """Whether the up half and the down half are another text than what was applied."""
    down = script.down.checksum if script.down else None
    return script.up.checksum != applied.up_checksum, down != applied.down_checksum


def seen(directory: Directory, state: State, to: int | None = None) -> Directory:
    """The directory as this database sees it: its scripts in place of a checkpoint it did not run.

    Args:
        directory: as it was read.
        state: of the database.
        to: the version asked for; a database without scripts sees those that it takes.

    Raises:
        OriginalsMissing, BadScript: the scripts that a checkpoint stands for.
        VersionSquashed: `to` is one of them, and the database has run the checkpoint.
    """
    while (checkpoint := checkpoint_of(directory)) is not None:
        applied = state.applied.get(checkpoint.version)
        has_run = applied is not None and _is_of(checkpoint, applied)
        if has_run or not _has_begun(state, checkpoint):
            _require_not_within(checkpoint, to, is_run=has_run)
            return directory if has_run or to is None else reaching(directory, to)
        directory = opened(directory)
    return directory


def seen_if_there(directory: Directory, state: State) -> Directory:
    """The same for a way down, which needs no file; the directory as it is when some are gone."""
    try:
        return seen(directory, state)
    except OriginalsMissing:
        return Directory(directory.path, directory.scripts[1:], directory.gaps)


def without(state: State, versions: Collection[int]) -> State:
    """The state once these versions are taken down."""
    applied = {v: applied for v, applied in state.applied.items() if v not in versions}
    return msgspec.structs.replace(state, applied=applied)


def _is_of(checkpoint: Script, applied: Applied) -> bool:
    """Whether it is the checkpoint that was applied, edited since or not."""
    return applied.label == checkpoint.label or not changes(checkpoint, applied)[0]


def _has_begun(state: State, checkpoint: Script) -> bool:
    """Whether one of the scripts that the checkpoint stands for ran here, or began to."""
    found = state.part_way
    if found is not None and found.direction == "up" and found.version <= checkpoint.version:
        return found.label != checkpoint.label
    return any(version <= checkpoint.version for version in state.applied)


def _require_not_within(checkpoint: Script, to: int | None, *, is_run: bool) -> None:
    first = checkpoint.up.header.checkpoint or 0
    if is_run and to is not None and first <= to < checkpoint.version:
        raise VersionSquashed(version=to, label=checkpoint.label, target=checkpoint.version)
