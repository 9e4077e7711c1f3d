"""The runner lock: one runner a database at a time.

On a session of its own a runner takes a lock of the session, which goes with the session however
that ends. Behind a pooler it takes the lease (`lease.py`). Each looks for the other kind too.
"""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from secrets import SystemRandom
from typing import LiteralString

from pgmig import db
from pgmig.db import Connection, advisory
from pgmig.db.execute import compose, fetch, send
from pgmig.engine import lease, schema
from pgmig.engine.hold import DIVISION_BY_ZERO, LOCK_KEY, Hold, alone
from pgmig.engine.options import Listener
from pgmig.engine.session import NOTICE_LOSS
from pgmig.errors import RunnerBusy, ServerRefused

__all__ = ["LOCK_KEY", "runner_lock"]

logger = logging.getLogger(__name__)

_POLL = (0.05, 0.25)  # seconds between two questions: a crowd spreads out

# What making our schema runs into when somebody else does the same.
_RIVALRY = frozenset({DIVISION_BY_ZERO, "42P06", "42P07", "23505", "42701"})

_UNLOCK: LiteralString = """
SELECT pg_catalog.count(*) FROM pg_catalog.generate_series(1, %s)
WHERE pg_catalog.pg_advisory_unlock(%s::bigint)
"""


@contextmanager
def runner_lock(conn: Connection, timeout: int, listener: Listener) -> Generator[Hold]:
    """Be the only runner of the connected database.

    Args:
        conn: the session that will do the work. Behind a pooler our schema is made, as the lease
            is in it.
        timeout: milliseconds to wait for another runner.
        listener: hears who holds the lock while we wait.

    Raises:
        RunnerBusy: another runner held it all the time.
    """
    if conn.is_pooled:
        with lease.kept(conn, _acquire(conn, timeout, listener)) as hold:
            yield hold
        return
    hold = _acquire(conn, timeout, listener)
    _notice_loss(conn)
    try:
        yield hold
    finally:
        if not conn.closed and not conn.broken:
            _release(conn, hold)


def _acquire(conn: Connection, timeout: int, listener: Listener) -> Hold:
    began = time.monotonic()
    told: str | None = None
    while (hold := _try(conn)) is None:
        who = _holder(conn)
        if who is not None and who != told:
            told = who
            logger.info("waiting for the runner lock, held by %s", told)
            listener.on_wait(told)
        waited = time.monotonic() - began
        if waited * 1000 >= timeout:
            raise RunnerBusy(target=db.describe(conn), holder=told or "", waited=waited)
        time.sleep(min(SystemRandom().uniform(*_POLL), max(0.0, timeout / 1000 - waited)))
    return hold


def _try(conn: Connection) -> Hold | None:
    """Ask once; never waits."""
    if conn.is_pooled:
        token = lease.take(conn) if _ensured(conn) else None
        return None if token is None else Hold(token)
    if not advisory.try_lock(conn, LOCK_KEY):
        return None
    if lease.excluded(conn):
        advisory.unlock(conn, LOCK_KEY)
        return None
    return Hold()


def _ensured(conn: Connection) -> bool:
    """Have our schema, which the lease is in; false when somebody else is making it."""
    home = schema.probe(conn)
    if home.is_there and not home.is_old:
        return True
    schema.require_writable(conn, home)
    try:
        schema.ensure(conn, home, alone(conn))
    except ServerRefused as error:
        if error.sqlstate not in _RIVALRY:
            raise
        return False
    return True


def _holder(conn: Connection) -> str | None:
    """Who holds the lock or the lease, for people."""
    found = advisory.holder(conn, LOCK_KEY)
    return str(found) if found is not None else lease.holder(conn)


def _notice_loss(conn: Connection) -> None:
    """Have the backend look for its client now and then, where its platform can."""
    if conn.notices_loss:
        return
    text = compose(conn, "SET client_connection_check_interval={ms}", ms=NOTICE_LOSS)
    conn.notices_loss = send(conn, text).fault is None


def _release(conn: Connection, hold: Hold) -> None:
    try:
        ((held,),) = fetch(conn, _UNLOCK, (hold.taken, LOCK_KEY))
        # What scripts locked for the session: the caller may go on with it.
        fetch(conn, "SELECT pg_catalog.pg_advisory_unlock_all()")
    except ServerRefused as error:  # how the run ended is not to be hidden by that
        logger.warning("the runner lock ends with the session: %s", error.what)
        return
    if held < hold.taken:
        logger.warning("a script let the runner lock go; it was taken again")
