"""The managed service, one a test process, and pgmig as its customers run it."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PGMIG, Ran, environment
from tests.managed.provider import Provider, managed

PgMig = Callable[..., Ran]


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with managed() as found:
        yield found


@pytest.fixture(scope="session")
def pgmig(provider: Provider, server_directory: Path) -> PgMig:
    """Runs pgmig in a project; no password is in what it prints."""

    def run(folder: Path, *args: str | Path, url: str, **env: str) -> Ran:
        done = subprocess.run(
            [*PGMIG, *map(str, args)],
            cwd=folder,
            env=environment(PGMIG_DATABASE_URL=url, PGMIG_SERVER_DIR=str(server_directory), **env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        for secret in provider.passwords.values():
            assert secret not in done.stdout + done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return run
