"""LocalServer: started, found, stopped and removed."""

import logging
import os
import pwd
import shutil
from contextlib import suppress
from dataclasses import dataclass
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
        user: the account to run as when we are root; None: `postgres` or `nobody`.
    """

    directory: Path | None = None
    major: int | None = None
    bindir: Path | None = None
    user: str | None = None

    def start(self) -> str:
        """The URL of its database postgres, ready for connections; starts it when needed.

        Raises:
            PostgresNotFound: no PostgreSQL of this major is on this machine.
            BadServerAccount, ServerDirectoryUnusable, BinariesUnusable, ServerBusy: as they say.
            ServerNotStarted: initdb or the server failed.
        """
        self.ensure()
        return self.url()

    def ensure(self) -> bool:
        """Starts it unless it runs; true when this call has started it."""
        place = self.place()
        with layout.exclusive(place):
            if _is_up(place):
                return False
            process.stop(place)
            account = accounts.choose(self.user, place.home)
            layout.open_home(place, account)
            found = programs.choose(programs.find(self.bindir), place.major)
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
            made = [p for p in (place.home, place.sockets, *place.copies()) if os.path.lexists(p)]
            for folder in made:
                try:
                    shutil.rmtree(folder)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    raise ServerDirectoryUnusable(
                        path=str(error.filename), reason=str(error.strerror)
                    ) from error
            place.lock.unlink()
            with suppress(OSError):
                place.base.rmdir()
        return did_run or bool(made)

    def status(self) -> ServerStatus:
        """What is so now; nothing is created."""
        place = self.place()
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
            url=self.url(),
            bindir=str(binaries.bindir) if binaries else None,
            log=str(place.log),
        )

    def url(self, database: str = "postgres") -> str:
        """A connection string for one of its databases, as its superuser."""
        host = quote(str(self.place().sockets), safe="")
        return f"postgresql://postgres@/{quote(database, safe='')}?host={host}&port={layout.PORT}"

    def place(self) -> Layout:
        """Where its files are."""
        if self.major is not None:
            return layout.layout(self.directory, self.major)
        found = programs.find(self.bindir)
        made = layout.majors(self.directory)
        newest = programs.choose(found, None).major if found or not made else max(made)
        return layout.layout(self.directory, newest)

    def _binaries(self, place: Layout, pid: int | None) -> Binaries | None:
        program = process.program(pid) if pid is not None else None
        if program is not None:
            return programs.inspect(program.parent)
        found = [one for one in programs.find(self.bindir) if one.major == place.major]
        return found[0] if found else None

    def _user(self, place: Layout) -> str:
        if place.home.exists():
            uid = place.home.stat().st_uid
            with suppress(KeyError):
                return pwd.getpwuid(uid).pw_name
            return str(uid)
        return accounts.choose(self.user, place.home).name


def _is_up(place: Layout) -> bool:
    """Whether the server runs and is ready, also when it is just recovering from a crash."""
    if process.postmaster(place) is None:
        return False
    return process.wait_until(
        lambda: process.is_ready(place) or process.postmaster(place) is None, 30
    ) and process.is_ready(place)
