"""The account a server runs as, and programs run as it."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pgmig.errors import BadServerAccount

# What PostgreSQL's programs may know of our environment. The rest, which may hold passwords, is
# kept from them: /proc/PID/environ is open to the account.
_ENVIRONMENT = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "LD_PRELOAD",
    "NSS_WRAPPER_PASSWD",
    "NSS_WRAPPER_GROUP",
    "LOCALE_ARCHIVE",
    "LOCPATH",
)

_PREFERRED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int
    is_ours: bool  # false: this process is root and has to become it


def choose(setting: str | None, home: Path) -> Account:
    """The account for the server in `home`: our own, or an unprivileged one when we are root.

    Root takes the one named in `setting`, else the owner of `home`, else `postgres`, else
    `nobody`. None is created.

    Raises:
        BadServerAccount: it does not exist, is root, or we cannot become it.
    """
    if os.geteuid() != 0:
        return _own(setting)
    for name in (setting, _owner(home)) if setting or _owner(home) else _PREFERRED:
        if name is None:
            continue
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            if name == setting:
                raise BadServerAccount(name=name, reason="there is no such account") from None
            continue
        if entry.pw_uid == 0:
            raise BadServerAccount(name=name, reason="PostgreSQL does not run as root")
        return _switchable(Account(name, entry.pw_uid, entry.pw_gid, is_ours=False))
    raise BadServerAccount(
        name=" or ".join(_PREFERRED), reason="there is no such account and PostgreSQL refuses root"
    )


def run(
    argv: Sequence[str | Path], account: Account, *, cwd: Path, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """A program's outcome, run as `account` with a clean environment and no input.

    Raises:
        OSError: the account cannot reach or execute it.
    """
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=timeout,
        cwd=cwd,
        env={**environment, "LC_ALL": "C"},
        umask=0o077,
        user=None if account.is_ours else account.uid,
        group=None if account.is_ours else account.gid,
        extra_groups=None if account.is_ours else (),
    )


def may(account: Account, test: str, path: Path) -> bool:
    """Whether the account passes the shell's file test (`-x`, `-w`, ...) on a path."""
    script = f'test {test} "$1"'
    return run(["/bin/sh", "-c", script, "sh", path], account, cwd=Path("/")).returncode == 0


def _own(setting: str | None) -> Account:
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        reason = "this user id has no account, and initdb looks it up"
        raise BadServerAccount(name=f"user id {uid}", reason=reason) from None
    if setting not in (None, name):
        raise BadServerAccount(name=str(setting), reason=f"only root can become it, this is {name}")
    return Account(name, uid, os.getegid(), is_ours=True)


def _owner(home: Path) -> str | None:
    """Who owns the server's directory: whoever it ran as before."""
    try:
        uid = home.lstat().st_uid
        return pwd.getpwuid(uid).pw_name if uid else None
    except (FileNotFoundError, NotADirectoryError, KeyError):
        return None


def _switchable(account: Account) -> Account:
    try:
        run(["/bin/sh", "-c", ":"], account, cwd=Path("/"))
    except OSError as error:
        reason = f"this root cannot become it: {error.strerror}"
        raise BadServerAccount(name=account.name, reason=reason) from None
    return account
