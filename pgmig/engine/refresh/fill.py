"""Rows in materialized views for as long as one script runs, where no history tells what is due."""

from collections.abc import Sequence

from pgmig.db import Connection
from pgmig.db.execute import run, send
from pgmig.engine.refresh.views import View, read_views
from pgmig.engine.session import COMMIT, begin, lex_as_standard, restore


def fill(conn: Connection) -> tuple[View, ...]:
    """Give rows to the views without; those that got them.

    For a database that nobody else uses, such as a shadow: what cannot be refreshed stays.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    empty = [view for view in read_views(conn) if not view.is_populated]
    run(conn, "RESET ALL")
    filled: list[View] = []
    count = -1
    while empty and count < len(filled):
        count = len(filled)
        filled += [view for view in empty if _is_refreshed(conn, view)]
        empty = [view for view in empty if view not in filled]
    return tuple(filled)


def drain(conn: Connection, filled: Sequence[View]) -> None:
    """Take the rows away again, where the views are still there.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    numbers = {view.oid for view in filled}
    for view in read_views(conn):
        if view.oid in numbers and view.is_populated:
            _is_refreshed(conn, view, " WITH NO DATA")
    run(conn, "RESET ALL")


def _is_refreshed(conn: Connection, view: View, how: str = "") -> bool:
    lex_as_standard(conn)
    head = begin(conn, "0").text
    reply = send(conn, f"{head}REFRESH MATERIALIZED VIEW {view.label}{how}{COMMIT}")
    if reply.fault is not None and not reply.is_lost:
        restore(conn)
    if reply.is_interrupted:
        raise KeyboardInterrupt
    return reply.fault is None
