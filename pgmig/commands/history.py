"""`pgmig history`: what ran on a database, when and by whom."""

from contextlib import closing

import msgspec

from pgmig.commands.target import Target, session
from pgmig.db import describe
from pgmig.engine import Entry, look, read_entries


class HistoryReport(msgspec.Struct, frozen=True, kw_only=True):
    """Every row of a database's history.

    Attributes:
        target: user, host, port and database.
        entries: the oldest first; none where pgmig never wrote.
    """

    target: str
    entries: tuple[Entry, ...]


def history(target: str | Target) -> HistoryReport:
    """What ran on this database; creates nothing.

    Raises:
        PgmigError: no session, or a schema `pgmig` that is not ours.
    """
    with closing(session(target, application_name="pgmig history")) as conn:
        home, _ = look(conn)
        entries = read_entries(conn) if home.is_there else ()
        return HistoryReport(target=describe(conn), entries=entries)
