"""An operator's word about a statement whose outcome nobody recorded."""

from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.engine import schema
from pgmig.engine.history import State, look
from pgmig.engine.lock import runner_lock
from pgmig.engine.options import Listener, Options
from pgmig.engine.part_way import PartWay
from pgmig.errors import NothingToResolve

_RESOLVE: LiteralString = """
UPDATE pgmig.progress
SET outcome = %s, finished_at = pg_catalog.clock_timestamp(), message = %s
WHERE history_id = %s AND statement = %s AND outcome = 'started'
"""

# It begins again at its first row, or is left as it is.
_RESOLVE_BATCHES: LiteralString = """
UPDATE pgmig.progress
SET outcome = %s, finished_at = pg_catalog.clock_timestamp(), message = %s,
    before = CASE WHEN %s THEN before END
WHERE history_id = %s AND statement = %s AND outcome <> 'done'
"""


def resolve(
    conn: Connection,
    version: int,
    statement: int,
    *,
    is_done: bool,
    options: Options | None = None,
    listener: Listener | None = None,
) -> None:
    """Say of a statement whose runner died that it took effect, or that it is to run again.

    One that is part-way in batches begins again at its first row, or the rest is left as it is.

    Raises:
        NothingToResolve: it is not such a statement.
    """
    with runner_lock(conn, (options or Options()).runner_timeout, listener or Listener()):
        home, state = look(conn)
        found = require_unknown(state, version, statement)
        schema.require_writable(conn, home)
        word = "done" if is_done else "failed"
        told = "the operator said that it took effect" if is_done else "the operator said: again"
        if found.started is None:
            row = (word, told, is_done, found.history_id, statement)
            fetch(conn, _RESOLVE_BATCHES, row)
        else:
            fetch(conn, _RESOLVE, (word, told, found.history_id, statement))


def require_unknown(state: State, version: int, statement: int) -> PartWay:
    """The script that is part-way in this statement: nobody noted how it ended, or in batches.

    Raises:
        NothingToResolve: it is not such a statement.
    """
    found = state.part_way
    started = (found.started or (found.batched and found.batched.number)) if found else None
    if found is None or started is None or (found.version, started) != (version, statement):
        unknown = f"statement {started} of version {found.version}" if found and started else ""
        raise NothingToResolve(version=version, statement=statement, unknown=unknown)
    return found
