"""Every deliberate failure of pgmig: what happened, where, what to do.

    PgmigError                       exit code 1
    ├── UsageError                   2   wrong usage or configuration
    ├── Refused                      4   safety, proof or preflight said no
    ├── RunnerLocked                 5   another runner holds the lock
    ├── Interrupted                  6   stopped part-way, the same command resumes
    └── HistoryConflict              7   history and files disagree

A class states its facts as fields and tells them in three parts, `what`, `where` and `do`.
Any other exception that reaches the command line is a bug and shows its traceback.
"""

from typing import ClassVar


class PgmigError(Exception):
    """A failure that was foreseen: it says what happened, where, and what to do.

    Subclasses take their facts as keyword arguments, keep them as attributes, and hand the three
    sentences to this constructor. None of them ever holds a password.

    Args:
        what: one sentence without a full stop: names, values found and expected.
        where: file with line and column, object, or target; empty when `what` says it all.
        do: the next step for the reader.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        """The three parts, one a line, as the command line prints them after `error: `."""
        lines = [self.what]
        if self.where:
            lines.append(f"   at: {self.where}")
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


class ConnectionFailed(PgmigError):
    """No session on the server could be had.

    Attributes:
        target: user, host, port and database, without the password.
        reason: what libpq or the server said.
    """

    def __init__(self, *, target: str, reason: str, do: str) -> None:
        super().__init__(f"cannot connect: {reason}", where=target, do=do)
        self.target = target
        self.reason = reason


class BadConnectionString(UsageError):
    """The connection string is not one that libpq can read; it is not repeated here."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(
            f"the connection string cannot be read: {reason}",
            do="write it as postgresql://USER@HOST:PORT/DATABASE or as key=value pairs",
        )


class ServerTooOld(PgmigError):
    """The server's major version is below the oldest that pgmig knows."""

    def __init__(self, *, target: str, version: str) -> None:
        super().__init__(
            f"PostgreSQL {version} is too old: pgmig needs 14 or newer",
            where=target,
            do="upgrade the server, or point pgmig at another one",
        )
        self.version = version
