"""Holders: who has locked relations so that nobody can read them."""

from typing import LiteralString

import psycopg

from pgmig.db.connect import Connection

LOCKED = "55P03"
"""What the server says when a lock was waited for too long."""

# Only ACCESS EXCLUSIVE is in the way of a reader, also of one who waits for it himself
# (explicit-locking.html). A prepared transaction has no process.
_HOLDERS: LiteralString = """
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), l.granted, coalesce(l.pid, 0),
    coalesce(a.usename::text, ''), coalesce(a.application_name, ''),
    pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.xact_start)
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_database d ON d.oid = l.database
JOIN pg_catalog.pg_class c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
    AND d.datname = pg_catalog.current_database() AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
ORDER BY l.granted DESC, a.xact_start, 1 LIMIT 5
"""


def holders(conn: Connection) -> list[str]:
    """Each relation that nobody can read now, with who is at fault, in words; five at most.

    Args:
        conn: a session in no transaction.
    """
    try:
        conn.execute("BEGIN READ ONLY")
        conn.execute("SELECT pg_catalog.set_config('search_path', '', true)")
        rows = conn.execute(_HOLDERS).fetchall()
        conn.execute("ROLLBACK")
    except psycopg.Error:  # the first failure is the one to tell; the session is given up
        conn.close()
        return []
    return [_words(*row) for row in rows]


def _words(
    relation: str, granted: object, pid: int, user: str, application: str, age: float | None
) -> str:
    has = "is locked by" if granted else "is waited for in ACCESS EXCLUSIVE mode by"
    if not pid:
        return f"{relation} {has} a prepared transaction"
    who = application or "a session without a name"
    of = f" of {user}" if user else ""
    since = "" if age is None else f", open for {age:.0f} s"
    return f"{relation} {has} {who}{of} (pid {pid}{since})"
