"""Shadow databases: made on a scratch server, used once, dropped."""

import logging
import os
import secrets
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import LiteralString

from pgmig.db import address, connect, describe_url, with_database, with_role
from pgmig.db.connect import Connection, without_pgoptions
from pgmig.db.execute import fetch, run
from pgmig.ddl import ident_text, literal_text
from pgmig.errors import ExtensionsMissing, PostgresNotFound, ServerRefused, ShadowBehindPooler
from pgmig.shadow.borrowed import borrowed
from pgmig.shadow.server import LocalServer

logger = logging.getLogger(__name__)

_PREFIX = "pgmig_shadow_"
_TAKEN = frozenset({"42P04", "23505"})  # a database of that name was quicker

USUAL_ROLE = "postgres"
"""The role of the local server, as which scripts are proved."""

_IN_USE = "55006"  # errcodes: object_in_use, here by a subscription

_SUBSCRIPTIONS: LiteralString = """
SELECT s.subname::text FROM pg_catalog.pg_subscription s
JOIN pg_catalog.pg_database d ON d.oid = s.subdbid AND d.datname = pg_catalog.current_database()
"""

_LEFTOVERS: LiteralString = """
SELECT datname::text FROM pg_catalog.pg_database d
 WHERE datname LIKE 'pgmig\\_shadow\\_%'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)
"""

