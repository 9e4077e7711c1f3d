"""Round trips: each script of a directory runs up, down and up again on what those before it made.

Whatever a script does wrong is told and the next one goes on from a database that only the ways
up have made.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Literal

from pgmig.catalog import read
from pgmig.db import Connection, address, connect
from pgmig.engine import run_script
from pgmig.errors import PgmigError, StatementFailed
from pgmig.model import Snapshot, uncollected
from pgmig.plan import Difference, differences, without_order
from pgmig.plan.text import one_line
from pgmig.scripts import Script
from pgmig.shadow.database import ShadowServer

Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a script does wrong.

    Attributes:
        step: up, down, or up again.
        findings: what the server said, or what is not as it was.
    """

    step: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trip:
    """What was seen of one script.

    Attributes:
        script: the pair.
        faults: what it does wrong; empty when it was proved.
        after: the schema that its way up leads to; None when that failed or was not reached.
        is_reached: false when a way up before it failed.
    """

    script: Script
    faults: tuple[Fault, ...] = ()
    after: Snapshot | None = None
    is_reached: bool = True

    @property
    def is_proved(self) -> bool:
        """Whether all of it ran and did what it should."""
        return self.is_reached and not self.faults


def round_trips(
    server: ShadowServer,
    scripts: Sequence[Script],
    *,
    begin: Callable[[Connection], None] = lambda _: None,
    on_script: Callable[[Script], None] = lambda _: None,
) -> Iterator[Trip]:
    """Try every script, in order; each is told when it was tried.

    Args:
        server: where; the roles and extensions that the scripts need are there.
        scripts: all of them, in the order of versions.
        begin: makes an empty shadow database what the first script expects.
        on_script: told before a script runs.
    """
    with ExitStack() as stack:
        url = stack.enter_context(server.database())
        with closing(connect(url)) as conn:
            begin(conn)
            before = _read(conn)
        for place, script in enumerate(scripts):
            on_script(script)
            work = ExitStack()
            copy = work.enter_context(server.database(_name(url)))
            trip = _tried(copy, script, before)
            if trip.after is None:
                work.close()
                yield trip
                yield from (Trip(each, is_reached=False) for each in scripts[place + 1 :])
                return
            if trip.faults:
                work.close()
                copy = work.enter_context(server.database(_name(url)))
                with closing(connect(copy)) as conn:
                    run_script(conn, script, "up")
            yield trip
            stack.close()
            stack.push(work.pop_all())
            url, before = copy, trip.after


def _name(url: str) -> str:
    return address.read(url)["dbname"]


def _read(conn: Connection) -> Snapshot:
    with uncollected():
        return read(conn)


def _tried(url: str, script: Script, before: Snapshot) -> Trip:
    with closing(connect(url)) as conn:
        fault = _run(conn, script, "up", "up")
        if fault is not None:
            return Trip(script, (fault,))
        after = _read(conn)
        if script.down is None or script.down.is_empty:
            return Trip(script, (), after)
        fault = _run(conn, script, "down", "down")
        if fault is not None:
            return Trip(script, (fault,), after)
        faults = list(_differing("down", differences(_read(conn), before)))
        fault = _run(conn, script, "up", "up again")
        if fault is not None:
            faults.append(fault)
        else:
            faults += _differing("up again", differences(_read(conn), after))
        return Trip(script, tuple(faults), after)


def _run(conn: Connection, script: Script, direction: Direction, step: str) -> Fault | None:
    try:
        run_script(conn, script, direction)
    except StatementFailed as error:
        said = f"{error.message} (SQLSTATE {error.sqlstate})"
        return Fault(step, (said, f"in: {one_line(error.statement)}"))
    except PgmigError as error:
        return Fault(step, (str(error),))
    return None


def _differing(step: str, found: Sequence[Difference]) -> Iterator[Fault]:
    real = without_order(found)
    if real:
        yield Fault(step, tuple(map(str, real)))
