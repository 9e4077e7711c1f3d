"""A snapshot's files: what is not ours, not whole, or not as it was written."""

from pathlib import Path

from pgmig.errors.base import PgmigError, Refused, UsageError


class TreeNotOurs(Refused):
    """A folder holds something that no snapshot wrote, where one would be written."""

    def __init__(self, *, directory: Path, path: Path) -> None:
        super().__init__(
            f"{directory.name} holds what pgmig snapshot did not write: {path.name}",
            where=str(path),
            do="name an empty folder or one that does not exist, or move the file away",
        )
        self.directory = directory
        self.path = path


class TreeHalfReplaced(PgmigError):
    """The files of a folder could not all be replaced; its load.sql refuses to load them."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"{path.name} cannot be replaced: {reason}",
            where=str(path),
            notes=[("now", "the folder holds files of two snapshots; load.sql refuses to load it")],
            do="see to the file, then run the same command again: it starts afresh",
        )
        self.path = path
        self.reason = reason


class BadTree(UsageError):
    """A folder is no tree of a snapshot, or no longer a whole one."""

    def __init__(self, *, path: Path, reason: str, line: int | None = None) -> None:
        super().__init__(
            f"not a whole tree of pgmig snapshot: {reason}",
            where=f"{path}:{line}" if line else str(path),
            do="write it again with `pgmig snapshot -o FOLDER/`",
        )
        self.path = path
        self.reason = reason
        self.line = line


class OutputUnclear(UsageError):
    """The output's name and its format do not fit together."""

    def __init__(self, *, path: str, reason: str, do: str) -> None:
        super().__init__(reason, where=path, do=do)
        self.path = path
        self.reason = reason
