"""`pgmig init`: a project that is to get files."""

from pathlib import Path

from pgmig.errors.base import UsageError


class FilesExist(UsageError):
    """Files were to be written where others are."""

    def __init__(self, *, folder: Path, paths: tuple[Path, ...]) -> None:
        names = ", ".join(str(path.relative_to(folder)) for path in paths)
        is_one = len(paths) == 1
        super().__init__(
            f"there {'is a file' if is_one else 'are files'} already: {names}; nothing was written",
            where=str(folder),
            do=f"rename {'it' if is_one else 'them'}, run the same command again, and take over"
            " what you need of both",
        )
        self.folder = folder
        self.paths = paths


class NotTopOfRepository(UsageError):
    """Files that are read at the top of a repository only were to be written below it."""

    def __init__(self, *, folder: Path, top: Path, flags: tuple[str, ...]) -> None:
        super().__init__(
            f"what {' and '.join(flags)} would write is read at the top of a repository only",
            where=str(folder),
            do=f"run the command in {top}",
        )
        self.folder = folder
        self.top = top
        self.flags = flags


class ScriptsElsewhere(UsageError):
    """The settings name a directory that is not below the folder that gets the files."""

    def __init__(self, *, directory: Path, folder: Path) -> None:
        super().__init__(
            f"{directory} is not below {folder}: an image or a workflow of it would be without it",
            where=str(folder),
            do="run the command in the folder that holds both, or move the directory",
        )
        self.directory = directory
        self.folder = folder


class DirectoryNotPlain(UsageError):
    """The settings name a directory by characters that mean something in the files to write."""

    def __init__(self, *, directory: str, path: Path) -> None:
        super().__init__(
            f"{directory!r} has characters that mean something in workflows, hooks or manifests",
            where=str(path),
            do="rename the directory: letters, digits, _, -, . and / are plain",
        )
        self.directory = directory
        self.path = path
