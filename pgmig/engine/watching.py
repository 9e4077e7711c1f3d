"""What the server itself says about a statement that runs long, seen from a second session.

Each look is a transaction of its own that lasts as long as its query: a snapshot or a transaction
held any longer would keep CREATE INDEX CONCURRENTLY waiting for ever. A watch never makes a run
fail: what it cannot see it leaves out, and says so at DEBUG.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.engine.hold import LOCK_KEY
from pgmig.engine.schema import settle
from pgmig.errors import PgmigError

logger = logging.getLogger(__name__)

NAME: Final = "pgmig-watch"  # not `pgmig ...`, which is how runners call themselves

_TICK = 0.25  # seconds between two looks at the clock
_LAST_WORD = 0.5  # seconds that the end of a run waits for a look that is under way

# The runner is whoever holds the runner lock; behind a pooler nobody does, and it is the session
# that works under its name, or under the command's alone where no transaction could set it. Of
# several rows the deepest tells most: CLUSTER makes its indexes anew, and each of them has a row
# too. Columns: progress-reporting.html.
_LOOK: LiteralString = """
WITH runner AS MATERIALIZED (
    SELECT a.pid, a.wait_event_type, a.application_name = pg_catalog.left(%s, 63) AS is_named,
        a.application_name LIKE 'pgmig %%' AND a.usename = SESSION_USER AS is_alike,
        a.pid IN (
            SELECT l.pid FROM pg_catalog.pg_locks l
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                AND l.database = a.datid
                AND ((l.classid::bigint << 32) | l.objid::bigint) = %s::bigint
        ) AS is_holder
    FROM pg_catalog.pg_stat_activity a
    WHERE a.datname = pg_catalog.current_database() AND a.state = 'active'
        AND a.pid <> pg_catalog.pg_backend_pid()
), work AS (
    SELECT pid, 5 AS depth, command, phase, relid,
        CASE WHEN phase LIKE 'waiting for%%' THEN 'sessions'
            WHEN tuples_total > 0 THEN 'rows' ELSE 'blocks' END AS unit,
        CASE WHEN phase LIKE 'waiting for%%' THEN lockers_done
            WHEN phase LIKE '%%sorting%%' THEN 0 -- the count is that of the phase before
            WHEN tuples_total > 0 THEN tuples_done ELSE blocks_done END AS done,
        CASE WHEN phase LIKE 'waiting for%%' THEN lockers_total
            WHEN phase LIKE '%%sorting%%' THEN 0
            WHEN tuples_total > 0 THEN tuples_total ELSE blocks_total END AS total
    FROM pg_catalog.pg_stat_progress_create_index
    UNION ALL
    SELECT pid, 4, 'ANALYZE', phase, relid, 'blocks', sample_blks_scanned, sample_blks_total
    FROM pg_catalog.pg_stat_progress_analyze
    UNION ALL
    SELECT pid, 3, 'VACUUM', phase, relid, 'blocks',
        CASE phase WHEN 'vacuuming heap' THEN heap_blks_vacuumed ELSE heap_blks_scanned END,
        heap_blks_total
    FROM pg_catalog.pg_stat_progress_vacuum
    UNION ALL
    SELECT pid, 2, command, phase, relid,
        CASE phase WHEN 'seq scanning heap' THEN 'blocks' ELSE 'rows' END,
        CASE phase WHEN 'seq scanning heap' THEN heap_blks_scanned
            WHEN 'writing new heap' THEN heap_tuples_written ELSE heap_tuples_scanned END,
        CASE phase WHEN 'seq scanning heap' THEN heap_blks_total
            WHEN 'writing new heap' THEN heap_tuples_scanned ELSE 0 END
    FROM pg_catalog.pg_stat_progress_cluster
    UNION ALL
    SELECT pid, 1, command, '', relid, CASE WHEN bytes_total > 0 THEN 'bytes' ELSE 'rows' END,
        CASE WHEN bytes_total > 0 THEN bytes_processed ELSE tuples_processed END, bytes_total
    FROM pg_catalog.pg_stat_progress_copy
)
SELECT coalesce(w.command, ''), coalesce(w.phase, ''),
    CASE WHEN c.oid IS NULL THEN '' ELSE pg_catalog.format('%%I.%%I', n.nspname, c.relname) END,
    coalesce(w.done, 0), coalesce(w.total, 0), coalesce(w.unit, ''),
    ARRAY(
        SELECT pg_catalog.format('%%s (%%s, pid %%s)',
            coalesce(nullif(b.application_name, ''), 'a session'),
            coalesce(b.usename::text, 'another role'), b.pid)
        FROM pg_catalog.pg_stat_activity b
        WHERE r.wait_event_type = 'Lock' AND b.pid = ANY (pg_catalog.pg_blocking_pids(r.pid))
        ORDER BY b.pid
    )
