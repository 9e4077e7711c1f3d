"""pytest's plugin: a migrated database of its own for every test, and a test for every script.

It is loaded by every run of pytest in an environment that has pgmig, so it loads nothing of pgmig
before a test asks for it.
"""

from collections.abc import Generator
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pgmig.commands.testing import Database, Session, Template
    from pgmig.pytest_plugin.running import Executor

__all__ = ["load"]

_MARKERS = (
    "at_version(version): pgmig_database holds the scripts up to this version and no files of"
    " rows; 0: it is empty",
    "no_seeds: pgmig_database holds the scripts alone, without the files of rows",
)

# What `load` cannot be told: pytest-postgresql calls it with an address alone.
_config: ContextVar[pytest.Config | None] = ContextVar("pgmig_pytest_config", default=None)
_before: pytest.StashKey[pytest.Config | None] = pytest.StashKey()
_ledger: pytest.StashKey[Path] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, on the command line and in pytest's settings."""
    group = parser.getgroup("pgmig", "databases migrated by pgmig")
    group.addoption(
        "--pgmig-url",
        metavar="URL",
        help="the server on which databases for tests are made and dropped; else PGMIG_TEST_URL,"
        " else the local server that pgmig manages",
    )
    group.addoption(
        "--pgmig-verify",
        action="store_true",
        help="add a test for every migration script: up, down and up again, as `pgmig verify` does",
    )
    parser.addini("pgmig_url", "what --pgmig-url says, where neither it nor PGMIG_TEST_URL does")
    parser.addini("pgmig_project", "the project's folder, from pytest's rootdir", default=".")
    parser.addini("pgmig_seeds_env", "the environment whose files of rows tests get on top")


def pytest_configure(config: pytest.Config) -> None:
    """The markers, and the settings for `load`."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    config.stash[_before] = _config.get()
    _config.set(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Forget what was made for this run."""
    _config.set(config.stash.get(_before, None))
    if _ledger in config.stash:
        from pgmig.pytest_plugin import ledger

        ledger.remove(config.stash[_ledger])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where all of them share what verifying has found."""
    if node.config.getoption("pgmig_verify"):
        node.workerinput["pgmig_ledger"] = str(_shared(node.config))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add a test for every script, before -k and -m choose."""
    if config.getoption("pgmig_verify"):
        from pgmig.pytest_plugin import verifying

        given = getattr(config, "workerinput", {}).get("pgmig_ledger")
        items.extend(verifying.tests(session, Path(given) if given else _shared(config)))


def _shared(config: pytest.Config) -> Path:
    if _ledger not in config.stash:
        from pgmig.pytest_plugin import ledger

        config.stash[_ledger] = ledger.make()
    return config.stash[_ledger]


@pytest.fixture(scope="session")
def pgmig_server(pytestconfig: pytest.Config) -> "str | Executor":
    """The URL of the server on which databases for tests are made and dropped.

    --pgmig-url, PGMIG_TEST_URL or pgmig_url; else the local server that pgmig manages, which is
    started. Never the database that pgmig.toml or DATABASE_URL name. Override it to give another
    URL, or what a process fixture of pytest-postgresql gives.
    """
    from pgmig.pytest_plugin import running

    with running.told():
        return running.server(pytestconfig)


@pytest.fixture(scope="session")
def _pgmig(pytestconfig: pytest.Config, pgmig_server: "str | Executor") -> "Generator[Session]":
    from pgmig.pytest_plugin import running

    with running.opened(pytestconfig, pgmig_server) as session:
        yield session


@pytest.fixture(scope="session")
def pgmig_template(_pgmig: "Session") -> "Template":
    """The database that those of tests are copies of: every script applied, every row put there.

    It is made once for a text of the scripts and rows, by one process, and kept on the server.
    """
    from pgmig.pytest_plugin import running

    with running.told():
        return _pgmig.template()


@pytest.fixture
def pgmig_database(request: pytest.FixtureRequest, _pgmig: "Session") -> "Generator[Database]":
    """A migrated database of this test's own, dropped after it: its url, its name, up() and down().

    The markers at_version(N) and no_seeds choose what it holds.
    """
    from pgmig.pytest_plugin import running

    with running.database(request, _pgmig) as database:
        yield database


@pytest.fixture
def pgmig_url(pgmig_database: "Database") -> str:
    """The URL of `pgmig_database`."""
    return pgmig_database.url


def load(
    *,
    host: str,
    port: str | int,
    user: str,
    dbname: str,
    password: str | None = None,
    version: int | None = None,
    seeds: bool = True,
    **_: object,
) -> None:
    """Make a database of pytest-postgresql what the project's scripts and files of rows say.

    For `factories.postgresql_proc(load=[pgmig.pytest_plugin.load])`; with less in it:
    `functools.partial(load, version=7)` or `functools.partial(load, seeds=False)`.

    Args:
        host: of the server, as all up to `password` what pytest-postgresql tells.
        port: of the server.
        user: to log in as.
        dbname: of the empty database.
        password: of the user.
        version: as the marker at_version says; None: the newest.
        seeds: with the files of rows, where `version` is None.
    """
    from pgmig.pytest_plugin import running

    parts = {"host": host, "port": str(port), "user": user, "dbname": dbname}
    with running.told():
        running.fill(_config.get(), parts | {"password": password or ""}, version, is_seeded=seeds)
