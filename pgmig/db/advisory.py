"""The advisory lock that one session of a database holds at a time, asked for without waiting.

A session that blocks on a lock holds a snapshot, and `CREATE INDEX CONCURRENTLY` waits for every
older snapshot: a blocked waiter and the holder would wait for each other for ever. Polling holds
nothing between two questions.
"""

from datetime import datetime
from typing import LiteralString

import msgspec

from pgmig.db.connect import Connection
from pgmig.db.execute import fetch

# Locks of one bigint show in pg_locks with objsubid 1, the halves in classid and objid
# (view-pg-locks.html).
_HOLDER: LiteralString = """
SELECT l.pid, coalesce(a.application_name, ''), coalesce(a.usename::text, ''),
    coalesce(pg_catalog.host(a.client_addr), 'a local socket'), a.backend_start
FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
        WHERE d.datname = pg_catalog.current_database())
    AND ((l.classid::bigint << 32) | l.objid::bigint) = %s::bigint
"""


class Holder(msgspec.Struct, frozen=True):
    """The session that holds a lock, as pg_stat_activity shows it.

    Attributes:
        pid: its backend.
        application_name: as it calls itself.
        user: the role it logged in as.
        host: where it connects from.
        since: when it connected; None when this role may not see it.
    """

    pid: int
    application_name: str
    user: str
    host: str
    since: datetime | None

    def __str__(self) -> str:
        """For people: who, where from, since when."""
        name = self.application_name or "a session without a name"
        since = f" since {self.since:%Y-%m-%d %H:%M:%S%z}" if self.since else ""
        return f"{name} ({self.user or 'another role'} from {self.host}, pid {self.pid}){since}"


def try_lock(conn: Connection, key: int) -> bool:
    """Take the lock for this session when nobody holds it; never waits."""
    ((is_taken,),) = fetch(conn, "SELECT pg_catalog.pg_try_advisory_lock(%s::bigint)", (key,))
    return bool(is_taken)


def unlock(conn: Connection, key: int) -> bool:
    """Let the lock go; false when this session did not hold it."""
    ((was_held,),) = fetch(conn, "SELECT pg_catalog.pg_advisory_unlock(%s::bigint)", (key,))
    return bool(was_held)


def holder(conn: Connection, key: int) -> Holder | None:
    """Who holds the lock; None when it was let go meanwhile."""
    for row in fetch(conn, _HOLDER, (key,)):
        return Holder(*row)
    return None
