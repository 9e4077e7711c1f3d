"""The exception tree: one class an exit code."""

from collections.abc import Sequence
from typing import ClassVar


class PgmigError(Exception):
    """A failure that was foreseen: it says what happened, where, and what to do.

    Subclasses take their facts as keyword arguments, keep them as attributes, and hand the three
    sentences to this constructor. None of them ever holds a password.

    Args:
        what: one sentence without a full stop: names, values found and expected.
        where: file with line and column, object, or target; empty when `what` says it all.
        do: the next step for the reader.
        notes: further facts, each with its name, printed between `where` and `do`.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        do: str = "",
        notes: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do
        self.notes = tuple((name, text) for name, text in notes if text)

    def __str__(self) -> str:
        """The parts, each on lines of its own, as the command line prints them after `error: `."""
        lines = [self.what]
        if self.where:
            lines.append(f"   at: {self.where}")
        for name, text in self.notes:
            first, *more = text.split("\n")
            lines += [f"{name:>5}: {first}", *(f"       {line}" for line in more)]
        if self.do:
            lines.append(f"   do: {self.do}")
        return "\n".join(lines)


class UsageError(PgmigError):
    """The command line, the settings or the environment ask for something that cannot be."""

    exit_code = 2


class Refused(PgmigError):
    """pgmig could go on but must not: safety, proof or preflight said no."""

    exit_code = 4


class RunnerLocked(PgmigError):
    """Another runner holds the lock of this database and did not let go in time."""

    exit_code = 5


class Interrupted(PgmigError):
    """The work stopped part-way; what is done is recorded and the same command goes on."""

    exit_code = 6


class HistoryConflict(PgmigError):
    """The history in the database and the files in the directory tell different stories."""

    exit_code = 7
