"""Grounds on the servers under test, and runs that nothing happens to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgmig.shadow.server import LocalServer
from tests.chaos.ground import Ground, History, Undisturbed
from tests.fixtures.servers import Server, clients


@pytest.fixture(scope="session")
def runs() -> dict[tuple[int, str], Undisturbed]:
    """Undisturbed runs of this process, by major and history."""
    return {}


@pytest.fixture
def ground(server: Server, tmp_path: Path) -> Ground:
    return Ground(server, tmp_path)


@pytest.fixture(scope="session")
def own_server(server: Server, server_directory: Path) -> Iterator[Server]:
    """A server for tests that stop and start it; nobody else is on it."""
    local = LocalServer(server_directory / "own-chaos", server.major)
    local.start()
    bindir = Path(str(local.status().bindir))
    yield Server(server.major, bindir, clients(bindir), local)
    local.remove()


@pytest.fixture
def own_ground(own_server: Server, tmp_path: Path) -> Ground:
    return Ground(own_server, tmp_path)


@pytest.fixture
def undisturbed(
    ground: Ground, runs: dict[tuple[int, str], Undisturbed]
) -> Callable[[History], Undisturbed]:
    """What a run of a history leaves, found once a major and process."""

    def run(history: History) -> Undisturbed:
        key = (ground.server.major, history.name)
        if key not in runs:
            runs[key] = ground.undisturbed(history)
        return runs[key]

    return run
