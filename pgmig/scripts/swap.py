"""Swaps: many files of a directory that take the place of others, all of them or none.

New texts are written beside their places under hidden names; then a journal says which of them go
where and which files go away. From there on the swap is done, whatever happens: until the journal
is gone every reader refuses the directory, and the next swap finishes it first. A crash before
the journal leaves the old files, and hidden ones that nobody reads and the next run writes over.
"""

import fcntl
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from pgmig.errors import FileNotWritten, ScriptExists, ScriptUnreadable, SwapBroken
from pgmig.scripts.journal import NAME, Journal, read_journal, require_whole

_BLOCK = 1024 * 1024


def swap(
    directory: Path,
    files: Mapping[Path, bytes | Iterable[bytes]],
    gone: Iterable[Path],
    *,
    verb: str,
) -> None:
    """Write `files` and remove `gone`, all or nothing.

    Args:
        directory: the migrations directory.
        files: new texts by their paths in it; folders are made.
        gone: files that go away, where no new text takes their place.
        verb: the command that does it.

    Raises:
        ScriptExists: a new file's place is taken by one that stays.
        ScriptUnreadable: a file that was to be copied is gone.
        FileNotWritten: with what the system said; nothing has changed.
        SwapUnfinished: another swap was begun meanwhile and stopped.
    """
    leaving = {*gone}
    with _alone(directory):
        require_whole(directory)
        _begin(directory, files, leaving, verb)
        _finish(directory)


def _begin(
    directory: Path,
    files: Mapping[Path, bytes | Iterable[bytes]],
    leaving: set[Path],
    verb: str,
) -> None:
    """Write the new texts and the journal."""
    with ExitStack() as undo:
        placed: list[tuple[str, str]] = []
        for path, data in files.items():
            if path.exists() and path not in leaving:
                raise ScriptExists(path=path)
            hidden = path.with_name(f".{path.name}.tmp")
            _make_folder(path.parent, undo)
            undo.callback(_remove, hidden)
            _write(hidden, data)
            placed.append((_within(directory, hidden), _within(directory, path)))
        journal = Journal(
            verb,
            tuple(placed),
            tuple(sorted(_within(directory, path) for path in leaving - files.keys())),
        )
        for folder in {up for path in files for up in (path.parent, path.parent.parent)}:
            _sync(folder)  # the journal must not reach the disk before what it names
        hidden = directory / f"{NAME}.tmp"
        undo.callback(_remove, hidden)
        _write(hidden, msgspec.json.encode(journal))
        _tried(directory / NAME, lambda: hidden.replace(directory / NAME), verb)
        _sync(directory)
        undo.pop_all()


def finish(directory: Path) -> bool:
    """Finish the swap that was begun; whether there was one.

    Raises:
        SwapBroken: a file that it had written is gone.
        FileNotWritten: with what the system said; what is done stays done.
    """
    if read_journal(directory) is None:
        return False
    with _alone(directory):
        return _finish(directory)


def _finish(directory: Path) -> bool:
    journal = read_journal(directory)
    if journal is None:
        return False
    path = directory / NAME
    for hidden, final in journal.placed:
        _place(path, directory / hidden, directory / final, journal.verb)
    for name in journal.gone:
        _tried(directory / name, (directory / name).unlink, journal.verb)
    for folder in {(directory / final).parent for _, final in journal.placed}:
        _sync(folder)
    _tried(path, path.unlink, journal.verb)
    _sync(directory)
    return True


@contextmanager
def _alone(directory: Path) -> Generator[None]:
    """No other process swaps files of the directory meanwhile."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError as error:
        raise FileNotWritten(path=directory, reason=error.strerror or str(error)) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # ends with the process, however that ends
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write and sync a hidden file; one that a killed run has left is written over."""
    try:
        with path.open("wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FileNotWritten(path=path, reason=error.strerror or str(error)) from None


def blocks(path: Path) -> Iterator[bytes]:
    """What a file holds, read as it is written elsewhere.

    Raises:
        ScriptUnreadable: the file is gone, or may not be read.
    """
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block
    except OSError as error:
        raise ScriptUnreadable(path=path, reason=error.strerror or str(error)) from None


def _place(journal: Path, hidden: Path, final: Path, verb: str) -> None:
    if hidden.exists():
        _tried(final, lambda: hidden.replace(final), verb)
    elif not final.exists():
        raise SwapBroken(path=journal, missing=final, verb=verb)


def _tried(path: Path, action: Callable[[], object], verb: str) -> None:
    try:
        with suppress(FileNotFoundError):
            action()
    except OSError as error:
        kept = f"then run `pgmig {verb}` again: it goes on from there"
        raise FileNotWritten(path=path, reason=error.strerror or str(error), kept=kept) from None


def _within(directory: Path, path: Path) -> str:
    return path.relative_to(directory).as_posix()


def _make_folder(folder: Path, undo: ExitStack) -> None:
    if folder.exists():
        return
    _make_folder(folder.parent, undo)
    try:
        folder.mkdir()
    except OSError as error:
        raise FileNotWritten(path=folder, reason=error.strerror or str(error)) from None
    undo.callback(_remove_folder, folder)


def _sync(folder: Path) -> None:
    """Let the names of a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _remove_folder(path: Path) -> None:
    with suppress(OSError):
        path.rmdir()
