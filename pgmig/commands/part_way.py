"""The script that is part-way: its text, and the statement of it in which a runner died."""

from contextlib import suppress

from pgmig.db import Connection
from pgmig.db.advisory import holder
from pgmig.engine import LOCK_KEY, State, lease
from pgmig.engine.aftermath import aftermath
from pgmig.engine.history import stored_script
from pgmig.engine.outcome import Verdict
from pgmig.engine.rules import seen_if_there
from pgmig.errors import TextNotKept
from pgmig.scripts import Directory, Half


def part_way_half(conn: Connection, directory: Directory, state: State) -> Half | None:
    """What runs of the script that is part-way; None when there is none, or its text is gone."""
    found = state.part_way
    if found is None:
        return None
    if found.direction == "up":
        here = seen_if_there(directory, state)
        return next((s.up for s in here.scripts if s.label == found.label), None)
    with suppress(TextNotKept):
        if found.version in state.applied:
            return stored_script(conn, state.applied[found.version], directory.path).down
    return None


def part_way_verdict(conn: Connection, directory: Directory, state: State) -> Verdict | None:
    """What the catalog says of its statement that began and has not ended; None as `aftermath`."""
    half = part_way_half(conn, directory, state)
    if half is None or state.part_way is None:
        return None
    return aftermath(conn, state.part_way, half)


def runner_at_work(conn: Connection) -> str | None:
    """Who holds the runner lock at this moment, or the lease behind a pooler."""
    found = holder(conn, LOCK_KEY)
    return str(found) if found else lease.holder(conn)
