"""Course: scripts go up, down and up again in a shadow database, and facts are what is seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from pgmig.catalog.scope import ALL, Scope
from pgmig.db import Connection, connect
from pgmig.engine import run_script
from pgmig.errors import StatementFailed
from pgmig.lint.bodies import broken_bodies
from pgmig.lint.facts import Done, Facts
from pgmig.lint.watching import Watcher
from pgmig.model import Snapshot
from pgmig.scripts import Script
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.roundtrip import Trip, round_trips
from pgmig.shadow.trace import StatementTrace, run_traced


def textual(script: Script) -> Facts:
    """What the text of a script alone tells."""
    nothing = Snapshot(0, {})
    return Facts(script, _statements(script, (), None), nothing, nothing, is_observed=False)


def observed(
    server: ShadowServer,
    earlier: Sequence[Script],
    scripts: Sequence[Script],
    *,
    scope: Scope = ALL,
    on_script: Callable[[Script], None] = lambda _: None,
) -> Iterator[Facts]:
    """The facts of each script, in order; after one that fails there are none.

    Args:
        server: where; the roles that the scripts need are there.
        earlier: what ran before the first of them.
        scripts: which.
        scope: what of the schema counts.
        on_script: told before a script runs.
    """

    def begin(conn: Connection) -> None:
        for script in earlier:
            run_script(conn, script, "up")

    course = _Course()
    trips = round_trips(
        server,
        scripts,
        scope=scope,
        begin=begin,
        on_script=on_script,
        run_up=course.run_up,
        on_begin=course.start,
    )
    for trip in trips:
        if not trip.is_reached:
            return
        yield course.facts(trip)


@dataclass(slots=True)
class _Course:
    """What was seen last."""

    before: Snapshot = field(default_factory=lambda: Snapshot(0, {}))
    broken: Mapping[str, str] = field(default_factory=dict[str, str])
    statements: tuple[Done, ...] = ()
    failed: int | None = None

    def start(self, url: str, before: Snapshot) -> None:
        """Take what there is for what the first script finds."""
        self.before = before
        self.broken = _broken(url)

    def run_up(self, url: str, script: Script) -> None:
        """Run a way up, watched; a large file as it is."""
        self.statements = ()
        if not isinstance(script.up.source, str):
            with closing(connect(url)) as conn:
                run_script(conn, script, "up")
            return
        with ExitStack() as stack:
            watcher = Watcher(url, script.up.header.transaction, stack)
            try:
                trace = run_traced(url, script.up, watch=watcher.see)
            except StatementFailed as error:
                self.failed = _at(script, error.line)
                raise
        self.statements = _statements(script, trace.statements, watcher)

    def facts(self, trip: Trip) -> Facts:
        """What is known after a trip."""
        after = trip.after or self.before
        now = self.broken
        if trip.after is not None and _may_break(self.before, after):
            now = _broken(trip.url)
        new = tuple((name, said) for name, said in now.items() if self.broken.get(name) != said)
        facts = Facts(
            trip.script,
            self.statements or _statements(trip.script, (), None),
            self.before,
            after,
            trip.faults,
            new,
            self.failed,
        )
        self.before, self.broken = after, now
        return facts


def _at(script: Script, line: int) -> int | None:
    """The statement that stands on a line."""
    found = (
        number for number, piece in enumerate(script.up.statements(), start=1) if piece.line <= line
    )
    return max(found, default=None)


def _may_break(old: Snapshot, new: Snapshot) -> bool:
    """Whether something that a body may name is gone or is another."""
    return any(new.objects.get(key) is not each for key, each in old.objects.items())


def _broken(url: str) -> Mapping[str, str]:
    with closing(connect(url)) as conn:
        return broken_bodies(conn)


def _statements(
    script: Script, traces: Sequence[StatementTrace], watcher: Watcher | None
) -> tuple[Done, ...]:
    if script.up.is_empty or not isinstance(script.up.source, str):
        return ()
    by_number = {each.number: each for each in traces}
    return tuple(
        Done(
            number,
            piece,
            by_number.get(number) or StatementTrace(number),
            watcher.changes.get(number, ()) if watcher else (),
            watcher.held.get(number, {}) if watcher else {},
        )
        for number, piece in enumerate(script.up.statements(), start=1)
    )
