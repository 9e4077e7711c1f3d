"""Which sessions still work on what a statement was about.

The session of a runner that died goes on until it notices, behind a pooler perhaps much later.
What a session runs is hidden from roles that are not its own; its locks and that it builds an
index are not (monitoring-stats.html, `pg_stat_progress_create_index`: of other roles' sessions the
process and the database are shown).
"""

from collections.abc import Sequence
from typing import Final, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.engine.outcome.qualifying import qualify_operators

_HEAD: Final = 10_000  # characters of a statement that are compared

# By its text, cut off at track_activity_query_size; or by a lock that only those hold who build,
# rebuild or drop an index, on the index itself or, building one, on the table.
_AT_WORK: LiteralString = """
WITH own AS MATERIALIZED (
    SELECT d.oid, pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size'))
        AS size, %s::pg_catalog.text AS head, %s::pg_catalog._oid AS tables
    FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
), holder AS MATERIALIZED (
    SELECT l.pid FROM own CROSS JOIN pg_catalog.pg_locks l
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = l.relation
    WHERE l.locktype = 'relation' AND l.database = own.oid AND l.granted
        AND coalesce(i.indrelid, l.relation) = ANY (own.tables)
        AND l.mode = ANY ('{ShareUpdateExclusiveLock,AccessExclusiveLock}'::pg_catalog._text)
        AND (i.indexrelid IS NOT NULL OR l.pid = ANY (
            SELECT p.pid FROM pg_catalog.pg_stat_progress_create_index p))
)
SELECT a.pid, coalesce(a.usename::pg_catalog.text, '-')
FROM own JOIN pg_catalog.pg_stat_activity a ON a.datid = own.oid
WHERE a.pid <> pg_catalog.pg_backend_pid() AND (
    a.pid = ANY (SELECT holder.pid FROM holder)
    OR a.state = 'active' AND a.query <> ''
        AND pg_catalog.starts_with(own.head, pg_catalog.left(a.query, 10000))
        AND (pg_catalog.left(a.query, 10000) = own.head
            OR pg_catalog.octet_length(a.query) > (own.size OPERATOR(pg_catalog.-) 5))
)
ORDER BY 1
"""
_QUERY = qualify_operators(_AT_WORK)


def at_work(conn: Connection, sql: str, tables: Sequence[int] = ()) -> tuple[str, ...]:
    """The other sessions that run this statement or work on an index of these tables, in words."""
    rows = fetch(conn, _QUERY, (sql[:_HEAD], list(tables)))
    return tuple(f"process {pid} of role {role} still works on it" for pid, role in rows)
