"""Branches: late merges, rebase, squash, and files that are being renamed."""

from pathlib import Path

from pgmig.errors.base import HistoryConflict, Interrupted, PgmigError, Refused, UsageError
from pgmig.errors.scripts import BadScript


class SwapUnfinished(Interrupted):
    """A command that renames scripts was stopped while it did so."""

    def __init__(self, *, path: Path, verb: str) -> None:
        super().__init__(
            f"`pgmig {verb}` was stopped while it renamed the scripts",
            where=str(path),
            do=f"run `pgmig {verb}` again: it finishes that first",
        )
        self.path = path
        self.verb = verb


class SwapBroken(PgmigError):
    """What a stopped command had begun cannot be finished: one of its files is gone."""

    def __init__(self, *, path: Path, missing: Path, verb: str) -> None:
        super().__init__(
            f"`pgmig {verb}` cannot be finished: {missing.name} is gone",
            where=str(missing),
            do=f"restore the directory from version control, remove {path.name} and run it again",
        )
        self.path = path
        self.missing = missing


class CheckpointNotFirst(BadScript):
    """Something stands before a script that makes everything from nothing."""

    def __init__(self, *, path: Path, before: str) -> None:
        super().__init__(
            f"{path.name} is a checkpoint, which comes first, but {before} is numbered below it",
            path=path,
            do=f"`pgmig rebase --onto REV` renumbers {before} if it came with a merge; else write"
            " no directive `checkpoint` by hand",
        )
        self.before = before


class OriginalsMissing(HistoryConflict):
    """The scripts that a checkpoint stands for are not there, or not all of them."""

    def __init__(self, *, label: str, folder: Path, reason: str) -> None:
        super().__init__(
            f"the scripts that {label} stands for are not whole: {reason}",
            where=str(folder),
            do="restore the folder from version control: databases that ran them need it",
        )
        self.label = label
        self.folder = folder


class VersionSquashed(UsageError):
    """The version asked for is inside a checkpoint that the database has run as one."""

    def __init__(self, *, version: int, label: str, target: int) -> None:
        super().__init__(
            f"version {version} is a part of {label}, which this database ran as one script",
            do=f"name 0 or {target}",
        )
        self.version = version
        self.label = label


class VersionGone(UsageError):
    """The version asked for is applied and has no file to go to."""

    def __init__(self, *, label: str, version: int) -> None:
        super().__init__(
            f"{label} is applied and has no file: goto leaves what the files say",
            do=f"`pgmig down {version}` takes down what is above it, or name a version that has"
            " a file",
        )
        self.label = label
        self.version = version


class RebaseUnclear(UsageError):
    """Which scripts are whose cannot be told."""

    def __init__(self, *, labels: tuple[str, ...], reason: str) -> None:
        super().__init__(
            f"{' and '.join(labels)}: which of them is yours is not known: {reason}",
            do="name the branch that has the others: `pgmig rebase --onto main`",
        )
        self.labels = labels


class RebaseApplied(HistoryConflict):
    """A script that would get another number is applied on the target."""

    def __init__(self, *, label: str, target: str) -> None:
        super().__init__(
            f"{label} is applied, so its number stays",
            where=target,
            do="name the branch that the database follows with --onto, or another database",
        )
        self.label = label
        self.target = target


class OrdersDiffer(Refused):
    """Two orders of the same scripts lead to two schemas; no file was renamed."""

    def __init__(
        self, *, old: tuple[str, ...], new: tuple[str, ...], findings: tuple[str, ...], do: str
    ) -> None:
        listed = "\n      ".join(line for each in findings for line in each.splitlines())
        super().__init__(
            f"the two orders do not lead to one schema; no file was renamed:\n      {listed}",
            notes=(("was", _in_order(old)), ("new", _in_order(new))),
            do=do,
        )
        self.old = old
        self.new = new
        self.findings = findings


class RowsNotSquashed(Refused):
    """Scripts leave more in a database than a checkpoint may hold."""

    def __init__(self, *, held: tuple[str, ...], most: int) -> None:
        listed = "\n      ".join(held)
        super().__init__(
            f"the scripts leave more rows than a checkpoint holds ({most} characters):"
            f"\n      {listed}",
            do="squash up to a version below them, or load such rows by other means",
        )
        self.held = held
        self.most = most


class CheckpointFails(Refused):
    """A checkpoint does not make what the scripts make that it stands for."""

    def __init__(self, *, label: str, findings: tuple[str, ...]) -> None:
        listed = "\n      ".join(line for each in findings for line in each.splitlines())
        super().__init__(
            f"{label} does not leave what the scripts leave; no file was written:\n      {listed}",
            do="squash up to a version below the script that these come from",
        )
        self.label = label
        self.findings = findings


def _in_order(labels: tuple[str, ...]) -> str:
    return ", ".join(labels)
