"""The server's directory: what lies where, who may enter, and one at a time."""

import fcntl
import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pgmig.errors import ServerBusy, ServerDirectoryUnusable
from pgmig.shadow.server import account as accounts
from pgmig.shadow.server.account import Account

PORT = 5432  # part of the socket's file name, nothing listens on the network

# sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
_LONGEST_SOCKET = 103

_FOREIGN = "it belongs to another user"

# pg_ctl hands its paths to a shell in double quotes.
_SHELL_SIGNS = frozenset('"$`\\\n')

# The names that `Layout` gives.
_REMAINS = re.compile(r"(?:binaries-|trash-)?([0-9]+)(?:-.*|\.lock)?")


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one server: `base` is shared by the majors, `home` is this one's."""

    base: Path
    major: int

    @property
    def home(self) -> Path:
        """All that the server itself writes; its account owns it, nobody else may enter."""
        return self.base / str(self.major)

    @property
    def data(self) -> Path:
        """PGDATA; it exists only complete."""
        return self.home / "data"

    def partial(self) -> Path:
        """A new place for initdb, whose complete result becomes `data`.

        It is never the same twice: an initdb whose caller was killed may still be at work.
        """
        return self.home / f"data.partial-{secrets.token_hex(4)}"

    def partials(self) -> list[Path]:
        """What killed runs of initdb left."""
        return sorted(self.home.glob("data.partial-*"))

    @property
    def log(self) -> Path:
        """The server's log since its last start."""
        return self.home / "log"

    @property
    def lock(self) -> Path:
        """The file that a starting or stopping process holds locked."""
        return self.base / f"{self.major}.lock"

    @property
    def sockets(self) -> Path:
        """The directory of the socket: in `home`, or under /tmp where that path is too long.

        libpq reads a comma in `host` as a list, so such a path will not do either.
        """
        inside = self.home / "socket"
        path = os.fsencode(inside / f".s.PGSQL.{PORT}")
        if len(path) <= _LONGEST_SOCKET and b"," not in path:
            return inside
        return Path("/tmp") / f"pgmig-{hashlib.sha256(path).hexdigest()[:16]}"  # noqa: S108 - 0700

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.sockets / f".s.PGSQL.{PORT}"

    def copies(self) -> list[Path]:
        """Copies of PostgreSQL made for this server."""
        return sorted(self.base.glob(f"binaries-{self.major}-*"))

    def trash(self) -> Path:
        """A new name for `home` while it is deleted, so that half of it is never taken for it."""
        return self.base / f"trash-{self.major}-{secrets.token_hex(4)}"

    def trashes(self) -> list[Path]:
        """What killed removals left."""
        return sorted(self.base.glob(f"trash-{self.major}-*"))


def default_directory() -> Path:
    """Where servers live unless told otherwise.

    PGMIG_SERVER_DIR; for root /var/tmp/pgmig-0; else pgmig in the user's cache folder, or
    /var/tmp/pgmig-UID for a user without a home that can be written.
    """
    if chosen := os.environ.get("PGMIG_SERVER_DIR"):
        return Path(chosen)
    uid = os.geteuid()
    shared = Path("/var/tmp") / f"pgmig-{uid}"  # noqa: S108 - its owner and mode are checked
    if uid == 0:
        return shared
    cache = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if cache.is_absolute():  # others are to be ignored, says the XDG specification
        return cache / "pgmig"
    try:
        home = Path.home()
    except RuntimeError:
        return shared
    return home / ".cache" / "pgmig" if os.access(home, os.W_OK | os.X_OK) else shared


def layout(directory: Path | None, major: int) -> Layout:
    """The layout of the server of `major` in `directory` (None: the default one)."""
    return Layout((directory or default_directory()).expanduser().resolve(), major)


def majors(directory: Path | None) -> tuple[int, ...]:
    """The majors that have a server in `directory`."""
    base = layout(directory, 0).base
    return tuple(sorted(int(p.name) for p in base.glob("[0-9]*") if p.name.isdecimal()))


def remains(directory: Path | None) -> tuple[int, ...]:
    """The majors of which anything is left in `directory`: a server, or what a killed run made."""
    base = layout(directory, 0).base
    found = (_REMAINS.fullmatch(path.name) for path in base.glob("*"))
    return tuple(sorted({int(match[1]) for match in found if match}))


