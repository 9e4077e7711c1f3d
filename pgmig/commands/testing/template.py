"""Templates: databases made of a project's files, kept on the server under their hash.

A template has a passing name until it is whole, so that half of one is never taken for it; one
session makes it, and the others wait for its lock.
"""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import LiteralString

import msgspec

from pgmig.commands.seed import seed
from pgmig.commands.target import Target
from pgmig.commands.testing.project import Project, Recipe
from pgmig.commands.testing.server import EMPTY, Server
from pgmig.commands.up import up
from pgmig.db import Connection
from pgmig.db.advisory import try_lock, unlock
from pgmig.db.execute import fetch, run
from pgmig.ddl import ident_text, literal_text
from pgmig.errors import FilesChanged, ServerRefused

logger = logging.getLogger(__name__)

KEPT = 8
"""Templates of one project on a server, those last used."""

_HOUR = 3600
_OLD = 14 * 24 * _HOUR
_BETWEEN = 0.05  # seconds between two looks at a lock
_TRIES = 5
# The database is gone, or somebody else is at it.
_GONE = frozenset({"3D000", "55006"})
_TAKEN = frozenset({"42P04", "23505"})
_ROLE_TAKEN = frozenset({"42710", "23505"})  # another session was quicker

_ALL: LiteralString = """
SELECT d.datname::text, coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), ''),
    extract(epoch FROM pg_catalog.now())::bigint
FROM pg_catalog.pg_database d WHERE d.datname ~ '^pgmig_test_template_[0-9a-f]{32}$'
"""
_IS_THERE: LiteralString = "SELECT 1 FROM pg_catalog.pg_database WHERE datname = %s"
_NOW: LiteralString = "SELECT extract(epoch FROM pg_catalog.now())::bigint"
_ROLES: LiteralString = "SELECT rolname::text FROM pg_catalog.pg_roles"
_IS_SUPERUSER: LiteralString = "SELECT pg_catalog.current_setting('is_superuser') = 'on'"


class Use(msgspec.Struct, frozen=True):
    """What the comment of a template says.

    Attributes:
        project: the folder.
        used: seconds since 1970, of the server's clock.
    """

    project: str
    used: int


@dataclass(frozen=True, slots=True)
class Template:
    """A database that the databases of tests are copies of.

    Attributes:
        name: of it.
        version: of the last script that is applied in it.
        is_seeded: it has the rows of the files.
    """

    name: str
    version: int
    is_seeded: bool


def ensured(server: Server, recipe: Recipe) -> Template:
    """The template of a recipe, made unless it is there; one session makes it at a time.

    Raises:
        PgmigError: a script or a file of rows fails; as `up` and `seed` say.
    """
    name = recipe.name(server)
    key = int.from_bytes(bytes.fromhex(name[-16:]), signed=True)
    while not _is_there(server, name):
        if not try_lock(server.admin, key):
            time.sleep(_BETWEEN)
            continue
        try:
            if not _is_there(server, name):
                _make(server, recipe, name)
        finally:
            unlock(server.admin, key)
    _note(server, name, recipe.project)
    return Template(name, recipe.version, recipe.is_seeded)


def copied(server: Server, recipe: Recipe, template: Template | None = None) -> str:
    """The name of a new copy of the recipe's template.

    Args:
        server: where.
        recipe: of the template, which is made again when somebody has dropped it meanwhile.
        template: it, when it is known.

    Raises:
        PgmigError: as `ensured`.
    """
    for tried in range(_TRIES):
        known = template if template and not tried else ensured(server, recipe)
        try:
            return server.copy(known.name, recipe.owner)
        except ServerRefused as error:
            if error.sqlstate not in _GONE or tried == _TRIES - 1:
                raise
    raise AssertionError  # the last try returns or raises


def fill(url: str, recipe: Recipe) -> None:
    """Make the empty database at `url` what the recipe says, as `pgmig up` and `seed` do.

    Raises:
        PgmigError: as these say.
    """
    settings = recipe.project.settings
    target = Target(url, recipe.owner)
    if recipe.version:
        up(target, settings.migrations, to=recipe.version)
    if recipe.is_seeded:
        seed(
            target,
            settings.seeds,
            settings.seed_rules,
            env=recipe.project.seeds_env,
            settings_file=settings.file,
        )


