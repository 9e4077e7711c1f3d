r"""A snapshot's SQL as a folder: one file an object, and `load.sql`, which runs them in order.

`load.sql` names every file in a line of its own (`\ir shop/table/orders.sql`), which also tells
which files are pgmig's: no other is ever touched.
"""

import os
import re
import shutil
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pgmig.errors import BadTree, FileNotWritten, TreeHalfReplaced, TreeNotOurs
from pgmig.model import ObjectKey, Statement
from pgmig.snapshot.names import PATH, path_of

LOAD = "load.sql"

MARK = "-- Written by pgmig snapshot."
_TITLE = f"{MARK} Into an empty database: psql -f {LOAD}"
_STOPPED = f"{MARK} It was stopped while it replaced the files here: run it again."
_STAGE = ".pgmig-snapshot.tmp"
# What a client's or a role's own settings may say otherwise, and the text depends on.
SETTINGS = ("client_encoding = 'UTF8'", "standard_conforming_strings = on")
_FRAME = frozenset({"\\set ON_ERROR_STOP on", "BEGIN;", "COMMIT;"})
_LISTED = re.compile(rf"(?:-- )?\\ir ({PATH.pattern})")
_SETTING = re.compile(r"SET LOCAL .*;")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a tree's `load.sql` says.

    Attributes:
        settings: statements that set what the files need.
        files: the files in the order in which they run.
    """

    settings: tuple[str, ...]
    files: tuple[Path, ...]


def files_of(
    statements: Iterable[Statement], *, settings: Iterable[str], notes: Iterable[str] = ()
) -> dict[str, bytes]:
    """Every file of a tree by its path, `load.sql` last.

    Args:
        statements: in the order in which they run.
        settings: as `check_function_bodies = off`.
        notes: lines of a comment in `load.sql`.
    """
    files: dict[str, bytes] = {}
    parts: dict[ObjectKey, int] = {}
    for key, group in groupby(statements, key=lambda statement: statement.touches):
        parts[key] = parts.get(key, 0) + 1
        path = path_of(key, parts[key])
        if path in files:
            message = f"two objects have the file {path}"
            raise RuntimeError(message)
        files[path] = "".join(f"{statement.sql};\n" for statement in group).encode()
    lines = [_TITLE, *(f"-- {' '.join(note.splitlines())}".rstrip() for note in notes), ""]
    lines += ["\\set ON_ERROR_STOP on", "BEGIN;"]
    lines += [f"SET LOCAL {setting};" for setting in (*SETTINGS, *settings)]
    lines += ["", *(f"\\ir {path}" for path in files), "", "COMMIT;"]
    files[LOAD] = "".join(f"{line}\n" for line in lines).encode()
    return files


def listed(directory: Path) -> Listed:
    """What the tree in `directory` holds, in order.

    Raises:
        BadTree: there is no `load.sql` of ours, it was stopped or edited beyond reading, or a file
            of SQL stands beside those that it names.
    """
    load = directory / LOAD
    try:
        lines = load.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadTree(path=load, reason=_reason(error)) from None
    if not lines or not lines[0].startswith(MARK):
        raise BadTree(path=load, reason="another program wrote it", line=1)
    if lines[0] == _STOPPED:
        raise BadTree(path=load, reason="the last snapshot was stopped half-way")
    settings, files = list[str](), list[str]()
    for number, line in enumerate(lines, 1):
        match = _LISTED.fullmatch(line)
        if match:
            files.append(match[1])
        elif _SETTING.fullmatch(line):
            settings.append(line)
        elif line and not line.startswith("--") and line not in _FRAME:
            raise BadTree(path=load, reason=f"{LOAD} has a line of another kind", line=number)
    stray = {*directory.glob("*/*/*.sql")} - {directory / path for path in files}
    if stray:
        raise BadTree(path=min(stray), reason=f"{LOAD} does not name {min(stray).name}")
    return Listed(tuple(settings), tuple(directory / path for path in files))


def is_folder(path: Path) -> bool:
    """Whether there is a folder: none where nobody may look, as far as anybody can tell."""
    try:
        return path.is_dir()
    except OSError:
        return False


def write_tree(directory: Path, files: Mapping[str, bytes]) -> None:
    """Make `directory` hold these files, and none of an earlier snapshot besides.

    All that changes is written whole beside the old files first. From then on `load.sql` refuses
    to load, until every file is in its place and the new one replaces it: whenever pgmig is
    killed, a tree that loads is a whole one.

    Args:
        directory: is there already, or its parent is.
        files: as `files_of` gives them.

    Raises:
        TreeNotOurs: the folder holds something else in a place that is needed, or files and no
            `load.sql` of ours.
        FileNotWritten: nothing was changed.
        TreeHalfReplaced: something was; the same command again puts it right.
    """
    is_new = not is_folder(directory)
    old = {} if is_new else _ours(directory)
    stale = sorted(old.keys() - files.keys() - {LOAD})
    changed = {path: data for path, data in files.items() if old.get(path) != data}
    stage = directory / _STAGE
    if not stale and not changed:
        shutil.rmtree(stage, ignore_errors=True)  # of a run that was killed
        return
    changed[LOAD] = files[LOAD]  # last, whether it changed or not: it goes while files move
    _require_free(directory, {*changed, *stale}, old.keys())
    try:
        _write_all(directory, stage, changed, [*files, *stale])
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        if is_new:
            with suppress(OSError):
                directory.rmdir()
        if isinstance(error, OSError):
            raise FileNotWritten(path=directory, reason=_reason(error)) from None
        raise
    try:
        _swap(directory, stage, changed, stale)
    except KeyboardInterrupt:
        _swap(directory, stage, [path for path in changed if (stage / path).exists()], stale)
        raise


def _ours(directory: Path) -> dict[str, bytes | None]:
    """The files that an earlier snapshot wrote, None for those that are gone."""
    load = directory / LOAD
    try:
        text = load.read_text("utf-8", errors="replace") if load.is_file() else ""
        if not text.startswith(MARK):
            _require_empty(directory)
            return {}
        paths = [match[1] for match in map(_LISTED.fullmatch, text.splitlines()) if match]
        return {path: _bytes(directory / path) for path in (*paths, LOAD)}
    except OSError as error:
        raise FileNotWritten(path=directory, reason=_reason(error)) from None


def _require_empty(directory: Path) -> None:
    for path in sorted(directory.iterdir()):
        if path.name != _STAGE:
            raise TreeNotOurs(directory=directory, path=path)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _require_free(directory: Path, paths: Iterable[str], ours: Container[str]) -> None:
    """No path is taken that is not ours, and none leads through a link or a file."""
    folders = {folder for path in paths for folder in (directory / path).parents}
    for folder in folders:
        is_inside = directory in folder.parents
        if is_inside and (folder.is_symlink() or (folder.exists() and not folder.is_dir())):
            raise TreeNotOurs(directory=directory, path=folder)
    for path in sorted(paths):
        if path not in ours and os.path.lexists(directory / path):
            raise TreeNotOurs(directory=directory, path=directory / path)


def _write_all(
    directory: Path, stage: Path, files: Mapping[str, bytes], paths: Iterable[str]
) -> None:
    """Write files into the stage, and the `load.sql` of the time between."""
    directory.mkdir(exist_ok=True)
    shutil.rmtree(stage, ignore_errors=True)  # of a run that was killed
    stage.mkdir()
    for folder in {stage / Path(path).parent for path in files}:
        folder.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        (stage / path).write_bytes(data)
    (stage / _STAGE).write_bytes("".join(_between(paths)).encode())
    if hasattr(os, "sync"):
        os.sync()  # one for all: fsync of each takes minutes where there are many


def _between(paths: Iterable[str]) -> Iterator[str]:
    """The lines of a `load.sql` that stops psql and keeps the names of our files."""
    yield f"{_STOPPED}\n\\set ON_ERROR_STOP on\n"
    yield "DO $$ BEGIN RAISE EXCEPTION 'pgmig snapshot was stopped here: run it again'; END $$;\n"
    yield from (f"-- \\ir {path}\n" for path in paths if path != LOAD)


def _swap(directory: Path, stage: Path, changed: Collection[str], stale: Iterable[str]) -> None:
    """Put everything that is staged in its place, and remove what is stale."""
    at = directory / LOAD
    try:
        if (stage / _STAGE).exists():
            (stage / _STAGE).replace(at)
        for path in changed:
            at = directory / path
            if path != LOAD:
                at.parent.mkdir(parents=True, exist_ok=True)
                (stage / path).replace(at)
        for path in stale:
            at = directory / path
            at.unlink(missing_ok=True)
            for folder in list(at.parents)[:2]:
                with suppress(OSError):  # not empty
                    folder.rmdir()
        at = directory / LOAD
        if LOAD in changed:
            (stage / LOAD).replace(at)
        shutil.rmtree(stage)
    except OSError as error:
        raise TreeHalfReplaced(path=at, reason=_reason(error)) from None


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
