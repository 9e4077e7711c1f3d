"""The databases of one session of tests."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from pgmig.commands.down import down
from pgmig.commands.target import Target
from pgmig.commands.testing import template as templates
from pgmig.commands.testing.project import Project, Recipe
from pgmig.commands.testing.server import Server
from pgmig.commands.testing.server import opened as server_opened
from pgmig.commands.testing.template import Template
from pgmig.commands.up import up
from pgmig.db import connect
from pgmig.errors import PgmigError


@dataclass(frozen=True, slots=True)
class Database:
    """A database of a test's own.

    Attributes:
        url: its URL, as libpq, SQLAlchemy and others read it; may hold a password.
        name: of it.
    """

    url: str = field(repr=False)
    name: str
    project: Project = field(repr=False)

    def up(self, version: int | None = None) -> None:
        """Apply the pending scripts of the project, up to `version` when it is given.

        Raises:
            PgmigError: as `pgmig up` says; without the frames of pgmig.
        """
        try:
            up(self._target(), self.project.settings.migrations, to=version)
        except PgmigError as error:
            raise error.with_traceback(None) from None

    def down(self, version: int | None = None) -> None:
        """Take back the last applied script, or all above `version`.

        Raises:
            PgmigError: as `pgmig down` says; without the frames of pgmig.
        """
        try:
            down(self._target(), self.project.settings.migrations, to=version)
        except PgmigError as error:
            raise error.with_traceback(None) from None

    def _target(self) -> Target:
        return Target(self.url, self.project.settings.role)


@dataclass(frozen=True, slots=True)
class Session:
    """Where the tests of one process get their databases.

    Attributes:
        server: on which they are made.
        project: whose scripts they have.
    """

    server: Server
    project: Project
    _known: dict[tuple[int | None, bool], tuple[Recipe, Template]] = field(
        default_factory=dict[tuple[int | None, bool], tuple[Recipe, Template]], repr=False
    )

    def template(self, version: int | None = None, *, is_seeded: bool = True) -> Template:
        """The template of a version; as `Project.recipe` says.

        Raises:
            PgmigError: a script or a file of rows fails.
        """
        return self._found(version, is_seeded=is_seeded)[1]

    @contextmanager
    def database(
        self, version: int | None = None, *, is_seeded: bool = True
    ) -> Generator[Database]:
        """A new copy of that template, dropped at the end.

        Raises:
            PgmigError: as `template`.
        """
        recipe, template = self._found(version, is_seeded=is_seeded)
        name = templates.copied(self.server, recipe, template)
        try:
            yield Database(self.server.url_of(name), name, self.project)
        finally:
            self.server.drop(name)

    def _found(self, version: int | None, *, is_seeded: bool) -> tuple[Recipe, Template]:
        """The recipe and its template; files are read once a session."""
        key = (version, is_seeded)
        if key not in self._known:
            recipe = self.project.recipe(version, is_seeded=is_seeded)
            self._known[key] = recipe, templates.ensured(self.server, recipe)
        return self._known[key]


@contextmanager
def opened(url: str, project: Project, worker: str = "main") -> Generator[Session]:
    """A session of tests on the server at `url`.

    Raises:
        PgmigError: as `testing.server.opened`.
    """
    with server_opened(url, worker) as server:
        yield Session(server, project)


def fill(url: str, project: Project, *, version: int | None = None, is_seeded: bool = True) -> None:
    """Make an empty database that somebody else made what a template is.

    Raises:
        PgmigError: as `template`.
    """
    recipe = project.recipe(version, is_seeded=is_seeded)
    with closing(connect(url)) as conn:
        templates.make_roles(conn, recipe)
    templates.fill(url, recipe)
