"""Processes of a server: found by what they are, never by a number in a file alone."""

import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from pgmig.shadow.server.layout import Layout

_PROC = Path("/proc")

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)


def postmaster(place: Layout) -> int | None:
    """The process id of the running server of this place; None when there is none.

    The number comes from postmaster.pid or the socket's lock file, either of which may be stale
    or gone; it counts when that process is a server of this data directory.
    """
    for file in lock_files(place):
        pid = written_pid(file)
        if pid is not None and _serves(pid, place.data):
            return pid
    return next((pid for pid in strays(place) if _serves(pid, place.data)), None)


def lock_files(place: Layout) -> tuple[Path, Path]:
    """The two files in which PostgreSQL writes its process id."""
    return place.data / "postmaster.pid", place.socket.with_name(place.socket.name + ".lock")


def written_pid(file: Path) -> int | None:
    """The process id in the first line of a lock file."""
    try:
        line = file.read_text(errors="replace").partition("\n")[0].strip()
    except OSError:
        return None
    return int(line) if line.isdecimal() and int(line) > 0 else None


def is_alive(pid: int) -> bool:
    """Whether any process has this id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stage(place: Layout) -> str:
    """What the server says of itself in postmaster.pid: starting, stopping, ready or "".

    The eighth line, src/include/utils/pidfile.h.
    """
    try:
        lines = lock_files(place)[0].read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return lines[7].strip() if len(lines) > 7 else "starting"


def is_ready(place: Layout) -> bool:
    """Whether the server says it is ready and answers on its socket.

    The kernel accepts a connection for a process that is just dying, so it has to speak: asked
    for encryption, which no Unix socket has, PostgreSQL says N (protocol, SSLRequest).
    """
    if stage(place) != "ready":
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(10)
            client.connect(str(place.socket))
            client.sendall(_SSL_REQUEST)
            return client.recv(1) == b"N"
    except OSError:
        return False


def strays(place: Layout) -> list[int]:
    """Every process of a server of this data directory, also when its files are gone.

    They are known by their program and working directory, which only Linux shows.
    """
    here = {str(place.data), f"{place.data} (deleted)"}
    found: list[int] = []
    for entry in _PROC.glob("[0-9]*"):
        try:
            is_one = (entry / "cwd").readlink().as_posix() in here
            if is_one and (entry / "exe").readlink().name.startswith("postgres"):
                found.append(int(entry.name))
        except OSError:  # ended meanwhile, or another user's
            continue
    return found


def program(pid: int) -> Path | None:
    """The program file a process was started from."""
    name = _command_line(pid).partition(" -D ")[0]
    return Path(name) if name.startswith("/") else None


def stop(place: Layout, *, patience: float = 30) -> bool:
    """Ends the server and all its processes; true when there were any.

    First a fast shutdown, then an immediate one, then a kill.
    """
    pid = postmaster(place)
    if pid is not None:
        for number, seconds in (
            (signal.SIGINT, patience),
            (signal.SIGQUIT, 10.0),
            (signal.SIGKILL, 10.0),
        ):
            _send(pid, number)
            if wait_until(lambda: not _serves(pid, place.data), seconds):
                break
    return _end_strays(place) or pid is not None


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Whether a condition came true in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _end_strays(place: Layout) -> bool:
    """Ends backends that outlived their killed server: they block the next start."""
    left = strays(place)
    if left and not wait_until(lambda: not strays(place), 1):
        for pid in strays(place):
            _send(pid, signal.SIGKILL)
        wait_until(lambda: not strays(place), 10)
    return bool(left)


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is the server of this data directory: it was started with `-D data`."""
    return f" -D {data} " in _command_line(pid)


def _command_line(pid: int) -> str:
    """A process's arguments, a blank between them; "" when it has ended or is hidden from us.

    A zombie has none: it has ended.
    """
    if not (_PROC / "self" / "cmdline").exists():
        done = subprocess.run(  # noqa: S603 - no shell, a number
            ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() + " "
    try:
        raw = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return os.fsdecode(raw.replace(b"\0", b" "))
