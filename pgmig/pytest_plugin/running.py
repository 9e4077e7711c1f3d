"""What the fixtures do, once a test has asked for one of them."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

import pytest

from pgmig.commands import testing
from pgmig.commands.testing import Database, Session
from pgmig.commands.testing.address import as_url
from pgmig.commands.testing.project import Project, open_project, settings_of
from pgmig.errors import NoTestVersion, PgmigError, RunStopped, RunStoppedPartWay


@runtime_checkable
class Executor(Protocol):
    """What process fixtures of pytest-postgresql give, as far as it matters here."""

    host: str
    port: int | str
    user: str
    password: str | None


@contextmanager
def told() -> Generator[None]:
    """A failure that was foreseen ends the test with its own words and no traceback.

    Ctrl-C, which a run of scripts tells as a failure, ends the session.
    """
    try:
        yield
    except (RunStopped, RunStoppedPartWay):
        raise KeyboardInterrupt from None
    except PgmigError as error:
        message = f"pgmig: {error}"
        raise pytest.fail.Exception(message, pytrace=False) from None


def folder(config: pytest.Config) -> Path:
    """Where the project is looked for."""
    return (config.rootpath / str(config.getini("pgmig_project") or ".")).resolve()


def named(config: pytest.Config) -> str | None:
    """The URL of the server that somebody has named for tests."""
    said = config.getoption("pgmig_url")
    return str(said or os.environ.get("PGMIG_TEST_URL") or config.getini("pgmig_url")) or None


def server(config: pytest.Config) -> str:
    """The URL of the server for tests.

    Raises:
        NoTestServer: none is named, and there is no PostgreSQL here.
        PgmigError: as `testing.find_server` says.
    """
    return named(config) or testing.find_server(settings_of(folder(config)))


def project(config: pytest.Config) -> Project:
    """The project under test.

    Raises:
        PgmigError: as `testing.open_project` says.
    """
    return open_project(folder(config), seeds_env=str(config.getini("pgmig_seeds_env")) or None)


@contextmanager
def opened(config: pytest.Config, at: str | Executor) -> Generator[Session]:
    """The session of this process on the server `at`."""
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    with told(), testing.opened(_url_of(at), project(config), worker) as session:
        yield session


@contextmanager
def database(request: pytest.FixtureRequest, session: Session) -> Generator[Database]:
    """The database of one test, as its markers say."""
    is_seeded = request.node.get_closest_marker("no_seeds") is None
    with told(), session.database(_version(request), is_seeded=is_seeded) as made:
        yield made


def fill(
    config: pytest.Config | None, parts: dict[str, str], version: int | None, *, is_seeded: bool
) -> None:
    """Fill a database of pytest-postgresql.

    Raises:
        PgmigError: as `testing.fill` says.
    """
    here = project(config) if config is not None else open_project(Path.cwd())
    testing.fill(as_url(parts), here, version=version, is_seeded=is_seeded)


def _url_of(at: str | Executor) -> str:
    """The URL that the fixture pgmig_server gives."""
    if isinstance(at, str) and at:
        return at
    if not isinstance(at, Executor):
        message = (
            f"pgmig: the fixture pgmig_server gives {at!r}, not the URL of a server or what a"
            " process fixture of pytest-postgresql gives"
        )
        raise pytest.fail.Exception(message, pytrace=False)
    database = str(getattr(at, "maintenance_dbname", "postgres"))
    parts = {"host": at.host, "port": str(at.port), "user": at.user, "dbname": database}
    return as_url(parts | {"password": at.password or ""})


def _version(request: pytest.FixtureRequest) -> int | None:
    marker = request.node.get_closest_marker("at_version")
    if marker is None:
        return None
    said = (*marker.args, *marker.kwargs.values())
    match said:
        case (int(version),) if version >= 0 and not isinstance(version, bool):
            return version
        case _:
            raise NoTestVersion(version=said[0] if said else None, where=request.node.nodeid)
