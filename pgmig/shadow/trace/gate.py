"""Gate: holds a statement up, step by step, that runs alone, so that its locks can be seen.

A statement that the server refuses in a transaction block commits on its way, and its locks are
gone when it is done: CREATE INDEX CONCURRENTLY, VACUUM. Two sessions take turns to stand in its
way: each holds a snapshot, which CONCURRENTLY waits for, and a lock on every table that the
statement may mean. Whenever the statement waits, its locks are read; then the other session closes
its gate, except where the statement already is, and the first opens. So it moves from one wait to
the next, and what it holds there is seen every time, however quick it is.

It is for shadow databases only: elsewhere others would wait at the gate too.
"""

import logging
import select
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import LiteralString

from pgmig.db import Connection, connect
from pgmig.db.execute import fetch, run, send
from pgmig.shadow.trace.values import MODES

logger = logging.getLogger(__name__)

_PAUSE = 0.002  # seconds between two looks

# SHARE keeps out what a statement of this sort begins with, and both gates can have it; but REINDEX
# begins with SHARE itself, and is kept from its indexes, which whoever plans a query locks. Where
# the statement is already, ACCESS SHARE still keeps it from ACCESS EXCLUSIVE.
_GATES: tuple[LiteralString, ...] = (
    "LOCK TABLE ONLY {name} IN SHARE MODE NOWAIT;SELECT FROM ONLY {name} WHERE false",
    "LOCK TABLE ONLY {name} IN SHARE MODE NOWAIT",
    "LOCK TABLE ONLY {name} IN ACCESS SHARE MODE NOWAIT",
)

# Which tables stand in the text by name, or by the name of an index, with their partitions; a guess
# that costs nothing when it is wrong. Where none does, as in REINDEX SCHEMA, any may be meant.
_MEANT: LiteralString = """
WITH RECURSIVE words AS (
    SELECT pg_catalog.regexp_split_to_array(v.text, '[^[:alnum:]_$]+') AS found, v.text
    FROM (VALUES (%s::text), (%s)) v (text)
), named AS (
    SELECT coalesce(i.indrelid, c.oid) AS oid FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    JOIN words w ON c.relname::text = ANY (w.found)
        OR c.relname ~ '[^[:alnum:]_$]' AND pg_catalog.strpos(w.text, c.relname) > 0
    WHERE c.relkind IN ('r', 'p', 'i', 'I') AND c.oid >= 16384
    UNION SELECT h.inhrelid FROM named JOIN pg_catalog.pg_inherits h ON h.inhparent = named.oid
)
SELECT t.oid, pg_catalog.format('%%I.%%I', n.nspname, t.relname)
FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p') AND t.oid >= 16384 AND t.relpersistence <> 't'
    AND n.nspname NOT LIKE 'pg\\_%%'
    AND (t.oid IN (SELECT named.oid FROM named) OR NOT EXISTS (SELECT FROM named))
ORDER BY 1 LIMIT 100
"""

_LOCKS: LiteralString = """
SELECT l.relation, l.mode, l.granted FROM pg_catalog.pg_locks l
WHERE l.pid = %s AND (l.locktype = 'relation' AND l.mode <> 'SIReadLock' OR NOT l.granted)
"""

_IS_BUSY: LiteralString = """
SELECT a.state = 'active' AND a.wait_event_type IS DISTINCT FROM 'Client'
FROM pg_catalog.pg_stat_activity a WHERE a.pid = %s
"""


@dataclass(slots=True)
class Gate:
    """Watches one session from two others.

    Attributes:
        url: of the database that the session is in.
        watched: the session.
        stack: closes the other two.
    """

    url: str
    watched: Connection
    stack: ExitStack
    _sessions: list[Connection] = field(default_factory=list[Connection])
    _meant: list[str] = field(default_factory=list[str])
    _modes: dict[int, str] = field(default_factory=dict[int, str])

    def close(self, sql: str) -> None:
        """Stand in the way of a statement that is about to be sent."""
        if not self._sessions:
            for _ in range(2):
                self._sessions.append(self.stack.enter_context(closing(connect(self.url))))
        self._modes = {}
        rows = fetch(self._sessions[0], _MEANT, (sql, sql.lower()))
        self._meant = [str(name) for _, name in rows]
        self._close(self._sessions[0])

    def watch(self) -> None:
        """Lead the statement through, until it is done."""
        socket = self.watched.pgconn.socket
        pid = self.watched.info.backend_pid
        active, free = self._sessions
        try:
            while True:
                is_answered = bool(select.select([socket], [], [], _PAUSE)[0])
                if self._is_waiting(free, pid):
                    self._close(free)
                    run(active, "COMMIT")
                    active, free = free, active
                elif is_answered and not self._is_busy(free, pid):
                    return
                elif is_answered:  # a notice, not the end
                    time.sleep(_PAUSE)
        finally:
            for session in (active, free):
                send(session, "ROLLBACK")

    def modes(self) -> dict[int, str]:
        """The strongest mode of each relation that the statement was seen to hold or wait for."""
        return self._modes

    def _is_waiting(self, free: Connection, pid: int) -> bool:
        """Whether the statement waits for a lock; the locks are noted."""
        is_waiting = False
        for oid, mode, is_granted in fetch(free, _LOCKS, (pid,)):
            is_waiting = is_waiting or not is_granted
            if oid is not None:
                known = self._modes.get(oid, mode)
                self._modes[oid] = max(known, mode, key=MODES.index)
        return is_waiting

    def _is_busy(self, free: Connection, pid: int) -> bool:
        return any(is_busy for (is_busy,) in fetch(free, _IS_BUSY, (pid,)))

    def _close(self, session: Connection) -> None:
        run(session, "BEGIN ISOLATION LEVEL REPEATABLE READ;SET LOCAL lock_timeout = 1")
        for name in self._meant:
            for gate in _GATES:
                reply = send(session, f"SAVEPOINT gate;{gate.format(name=name)}")
                if reply.fault is None:
                    break
                logger.debug("no gate before %s: %s", name, reply.fault.message)
                run(session, "ROLLBACK TO SAVEPOINT gate")
        fetch(session, "SELECT 1")  # the snapshot
