"""Course: scripts go up, down and up again in a shadow database, and facts are what is seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from pgmig.catalog import read
from pgmig.catalog.scope import ALL, Scope
from pgmig.db import Connection, connect, reading
from pgmig.engine import run_script
from pgmig.errors import PgmigError, StatementFailed
from pgmig.lint.apart import is_apart
from pgmig.lint.bodies import Bodies, Checker
from pgmig.lint.facts import Course, Done, Facts, Standing
from pgmig.lint.origins import Origins, Place, written
from pgmig.lint.rights import Rights, may_need, read_rights
from pgmig.lint.watching import Texts, Watcher
from pgmig.model import Snapshot, uncollected
from pgmig.scripts import Script
from pgmig.shadow.application import Effect, Onlooker, Query
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.orders import replay
from pgmig.shadow.replay import Replay
from pgmig.shadow.roundtrip import Trip, fault_of, round_trips
from pgmig.shadow.trace import Relation, StatementTrace, Tracer

# CREATE of these, or CREATE OR REPLACE of anything: a new body may be wrong itself.
_MAY_BREAK = frozenset({"REPLACE", "FUNCTION", "PROCEDURE", "TRIGGER"})


def textual(scripts: Sequence[Script]) -> Course:
    """What the text of scripts alone tells."""
    nothing = Snapshot(0, {})
    facts = (Facts(each, _statements(each, (), None), is_observed=False) for each in scripts)
    return Course(tuple(facts), nothing, nothing)


def observed(
    server: ShadowServer,
    earlier: Sequence[Script],
    scripts: Sequence[Script],
    *,
    scope: Scope = ALL,
    goes_back: bool = False,
    queries: Sequence[Query] = (),
    on_script: Callable[[Script], None] = lambda _: None,
) -> Course:
    """What is seen of scripts, up to one that fails.

    Args:
        server: where; the roles that the scripts need are there.
        earlier: what ran before the first of them.
        scripts: which.
        scope: what of the schema counts.
        goes_back: the ways down run too, and the ways up once more.
        queries: statements of the application, which are looked at all the time.
        on_script: told before a script runs.
    """

    def begin(conn: Connection) -> None:
        for script in earlier:
            run_script(conn, script, "up")

    with ExitStack() as stack:
        runner = _Runner(stack, queries, is_shared=goes_back)
        if goes_back:
            trips = round_trips(
                server,
                scripts,
                scope=scope,
                begin=begin,
                on_script=on_script,
                run_up=runner.run_up,
                on_begin=runner.start,
            )
        else:
            trips = _ways_up(runner, replay(server, earlier), scripts, scope, on_script)
        facts = tuple(runner.facts(trip) for trip in trips if trip.is_reached)
        return Course(facts, runner.before, runner.after, runner.settled, runner.origins)


def _ways_up(
    runner: "_Runner",
    earlier: Replay,
    scripts: Sequence[Script],
    scope: Scope,
    on_script: Callable[[Script], None],
) -> Iterator[Trip]:
    """The same as round trips that end at the top; the schema is read behind the last one."""
    with earlier.database() as url, closing(connect(url)) as reader:

        def look() -> Snapshot:
            with uncollected(), reading(reader):
                return read(reader, scope=scope)

        runner.start(url, look())
        origins = Origins()
        for script in scripts:
            on_script(script)
            origins.begin(reader, script.label)
            try:
                runner.run_up(url, script)
            except PgmigError as error:
                yield Trip(script, (fault_of("up", error),), runner.before, url=url)
                break
            yield Trip(script, after=runner.before, url=url)
        runner.after = look()
        runner.origins = origins.found(reader)


@dataclass(slots=True)
class _Runner:
    """Runs ways up, watched, and keeps what was seen.

    Attributes:
        stack: closes the sessions.
        queries: of the application.
        is_shared: others change the database between two ways up.
        before: the schema that the first script found.
        after: the schema that the last script left.
        origins: which script wrote what.
    """

    stack: ExitStack
    queries: Sequence[Query] = ()
    is_shared: bool = False
    before: Snapshot = field(default_factory=lambda: Snapshot(0, {}))
    after: Snapshot = field(default_factory=lambda: Snapshot(0, {}))
    origins: dict[Place, str] = field(default_factory=dict[Place, str])
    _checker: Checker = field(default_factory=Checker)
    _bodies: Bodies = field(default_factory=Bodies)
    _rights: Rights | None = None
    _statements: tuple[Done, ...] = ()
    _kept: frozenset[str] = frozenset()
    _failed: int | None = None
    _columns: Mapping[Relation, tuple[str, ...]] = field(
        default_factory=dict[Relation, tuple[str, ...]]
    )
    _left: Mapping[tuple[str, str], Standing] = field(
        default_factory=dict[tuple[str, str], Standing]
    )
    _effects: tuple[Effect, ...] = ()
    _url: str = ""
    _tracer: Tracer = field(init=False)
    _texts: Texts = field(default_factory=Texts)
    _outside: Connection = field(init=False)

    def start(self, url: str, before: Snapshot) -> None:
        """Take what there is for what the first script finds."""
        self.before = self.after = before
        self._meet(url)
        self._bodies = self._checker.look(self._outside)

    @property
    def settled(self) -> frozenset[str]:
        """Bodies of which every statement was checked after the last script."""
        return self._bodies.settled

    def run_up(self, url: str, script: Script) -> None:
        """Run a way up, watched, the application's statements too."""
        self._statements = ()
        self._effects = ()
        self._columns, self._left = {}, {}
        self._meet(url)
        onlooker = Onlooker(self.queries)
        onlooker.begin(self._outside)
        self._run(script, onlooker)
        self._effects = onlooker.end(self._outside)

    def _run(self, script: Script, onlooker: Onlooker) -> None:
        """Run a way up; a large file as it is."""
        if not isinstance(script.up.source, str):
            self._tracer.pass_over(script)
            return
        texts, self._texts = self._texts, Texts()
        watcher = Watcher(self._outside, script.up.header.transaction, texts, session=self._kept)

        def watch(conn: Connection, trace: StatementTrace) -> None:
            watcher.see(conn, trace)
            onlooker.see(conn, trace.number)

        try:
            trace = self._tracer.run(script.up, watch=watch)
        except StatementFailed as error:
            self._failed = _at(script, error.line)
            raise
        self._statements = _statements(script, trace.statements, watcher)
        self._kept = watcher.session
        self._columns, self._left = watcher.columns, watcher.left()
        if not watcher.is_renaming and not self.is_shared:
            self._texts = texts

    def facts(self, trip: Trip) -> Facts:
        """What is known after a trip."""
        statements = self._statements or _statements(trip.script, (), None)
        if trip.after is None or self._failed is not None:
            rights = self._rights_for(trip.url, statements)
            return Facts(trip.script, statements, trip.faults, failed=self._failed, rights=rights)
        label = trip.script.label
        self.origins.update((each, label) for each in written(self.after, trip.after))
        self.after = trip.after
        was = self._bodies
        breaking = [*filter(_may_break, statements)]
        if was.faults or breaking:
            self._meet(trip.url)
            if was.faults or not is_apart(self._outside, breaking, was.sources.values()):
                self._bodies = self._checker.look(self._outside)
        new = tuple(self._bodies.broken_since(was))
        return Facts(
            trip.script,
            statements,
            trip.faults,
            new,
            effects=self._effects,
            columns=self._columns,
            left=self._left,
            rights=self._rights_for(trip.url, statements),
        )

    def _rights_for(self, url: str, statements: Sequence[Done]) -> Rights:
        """What only superusers may do; of extensions where a script makes any."""
        makes = any(each.piece.words[:2] == ("CREATE", "EXTENSION") for each in statements)
        known = self._rights
        if known is None and not makes and not any(may_need(each.piece) for each in statements):
            return Rights()
        if known is None or (makes and not known.extensions):
            self._meet(url)
            self._rights = known = read_rights(self._outside, has_extensions=makes)
        return known

    def _meet(self, url: str) -> None:
        """Open sessions in a database, unless they are open."""
        if url != self._url:
            self._url, self._tracer = url, Tracer(url, self.stack)
            self._outside = self.stack.enter_context(closing(connect(url)))
        elif self.is_shared:
            self._tracer.forget()


def _at(script: Script, line: int) -> int | None:
    """The statement that stands on a line."""
    found = (
        number for number, piece in enumerate(script.up.statements(), start=1) if piece.line <= line
    )
    return max(found, default=None)


def _may_break(done: Done) -> bool:
    """Whether a body may be worse than before; a new column may make names ambiguous."""
    if done.verb == "CREATE":
        return not _MAY_BREAK.isdisjoint(done.piece.words)
    if done.verb == "ALTER" and done.changes:
        return any(each.part in {"relation", "column"} for each in done.changes)
    return done.verb in {"ALTER", "DROP", "DO", "CALL", "SELECT", "WITH"}


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
            watcher.kept.get(number, ()) if watcher else (),
        )
        for number, piece in enumerate(script.up.statements(), start=1)
    )
