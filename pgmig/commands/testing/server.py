"""The server on which a session of tests makes its databases.

Each session holds an advisory lock whose number stands in the names of its databases. Whoever
finds such a name without its lock drops the database: its session was killed.
"""

import logging
import re
import secrets
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import LiteralString

from pgmig.commands.server import local
from pgmig.commands.settings import Settings
from pgmig.commands.testing.address import as_url, whole
from pgmig.commands.testing.carried import carry_over
from pgmig.db import Connection, address, connect, describe_url
from pgmig.db.advisory import try_lock
from pgmig.db.execute import fetch, run
from pgmig.ddl import ident_text
from pgmig.errors import NoTestServer, PooledTestServer, PostgresNotFound, ServerRefused

logger = logging.getLogger(__name__)

EMPTY = "template0"

_CLASS = 0x7067_6D74  # "pgmt", the upper half of the numbers of our locks
_CLONE = re.compile(r"pgmig_test_([0-9a-f]{8})_.*")
_LONGEST_WORKER = 30  # characters; a name of PostgreSQL has at most 63
_NO_DATABASE = "3D000"

_FACTS: LiteralString = """
SELECT current_user::text, pg_catalog.current_setting('fsync') = 'off'
"""

# Locks of one bigint show in pg_locks with objsubid 1, the halves in classid and objid
# (view-pg-locks.html); those of all databases do.
_LEFTOVERS: LiteralString = """
SELECT d.datname::text FROM pg_catalog.pg_database d
 WHERE d.datname ~ '^pgmig_test_[0-9a-f]{8}_'
"""
_HELD: LiteralString = """
SELECT l.objid::bigint FROM pg_catalog.pg_locks l
 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid::bigint = %s
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server on which this session makes and drops databases.

    Attributes:
        url: of one of its databases.
        admin: the session that makes them.
        token: of the lock that it holds.
        worker: of pytest-xdist, in the names of databases.
        user: as whom.
        is_fleeting: nothing is durable there: copies of files are quicker than a log of them.
    """

    url: str
    admin: Connection = field(repr=False)
    token: int
    worker: str
    user: str
    is_fleeting: bool
    numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.admin.info.server_version // 10000

    def url_of(self, name: str) -> str:
        """The URL of one of its databases."""
        return as_url({**address.read(self.url), "dbname": name})

    def new_name(self) -> str:
        """For a database that goes with this session, if not before."""
        return f"pgmig_test_{self.token:08x}_{self.worker}_{next(self.numbers)}"

    def copy(self, template: str, owner: str | None = None) -> str:
        """The name of a new database that is a copy, with what was set for the other one.

        Raises:
            ServerRefused: the template is not there, or somebody is connected to it.
        """
        name = self.new_name()
        strategy = " STRATEGY file_copy" if self.is_fleeting and self.major >= 15 else ""
        of = f" OWNER {ident_text(owner)}" if owner is not None else ""
        run(
            self.admin,
            f"CREATE DATABASE {ident_text(name)} TEMPLATE {ident_text(template)}{of}{strategy}",
        )
        if template != EMPTY:
            try:
                carry_over(self.admin, template, name)
            except ServerRefused:
                self.drop(name)
                raise
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it; one that is gone is no matter."""
        try:
            run(self.admin, f"DROP DATABASE {ident_text(name)} WITH (FORCE)")
        except ServerRefused as error:
            if error.sqlstate != _NO_DATABASE:
                raise


def find_server(settings: Settings) -> str:
    """The URL of the local server that pgmig manages, which is started when it does not run.

    Raises:
        NoTestServer: there is no PostgreSQL on this machine.
        PgmigError: as `LocalServer.start` says.
    """
    try:
        return local(settings.server).start()
    except PostgresNotFound as error:
        raise NoTestServer(reason=error.what) from None


@contextmanager
def opened(url: str, worker: str = "main") -> Generator[Server]:
    """A session on the server at `url`; what killed sessions left there is dropped first.

    Raises:
        OtherTestServer: the environment leads elsewhere.
        PooledTestServer: a pooler stands before it.
        PgmigError: as `connect` says.
    """
    url = whole(url)
    with closing(connect(url, application_name="pgmig tests")) as admin:
        if admin.is_pooled:
            raise PooledTestServer(server=describe_url(url))
        # Nothing may end this session but its process: others would take it for killed.
        run(admin, "SET idle_session_timeout = 0; SET statement_timeout = 0; SET search_path = ''")
        ((user, is_fleeting),) = fetch(admin, _FACTS)
        token = _taken(admin)
        _drop_leftovers(admin)
        yield Server(url, admin, token, worker[:_LONGEST_WORKER], str(user), bool(is_fleeting))


def _taken(admin: Connection) -> int:
    """A number that no other session has, locked for this one."""
    while True:
        token = secrets.randbits(31)
        if try_lock(admin, _CLASS << 32 | token):
            return token


def _drop_leftovers(admin: Connection) -> None:
    """Drop the databases of sessions that were killed."""
    found = [str(name) for (name,) in fetch(admin, _LEFTOVERS)]  # before the locks are looked at
    held = {int(token) for (token,) in fetch(admin, _HELD, (_CLASS,))}
    for name in found:
        match = _CLONE.fullmatch(name)
        if match is None or int(match[1], 16) in held:
            continue
        try:
            run(admin, f"DROP DATABASE {ident_text(name)} WITH (FORCE)")
        except ServerRefused as error:  # somebody was quicker, or it is another role's
            logger.debug("leftover %s stays: %s", name, error.what)
