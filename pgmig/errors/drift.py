"""`pgmig drift`: a history that cannot be compared, and fingerprints that are missing or old."""

from pgmig.errors.base import HistoryConflict, PgmigError, Refused, RunnerLocked
from pgmig.errors.running import StatementFailed


class HistoryMissing(HistoryConflict):
    """The database has no history that says what it should be."""

    def __init__(self, *, target: str) -> None:
        super().__init__(
            "the database has no history: nothing says what it should be",
            where=target,
            do="`pgmig baseline` begins one in a database that exists, `pgmig up` in a new one",
        )
        self.target = target


class HistoryMoved(RunnerLocked):
    """A runner wrote the history while the database was read."""

    def __init__(self, *, target: str) -> None:
        super().__init__(
            "a runner worked on the database while it was read",
            where=target,
            do="run the command again when the runner is done",
        )
        self.target = target


class HistoryNotReplayed(PgmigError):
    """A script of the history, as it was applied, fails in a shadow database.

    Attributes:
        label: of the script.
        role: that applied it.
        error: what the server said.
    """

    def __init__(self, *, label: str, role: str, error: StatementFailed, do: str) -> None:
        super().__init__(
            f"{label} fails in a shadow database, with the text that history keeps:"
            f" {error.message} (SQLSTATE {error.sqlstate})",
            where=f"line {error.line} of {error.path.name}" if error.line else error.path.name,
            notes=error.notes if ("as", role) in error.notes else (*error.notes, ("as", role)),
            do=do,
        )
        self.label = label
        self.role = role
        self.error = error


class FingerprintsMissing(Refused):
    """There is no shadow server, and the database holds no fingerprints to compare with."""

    def __init__(self, *, target: str) -> None:
        super().__init__(
            "no fingerprints are stored in the database",
            where=target,
            do="store them where a shadow server is at hand with `pgmig drift --record`, or set"
            " `record_fingerprints = true` in pgmig.toml and have the next `pgmig up` store them",
        )
        self.target = target


class FingerprintsStale(Refused):
    """The fingerprints in the database are of something else than what is to be compared.

    Attributes:
        target: the database.
        reason: what they are of.
    """

    def __init__(self, *, target: str, reason: str) -> None:
        super().__init__(
            f"the stored fingerprints cannot be compared: {reason}",
            where=target,
            do="store them anew where a shadow server is at hand: `pgmig drift --record`",
        )
        self.target = target
        self.reason = reason
