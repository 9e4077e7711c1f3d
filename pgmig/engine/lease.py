"""The lease: the runner lock behind a pooler, where a lock of a session would be a stranger's.

One row of `pgmig.lease` names the holder. Its token is one more each time that somebody takes it,
and whoever writes history checks its own token in the same transaction (`Hold.fence`): a runner
that slept and was taken for dead cannot commit. A second session writes a sign of life.
"""

import logging
import os
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, LiteralString

from pgmig import db
from pgmig.db import Connection
from pgmig.db.connect import again
from pgmig.db.execute import cancel, fetch, settled
from pgmig.engine.hold import LOCK_KEY, Hold
from pgmig.errors import PgmigError, ServerRefused

logger = logging.getLogger(__name__)

TERM: Final = 15
"""Seconds without a sign of life after which a lease is anybody's."""

_BEAT: Final = 3.0  # seconds between two signs of life
_LOCK_NOT_AVAILABLE: Final = "55P03"

# Two may want it at once: the second waits for the row, then no longer finds it free. A runner
# with a lock of its session excludes both.
_TAKE: LiteralString = """
WITH alone AS MATERIALIZED (
    SELECT pg_catalog.pg_try_advisory_xact_lock(%s::bigint) AS is_alone
), taken AS (
    UPDATE pgmig.lease l SET token = l.token + 1, holder = %s,
        taken_at = pg_catalog.clock_timestamp()
    FROM alone
    WHERE is_alone AND (l.holder IS NULL OR NOT EXISTS (
        SELECT FROM pgmig.heartbeat b WHERE b.token = l.token
            AND b.at >= pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => %s)))
    RETURNING l.token
)
INSERT INTO pgmig.heartbeat AS b (token, at)
SELECT token, pg_catalog.clock_timestamp() FROM taken
ON CONFLICT (is_only) DO UPDATE SET token = EXCLUDED.token, at = EXCLUDED.at, doing = NULL
RETURNING b.token
"""

# A script took the row away: the new token is none that anybody ever had.
_MEND: LiteralString = """
INSERT INTO pgmig.lease (token)
SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint
WHERE NOT EXISTS (SELECT FROM pgmig.lease)
ON CONFLICT DO NOTHING
"""

_BEAT_SQL: LiteralString = """
UPDATE pgmig.heartbeat b SET at = pg_catalog.clock_timestamp(), doing = %s
WHERE b.token = %s AND EXISTS (SELECT FROM pgmig.lease l WHERE l.token = b.token)
RETURNING b.token
"""

_RELEASE: LiteralString = """
UPDATE pgmig.lease SET holder = NULL WHERE token = %s
"""

_IS_THERE: LiteralString = """
SELECT pg_catalog.to_regclass('pgmig.heartbeat') IS NOT NULL
"""

_END: LiteralString = """
UPDATE pgmig.lease SET token = token + 1, holder = NULL WHERE holder IS NOT NULL
"""

_HOLDER: LiteralString = """
SELECT l.holder, coalesce(b.doing, ''), pg_catalog.date_trunc('second', l.taken_at)::text,
    coalesce(b.at >= pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => %s), false)
FROM pgmig.lease l LEFT JOIN pgmig.heartbeat b ON b.token = l.token
WHERE l.holder IS NOT NULL
"""


def take(conn: Connection) -> int | None:
    """Take the lease when nobody has it; its token, or None."""
    try:
        rows = fetch(conn, _TAKE, (LOCK_KEY, _me(conn), TERM))
    except ServerRefused as error:
        if error.sqlstate != _LOCK_NOT_AVAILABLE:
            raise
        return None  # its holder is just committing
    for (token,) in rows:
        return int(token)
    fetch(conn, _MEND)
    return None


def holder(conn: Connection) -> str | None:
    """Who has the lease, for people; None when nobody does."""
    for name, doing, since, is_alive in _holders(conn):
        if is_alive:
            return f"{name} since {since}" + (f", at {doing}" if doing else "")
    return None


def excluded(conn: Connection) -> bool:
    """Whether a runner behind a pooler has the lease, asked by one with the lock of its session.

    A lease without a sign of life is ended: whoever had it cannot commit any more.
    """
    for *_, is_alive in _holders(conn):
        if is_alive:
            return True
        fetch(conn, _END)
    return False


def _holders(conn: Connection) -> list[tuple[Any, ...]]:
    with settled(conn):
        ((is_there,),) = fetch(conn, _IS_THERE)
        return fetch(conn, _HOLDER, (TERM,)) if is_there else []


@contextmanager
def kept(conn: Connection, hold: Hold) -> Generator[Hold]:
    """Keep the lease alive with a second session, and give it back at the end."""
    heart = _Heart(conn, hold)
    heart.start()
    try:
        yield hold
    finally:
        heart.stop()
        if not conn.closed and not conn.broken:
            _release(conn, hold)


def _release(conn: Connection, hold: Hold) -> None:
    """Give the lease back; how the run ended is not to be hidden by that."""
    try:
        fetch(conn, _RELEASE, (hold.token,))
    except ServerRefused as error:
        logger.warning("the lease ends in %d s by itself: %s", TERM, error.what)


class _Heart(threading.Thread):
    """The signs of life of one lease, on a session of their own."""

    def __init__(self, conn: Connection, hold: Hold) -> None:
        super().__init__(name="pgmig lease", daemon=True)
        self._conn = conn
        self._hold = hold
        self._is_over = threading.Event()

    def run(self) -> None:
        session: Connection | None = None
        while not self._is_over.wait(_BEAT):
            try:
                session = session or again(self._conn)
                if not fetch(session, _BEAT_SQL, (self._hold.doing, self._hold.token)):
                    self._lose()
                    break
            except PgmigError as error:
                logger.debug("no sign of life could be given: %s", error)
                if session is not None and (session.closed or session.broken):
                    session = None
        if session is not None:
            session.close()

    def stop(self) -> None:
        """Give no more signs."""
        self._is_over.set()
        self.join(timeout=_BEAT)

    def _lose(self) -> None:
        """Another runner has the lease: what we run cannot be committed, so it is to stop."""
        logger.warning("the lease of %s is another runner's now", db.describe(self._conn))
        if not self._is_over.is_set():
            cancel(self._conn)


def _me(conn: Connection) -> str:
    """This process, for those that wait."""
    name = conn.info.get_parameters().get("application_name", "pgmig")
    return f"{name} ({conn.info.user} from {socket.gethostname()}, process {os.getpid()})"
