"""Storing fingerprints at the end of what has changed a database, for `pgmig drift`."""

import logging
from collections.abc import Callable

from pgmig.catalog.scope import Scope
from pgmig.db import Connection
from pgmig.engine import look
from pgmig.engine.fingerprints import store, store_now
from pgmig.errors import PgmigError
from pgmig.model import Snapshot

logger = logging.getLogger(__name__)


def recorder(scope: Scope) -> Callable[[Connection], None]:
    """What stores the fingerprints of a database on a session that holds the runner lock.

    A failure is logged: the scripts are applied and recorded all the same.
    """

    def at_end(conn: Connection) -> None:
        try:
            store_now(conn, scope)
        except PgmigError as error:
            logger.warning("the fingerprints are not stored: %s", error.what)
        except KeyboardInterrupt:  # the run itself is over
            logger.warning("the fingerprints are not stored: stopped")

    return at_end


def record(conn: Connection, snapshot: Snapshot) -> None:
    """Store the fingerprints of a database that was just read; a failure is logged."""
    try:
        _, state = look(conn)
        store(conn, snapshot, history_id=state.last_id)
    except PgmigError as error:
        logger.warning("the fingerprints are not stored: %s", error.what)
