"""Round trips: each script of a directory runs up, down and up again on what those before it made.

Whatever a script does wrong is told, and the next one goes on from what the ways up alone make.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, Self

from pgmig.catalog import read
from pgmig.catalog.rows import Made
from pgmig.catalog.scope import ALL, Scope
from pgmig.db import Connection, address, connect, reading
from pgmig.engine import run_script
from pgmig.errors import (
    PgmigError,
    Place,
    RunStopped,
    RunStoppedPartWay,
    StatementFailed,
    places,
)
from pgmig.model import Snapshot, uncollected
from pgmig.plan import Difference, differences, without_order
from pgmig.plan.text import one_line
from pgmig.scripts import Script
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.outline import Outline, outline

Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a script does wrong.

    Attributes:
        step: up, down, or up again.
        findings: what the server said, or what is not as it was.
        place: where in a file; None when it is in no one place.
    """

    step: str
    findings: tuple[str, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """What was seen of one script.

    Attributes:
        script: the pair.
        faults: what it does wrong; empty when it was proved.
        after: the schema that its way up leads to; None when that failed or was not reached.
        is_reached: false when a way up before it failed.
        url: of the database that holds this schema until the next trip begins.
    """

    script: Script
    faults: tuple[Fault, ...] = ()
    after: Snapshot | None = None
    is_reached: bool = True
    url: str = ""

    @property
    def is_proved(self) -> bool:
        """Whether all of it ran and did what it should."""
        return self.is_reached and not self.faults


def round_trips(
    server: ShadowServer,
    scripts: Sequence[Script],
    *,
    scope: Scope = ALL,
    begin: Callable[[Connection], None] = lambda _: None,
    on_script: Callable[[Script], None] = lambda _: None,
    run_up: Callable[[str, Script], None] | None = None,
    on_begin: Callable[[str, Snapshot], None] = lambda _url, _snapshot: None,
) -> Iterator[Trip]:
    """Try every script, in order; each is told when it was tried.

    Args:
        server: where; the roles and extensions that the scripts need are there.
        scripts: all of them, in the order of versions.
        scope: what of the schema counts.
        begin: makes an empty shadow database what the first script expects.
        on_script: told before a script runs.
        run_up: runs the way up for the first time in the database of this connection string.
        on_begin: told where the first script is to run, and what is there.
    """
    with _Course(server, scope, begin) as course:
        before = course.read()
        on_begin(course.url, before)
        for place, script in enumerate(scripts):
            on_script(script)
            trip = _tried(course, scripts[: place + 1], before, run_up)
            yield replace(trip, url=course.url)
            if trip.after is None:
                yield from (Trip(each, is_reached=False) for each in scripts[place + 1 :])
                return
            before = trip.after


class _Course:
    """The database in which every script is tried.

    A second one, which only ways up have made, is kept some scripts behind: what a way down has
    spoilt is replaced by a copy of it.
    """

    def __init__(
        self, server: ShadowServer, scope: Scope, begin: Callable[[Connection], None]
    ) -> None:
        self._server, self._scope, self._begin = server, scope, begin
        self._all, self._tried = ExitStack(), ExitStack()
        self._made = Made(is_shared=True)  # most objects are in every reading as in the last
        self._clean: tuple[str, int] | None = None  # its connection string, and how far it is
        self.url = ""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._all)
            self._open()
            with closing(connect(self.url)) as conn:
                self._begin(conn)
            stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        with self._all:
            self._tried.close()

    def _open(self, template: str = "template0") -> None:
        self._tried.close()
        self.url = self._tried.enter_context(self._server.database(template))
        self._reader = self._tried.enter_context(closing(connect(self.url)))

    def read(self) -> Snapshot:
        """What it holds; one session for all readings, which knows the catalogs by then."""
        with uncollected(), reading(self._reader):
            is_lazy = self._scope.is_all()
            return read(self._reader, scope=self._scope, is_lazy=is_lazy, like=self._made)

    def outline(self) -> Outline:
        """The same at a glance."""
        return outline(self._reader)

    def restore(self, scripts: Sequence[Script]) -> None:
        """Make it what the ways up of these scripts alone lead to.

        Raises:
            PgmigError: one of them fails when it runs in another database.
        """
        url, done = self._clean or (self._all.enter_context(self._server.database()), 0)
        with closing(connect(url)) as conn:
            if not done:
                self._begin(conn)
            for script in scripts[done:]:
                run_script(conn, script, "up")
        self._clean = url, len(scripts)
        self._open(address.read(url)["dbname"])


def _tried(
    course: _Course,
    scripts: Sequence[Script],
    before: Snapshot,
    run_up: Callable[[str, Script], None] | None,
) -> Trip:
    """Try the last of the scripts; the course then holds what it leads to."""
    script = scripts[-1]
    with closing(connect(course.url)) as conn:
        if run_up is None:
            fault = _run(conn, script, "up", "up")
        else:
            fault = _attempted("up", partial(run_up, course.url, script))
        if fault is not None:
            return Trip(script, (fault,))
        if script.down is None or script.irreversible is not None:
            return Trip(script, (), course.read())
        if script.down.is_empty:
            nothing = "it does nothing: write the way back, or say irreversible in the way up"
            return Trip(script, (Fault("down", (nothing,)),), course.read())
        seen = course.outline()
        fault = _run(conn, script, "down", "down")
        if fault is not None:
            is_whole = script.down.header.transaction and course.outline() == seen
            return _judged(course, scripts, (fault,), is_whole=is_whole)
        found = tuple(_differing("down", differences(course.read(), before)))
        fault = _run(conn, script, "up", "up again")
    if fault is not None:
        return _judged(course, scripts, (*found, fault))
    if not found and course.outline() == seen:
        return _judged(course, scripts, is_whole=True)
    return _judged(course, scripts, found, again=course.read())


def _judged(
    course: _Course,
    scripts: Sequence[Script],
    faults: tuple[Fault, ...] = (),
    *,
    again: Snapshot | None = None,
    is_whole: bool = False,
) -> Trip:
    """What is known of the last of the scripts, once the course holds what it leads to.

    Args:
        course: where it was tried.
        scripts: it, and those before it.
        faults: that were seen.
        again: what the way up led to the second time, where that is in doubt.
        is_whole: the course is not spoilt.
    """
    if not is_whole:
        fault = _attempted("up in a new database", lambda: course.restore(scripts))
        if fault is not None:
            return Trip(scripts[-1], (*faults, fault))
    after = course.read()
    if again is not None:
        faults = (*faults, *_differing("up again", differences(again, after)))
    return Trip(scripts[-1], faults, after)


def _run(conn: Connection, script: Script, direction: Direction, step: str) -> Fault | None:
    return _attempted(step, lambda: run_script(conn, script, direction))


def _attempted(step: str, action: Callable[[], object]) -> Fault | None:
    try:
        action()
    except (RunStopped, RunStoppedPartWay):  # Ctrl-C is no fault of the script
        raise
    except PgmigError as error:
        return fault_of(step, error)
    return None


def fault_of(step: str, error: PgmigError) -> Fault:
    """What a step does wrong that ended in an error."""
    if isinstance(error, StatementFailed):
        said = f"{error.message} (SQLSTATE {error.sqlstate})"
        return Fault(step, (said, f"in: {one_line(error.statement)}"), *places(error)[:1])
    return Fault(step, (str(error),), *places(error)[:1])


def _differing(step: str, found: Sequence[Difference]) -> Iterator[Fault]:
    real = without_order(found)
    if real:
        yield Fault(step, tuple(map(str, real)))