FROM runner r
LEFT JOIN work w ON w.pid = r.pid
LEFT JOIN pg_catalog.pg_class c ON c.oid = w.relid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE r.is_holder OR r.is_named OR r.is_alike
ORDER BY r.is_holder DESC, r.is_named DESC, w.depth DESC NULLS LAST
LIMIT 1
"""


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What the server says about the statement that runs.

    Attributes:
        command: as its progress view names it, like `CREATE INDEX CONCURRENTLY`; "" when none
            of them shows it.
        phase: as the view names it; "" when it has none.
        relation: the table it works on; "" when nobody else can see it yet.
        done: how much of the phase is done.
        total: how much there is to do; 0 when the server does not know.
        unit: of both: blocks, rows, bytes or sessions.
        waits_for: sessions whose locks it waits for.
    """

    command: str = ""
    phase: str = ""
    relation: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    waits_for: tuple[str, ...] = ()

    @property
    def percent(self) -> int | None:
        """How much of the phase is done; None when the server does not know."""
        return min(100, 100 * self.done // self.total) if self.total > 0 else None


OnLook = Callable[[float, Sight | None], None]


def look(conn: Connection, doing: str) -> Sight | None:
    """What the runner of the connected database works on; None when nothing can be seen.

    Args:
        conn: a settled session, or one behind a pooler.
        doing: the runner's application_name.

    Raises:
        ServerRefused: the server answered with an error.
    """
    for row in fetch(conn, _LOOK, (doing, LOCK_KEY)):
        command, phase, relation, done, total, unit, waits_for = row
        if command or waits_for:
            return Sight(
                command=command,
                phase=phase,
                relation=relation,
                done=done,
                total=total,
                unit=unit,
                waits_for=tuple(waits_for),
            )
    return None


class Watch:
    """Looks every now and then while something runs, in a thread of its own.

    Args:
        opened: opens the second session; called when the first look is due.
        on_look: hears how long it has been, in seconds, and what is seen, if anything; called in
            the thread, and not after `end` has returned.
        patience: seconds before the first look.
        interval: seconds between two looks.
    """

    def __init__(
        self,
        opened: Callable[[], Connection],
        on_look: OnLook,
        *,
        patience: float = 1.0,
        interval: float = 1.0,
    ) -> None:
        self._opened = opened
        self._on_look = on_look
        self._patience = patience
        self._interval = interval
        self._doing: tuple[str, float] | None = None
        self._blind: tuple[str, float] | None = None  # what could not be looked at
        self._session: Connection | None = None
        self._telling = threading.Lock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=NAME, daemon=True)

    def begin(self, doing: str) -> None:
        """Something begins: the runner now calls itself so."""
        self._doing = (doing, time.monotonic())
        if self._thread.ident is None:
            self._thread.start()

    def end(self) -> None:
        """It is over."""
        with self._telling:
            self._doing = None

    def close(self) -> None:
        """Look no more; waits a moment for the session to be closed, and no longer."""
        self.end()
        self._is_over.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=_LAST_WORD)

    def _run(self) -> None:
        last: tuple[str, float] | None = None
        due = 0.0
        while not self._is_over.wait(min(_TICK, self._interval)):
            now = self._doing
            if now is None:
                continue
            if now is not last:
                last, due = now, now[1] + self._patience
            if time.monotonic() >= due:
                due = time.monotonic() + self._interval
                self._tell(now, self._look(now))
        self._forget()

    def _tell(self, doing: tuple[str, float], sight: Sight | None) -> None:
        with self._telling:
            if self._doing is not doing:
                return
            try:
                self._on_look(time.monotonic() - doing[1], sight)
            except (PgmigError, OSError) as error:  # whoever reads is gone; the run goes on
                logger.debug("nobody hears of the progress: %s", error)
                self._is_over.set()

    def _look(self, doing: tuple[str, float]) -> Sight | None:
        if self._blind is doing:
            return None
        try:
            if self._session is None:
                self._session = self._opened()
                settle(self._session)
            return look(self._session, doing[0])
        except PgmigError as error:
            logger.debug("the server's progress cannot be seen: %s", error.what)
            self._blind = doing
            self._forget()
            return None

    def _forget(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(PgmigError):
                session.close()
