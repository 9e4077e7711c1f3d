"""`pgmig init`: all files or none, and nothing in the place of another."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from pgmig.commands.init.parts import Part
from pgmig.commands.init.templates import filled, words
from pgmig.commands.project import FILE_NAME, Project, find
from pgmig.errors import (
    DirectoryMissing,
    FileNotWritten,
    FilesExist,
    NotTopOfRepository,
    ScriptExists,
    SettingsExist,
)
from pgmig.scripts.directory import list_names
from pgmig.scripts.write import write_new


@dataclass(frozen=True, slots=True)
class Started:
    """What `init` wrote.

    Attributes:
        files: the files, in the order they are told.
        kept: the settings file that was there, and stays.
        begin: the command that makes the first script; None: there are scripts.
        then: the commands to type next, that one among them.
        is_installing: whether some of the files install pgmig with pip.
    """

    files: tuple[Path, ...]
    kept: Path | None
    begin: str | None
    then: tuple[str, ...]
    is_installing: bool


_BEGIN = "pgmig new first_tables"


def init(folder: Path, parts: Sequence[Part] = ()) -> Started:
    """Write pgmig.toml into `folder`, unless it has settings, and the files of `parts`.

    Raises:
        SettingsExist: the folder has a settings file, and nothing else was asked for.
        FilesExist: others are there already.
        NotTopOfRepository: what counts at the top of a repository only was asked for elsewhere.
        ScriptsElsewhere, DirectoryNotPlain: where the settings say that scripts and rows are.
        SettingsUnreadable, SettingsInvalid: the settings file.
        FileNotWritten: no space or no rights.
    """
    project = _project(folder)
    if project.file is not None and not parts:
        raise SettingsExist(path=str(project.file))
    _require_top(folder, parts)
    said = words(project)
    wanted = [pair for part in parts for pair in part.files]
    if project.file is None:
        wanted.insert(0, (FILE_NAME, FILE_NAME))
    texts = {folder / place: filled(template, said) for place, template in wanted}
    _require_free(folder, texts)
    _write(folder, {path: text.encode() for path, text in texts.items()})
    then = tuple(part.then for part in parts if part.then)
    if any(part.is_at_top for part in parts):
        kept = {project.file.name} if project.file is not None else set[str]()
        tops = {Path(place).parts[0] for place, _ in wanted} | kept | {said["MIGRATIONS"]}
        then = ("pgmig verify --seal", f"git add {' '.join(sorted(tops))}", *then)
    has_scripts = _has_scripts(folder / said["MIGRATIONS"])
    return Started(
        files=tuple(texts),
        kept=project.file,
        begin=None if has_scripts else _BEGIN,
        then=then if has_scripts else (_BEGIN, "pgmig up", *then),
        is_installing=any(part.is_installing for part in parts),
    )


def _project(folder: Path) -> Project:
    """The project in this very folder; one above it is another."""
    found = find(folder)
    return found if found.root == folder else Project(folder, None, is_project=False)


def _require_top(folder: Path, parts: Sequence[Part]) -> None:
    flags = tuple(f"--{part.name}" for part in parts if part.is_at_top)
    tops = (place for place in (folder, *folder.parents) if (place / ".git").exists())
    top = next(tops, folder)
    if flags and top != folder:
        raise NotTopOfRepository(folder=folder, top=top, flags=flags)


def _require_free(folder: Path, paths: Iterable[Path]) -> None:
    taken = tuple(path for path in paths if path.is_symlink() or path.exists())
    if taken:
        raise FilesExist(folder=folder, paths=taken)


def _write(folder: Path, texts: dict[Path, bytes]) -> None:
    with ExitStack() as undo:
        for path in texts:
            _make_folder(path.parent, undo)
        try:
            write_new(texts)
        except ScriptExists:  # somebody wrote one meanwhile
            _require_free(folder, texts)
            raise
        undo.pop_all()


def _make_folder(path: Path, undo: ExitStack) -> None:
    """Make a folder and those above it, which `undo` removes while they are empty."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        try:
            each.mkdir()
        except OSError as error:
            raise FileNotWritten(path=each, reason=error.strerror or str(error)) from None
        undo.callback(_remove, each)


def _remove(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _has_scripts(directory: Path) -> bool:
    try:
        return bool(list_names(directory))
    except DirectoryMissing:
        return False
