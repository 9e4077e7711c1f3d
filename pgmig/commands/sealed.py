"""`pgmig verify --sealed`: names, numbers and seals of the scripts, without a server."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from pgmig.commands.git import staged_files_of
from pgmig.errors import (
    BadScript,
    CheckpointNotFirst,
    GitUnusable,
    HalfMissing,
    IndexUnusable,
    Place,
    VersionTaken,
    places,
)
from pgmig.scripts import Directory, Gap, Half, Script
from pgmig.scripts.directory import gaps_between, list_names, make_script, read_half
from pgmig.scripts.names import Direction, FileName, file_name
from pgmig.scripts.sum_file import NAME, check_sum


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is wrong with a directory.

    Attributes:
        what: is wrong.
        do: about it.
        place: where.
    """

    what: str
    do: str
    place: Place


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found.

    Attributes:
        directory: of the scripts.
        count: of the scripts.
        wrong: names, numbers, headers and seals that are not as they should be.
        gaps: numbers that no script has, which a branch that is not merged yet may fill.
    """

    directory: Path
    count: int
    wrong: tuple[Wrong, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_good(self) -> bool:
        """Whether every script is sealed as it is."""
        return not self.wrong


def check_seals(directory: Path) -> Checked:
    """Whether each script has a name, a number of its own, and the seal of its text.

    Raises:
        DirectoryMissing, DirectoryUnreadable: there is nothing to look at.
        SwapUnfinished: its files are being renamed.
    """
    wrong: list[Wrong] = []
    names = list_names(directory, lambda error: wrong.append(_of(error, directory)))
    scripts = _scripts(directory, names, wrong)
    for before, script in pairwise(scripts):
        if before.version == script.version:
            taken = VersionTaken(version=script.version, path=script.up.path, other=before.up.path)
            wrong.append(_of(taken, directory))
        elif script.up.header.checkpoint is not None:
            late = CheckpointNotFirst(path=script.up.path, before=before.label)
            wrong.append(_of(late, directory))
    gaps = gaps_between(scripts)
    try:
        wrong += _seals(Directory(directory, scripts, gaps))
    except BadScript as error:
        wrong.append(_of(error, directory))
    return Checked(directory, len(scripts), tuple(wrong), gaps)


def check_staged(directory: Path, root: Path) -> Checked:
    """The same of the commit that is being made, whatever else lies in the directory.

    Args:
        directory: of the scripts.
        root: a folder inside the repository.

    Raises:
        IndexUnusable: no git, no repository, or a merge that is not resolved.
    """
    with TemporaryDirectory(prefix="pgmig-git-") as folder:
        copy = Path(folder)
        try:
            for name, data in staged_files_of(directory, root):
                (copy / name).write_bytes(data)
        except GitUnusable as error:
            raise IndexUnusable(reason=error.reason, directory=directory) from None
        found = check_seals(copy)
    wrong = tuple(replace(each, place=_moved(each.place, copy, directory)) for each in found.wrong)
    return replace(found, directory=directory, wrong=wrong)


def _moved(place: Place, folder: Path, directory: Path) -> Place:
    """A place in `folder`, as one in `directory`."""
    return place._replace(path=directory / place.path.relative_to(folder))


def _scripts(directory: Path, names: list[FileName], wrong: list[Wrong]) -> tuple[Script, ...]:
    """The scripts that can be read; what is wrong with the others is noted."""
    labels: dict[str, list[FileName]] = {}
    for name in names:
        labels.setdefault(name.label, []).append(name)
    found: list[Script] = []
    for halves in labels.values():
        try:
            found.append(_script(directory, halves))
        except BadScript as error:
            wrong.append(_of(error, directory))
    return tuple(sorted(found, key=lambda each: (each.version, each.label)))


def _script(directory: Path, names: list[FileName]) -> Script:
    halves: dict[Direction, Half] = {
        name.direction: read_half(directory / file_name(name.label, name.direction))
        for name in names
    }
    up, label = halves.get("up"), names[0].label
    if up is None:
        raise HalfMissing(
            path=directory / file_name(label, "down"),
            missing=directory / file_name(label, "up"),
            do="restore the up half, or remove the down half too",
        )
    return make_script(up, halves.get("down"), names[0])


def _seals(found: Directory) -> Iterator[Wrong]:
    check = check_sum(found)
    up = {script.label: script.up.path for script in found.scripts}
    for edited in check.edited:
        yield Wrong(
            f"{edited.path.name} is not the text that was sealed",
            "restore it, or prove the new text with `pgmig verify --seal`",
            Place(edited.path),
        )
    for label in check.unsealed:
        yield Wrong(
            f"{label} is not sealed", "prove it with `pgmig verify --seal`", Place(up[label])
        )
    for label in check.removed:
        yield Wrong(
            f"{label} is sealed, and its files are gone",
            "restore them, or remove its line with `pgmig verify --seal`",
            Place(found.path / NAME, _line_of(found.path / NAME, label)),
        )


def _line_of(path: Path, label: str) -> int:
    """The line of a script in pgmig.sum."""
    lines = path.read_text("ascii", "replace").splitlines() if path.is_file() else []
    return next((n for n, line in enumerate(lines, 1) if line.split(" ")[0] == label), 0)


def _of(error: BadScript, directory: Path) -> Wrong:
    place, *_ = (*places(error), Place(directory))
    return Wrong(error.what, error.do, place)
