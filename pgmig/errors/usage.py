"""The command line, the settings and the environment."""

from pathlib import Path

from pgmig.errors.base import PgmigError, UsageError


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


class SettingsExist(UsageError):
    """A settings file was to be written where one is."""

    def __init__(self, *, path: str) -> None:
        super().__init__("there is a settings file already", where=path, do="edit that one")
        self.path = path


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


class EnvUnclear(UsageError):
    """PGMIG_ENV is set to nothing, and what runs without it would run without the rules.

    Attributes:
        guarded: the environments whose tables have rules.
    """

    def __init__(self, *, path: str, guarded: list[str]) -> None:
        super().__init__(
            f"PGMIG_ENV is empty, and the rules of {', '.join(guarded)} would not hold",
            where=path,
            do="set it to one of the tables [env.NAME], to one without rules if none shall hold,"
            " or unset it",
        )
        self.guarded = guarded


class BadDuration(UsageError):
    """A duration is not a number with a unit that PostgreSQL knows."""

    def __init__(self, *, text: str, where: str) -> None:
        super().__init__(
            f"{text!r} is not a duration",
            where=where,
            do="write a number and its unit without a space: 200ms, 5s, 2min or 1h",
        )
        self.text = text


class FlagEmpty(UsageError):
    """A flag has no value: what it was to hold must not be taken from elsewhere."""

    def __init__(self, *, flag: str) -> None:
        super().__init__(
            f"{flag} is empty", do="set the variable that it comes from, or leave it out"
        )
        self.flag = flag


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


class OutputNotWritten(PgmigError):
    """Standard output takes no more."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(
            f"cannot write to standard output: {reason}",
            do="the command itself ended well; look where its output goes",
        )
        self.reason = reason


class NotConfirmed(PgmigError):
    """Somebody was asked whether to go on and did not say yes."""

    def __init__(self) -> None:
        super().__init__("nothing was done", do="answer y, or give --yes, to go on")


class ConnectionStringMisplaced(UsageError):
    """A connection string stands where another argument belongs; it is not repeated."""

    def __init__(self) -> None:
        super().__init__(
            "a connection string goes with --url", do="write `pgmig COMMAND --url URL`"
        )


class UnknownCommand(UsageError):
    """The command line names a command that does not exist."""

    def __init__(self, *, group: str, name: str, nearest: str | None) -> None:
        known = f"`{group} --help` lists the commands"
        super().__init__(
            f"there is no command `{group} {name}`",
            do=f"the nearest is `{group} {nearest}`; {known}" if nearest else known,
        )
        self.name = name
        self.nearest = nearest


class FileNotWritten(PgmigError):
    """A file could not be written whole, so nothing of it was kept."""

    def __init__(self, *, path: Path, reason: str, kept: str = "nothing was written") -> None:
        super().__init__(
            f"{path.name} cannot be written: {reason}",
            where=str(path),
            do=f"check the disk's free space and the rights on {path.parent}; {kept}",
        )
        self.path = path
        self.reason = reason


class NameUnusable(UsageError):
    """A text from which no script's name can be made."""

    def __init__(self, *, name: str) -> None:
        super().__init__(
            f"no script can be named {name!r}",
            do="use letters a to z, digits, blanks, hyphens and underscores: add_invoices",
        )
        self.name = name


class BadPattern(UsageError):
    """A pattern of `--schema`, `--exclude` or [ignore] that chooses nothing by its form."""

    def __init__(self, *, text: str, reason: str, known: tuple[str, ...] = ()) -> None:
        kinds = f"; the kinds are: {', '.join(known)}" if known else ""
        super().__init__(
            f"{text!r} is no pattern: {reason}",
            do=f"write NAME or KIND:NAME, as in auth.* or table:public.tmp_*{kinds}",
        )
        self.text = text
        self.reason = reason


class UnknownPreset(UsageError):
    """A preset of [ignore] or `--preset` that pgmig does not have."""

    def __init__(self, *, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no preset {name!r}", do=f"choose of: {', '.join(known)}")
        self.name = name
        self.known = known
