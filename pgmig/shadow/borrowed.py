"""Roles that exist on a server as long as some process needs them there.

Two proofs at once may need one role. Whoever works with a role holds an advisory lock on its name,
shared; whoever ends drops a role that was made here unless somebody else still holds the lock.
The mark on the role outlives its maker, so that one that was killed leaves nothing for ever.
"""

import logging
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager
from typing import LiteralString

from pgmig.db import connect
from pgmig.db.connect import Connection
from pgmig.db.execute import fetch, run
from pgmig.ddl import ident_text, literal_text
from pgmig.errors import ServerRefused

logger = logging.getLogger(__name__)

_MARK = "Made by pgmig for its shadow databases, and dropped after them."

_ROLE_STAYS = frozenset({"2BP01", "42704"})  # errcodes: objects depend on it; it is gone already

_ROLES: LiteralString = "SELECT rolname::text FROM pg_catalog.pg_roles"

# The first key says that it is ours; 0 is the lock for making and dropping, held for moments.
_ALONE: LiteralString = "SELECT pg_catalog.pg_advisory_lock(1885826409, 0)"
_NO_MORE: LiteralString = "SELECT pg_catalog.pg_advisory_unlock(1885826409, 0)"
_TAKE: LiteralString = (
    "SELECT pg_catalog.pg_advisory_lock_shared(1885826409, pg_catalog.hashtext(%s))"
)
_LEAVE: LiteralString = (
    "SELECT pg_catalog.pg_advisory_unlock_shared(1885826409, pg_catalog.hashtext(%s))"
)
_LAST: LiteralString = """
SELECT pg_catalog.pg_try_advisory_lock(1885826409, pg_catalog.hashtext(%s))
WHERE EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %s
    AND pg_catalog.shobj_description(oid, 'pg_authid') = %s)
"""
_LEFT: LiteralString = "SELECT pg_catalog.pg_advisory_unlock(1885826409, pg_catalog.hashtext(%s))"


@contextmanager
def borrowed(
    url: str, names: Iterable[str], make: Callable[[Connection, str], None]
) -> Generator[None]:
    """Roles of these names exist; the last who needs them drops those that were made.

    Args:
        url: of the server; the locks are of its database.
        names: of the roles.
        make: makes one that is not there.
    """
    wanted = sorted({*names})
    if not wanted:
        yield
        return
    with closing(connect(url)) as admin:
        with _alone(admin):
            known = {str(name) for (name,) in fetch(admin, _ROLES)}
            for name in wanted:
                if name not in known:
                    make(admin, name)
                    run(admin, f"COMMENT ON ROLE {ident_text(name)} IS {literal_text(_MARK)}")
                fetch(admin, _TAKE, (name,))
        try:
            yield
        finally:
            with closing(connect(url) if admin.closed else admin) as last, _alone(last):
                for name in wanted:
                    if last is admin:
                        fetch(last, _LEAVE, (name,))
                    _drop_unless_needed(last, name)


@contextmanager
def _alone(admin: Connection) -> Generator[None]:
    fetch(admin, _ALONE)
    try:
        yield
    finally:
        if not admin.closed:
            fetch(admin, _NO_MORE)


def _drop_unless_needed(admin: Connection, name: str) -> None:
    """Drop a role that was made here, unless somebody works as it or it owns something."""
    if fetch(admin, _LAST, (name, name, _MARK)) != [(True,)]:
        return
    try:
        run(admin, f"DROP ROLE {ident_text(name)}")
    except ServerRefused as error:
        if error.sqlstate not in _ROLE_STAYS:
            raise
        logger.debug("role %s stays: %s", name, error.message)
    finally:
        fetch(admin, _LEFT, (name,))
