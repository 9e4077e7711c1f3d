"""The server's data directory and its life: initdb, pg_ctl, settings for speed."""

import logging
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pgmig.errors import ServerNotStarted
from pgmig.shadow.server import account as accounts
from pgmig.shadow.server import process
from pgmig.shadow.server.account import Account
from pgmig.shadow.server.binaries import Binaries
from pgmig.shadow.server.layout import PORT, Layout

logger = logging.getLogger(__name__)

PATIENCE = 60  # seconds a start may take: crash recovery on a busy machine

# Nothing here needs to survive a crash of the machine; what counts is a quick start, room for a
# migration with thousands of locks, and no statement, which may hold a password, in the log.
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "max_locks_per_transaction": "512",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
}


def create(binaries: Binaries, place: Layout, account: Account) -> None:
    """Makes `place.data` when it is missing: complete or not at all.

    Raises:
        ServerNotStarted: initdb failed.
    """
    if place.data.exists():
        return
    output = ""
    try:
        for locale in _locales(binaries.major):
            partial = place.partial()
            done = accounts.run(_initdb(binaries, partial, locale), account, cwd=place.home)
            output = done.stdout + done.stderr
            if done.returncode == 0:
                partial.rename(place.data)
                logger.info("made %s with PostgreSQL %s", place.data, binaries.version)
                return
        raise ServerNotStarted(step="initdb", directory=str(place.data), lines=_tail(output))
    finally:
        for left in place.partials():
            shutil.rmtree(left, ignore_errors=True)


def launch(binaries: Binaries, place: Layout, account: Account) -> None:
    """Starts the server on `place.data` and returns when it is ready.

    pg_ctl detaches it: it lives on when we end, and holds none of our files or pipes open.

    Raises:
        ServerNotStarted: it did not come up.
    """
    _clear_stale(place)
    place.log.unlink(missing_ok=True)
    options = {**_SETTINGS, "unix_socket_directories": _quoted(place.sockets)}
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    argv: list[str | Path] = [binaries.program("pg_ctl"), "start", "-D", place.data, "-s", "-w"]
    argv += ["-t", str(PATIENCE), "-l", place.log, "-o", shlex.join(words)]
    try:
        output = accounts.run(argv, account, cwd=place.home, timeout=PATIENCE + 30).stderr
    except subprocess.TimeoutExpired:
        output = "pg_ctl did not return"
    if not process.is_ready(place):
        process.stop(place, patience=5)
        log = place.log.read_text(errors="replace") if place.log.exists() else ""
        lines = _tail(log or output)
        raise ServerNotStarted(step="postgres", directory=str(place.home), lines=lines)


def _initdb(binaries: Binaries, target: Path, locale: tuple[str, ...]) -> list[str | Path]:
    return [
        binaries.program("initdb"),
        *("-D", target, "-U", "postgres", "--encoding=UTF8", "--no-sync", "--no-instructions"),
        *("--auth-local=trust", "--auth-host=reject", "--lc-messages=C", *locale),
    ]


def _locales(major: int) -> Iterator[tuple[str, ...]]:
    """Locales to try, the first that works: the order of C with the letters of Unicode."""
    if major >= 17:
        yield "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"
    if sys.platform == "linux":
        yield ("--locale=C.UTF-8",)
    yield ("--locale=C",)


def _clear_stale(place: Layout) -> None:
    """Removes lock files that name a living process which is not this server.

    PostgreSQL takes over from a dead process itself, but trusts any living one of its account.
    """
    for file in process.lock_files(place):
        pid = process.written_pid(file)
        if pid is not None and process.is_alive(pid):
            logger.info("%s names process %d, which is not this server", file, pid)
            file.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    """One element of a list of paths in postgresql.conf."""
    return '"' + str(path).replace('"', '""') + '"'


def _tail(text: str, count: int = 12) -> tuple[str, ...]:
    lines = [re.sub(r"^\d{4}-\S+ \S+ UTC \[\d+\] ", "", line) for line in text.splitlines()]
    return tuple(line for line in lines if line.strip())[-count:]
