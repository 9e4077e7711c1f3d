"""`pgmig history`: what ran on a database, when and by whom."""

from contextlib import closing

import msgspec

from pgmig.commands.target import Target, session
from pgmig.db import describe
from pgmig.db.execute import settled
from pgmig.engine import Entry, look, read_entries
from pgmig.engine.forecasts import Forecast, Kept, rate_of, read_forecasts


class HistoryReport(msgspec.Struct, frozen=True, kw_only=True):
    """Every row of a database's history.

    Attributes:
        target: user, host, port and database.
        entries: the oldest first; none where pgmig never wrote.
        forecasts: what plans had said, by the number of the row that tells what came of it; None
            when nobody asked.
        unmet: what plans had said of scripts that then were not applied.
        rate: bytes a second that those which were read and wrote; None where too few were measured.
    """

    target: str
    entries: tuple[Entry, ...]
    forecasts: dict[int, Forecast] | None = None
    unmet: tuple[Forecast, ...] = ()
    rate: int | None = None


def history(target: str | Target, *, has_forecasts: bool = False) -> HistoryReport:
    """What ran on this database; creates nothing.

    Args:
        target: the database.
        has_forecasts: also read what plans had said.

    Raises:
        PgmigError: no session, or a schema `pgmig` that is not ours.
    """
    with closing(session(target, application_name="pgmig history")) as conn:
        home, _ = look(conn)
        entries = read_entries(conn) if home.is_there else ()
        kept = Kept({}, ())
        if home.is_there and has_forecasts:
            with settled(conn):
                kept = read_forecasts(conn)
        took = {each.id: (each.finished_at - each.started_at).total_seconds() for each in entries}
        return HistoryReport(
            target=describe(conn),
            entries=entries,
            forecasts=kept.met if has_forecasts else None,
            unmet=kept.unmet,
            rate=rate_of(kept.met, took),
        )
