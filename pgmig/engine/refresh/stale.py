"""Whether a materialized view has other rows than its query gives now."""

import logging
from collections.abc import Sequence
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, run, send, settled
from pgmig.engine.refresh.views import View
from pgmig.engine.session import lex_as_standard

logger = logging.getLogger(__name__)

_QUERIES: LiteralString = """
SELECT v.oid::bigint, pg_catalog.rtrim(pg_catalog.pg_get_viewdef(v.oid), ';')
FROM pg_catalog.unnest(%s::oid[]) AS v (oid)
"""

# Each row in its text form, which types without an equality have too: what is counted on both sides
# leaves 0. The query runs once.
_DIFFERS = """SELECT EXISTS (
    SELECT FROM (
        SELECT (ROW(pgmig_now.*)::pg_catalog.text) COLLATE pg_catalog."C" AS line, 1 AS side
        FROM ({query}
        ) AS pgmig_now
        UNION ALL
        SELECT (ROW(pgmig_old.*)::pg_catalog.text) COLLATE pg_catalog."C", -1
        FROM ONLY {view} AS pgmig_old
    ) AS pgmig_both
    GROUP BY line HAVING pg_catalog.sum(side) OPERATOR(pg_catalog.<>) 0)"""

# As REFRESH does, the query runs as the owner of the view, where it cannot get at the rights of
# whoever asks: within such a function nobody changes the role (sql-set-role.html), else a function
# that the owner wrote could say RESET ROLE.
_FUNCTION: LiteralString = """
CREATE FUNCTION pg_temp.pgmig_differs() RETURNS pg_catalog.bool LANGUAGE sql SECURITY DEFINER """
_RESTRICTED: LiteralString = "SET search_path TO pg_catalog, pg_temp "
_BODY: LiteralString = "AS {body};"
_RESTRICTS = 170000  # REFRESH itself does (release-17.html)

_SETTINGS: LiteralString = """SET LOCAL extra_float_digits=1;SET LOCAL bytea_output='hex';
SET LOCAL check_function_bodies=off;"""
_ASK: LiteralString = "SELECT FROM pg_temp.pgmig_differs() AS is_unlike WHERE is_unlike"
_UNLIKE = "SELECT 1"


def queries(conn: Connection, views: Sequence[View]) -> dict[int, str]:
    """The query of each view, every name in it qualified; the session is settled."""
    with settled(conn):
        rows = fetch(conn, _QUERIES, ([view.oid for view in views],))
    return dict(rows)


def why_stale(conn: Connection, view: View, query: str, head: str) -> str | None:
    """Why the rows of a view are to be made anew; None when they are what its query gives.

    What cannot be compared counts as stale.

    Args:
        conn: the session, under the role's own settings.
        view: it has rows.
        query: its own.
        head: what begins a transaction.

    Raises:
        KeyboardInterrupt: Ctrl-C; the server was told to stop.
    """
    lex_as_standard(conn)
    reply = send(conn, head + _comparison(conn, view, query))
    if not reply.is_lost:
        run(conn, "ROLLBACK")
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is not None:
        logger.debug("%s was not compared: %s", view.label, reply.fault.message)
        return f"it could not be compared: {reply.fault.message}"
    return "its query gives other rows now" if reply.tag == _UNLIKE else None


def _comparison(conn: Connection, view: View, query: str) -> str:
    path = _RESTRICTED if conn.info.server_version >= _RESTRICTS else ""
    body = compose(conn, _BODY, body=_DIFFERS.format(query=query, view=view.label))
    return f"{_SETTINGS}SET LOCAL ROLE {view.owner};{_FUNCTION}{path}{body}{_ASK}"