def make_roles(admin: Connection, recipe: Recipe) -> None:
    """Make the roles that the scripts name and the server lacks, without login.

    Raises:
        ServerRefused: this role may not.
    """
    settings = recipe.project.settings
    wanted = {role for script in recipe.scripts for role in script.up.header.roles}
    wanted |= {settings.role} if settings.role is not None else set()
    if not wanted:
        return
    here = {str(name) for (name,) in fetch(admin, _ROLES)}
    ((is_superuser,),) = fetch(admin, _IS_SUPERUSER)
    for name in sorted(wanted - here):
        try:
            run(admin, f"CREATE ROLE {ident_text(name)} NOLOGIN")
        except ServerRefused as error:
            if error.sqlstate not in _ROLE_TAKEN:
                raise
        if not is_superuser:
            run(admin, f"GRANT {ident_text(name)} TO CURRENT_USER")


def _make(server: Server, recipe: Recipe, name: str) -> None:
    make_roles(server.admin, recipe)
    made = _begun(server, recipe)
    at = ident_text(made)
    try:
        _fill_steadily(server, recipe, made, name)
        _note(server, made, recipe.project)
        run(server.admin, f"ALTER DATABASE {at} ALLOW_CONNECTIONS false")
        run(server.admin, f"ALTER DATABASE {at} RENAME TO {ident_text(name)}")
    except BaseException as error:
        with suppress(ServerRefused):
            server.drop(made)
        if not isinstance(error, ServerRefused) or error.sqlstate not in _TAKEN:
            raise
    _retire(server, recipe.project)


def _fill_steadily(server: Server, recipe: Recipe, made: str, name: str) -> None:
    """Fill the database `made`, which gets its `name` from the files that it is made of.

    Raises:
        FilesChanged: somebody has saved one meanwhile.
    """
    logger.info("making the template %s", name)
    fill(server.url_of(made), recipe)
    if recipe.again().name(server) != name:
        raise FilesChanged(folder=str(recipe.project.settings.root))


def _begun(server: Server, recipe: Recipe) -> str:
    """A copy of the template that is nearest to the recipe."""
    if recipe.is_seeded:
        return copied(server, recipe.bare())
    there = {str(name) for name, *_ in fetch(server.admin, _ALL)}
    for name in reversed(recipe.names(server) if recipe.has_steps() else []):
        if name in there:
            try:
                return server.copy(name, recipe.owner)
            except ServerRefused as error:
                if error.sqlstate not in _GONE:
                    raise
    return server.copy(EMPTY, recipe.owner)


def _is_there(server: Server, name: str) -> bool:
    return bool(fetch(server.admin, _IS_THERE, (name,)))


def _note(server: Server, name: str, project: Project) -> None:
    """Write down that the template is used now."""
    ((now,),) = fetch(server.admin, _NOW)
    note = msgspec.json.encode(Use(str(project.settings.root), int(now))).decode()
    try:
        run(server.admin, f"COMMENT ON DATABASE {ident_text(name)} IS {literal_text(note)}")
    except ServerRefused as error:  # it is gone, or another role's
        logger.debug("the use of %s is not noted: %s", name, error.what)


def _retire(server: Server, project: Project) -> None:
    """Drop templates that nobody has used for two weeks, and all but this project's last ones.

    What was used within the hour stays: a session may be at it.
    """
    mine: list[tuple[int, str]] = []
    for name, note, now in fetch(server.admin, _ALL):
        use = _read(str(note))
        age = int(now) - use.used
        if use.used and age > _OLD:
            _drop(server, str(name))
        elif use.project == str(project.settings.root):
            mine.append((age, str(name)))
    for age, name in sorted(mine)[KEPT:]:
        if age > _HOUR:
            _drop(server, name)


def _read(note: str) -> Use:
    try:
        return msgspec.json.decode(note, type=Use)
    except msgspec.DecodeError:
        return Use("", 0)


def _drop(server: Server, name: str) -> None:
    try:
        run(server.admin, f"DROP DATABASE {ident_text(name)}")
    except ServerRefused as error:  # somebody was quicker, or it is another role's
        logger.debug("template %s stays: %s", name, error.what)
