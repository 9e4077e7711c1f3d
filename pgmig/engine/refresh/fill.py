"""Giving rows to materialized views where no history tells which are due."""

from pgmig.db import Connection
from pgmig.db.execute import run, send
from pgmig.engine.refresh.views import View, read_views
from pgmig.engine.session import COMMIT, begin, lex_as_standard, restore


def fill(conn: Connection) -> bool:
    """Give rows to the views without; whether any got them.

    For a database that nobody else uses, such as a shadow: what cannot be refreshed stays.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    empty = [view for view in read_views(conn) if not view.is_populated]
    run(conn, "RESET ALL")
    total, count = len(empty), -1
    while empty and count != len(empty):
        count = len(empty)
        empty = [view for view in empty if not _filled(conn, view)]
    return len(empty) < total


def _filled(conn: Connection, view: View) -> bool:
    lex_as_standard(conn)
    reply = send(conn, f"{begin(conn, '0').text}REFRESH MATERIALIZED VIEW {view.label}{COMMIT}")
    if reply.fault is not None and not reply.is_lost:
        restore(conn)
    if reply.is_interrupted:
        raise KeyboardInterrupt
    return reply.fault is None
