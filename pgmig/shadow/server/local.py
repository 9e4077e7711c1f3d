"""LocalServer: started, found, stopped and removed."""

import logging
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import msgspec

from pgmig.errors import ServerDirectoryUnusable
from pgmig.shadow.server import account as accounts
from pgmig.shadow.server import binaries as programs
from pgmig.shadow.server import cluster, installation, layout, process
from pgmig.shadow.server.binaries import Binaries
from pgmig.shadow.server.layout import Layout

logger = logging.getLogger(__name__)


class ServerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a local server. Paths are strings, so that it is JSON as it stands."""

    is_running: bool
    major: int
    version: str | None  # of the programs in `bindir`
    pid: int | None
    user: str  # the account of the operating system that it runs as, or would
    directory: str
    socket_directory: str
    url: str
    bindir: str | None  # None when no such PostgreSQL is on this machine any more
    log: str
    was_changed: bool = False  # the command that reports this has started, stopped or removed it


@dataclass(frozen=True, slots=True)
class LocalServer:
    """The server of one major in one directory, whether it runs or not.

    Attributes:
        directory: holds the servers of all majors; None: `default_directory()`.
        major: None: the newest PostgreSQL on this machine.
        bindir: a folder with PostgreSQL's programs to prefer.
        postgres: more such folders; none: those in PGMIG_POSTGRES.
        user: the account to run as when we are root; None: `postgres` or `nobody`.
    """

    directory: Path | None = None
    major: int | None = None
    bindir: Path | None = None
    user: str | None = None
    postgres: tuple[Path, ...] = ()

    def start(self) -> str:
        """The URL of its database postgres, ready for connections; starts it when needed.

        Raises:
            PostgresNotFound: no PostgreSQL of this major is on this machine.
            BadServerAccount, ServerDirectoryUnusable, BinariesUnusable, ServerBusy: as they say.
            ServerNotStarted: initdb or the server failed.
        """
        known = self.settled()
        known.ensure()
        return known.url()

    def ensure(self) -> bool:
        """Starts it unless it runs; true when this call has started it."""
        place = self.place()
        if _is_up(place):
            return False
        found = programs.choose(self.installations(), place.major)
        accounts.choose(self.user, place.home)  # refuses before anything is made
        had_base = place.base.exists()
        with layout.exclusive(place):
            if _is_up(place):
                return False
            process.stop(place)
            for left in place.trashes():
                shutil.rmtree(left, ignore_errors=True)
            with _undone_on_failure(place, had_base=had_base):
                account = accounts.choose(self.user, place.home)
                layout.open_home(place, account)
                usable = installation.usable(found, place, account)
                cluster.create(usable, place, account)
            cluster.launch(usable, place, account)
        logger.info("PostgreSQL %s runs in %s as %s", usable.version, place.home, account.name)
        return True

    def stop(self) -> bool:
        """Stops it; true when it ran."""
        place = self.place()
        if not place.base.is_dir():
            return False
        with layout.exclusive(place):
            return process.stop(place)

    def remove(self) -> bool:
        """Stops it and deletes all it made; true when there was anything."""
        place = self.place()
        if not place.base.is_dir():
            return False
        with layout.exclusive(place):
            did_run = process.stop(place)
            did_delete = _delete(place)
            place.lock.unlink()
            with suppress(OSError):
                place.base.rmdir()
        return did_run or did_delete

    def status(self) -> ServerStatus:
        """What is so now; nothing is created.

        Raises:
            ServerDirectoryUnusable: the directory is another user's.
        """
        known = self.settled()
        place = known.place()
        layout.check_readable(place)
        pid = process.postmaster(place)
        binaries = self._binaries(place, pid)
        return ServerStatus(
            is_running=pid is not None,
            major=place.major,
            version=binaries.version if binaries else None,
            pid=pid,
            user=self._user(place),
            directory=str(place.home),
            socket_directory=str(place.sockets),
            url=known.url(),
            bindir=str(binaries.bindir) if binaries else None,
            log=str(place.log),
        )

    def is_running(self) -> bool:
        """Whether its process is there.

        Raises:
            ServerDirectoryUnusable: the directory is another user's.
        """
        place = self.place()
        layout.check_readable(place)
        return process.postmaster(place) is not None

    def url(self, database: str = "postgres") -> str:
        """A connection string for one of its databases, as its superuser."""
        host = quote(str(self.place().sockets), safe="")
        return f"postgresql://postgres@/{quote(database, safe='')}?host={host}&port={layout.PORT}"

    def installations(self) -> tuple[Binaries, ...]:
        """What PostgreSQL there is for it, in order of preference.

        Raises:
            BadBinaries: a named folder holds no PostgreSQL server that runs.
        """
        return programs.find(self.bindir, self.postgres)

    def place(self) -> Layout:
        """Where its files are."""
        major = self._newest() if self.major is None else self.major
        return layout.layout(self.directory, major)

    def settled(self) -> "LocalServer":
        """The same server with its major known, so that it is not looked for again."""
        return replace(self, major=self.place().major)

    def _newest(self) -> int:
        """The major of `bindir`, else the newest on this machine, else the newest server here."""
        found = self.installations()
        if self.bindir is not None:
            return found[0].major
        made = layout.majors(self.directory)
        return programs.choose(found, None).major if found or not made else max(made)

    def _binaries(self, place: Layout, pid: int | None) -> Binaries | None:
        program = process.program(pid) if pid is not None else None
        if program is not None:
            return programs.inspect(program.parent)
        found = [one for one in self.installations() if one.major == place.major]
        return found[0] if found else None

    def _user(self, place: Layout) -> str:
        """Who owns the server's files, or would."""
        try:
            return place.home.owner()
        except (FileNotFoundError, NotADirectoryError):
            return accounts.choose(self.user, place.home).name
        except KeyError:
            return str(place.home.stat().st_uid)


@contextmanager
def _undone_on_failure(place: Layout, *, had_base: bool) -> Generator[None]:
    """Leave nothing of a server whose first start did not get as far as its databases."""
    had_home = os.path.lexists(place.home)
    try:
        yield
    except BaseException:
        if not had_home:
            for left in (place.home, *place.copies()):
                shutil.rmtree(left, ignore_errors=True)
            with suppress(OSError):
                place.lock.unlink()
                if not had_base:
                    place.base.rmdir()
        raise


def _delete(place: Layout) -> bool:
    """Deletes all that was made for this server; true when there was anything."""
    try:
        if has_home := os.path.lexists(place.home):
            place.home.rename(place.trash())
        left = [*place.trashes(), *place.copies()]
        if os.path.lexists(place.sockets):
            left.append(place.sockets)
        for folder in left:
            shutil.rmtree(folder)
    except OSError as error:
        raise ServerDirectoryUnusable(
            path=str(error.filename or place.home), reason=str(error.strerror)
        ) from error
    return has_home or bool(left)


def _is_up(place: Layout) -> bool:
    """Whether the server runs and is ready; one that is just starting is waited for."""

    def is_settled() -> bool:
        return process.stage(place) != "starting" or process.postmaster(place) is None

    return process.postmaster(place) is not None and (
        process.wait_until(is_settled, cluster.PATIENCE) and process.is_ready(place)
    )
