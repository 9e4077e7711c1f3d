"""What the commands that run scripts share: a directory that has some, and their seals."""

from pathlib import Path

from pgmig.engine import Step
from pgmig.errors import DirectoryEmpty, SealBroken
from pgmig.scripts import Directory, check_sum, read
from pgmig.scripts.sum_file import NAME


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
    labels = {step.label for step in steps if step.direction == "up"}
    edited = [edit for edit in check_sum(directory).edited if edit.label in labels]
    if edited:
        raise SealBroken(
            labels=tuple(dict.fromkeys(edit.label for edit in edited)),
            paths=tuple(edit.path for edit in edited),
            sum_file=directory.path / NAME,
        )
    return steps
