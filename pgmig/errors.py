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


class EnvFileUnreadable(UsageError):
    """The project's `.env` cannot be read, or a line of it is no assignment."""

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(
            f"the env file cannot be read: {reason}",
            where=path,
            do="write each line as NAME=value, NAME='value' or # comment",
        )
        self.path = path
        self.reason = reason


class VariableMissing(UsageError):
    """A `${NAME}` in a settings value names a variable that is not set."""

    def __init__(self, *, name: str, where: str) -> None:
        super().__init__(
            f"the variable {name} is not set",
            where=where,
            do=f"set {name} in the environment or in .env",
        )
        self.name = name


class SettingsUnreadable(UsageError):
    """A settings file is missing, unreadable or not TOML."""

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(
            f"the settings cannot be read: {reason}",
            where=path,
            do="correct the file, or name another one with --config FILE",
        )
        self.path = path
        self.reason = reason


class SettingsInvalid(UsageError):
    """A settings file says something that pgmig does not know."""

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(reason, where=path, do="correct the settings file")
        self.path = path
        self.reason = reason


class EnvTableMissing(UsageError):
    """`--env` or PGMIG_ENV names a table that the settings file does not have."""

    def __init__(self, *, name: str, path: str, known: list[str]) -> None:
        tables = ", ".join(known)
        super().__init__(
            f"no settings for the environment {name}" + (f", only for {tables}" if known else ""),
            where=path or "no settings file was found",
            do=f"add a table [env.{name}]" + (", or choose another environment" if known else ""),
        )
        self.name = name
        self.known = known


class BadDuration(UsageError):
    """A duration is not a number with a unit that PostgreSQL knows."""

    def __init__(self, *, text: str, where: str) -> None:
        super().__init__(
            f"{text!r} is not a duration",
            where=where,
            do="write a number and its unit without a space: 200ms, 5s, 2min or 1h",
        )
        self.text = text


class DatabaseNotNamed(UsageError):
    """Neither a flag, nor the environment, nor the settings say which database is meant."""

    def __init__(self, *, root: str) -> None:
        super().__init__(
            "no database is named",
            where=root,
            do="pass --url, or set PGMIG_DATABASE_URL, DATABASE_URL, PGHOST and PGDATABASE, or url"
            ' in pgmig.toml; for a local server: pgmig server start; --url "$(pgmig server url)"',
        )
        self.root = root


class OutsideProject(UsageError):
    """The command needs a project, and the folder is in none."""

    def __init__(self, *, folder: str) -> None:
        super().__init__(
            "no project here: no pgmig.toml and no migrations directory in this folder or above",
            where=folder,
            do="go to the project's folder, name it with --config or --migrations, or start one"
            " with `pgmig new NAME`",
        )
        self.folder = folder


class ReadFailed(PgmigError):
    """The server refused a catalog query, or the session broke while reading."""

    def __init__(self, *, target: str, reason: str, sqlstate: str) -> None:
        code = f" (SQLSTATE {sqlstate})" if sqlstate else ""
        super().__init__(
            f"the catalog cannot be read: {reason}{code}",
            where=target,
            do="run the command again; if it stays, run it with -vv and look at the last query",
        )
        self.sqlstate = sqlstate
