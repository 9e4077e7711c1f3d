"""The managed service, one a test process, and pgmig as its customers run it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, environment
from tests.fixtures.loaded import Loaded, loading
from tests.managed.provider import Provider, managed

PgMig = Callable[..., Ran]


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with managed() as found:
        yield found


@pytest.fixture(scope="session")
def loaded() -> Iterator[Loaded]:
    """The program with its imports done, for all runs of this test process."""
    with loading(environment()) as found:
        yield found


@pytest.fixture(scope="session")
def pgmig(provider: Provider, server_directory: Path, loaded: Loaded) -> PgMig:
    """Runs pgmig in a project; no password is in what it prints."""

    def run(folder: Path, *args: str | Path, url: str, **env: str) -> Ran:
        given = environment(PGMIG_DATABASE_URL=url, PGMIG_SERVER_DIR=str(server_directory), **env)
        ran = Ran(*loaded.run([*map(str, args)], cwd=folder, environment=given))
        for secret in provider.passwords.values():
            assert secret not in ran.out + ran.err
        return ran

    return run
