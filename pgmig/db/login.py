"""Connection strings whose password a command gives, asked anew for every connection.

Such a string is a `Login`: whatever connects to it asks the command, and what changes a part of it
keeps the command. A string that lost it on its way is refused by the server, nothing worse.
"""

import logging
import os
import selectors
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Self

import msgspec
from psycopg import conninfo

from pgmig.db import address
from pgmig.errors import PasswordCommandFailed, PasswordCommandMissing

logger = logging.getLogger(__name__)

_LONGEST = 200  # letters of a complaint that are shown
_MOST = 64 * 1024  # bytes of an output that are kept
_BLOCK = 64 * 1024  # bytes that are read at a time
_PAUSE = 0.02  # seconds between two looks whether it has ended
_DO = "run the command by hand, as the same account and in the folder of the settings file"

# What a command may want to know: its variable, and libpq's keyword.
_TOLD = {
    "PGMIG_TARGET_HOST": "host",
    "PGMIG_TARGET_PORT": "port",
    "PGMIG_TARGET_USER": "user",
    "PGMIG_TARGET_DBNAME": "dbname",
}


class PasswordCommand(msgspec.Struct, frozen=True):
    """A program that prints a password.

    Attributes:
        arguments: the program and what it is given.
        folder: where it runs.
        timeout: milliseconds that it may take.
        written: the program as the settings have it, where a variable stands in it.
    """

    arguments: tuple[str, ...]
    folder: Path
    timeout: int = 30_000
    written: str = ""

    @property
    def program(self) -> str:
        """What it is called for people; the value of a variable may be a secret."""
        return self.written or self.arguments[0]

    def __repr__(self) -> str:
        """Without its arguments: one may be a secret."""
        return f"PasswordCommand({self.program!r})"


class Login(str):
    """A connection string, and the command that gives its password."""

    __slots__ = ("command",)
    command: PasswordCommand

    def __new__(cls, url: str, command: PasswordCommand) -> Self:
        """The string, and what to ask."""
        made = super().__new__(cls, url)
        made.command = command
        return made

    def __reduce__(self) -> tuple[type["Login"], tuple[str, PasswordCommand]]:
        """What makes a copy."""
        return Login, (str(self), self.command)


def changed(url: str, **parts: str | int | None) -> str:
    """The connection string with some parts replaced; its password comes from where it came."""
    text = conninfo.make_conninfo(url, **parts)
    return Login(text, url.command) if isinstance(url, Login) else text


def opening(url: str, **parts: str | int | None) -> str:
    """What a session is opened with: the parts replaced, the password asked for.

    Raises:
        PasswordCommandMissing, PasswordCommandFailed: as `password`.
    """
    if isinstance(url, Login):
        parts["password"] = password(url)
    return conninfo.make_conninfo(url, **parts)


def password(url: Login) -> str:
    """What the command of a connection string prints, without the line break at its end.

    Raises:
        PasswordCommandMissing: there is no such program.
        PasswordCommandFailed: it failed, took too long, or printed no password.
    """
    command = url.command
    began = time.monotonic()
    parts = address.completed(url)
    try:
        code, printed, complaint = _run(command, _environment(parts))
    except subprocess.TimeoutExpired:
        reason = f"did not end within {command.timeout / 1000:g} s"
        raise _failed(url, reason, f"{_DO}; password_timeout sets the limit") from None
    except OSError as error:
        raise PasswordCommandMissing(
            program=command.program,
            reason=error.strerror or str(error),
            folder=str(command.folder),
        ) from None
    logger.debug("asked for a password: %s, %.3f s", command, time.monotonic() - began)
    if code != 0:
        how = f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
        raise _failed(url, how + _told(complaint, printed), _DO)
    return _read(url, printed, complaint)


def _read(url: Login, printed: bytes, complaint: bytes) -> str:
    """The password in what was printed."""
    try:
        text = printed.decode()
    except UnicodeDecodeError:
        raise _failed(url, "printed what is not UTF-8", _DO) from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise _failed(url, "printed nothing" + _told(complaint, printed), _DO)
    if any(sign in text for sign in "\n\r\0") or len(printed) == _MOST:
        raise _failed(url, "printed more than one line", "let it print the password alone")
    return text


def _run(command: PasswordCommand, environment: dict[str, str]) -> tuple[int, bytes, bytes]:
    """The exit code and both outputs; what it has started itself is not waited for.

    When it takes too long all of it ends, where that can be: a group of its own could not ask for
    anything on the terminal, so that there is none where there is a terminal.
    """
    group = None if _has_terminal() else 0
    with subprocess.Popen(  # noqa: S603 - the settings name the program, and no shell is used
        command.arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=command.folder,
        env=environment,
        process_group=group,
    ) as process:
        try:
            printed, complaint = _outputs(process, time.monotonic() + command.timeout / 1000)
        except BaseException:
            if group is None:
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, printed, complaint


def _has_terminal() -> bool:
    """Whether this process has one, wherever its streams lead."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _outputs(process: "subprocess.Popen[bytes]", ends: float) -> tuple[bytes, bytes]:
    """What it prints until it has ended; of each stream no more than can be meant.

    Raises:
        TimeoutExpired: it has not ended by then.
    """
    found: dict[IO[bytes], bytes] = {}
    with selectors.DefaultSelector() as selector:
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                found[stream] = b""
                selector.register(stream, selectors.EVENT_READ, stream)
        while True:
            if time.monotonic() > ends:
                raise subprocess.TimeoutExpired(process.args, 0)
            has_ended = process.poll() is not None
            ready = selector.select(0 if has_ended else _PAUSE)
            if not ready and has_ended:
                break
            for key, _ in ready:
                block = os.read(key.fd, _BLOCK)
                found[key.data] = (found[key.data] + block)[:_MOST]
                if not block:
                    selector.unregister(key.fileobj)
    printed, complaint = found.values()
    return printed, complaint


def _told(complaint: bytes, printed: bytes) -> str:
    """The first line that it wrote to stderr, unless a word of its output is in there."""
    lines = complaint.decode(errors="replace").strip().splitlines()
    secrets = printed.decode(errors="replace").split()
    if not lines or any(secret in lines[0] for secret in secrets):
        return ""
    return f": {lines[0][:_LONGEST]}"


def _failed(url: Login, reason: str, do: str) -> PasswordCommandFailed:
    return PasswordCommandFailed(
        target=address.describe_url(url),
        program=url.command.program,
        reason=reason,
        do=do,
    )


def _environment(parts: dict[str, str]) -> dict[str, str]:
    told = {name: parts[keyword] for name, keyword in _TOLD.items() if parts.get(keyword)}
    return {**os.environ, **told}
