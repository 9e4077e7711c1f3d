"""Files that are put in their places together: all of them or none."""

import filecmp
import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

from pgmig.errors import FileNotWritten

Change = Literal["new", "changed", "same"]


class Staging:
    """Files that are written beside the ones that they will replace.

    Leaving the context without `place` leaves everything as it was; only a power cut or a kill
    while they are put in their places can leave some of them new and others old.
    """

    def __init__(self) -> None:
        self._undo = ExitStack()
        self._staged: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._undo.close()

    @contextmanager
    def file(self, path: Path) -> Generator[BinaryIO]:
        """A file to write that will be at `path`; a symbolic link there is followed.

        Raises:
            FileNotWritten: with what the system said.
        """
        place = Path(os.path.realpath(path)) if path.is_symlink() else path
        temporary = _hidden(place, "tmp")
        self._undo.callback(_remove, temporary)
        try:
            with temporary.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise FileNotWritten(path=path, reason=error.strerror or str(error)) from None
        self._staged[place] = temporary

    def place(self) -> dict[Path, Change]:
        """Put every file in its place; those that are the same already are not touched.

        Returns:
            What became of each place, links followed.

        Raises:
            FileNotWritten: with what the system said; all is as it was.
        """
        changes: dict[Path, Change] = {
            path: _change(path, staged) for path, staged in self._staged.items()
        }
        backups = list[Path]()
        with ExitStack() as undo:
            for path, change in changes.items():
                if change == "same":
                    continue
                backup = _hidden(path, "old")
                undo.callback(_restore, path, backup, is_new=change == "new")
                try:
                    if change == "changed":
                        backups.append(backup)
                        _keep(path, backup)
                    self._staged[path].replace(path)
                except OSError as error:
                    raise FileNotWritten(path=path, reason=error.strerror or str(error)) from None
            for folder in {path.parent for path in changes}:
                _sync(folder)
            undo.pop_all()
        for backup in backups:
            _remove(backup)
        return changes


def _change(path: Path, staged: Path) -> Change:
    try:
        if not path.exists():
            return "new"
        return "same" if filecmp.cmp(path, staged, shallow=False) else "changed"
    except OSError as error:
        raise FileNotWritten(path=path, reason=error.strerror or str(error)) from None


def _keep(path: Path, backup: Path) -> None:
    """Give a file a second name; a copy where the file system has no such thing."""
    try:
        os.link(path, backup)
    except OSError:
        shutil.copy2(path, backup)


def _restore(path: Path, backup: Path, *, is_new: bool) -> None:
    with suppress(OSError):
        if is_new:
            path.unlink(missing_ok=True)
        elif backup.exists():
            backup.replace(path)


def _hidden(path: Path, ending: str) -> Path:
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}.{ending}")


def _sync(folder: Path) -> None:
    """Let the names reach the disk, as far as the system can be asked to."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    """Remove a file of ours; one that cannot go is not worth an error."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
