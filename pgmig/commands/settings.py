"""Settings: pgmig.toml or [tool.pgmig], the environment and flags, resolved into one value.

A flag wins over the environment, the environment over the table [env.NAME], that table over the
top level of the file. The database is the first of these that is given:

    --url
    url of [env.NAME], when --env NAME chose the table
    PGMIG_DATABASE_URL, then DATABASE_URL, in the environment, then in .env
    url of [env.NAME], when PGMIG_ENV chose the table
    url at the top level of the file
    libpq's PG* variables and service file

`${NAME}` in a url of the file is a variable; inside a URL its value is percent-encoded.
`--env` is a flag: a DATABASE_URL that happens to be set cannot lead `--env production` elsewhere.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from pgmig.commands import placeholder, project
from pgmig.commands.choice import Choice, Flags
from pgmig.commands.duration import milliseconds
from pgmig.commands.protection import Protections
from pgmig.commands.target import Target
from pgmig.db import address
from pgmig.db.login import Login, PasswordCommand
from pgmig.errors import (
    DatabaseNotNamed,
    OutsideProject,
    SettingsInvalid,
    UsageError,
)
from pgmig.seeds.rules import Rules

LOCK_TIMEOUT = "5s"
RUNNER_TIMEOUT = "60s"
WAIT = "0s"
COMMAND_TIMEOUT = "30s"

# Any of these says which server or database libpq shall take.
_LIBPQ = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER")


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The local server: where its binaries and its data are, which major, run by whom.

    Attributes:
        bindir: the folder of its programs; None: the first that is found.
        postgres: folders to look in, beside the usual ones.
        directory: where servers live; None: `shadow.server.default_directory()`.
        major: PostgreSQL's; None: the newest found.
        user: the account to run as, when root starts it.
    """

    bindir: Path | None = None
    postgres: tuple[Path, ...] = ()
    directory: Path | None = None
    major: int | None = None
    user: str | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a command needs to know about where it runs.

    Attributes:
        root: the project's folder, or the current one outside a project.
        is_project: a settings file or a migrations directory was found or named.
        file: the settings file, if there is one.
        env: the name of the chosen [env.NAME] table.
        url: the target database; None when nothing names one, "" when PG* variables do.
        shadow_url: a server for shadow databases; None for the local one.
        migrations: the directory of the scripts, whether it exists or not.
        lock_timeout: milliseconds that a statement waits for a lock.
        runner_timeout: milliseconds to wait for another runner.
        wait: milliseconds to wait for a server that is starting or not there.
        role: the role to work as on the target; None: the one that logs in.
        seeds: the folder of the files of rows, whether it exists or not.
        seed_rules: how the tables are kept that have such files.
        protections: what must hold of scripts before they run on the target.
        named_by: what names the database, for people; "" when nothing does.
        libpq: the PG* variables of `.env`, for the process environment that libpq reads.
        ignore: objects that are somebody else's.
        lint: how bad it is to break a rule of `pgmig lint`.
        record_fingerprints: what runs scripts stores fingerprints at its end.
    """

    root: Path
    is_project: bool
    migrations: Path
    lock_timeout: int
    runner_timeout: int
    server: ServerSettings
    file: Path | None = None
    env: str | None = None
    url: str | None = None
    shadow_url: str | None = None
    libpq: dict[str, str] = {}
    ignore: project.IgnoreTable = project.IgnoreTable()
    lint: project.LintTable = project.LintTable()
    record_fingerprints: bool = False
    wait: int = 0
    role: str | None = None
    seeds: Path = Path("seeds")
    seed_rules: Rules = Rules()
    protections: Protections = Protections()
    named_by: str = ""

    def __repr__(self) -> str:
        """Without the connection strings: they may hold passwords."""
        return f"Settings(root={str(self.root)!r}, env={self.env!r})"

    def database(self) -> str:
        """The target's connection string; "" lets libpq find it.

        Raises:
            DatabaseNotNamed: nothing names a database.
        """
        if self.url is None:
            raise DatabaseNotNamed(root=str(self.root))
        return self.url

    def target(self, on_wait: Callable[[str], None] | None = None) -> Target:
        """The target with the way to it.

        Args:
            on_wait: hears once what is waited for.

        Raises:
            DatabaseNotNamed: nothing names a database.
        """
        return Target(self.database(), self.role, self.wait, on_wait, self.protections)

    def directory(self) -> Path:
        """The migrations directory of the project.

        Raises:
            OutsideProject: neither a settings file nor a migrations directory was found.
        """
        if not self.is_project:
            raise OutsideProject(folder=str(self.root))
        return self.migrations


def resolve(
    flags: Flags,
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    is_targeted: bool = True,
) -> Settings:
    """The settings for a command that runs in `folder` (default: the current one).

    Args:
        flags: of the command line.
        environ: the environment; None: that of the process.
        folder: where the command runs.
        is_targeted: false: what names the target and the shadow server is not read at all.

    Raises:
        UsageError: a file that cannot be read or says what pgmig does not know, a table or a
            variable that is missing, a duration that is none.
    """
    environ = os.environ if environ is None else environ
    choice = _Targets(flags, environ, Path.cwd() if folder is None else folder)
    root, written = choice.found.root, choice.written
    if is_targeted:
        choice.require_clear()
    return Settings(
        root=root,
        is_project=choice.is_project,
        file=choice.found.file,
        env=choice.name,
        migrations=choice.migrations,
        lock_timeout=choice.duration("lock_timeout", LOCK_TIMEOUT),
        runner_timeout=choice.duration("runner_timeout", RUNNER_TIMEOUT),
        server=_server(written.server, root, environ),
        url=choice.login(root) if is_targeted else None,
        shadow_url=choice.shadow_url() if is_targeted else None,
        libpq=choice.env.from_file("PG"),
        ignore=written.ignore,
        lint=written.lint,
        record_fingerprints=choice.is_set("record_fingerprints"),
        wait=choice.duration("wait", WAIT),
        role=flags.role or choice.text("role") or None,
        seeds=root / (written.seeds.directory or "seeds"),
        seed_rules=written.rules,
        protections=Protections(choice.rule("allow"), choice.rule("require")),
        named_by=choice.named()[0] if is_targeted else "",
    )


class _Targets(Choice):
    """Picks the databases too."""

    def login(self, folder: Path) -> str | None:
        """The target's connection string, with the command that gives its password.

        A password in the string is taken instead, unless one table has both.
        """
        _, url = self.named()
        if url is None:
            return None
        for table, name in self.tables():
            words = table.password_command
            if words is None:
                continue
            where = f"{self.path}, {name}"
            if not words:
                return url
            if not _has_password(url):
                return Login(url, self._command(words, folder, where))
            if table.url and url == self._expanded("url", table.url):
                reason = "there is a password in url, and a password_command: keep one"
                raise SettingsInvalid(path=where, reason=reason)
            return url
        return url

    def _command(self, words: tuple[str, ...], folder: Path, where: str) -> PasswordCommand:
        where = f"{where}, password_command"
        arguments = tuple(self.env.expand(word, where=where) for word in words)
        if not arguments[0]:
            raise SettingsInvalid(path=where, reason="it names no program")
        if words[0].split() != [words[0]] and not (folder / arguments[0]).is_file():
            reason = 'no shell reads it: write ["PROGRAM", "ARGUMENT", ...]'
            raise SettingsInvalid(path=where, reason=reason)
        timeout = self.text("password_timeout") or COMMAND_TIMEOUT
        limit = milliseconds(timeout, where=f"{self.path}, password_timeout")
        if not limit:
            raise SettingsInvalid(path=where, reason="password_timeout leaves it no time")
        written = words[0] if words[0] != arguments[0] else ""
        return PasswordCommand(arguments, folder, limit, written)

    def named(self) -> tuple[str, str | None]:
        """What names the target, and its connection string: "" when libpq's variables do."""
        found = next(((name, url) for name, url in self._urls() if url), None)
        if found is not None:
            return found
        names = [name for name in _LIBPQ if self.env.get(name)]
        return (", ".join(names), "") if names else ("", None)

    def shadow_url(self) -> str | None:
        """The server for shadow databases, None for the local one."""
        return (
            self.flags.shadow_url
            or self.env.get("SHADOW_DATABASE_URL")
            or self._expanded("shadow_url", self.table.shadow_url)
            or self._expanded("shadow_url", self.written.top.shadow_url)
        )

    def _urls(self) -> Iterator[tuple[str, str | None]]:
        """Each place that may name the target, the first of them first, and what it says."""
        table = f"url of [env.{self.name}]"
        yield "--url", self.flags.url
        if self.flags.env is not None:
            yield table, self._expanded("url", self.table.url)
        yield "PGMIG_DATABASE_URL", self.env.get("PGMIG_DATABASE_URL")
        yield "DATABASE_URL", self.env.get("DATABASE_URL")
        yield table, self._expanded("url", self.table.url)
        yield "url at the top level", self._expanded("url", self.written.top.url)

    def _expanded(self, key: str, value: str | None) -> str | None:
        """A connection string of the file, its variables replaced."""
        where = f"{self.path}, {key}"
        return value and self.env.expand(value, where=where, fit=placeholder.fit)


def _has_password(url: str) -> bool:
    """Whether a connection string holds one; whoever uses it hears what is wrong with it."""
    try:
        return "password" in address.read(url)
    except UsageError:
        return False


def _server(table: project.ServerTable, root: Path, environ: Mapping[str, str]) -> ServerSettings:
    """The table [server]; the environment, which `shadow.server` reads, wins over it."""
    if environ.get("PGMIG_SERVER_DIR"):
        table = msgspec.structs.replace(table, directory=None)
    if environ.get("PGMIG_POSTGRES"):
        table = msgspec.structs.replace(table, postgres=())
    return ServerSettings(
        bindir=root / Path(table.bindir).expanduser() if table.bindir else None,
        postgres=tuple(root / Path(folder).expanduser() for folder in table.postgres),
        directory=root / Path(table.directory).expanduser() if table.directory else None,
        major=table.major,
        user=table.user,
    )
