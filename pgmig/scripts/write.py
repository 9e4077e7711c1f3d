"""Files that are written whole or not at all."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from pgmig.errors import FileNotWritten, ScriptExists, ScriptMisnamed, VersionTaken
from pgmig.scripts.directory import list_names, make_half, make_script, read_half
from pgmig.scripts.names import RULE, FileName, file_name, label_of, parse_name
from pgmig.scripts.script import Half, Script
from pgmig.scripts.text import decode


def write_pair(
    directory: Path, version: int, name: str, up: str, down: str | None, *, width: int = 4
) -> Script:
    """Write both halves of a script, checked as `read` would check them.

    Whatever goes wrong, no file of the pair is left behind; only a power cut or a kill between
    the two renames can leave one half, which `read` then names.

    Args:
        directory: is there already.
        version: a number that no script of the directory has.
        name: lower case letters, digits, underscores.
        up: text of the way up.
        down: text of the way down; None when `up` says why there is none.
        width: digits of the number, filled up with zeros.

    Raises:
        ScriptMisnamed, VersionTaken, ScriptExists: the pair cannot have this name or number.
        FileNotWritten: no space, no rights, no directory.
        BadScript: the texts are none that `read` would accept.
    """
    label = label_of(version, name, width=width)
    up_path = directory / file_name(label, "up")
    down_path = directory / file_name(label, "down")
    parts = _require_free(up_path, version)
    files = {up_path: up.encode()}
    if down is not None:
        files[down_path] = down.encode()
    halves = {path: make_half(path, decode(data, path=path)) for path, data in files.items()}
    script = make_script(halves[up_path], halves.get(down_path), parts)
    write_new(files)
    return script


def write_copy(directory: Path, script: Script) -> Script:
    """Write a pair that is elsewhere, its way up block by block: it may be large.

    Raises:
        ScriptMisnamed, VersionTaken, ScriptExists, FileNotWritten, BadScript: as `write_pair`.
        ScriptUnreadable, ScriptChanged: a large file is not what was checked.
    """
    paths = {half.path: directory / half.path.name for half in _halves(script)}
    parts = _require_free(paths[script.up.path], script.version)
    write_new({paths[half.path]: _blocks(half) for half in _halves(script)})
    down = None if script.down is None else read_half(paths[script.down.path])
    return make_script(read_half(paths[script.up.path]), down, parts)


def _halves(script: Script) -> list[Half]:
    return [half for half in (script.up, script.down) if half is not None]


def _blocks(half: Half) -> Iterator[bytes]:
    if isinstance(half.source, str):
        yield half.source.encode()
        return
    for block in half.source.part(half.source.start, half.source.end):
        yield block.encode()


def _require_free(up_path: Path, version: int) -> FileName:
    """The parts of a script's name, once no other has it or its number."""
    parts = parse_name(up_path.name)
    if parts is None:
        raise ScriptMisnamed(path=up_path, rule=RULE)
    directory = up_path.parent
    for other in list_names(directory):
        if other.version == version:
            other_path = directory / file_name(other.label, other.direction)
            if other.label == parts.label:
                raise ScriptExists(path=other_path)
            raise VersionTaken(version=version, path=up_path, other=other_path)
    return parts


def write_scripts(made: Iterable[Script]) -> None:
    """Write pairs that are not there yet, as they are: all of them or none.

    Raises:
        ScriptExists: one of the files is there already.
        FileNotWritten: with what the system said.
    """
    halves = [half for each in made for half in (each.up, each.down) if half is not None]
    write_new({half.path: half.text.encode() for half in halves})


def write_new(files: Mapping[Path, bytes | Iterable[bytes]]) -> None:
    """Write files that are not there yet: all of them or none.

    Each is written and synced under a hidden temporary name beside it, then its own name is
    claimed, which fails when the file is there; only when all are claimed are they moved in.

    Raises:
        ScriptExists: one of them is there already.
        FileNotWritten: with what the system said.
    """
    with ExitStack() as undo:
        temporaries = {path: _temporary(path, data, undo) for path, data in files.items()}
        for path in files:
            _claim(path)
            undo.callback(_remove, path)
        for path, temporary in temporaries.items():
            _move(temporary, path)
        undo.pop_all()


def write_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file, in place of the one that may be there: readers see the old or the new one.

    Data that comes in pieces is written as it comes. A symbolic link is followed, and what is no
    file, as /dev/null or a pipe, is written into.

    Raises:
        FileNotWritten: with what the system said; a file that was there is as it was.
    """
    try:
        is_sink = path.exists() and not path.is_file()
        is_link = path.is_symlink()
    except OSError as error:
        raise FileNotWritten(path=path, reason=_reason(error)) from None
    if is_sink:
        _pour(path, data)
        return
    if is_link:
        path = Path(os.path.realpath(path))
    with ExitStack() as undo:
        _move(_temporary(path, data, undo), path)
        undo.pop_all()


def make_directory(path: Path) -> None:
    """Make a directory, its parents too, unless it is there.

    Raises:
        FileNotWritten: with what the system said.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileNotWritten(path=path, reason=_reason(error)) from None


def _temporary(path: Path, data: bytes | Iterable[bytes], undo: ExitStack) -> Path:
    """A synced file with `data` beside `path`, which `undo` removes."""
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    undo.callback(_remove, temporary)
    try:
        with temporary.open("xb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FileNotWritten(path=path, reason=_reason(error)) from None
    return temporary


def _pour(path: Path, data: bytes | Iterable[bytes]) -> None:
    try:
        with path.open("wb") as sink:
            sink.writelines([data] if isinstance(data, bytes) else data)
    except OSError as error:
        raise FileNotWritten(path=path, reason=_reason(error)) from None


def _claim(path: Path) -> None:
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        raise ScriptExists(path=path) from None
    except OSError as error:
        raise FileNotWritten(path=path, reason=_reason(error)) from None


def _move(temporary: Path, path: Path) -> None:
    """Give the file its name and let the directory reach the disk."""
    try:
        temporary.replace(path)
        if hasattr(os, "O_DIRECTORY"):
            descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError as error:
        raise FileNotWritten(path=path, reason=_reason(error)) from None


def _remove(path: Path) -> None:
    """Remove a file of ours; one that never came to be, or cannot go, is not worth an error."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