def is_plain(path: Path) -> bool:
    """Whether the path can stand in a shell's double quotes as it is."""
    return not _SHELL_SIGNS.intersection(str(path))


def check_readable(place: Layout) -> None:
    """Raises ServerDirectoryUnusable when there is something in `base` that we may not see."""
    try:
        state = place.base.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise ServerDirectoryUnusable(path=str(place.base), reason=str(error.strerror)) from error
    if os.geteuid() not in (0, state.st_uid):
        raise ServerDirectoryUnusable(path=str(place.base), reason=_FOREIGN)


@contextmanager
def exclusive(place: Layout, *, timeout: float = 180) -> Generator[None]:
    """Holds the server's lock; `base` is made when missing.

    Raises:
        ServerBusy: another process held the lock for all of `timeout` seconds.
        ServerDirectoryUnusable: `base` cannot be made or is not ours alone.
    """
    deadline = time.monotonic() + timeout
    while (held := _try_lock(place)) is None:
        if time.monotonic() > deadline:
            raise ServerBusy(lock=str(place.lock), seconds=timeout)
        time.sleep(0.05)
    try:
        yield
    finally:
        os.close(held)


def open_home(place: Layout, account: Account) -> None:
    """Makes `home` and the socket's directory for the account, reachable by it and root alone.

    Raises:
        ServerDirectoryUnusable: they cannot be made, belong to others, or cannot be reached.
    """
    try:
        if not os.path.lexists(place.home):
            place.home.mkdir(mode=0o700)
            if not account.is_ours:
                os.chown(place.home, account.uid, account.gid)
    except OSError as error:
        raise ServerDirectoryUnusable(path=str(place.home), reason=str(error.strerror)) from error
    _check_owner(place.home, account)
    _check_reach(place.home, account)
    if not os.path.lexists(place.sockets):
        # By the account itself: root follows no path in a folder that another may change.
        accounts.run(["/bin/mkdir", "-m", "700", place.sockets], account, cwd=Path("/"))
    _check_owner(place.sockets, account)


def _try_lock(place: Layout) -> int | None:
    """A descriptor that holds the lock; None when another has it or it is just being removed."""
    _open_base(place.base)
    try:
        held = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:  # `base` was removed a moment ago
        return None
    except OSError as error:
        raise ServerDirectoryUnusable(path=str(place.lock), reason=str(error.strerror)) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(held), place.lock.lstat()):
            return held
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(held)
    return None


def _open_base(base: Path) -> None:
    if not is_plain(base):
        reason = 'pg_ctl cannot work in a path with one of " $ ` \\ or a line end'
        raise ServerDirectoryUnusable(path=str(base), reason=reason)
    is_root = os.geteuid() == 0
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        base.mkdir(mode=0o711 if is_root else 0o700, exist_ok=True)
        state = base.stat()
        if is_root and state.st_uid == 0 and not any(base.iterdir()):
            base.chmod(0o711)  # an empty folder made for us, mostly 0700: the account must pass
    except OSError as error:
        raise ServerDirectoryUnusable(path=str(base), reason=str(error.strerror)) from error
    if state.st_uid != os.geteuid():
        raise ServerDirectoryUnusable(path=str(base), reason=_FOREIGN)
    if state.st_mode & stat.S_IWOTH:
        raise ServerDirectoryUnusable(path=str(base), reason="everybody may write into it")


def _check_owner(folder: Path, account: Account) -> None:
    try:
        state = folder.lstat()
    except OSError as error:
        raise ServerDirectoryUnusable(path=str(folder), reason=str(error.strerror)) from error
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != account.uid:
        reason = f"it does not belong to {account.name}, the account of the server"
        raise ServerDirectoryUnusable(path=str(folder), reason=reason)


def _check_reach(home: Path, account: Account) -> None:
    if account.is_ours or accounts.may(account, "-w", home):
        return
    closed = next((p for p in reversed(home.parents) if not accounts.may(account, "-x", p)), home)
    reason = f"{account.name}, the account of the server, may not enter {closed}"
    raise ServerDirectoryUnusable(path=str(home), reason=reason)
