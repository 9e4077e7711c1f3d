"""What the commands that run scripts share: a directory that has some, its seals, protections."""

from collections.abc import Iterable
from pathlib import Path

from pgmig.commands.protections import protect
from pgmig.commands.target import Target
from pgmig.db import Connection
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


def guarded(
    target: str | Target,
    conn: Connection,
    directory: Directory,
    steps: tuple[Step, ...],
    *,
    consent: Iterable[str] = (),
    is_planned: bool,
) -> tuple[Step, ...]:
    """The same steps, sealed as they are, and none against the protections of the target.

    Raises:
        SealBroken: as `require_seals`.
        ConsentNotAllowed, HazardNotAllowed, ScriptNotVerified, PlanRequired: as `protected`.
    """
    require_seals(directory, steps)
    return protected(target, conn, directory, steps, consent=consent, is_planned=is_planned)


def protected(
    target: str | Target,
    conn: Connection,
    directory: Directory,
    steps: tuple[Step, ...],
    *,
    consent: Iterable[str] = (),
    is_planned: bool,
) -> tuple[Step, ...]:
    """The same steps, none of them against the protections of the target.

    Args:
        target: a connection string alone has no protections.
        conn: a session on it.
        directory: that the steps are from.
        steps: all that would run.
        consent: the words of `--allow`.
        is_planned: they are what a plan says.

    Raises:
        ConsentNotAllowed, HazardNotAllowed, ScriptNotVerified, PlanRequired: as `protect`.
    """
    if isinstance(target, str):
        return steps
    return protect(
        target.protections,
        directory,
        steps,
        major=conn.info.server_version // 10000,
        consent=consent,
        is_planned=is_planned,
    )