_IS_USED: LiteralString = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE datname = %s)
"""


@dataclass(frozen=True, slots=True)
class ShadowServer:
    """A server on which databases may be made and dropped at will.

    Attributes:
        url: a connection string to one of its databases, as a role that may create databases.
        major: its major version.
        is_ours: whether it is the local server that pgmig manages.
        role: the role that its sessions have, where `as_usual` was asked; "" elsewhere.
    """

    url: str
    major: int
    is_ours: bool
    role: str = ""

    @property
    def _strategy(self) -> str:
        """Half as slow as the default where nothing is durable; it begins with a checkpoint."""
        return " STRATEGY file_copy" if self.is_ours and self.major >= 15 else ""

    @contextmanager
    def database(self, template: str = "template0") -> Generator[str]:
        """The connection string of a new database, dropped at the end.

        Args:
            template: the database that it is a copy of, which nobody may be connected to; without
                one it is empty.
        """
        name = self._made(template)
        try:
            yield with_database(self.url, name)
        finally:
            self._drop(name)

    @contextmanager
    def keeping(self, name: str, template: str = "template0") -> Generator[str]:
        """The same, kept under `name` when nothing failed, and closed to everybody.

        It has a shadow database's name until it is whole: whoever is killed before leaves one
        that the next start drops. When the name is taken by then, that database stays.
        """
        made = self._made(template)
        try:
            yield with_database(self.url, made)
            with closing(connect(self.url)) as admin:
                run(admin, f"ALTER DATABASE {ident_text(made)} ALLOW_CONNECTIONS false")
                run(admin, f"ALTER DATABASE {ident_text(made)} RENAME TO {ident_text(name)}")
        except ServerRefused as error:
            self._drop(made)
            if error.sqlstate not in _TAKEN:
                raise
        except BaseException:
            self._drop(made)
            raise

    def refill(self, url: str, template: str = "template0") -> bool:
        """Put a copy of `template` in the place of the shadow database at `url`.

        False when somebody is connected there: nothing was done.

        Raises:
            ServerRefused: there is no such template; the database is empty then.
        """
        name = address.read(url).get("dbname", "")
        if not name.startswith(_PREFIX):
            message = f"{name} is no shadow database"
            raise ValueError(message)
        with closing(connect(self.url)) as admin:
            ((is_used,),) = fetch(admin, _IS_USED, (name,))
            if is_used:  # DROP DATABASE would wait five seconds for it to go
                return False
            run(admin, f"DROP DATABASE {ident_text(name)}")
            try:
                run(admin, self._create(name, template))
            except ServerRefused:
                run(admin, self._create(name, "template0"))
                raise
        return True

    def _made(self, template: str) -> str:
        name = f"{_PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
        with closing(connect(self.url)) as admin:
            run(admin, self._create(name, template))
        return name

    def _create(self, name: str, template: str) -> str:
        of = ident_text(template)
        return f"CREATE DATABASE {ident_text(name)} TEMPLATE {of}{self._strategy}"

    def _drop(self, name: str) -> None:
        with closing(connect(self.url)) as admin:
            try:
                run(admin, f"DROP DATABASE {ident_text(name)} WITH (FORCE)")
            except ServerRefused as error:
                if error.sqlstate != _IN_USE:
                    raise
                self._drop_subscriptions(name)
                run(admin, f"DROP DATABASE {ident_text(name)} WITH (FORCE)")

    def _drop_subscriptions(self, name: str) -> None:
        """Drop those that scripts have made: they keep their database from being dropped."""
        with closing(connect(with_database(self.url, name))) as own:
            for (subscription,) in fetch(own, _SUBSCRIPTIONS):
                of = f"SUBSCRIPTION {ident_text(str(subscription))}"
                for text in (f"ALTER {of} DISABLE", f"ALTER {of} SET (slot_name=NONE)"):
                    run(own, text)
                run(own, f"DROP {of}")

    @contextmanager
    def roles(self, names: Iterable[str]) -> Generator[None]:
        """Roles of these names exist: those that do not are made without login.

        On a server that is not ours those that were made go when nobody needs them any more.
        """
        if not self.is_ours:
            with borrowed(self.url, names, _make_role):
                yield
            return
        with closing(connect(self.url)) as admin:
            rows = fetch(admin, "SELECT rolname::text FROM pg_catalog.pg_roles")
            for name in sorted({*names}.difference(str(name) for (name,) in rows)):
                _make_role(admin, name)
        yield

    @contextmanager
    def superusers(self, names: Iterable[str]) -> Generator[None]:
        """Roles of these names exist and may do everything, as far as we may see to it.

        Those that can log in stay what they are: somebody works with them. So do, on a server that
        is not ours, all that exist; those that are made there go when nobody needs them any more.
        """
        with closing(connect(self.url)) as admin:
            may_all = _may_all(admin)
            if may_all and self.is_ours:
                _make_superusers(admin, names)
        if self.is_ours or not may_all:
            yield
            return
        with borrowed(self.url, names, _make_superuser):
            yield

    @contextmanager
    def as_usual(self) -> Generator["ShadowServer"]:
        """The same server with sessions of the role that the local server has, where that can be.

        What scripts make belongs to whoever runs them and fingerprints name owners, so that one is
        like the next only where the same role runs them. A superuser can take any role; on a
        server where it is not there it is made, and goes when no process works as it any more.
        """
        if self.is_ours:
            yield replace(self, role=USUAL_ROLE)
            return
        with closing(connect(self.url)) as admin:
            role = _role_of(admin)
            is_other = role != USUAL_ROLE and _may_all(admin)
        with borrowed(self.url, [USUAL_ROLE] if is_other else [], _make_superuser):
            with closing(connect(self.url)) as admin:
                is_taken = is_other and _are_superusers(admin, role, USUAL_ROLE)
            url = self._url_as(USUAL_ROLE) if is_taken else self.url
            yield replace(self, url=url, role=USUAL_ROLE if is_taken else role)

    def _url_as(self, role: str) -> str:
        with closing(connect(self.url, role=role)) as conn:
            return with_role(self.url, conn)

    def require_extensions(self, names: Iterable[str]) -> None:
        """Refuse when the server lacks the files of an extension.

        Raises:
            ExtensionsMissing: names them.
        """
        with closing(connect(self.url)) as admin:
            rows = fetch(admin, "SELECT name::text FROM pg_catalog.pg_available_extensions")
        missing = sorted({*names}.difference(str(name) for (name,) in rows))
        if missing:
            raise ExtensionsMissing(names=tuple(missing), server=describe_url(self.url))


def _role_of(admin: Connection) -> str:
    ((role,),) = fetch(admin, "SELECT CURRENT_USER::text")
    return str(role)


def _are_superusers(admin: Connection, *roles: str) -> bool:
    query = "SELECT count(*) FROM pg_catalog.pg_roles WHERE rolsuper AND rolname = ANY (%s::text[])"
    ((found,),) = fetch(admin, query, ([*roles],))
    return int(str(found)) == len(roles)


def _may_all(admin: Connection) -> bool:
    ((may_all,),) = fetch(admin, "SELECT pg_catalog.current_setting('is_superuser') = 'on'")
    return bool(may_all)


def _make_role(admin: Connection, name: str) -> None:
    run(admin, f"CREATE ROLE {ident_text(name)} NOLOGIN")
    if not _may_all(admin):
        run(admin, f"GRANT {ident_text(name)} TO CURRENT_USER")


def _make_superuser(admin: Connection, name: str) -> None:
    run(admin, f"CREATE ROLE {ident_text(name)} NOLOGIN SUPERUSER")


def _make_superusers(admin: Connection, names: Iterable[str]) -> None:
    """Roles of these names exist and are superusers, where they cannot log in."""
    rows = fetch(admin, "SELECT rolname::text, rolsuper OR rolcanlogin FROM pg_catalog.pg_roles")
    known = {str(name): bool(is_settled) for name, is_settled in rows}
    for name in sorted({*names}):
        if name not in known:
            _make_superuser(admin, name)
        elif not known[name]:
            run(admin, f"ALTER ROLE {ident_text(name)} SUPERUSER")


@contextmanager
def open_server(
    major: int, *, shadow_url: str | None = None, local: LocalServer | None = None
) -> Generator[ShadowServer]:
    """A server for shadow databases.

    The one at `shadow_url`, else the local server of `major`, else the local server of the newest
    major on this machine: what the caller compares must then allow for two majors.

    Args:
        major: the target's major version.
        shadow_url: a connection string of a role that may create databases.
        local: where the local server lives; None for the usual place.

    Raises:
        PostgresNotFound: there is no PostgreSQL on this machine and no `shadow_url`.
        ConnectionFailed: the server at `shadow_url` cannot be reached.
        ShadowBehindPooler: a pooler stands before it.
    """
    if shadow_url:
        shadow_url = without_pgoptions(shadow_url)  # they are the target's, as read-only is
        with closing(connect(shadow_url)) as conn:
            if conn.is_pooled:
                raise ShadowBehindPooler(server=describe_url(shadow_url))
            found = conn.info.server_version // 10000
        yield ShadowServer(shadow_url, found, is_ours=False)
        return
    place = local or LocalServer()
    wanted = replace(place, major=major)
    try:
        url = wanted.start()
    except PostgresNotFound:
        logger.warning("no PostgreSQL %d here for the shadow: using the newest found", major)
        url = replace(place, major=None).start()
    url = without_pgoptions(url)
    with closing(connect(url)) as conn:
        _drop_leftovers(conn)
        yield ShadowServer(url, conn.info.server_version // 10000, is_ours=True)


def _drop_leftovers(admin: Connection) -> None:
    """Drop shadow databases whose process was killed before it could."""
    for (name,) in fetch(admin, _LEFTOVERS):
        owner = str(name).removeprefix(_PREFIX).split("_", maxsplit=1)[0]
        if not owner.isdigit() or is_alive(int(owner)):
            continue
        try:
            run(admin, f"DROP DATABASE {ident_text(str(name))}")
        except ServerRefused as error:  # another runner was quicker
            logger.debug("leftover %s stays: %s", literal_text(str(name)), error.what)


def is_alive(pid: int) -> bool:
    """Whether a process of this machine lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
