"""The runner lock: one runner a database at a time."""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from secrets import SystemRandom
from typing import Final

from pgmig import db
from pgmig.db import Connection, advisory
from pgmig.engine.options import Listener
from pgmig.errors import RunnerBusy

logger = logging.getLogger(__name__)

LOCK_KEY: Final = 0x70676D6967  # "pgmig" in ASCII, as one bigint: 482771560807

_POLL = (0.05, 0.25)  # seconds between two questions: a crowd spreads out


@contextmanager
def runner_lock(conn: Connection, timeout: int, listener: Listener) -> Generator[None]:
    """Hold the runner lock of the connected database on this very session.

    Args:
        conn: the session that will do the work.
        timeout: milliseconds to wait for another runner.
        listener: hears who holds the lock while we wait.

    Raises:
        RunnerBusy: another runner held it all the time.
    """
    _acquire(conn, timeout, listener)
    try:
        yield
    finally:
        if not conn.closed and not conn.broken:
            _release(conn)


def _acquire(conn: Connection, timeout: int, listener: Listener) -> None:
    began = time.monotonic()
    told: str | None = None
    while not advisory.try_lock(conn, LOCK_KEY):
        who = advisory.holder(conn, LOCK_KEY)
        if who is not None and str(who) != told:
            told = str(who)
            logger.info("waiting for the runner lock, held by %s", told)
            listener.on_wait(told)
        waited = time.monotonic() - began
        if waited * 1000 >= timeout:
            raise RunnerBusy(target=db.describe(conn), holder=told or "", waited=waited)
        time.sleep(min(SystemRandom().uniform(*_POLL), max(0.0, timeout / 1000 - waited)))


def _release(conn: Connection) -> None:
    if not advisory.unlock(conn, LOCK_KEY):
        logger.warning("the runner lock was gone before the run ended")
