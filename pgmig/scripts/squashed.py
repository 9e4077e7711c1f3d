"""Checkpoints, and the scripts that each stands for.

    migrations/
      0007_checkpoint.up.sql   0007_checkpoint.down.sql     -- pgmig: checkpoint=1
      0008_next.up.sql         0008_next.down.sql
      squashed/0007/           0001_a.up.sql ... 0007_g.down.sql, pgmig.sum

A new database runs the checkpoint. One that has run some of the scripts that it stands for goes on
with those, from their folder. A later checkpoint has a folder of its own beside it, in which the
earlier checkpoint is the first script; so no file moves twice.
"""

from pathlib import Path

from pgmig.errors import DirectoryMissing, DirectoryUnreadable, OriginalsMissing
from pgmig.scripts.directory import Directory, read
from pgmig.scripts.script import Script
from pgmig.scripts.sum_file import NAME, Sealed, read_sum

FOLDER = "squashed"


def checkpoint_of(directory: Directory) -> Script | None:
    """The checkpoint with which the directory begins."""
    for script in directory.scripts[:1]:
        if script.up.header.checkpoint is not None:
            return script
    return None


def folder_of(checkpoint: Script) -> Path:
    """Where the scripts are that it stands for."""
    home = checkpoint.up.path.parent
    if home.parent.name == FOLDER:  # it was squashed itself
        home = home.parent.parent
    return home / FOLDER / checkpoint.label.partition("_")[0]


def originals(checkpoint: Script) -> Directory:
    """The scripts that a checkpoint stands for, the first of which may be an earlier checkpoint.

    Raises:
        OriginalsMissing: the folder is not there, or lacks the first or the last of them.
        BadScript: one of its subclasses, for the first file that is wrong.
    """
    folder = folder_of(checkpoint)
    try:
        found = read(folder)
    except (DirectoryMissing, DirectoryUnreadable):
        reason = "there is no such folder"
        raise OriginalsMissing(label=checkpoint.label, folder=folder, reason=reason) from None
    last = found.scripts[-1].version if found.scripts else 0
    if last != checkpoint.version:
        reason = f"the last one has to be number {checkpoint.version}"
        raise OriginalsMissing(label=checkpoint.label, folder=folder, reason=reason)
    begin = found.scripts[0]
    first = begin.version if begin.up.header.checkpoint is None else begin.up.header.checkpoint
    if first != checkpoint.up.header.checkpoint:
        reason = f"the first one has to be number {checkpoint.up.header.checkpoint}"
        raise OriginalsMissing(label=checkpoint.label, folder=folder, reason=reason)
    return found


def opened(directory: Directory) -> Directory:
    """The directory with its scripts in place of the checkpoint with which it begins.

    Raises:
        OriginalsMissing, BadScript: as `originals`.
    """
    checkpoint = checkpoint_of(directory)
    if checkpoint is None:
        return directory
    found = originals(checkpoint)
    scripts = (*found.scripts, *directory.scripts[1:])
    return Directory(path=directory.path, scripts=scripts, gaps=directory.gaps)


def without_checkpoints(directory: Directory) -> Directory:
    """The directory as if nothing had ever been squashed.

    Raises:
        OriginalsMissing, BadScript: as `originals`.
    """
    while checkpoint_of(directory) is not None:
        directory = opened(directory)
    return directory


def reaching(directory: Directory, version: int) -> Directory:
    """The directory with a script of that number, opened as far as it takes.

    Raises:
        OriginalsMissing, BadScript: as `originals`.
    """
    while (checkpoint := checkpoint_of(directory)) is not None:
        first = checkpoint.up.header.checkpoint or 0
        if not first <= version < checkpoint.version:
            break
        directory = opened(directory)
    return directory


def sealed_lines(directory: Path) -> dict[str, Sealed]:
    """The lines of pgmig.sum by label, with those of all scripts that were squashed.

    Raises:
        SumFileInvalid, ScriptUnreadable: as `read_sum`.
    """
    folders = [path.parent for path in sorted((directory / FOLDER).glob(f"*/{NAME}"))]
    return {
        label: line for folder in (*folders, directory) for label, line in read_sum(folder).items()
    }
