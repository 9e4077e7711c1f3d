"""Databases for the tests of a project."""

from pgmig.errors.base import PgmigError, UsageError

_NAME_IT = "pytest --pgmig-url URL, or PGMIG_TEST_URL"


class NoTestServer(UsageError):
    """There is no server on which databases for tests could be made."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(
            f"no server for test databases: {reason}",
            do="install PostgreSQL, or `pip install 'pgmig-engine[embedded]'`, or name a server on"
            f" which databases may be made and dropped: {_NAME_IT}",
        )
        self.reason = reason


class OtherTestServer(UsageError):
    """The environment would lead to another server than the one that is named for tests.

    Attributes:
        keyword: of libpq, that the environment or a service file sets.
    """

    def __init__(self, *, server: str, keyword: str) -> None:
        super().__init__(
            f"{keyword} comes from the environment or a service file: tests would run elsewhere",
            where=server,
            do=f"unset it, or write {keyword} into the URL of the server for tests",
        )
        self.server = server
        self.keyword = keyword


class PooledTestServer(UsageError):
    """A pooler stands before the server for tests."""

    def __init__(self, *, server: str) -> None:
        super().__init__(
            "a pooler stands before the server for tests",
            where=server,
            do=f"name the server itself: {_NAME_IT}",
        )
        self.server = server


class NoTestProject(UsageError):
    """Tests want a migrated database, and there are no scripts."""

    def __init__(self, *, folder: str) -> None:
        super().__init__(
            "no project for test databases: no pgmig.toml, no migrations directory",
            where=folder,
            do="name the project's folder in pytest's settings: pgmig_project = DIR",
        )
        self.folder = folder


class NoTestVersion(UsageError):
    """A test asks for a version that no script has."""

    def __init__(self, *, version: object, where: str, known: str = "") -> None:
        super().__init__(
            f"at_version({version!r}) names no script",
            where=where,
            do="write at_version(N) with the number of a script"
            + (f", one of {known}" if known else "")
            + ", or 0 for an empty database",
        )
        self.version = version


class FilesChanged(PgmigError):
    """A script or a file of rows was changed while a template was made of it."""

    def __init__(self, *, folder: str) -> None:
        super().__init__(
            "a script or a file of rows was changed while the database for tests was made",
            where=folder,
            do="run the tests again",
        )
        self.folder = folder
