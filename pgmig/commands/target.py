"""Target: a database to work on, as whom, and how long to wait for its server."""

from collections.abc import Callable
from contextlib import closing

import msgspec

from pgmig.commands.protection import Protections
from pgmig.db import Connection, connect, describe, with_role
from pgmig.errors import RoleBehindPooler


class Target(msgspec.Struct, frozen=True):
    """A database and the way to it. A connection string alone will do wherever one is taken.

    Attributes:
        url: the connection string; "" lets libpq find the database.
        role: the role to work as (SET ROLE), in place of the one that logs in.
        wait: milliseconds to go on trying while the server is starting or not there.
        on_wait: hears once what is waited for.
        protections: what must hold of scripts before they run there.
    """

    url: str
    role: str | None = None
    wait: int = 0
    on_wait: Callable[[str], None] | None = None
    protections: Protections = Protections()

    def __repr__(self) -> str:
        """Without the connection string: it may hold a password."""
        return f"Target(role={self.role!r}, wait={self.wait!r})"


def session(target: str | Target, *, application_name: str = "pgmig") -> Connection:
    """A session on the target, as its role.

    Raises:
        PgmigError: as `db.connect` says.
    """
    if isinstance(target, str):
        return connect(target, application_name=application_name)
    return connect(
        target.url,
        application_name=application_name,
        role=target.role,
        wait=target.wait,
        on_wait=target.on_wait,
    )


def ready(target: Target) -> str:
    """The target as a connection string alone, its role in it, once its server is there.

    Raises:
        RoleBehindPooler: a pooler is in between, which takes no settings for a session.
        PgmigError: as `db.connect` says.
    """
    if target.role is None and not target.wait:
        return target.url
    with closing(session(target)) as conn:
        if conn.is_pooled and conn.role is not None:
            raise RoleBehindPooler(target=describe(conn), role=conn.role)
        return with_role(target.url, conn)
