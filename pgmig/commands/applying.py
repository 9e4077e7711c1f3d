"""What the commands that run scripts share: a directory that has some, and their seals."""

from pathlib import Path

from pgmig.engine import Step
from pgmig.errors import DirectoryEmpty
from pgmig.scripts import Directory, read, require_seal


def read_scripts(path: Path) -> Directory:
    """The directory at `path`, which holds at least one script.

    Raises:
        DirectoryEmpty: it holds none.
        DirectoryMissing, BadScript, ...: as `scripts.read`.
    """
    directory = read(path)
    if not directory.scripts:
        raise DirectoryEmpty(path=path)
    return directory


def require_seals(directory: Directory, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, none of them up with a text that is not the one that was sealed.

    A way down is no matter: what runs then is the text that was applied.

    Raises:
        SealBroken: names the files.
    """
    going = tuple(step.script for step in steps if step.direction == "up")
    require_seal(Directory(directory.path, going, directory.gaps))
    return steps
