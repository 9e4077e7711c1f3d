"""Trying: the pending scripts run in a shadow database, statement by statement under a trace."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from msgspec import structs

from pgmig.commands.plan.facts import Facts
from pgmig.commands.plan.harvest import Harvest, Written
from pgmig.commands.plan.reach import Reach, read_reach
from pgmig.commands.plan.reading import prepare_facts, read_facts, read_names
from pgmig.commands.plan.watching import Reading, Watcher, printing_of, watcher
from pgmig.db import Connection, connect
from pgmig.db.execute import ServerFault, answer, run
from pgmig.ddl import ident_text, qualified
from pgmig.engine import Step
from pgmig.errors import StatementFailed
from pgmig.scripts import Half
from pgmig.scripts.large import LargeText
from pgmig.shadow.application import Effect, Onlooker, Query
from pgmig.shadow.trace import StatementTrace, Trace, Tracer, run_traced
from pgmig.shadow.trace.running import Watch

_DENIED = "42501"

# What a statement may be refused for that needs rows which only the target has: data exceptions,
# constraints, cardinality, no data, and what plpgsql raises (errcodes-appendix.html).
_OF_ROWS = frozenset({"02", "21", "22", "23", "P0"})

_IS_THERE = "42710"  # roles are the server's, so an earlier try may have left one

_NO_DATABASE = "3D000"  # a name that the target's database may have, and the shadow has not

_OF_SCHEMA = (("ALTER",), ("CREATE",))

_TRIES = 6  # of one script

_NO_FILES = frozenset({"0A000", "58P01"})  # the control file or the library of an extension


@dataclass(frozen=True, slots=True)
class Fault:
    """What the shadow server said of a statement.

    Attributes:
        sort: `rights`: the deploying role may not; `shadow`: the shadow's own may not; `rows`: it
            may be for rows that are not there; `extension`: the shadow has no files of it;
            `elsewhere`: it names a database, as which the shadow has another name;
            `there`: the shadow server has such a role already; `failed`: something else.
        message: of the server.
        sqlstate: as it gave it.
        line: in the file; 0 at the end of a transaction.
        column: on that line.
    """

    sort: Literal["rights", "shadow", "rows", "extension", "elsewhere", "there", "failed"]
    message: str
    sqlstate: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What was seen of one script.

    Attributes:
        step: the script, up.
        done: how many statements of it an earlier run has done on the target.
        trace: of the others; None when one failed. Of a script without a transaction nothing is
            told that stands before a statement that was refused.
        faults: what it was refused for; with `trace` it ran all the same, with rights that are
            missing or without statements that rows are missing for.
        before: facts before it.
        after: behind it; None when it failed.
        effects: on statements of the application.
        failing: those of them that cannot be afterwards.
        reach: what its statements may write to beside what they name.
        readings: of the facts, behind statements that may have changed them.
        written: what its statements wrote.
    """

    step: Step
    done: int
    trace: Trace | None
    faults: tuple[Fault, ...]
    before: Facts
    after: Facts | None
    effects: tuple[Effect, ...] = ()
    failing: tuple[tuple[Query, ServerFault], ...] = ()
    reach: Reach = field(default_factory=Reach)
    readings: tuple[Reading, ...] = ()
    written: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Acting:
    """As whom scripts run in a shadow database.

    Attributes:
        url: the database, as that role.
        role: its name; "" of one that may do everything.
    """

    url: str
    role: str = ""


def run_all(
    shadow: str,
    acting: Acting,
    steps: Sequence[Step],
    done: int,
    queries: Sequence[Query] = (),
) -> Iterator[Tried]:
    """Run the scripts in a shadow database; the last that is told is the first that failed.

    A script that the role may not run is run once more, by the same role with all rights; one that
    fails for want of rows without the statement that does, or without the rows that are in the way
    of a change of the schema: so that the rest can be seen.

    Args:
        shadow: the database, as a role that may do everything.
        acting: as whom they run.
        steps: the scripts, in order.
        done: how many statements of the first an earlier run has done.
        queries: statements of the application, which are looked at all the time.
    """
    with closing(connect(shadow)) as conn, ExitStack() as stack:
        runner = _Runner(acting.url, stack)
        run(conn, "SET search_path='';SET jit=off")  # compiling takes longer than any of these
        prepare_facts(conn)
        said = dict[str, frozenset[str]]()
        base = before = read_facts(conn)
        has_rows = bool(base.relations)  # else nothing that a script does meets any
        read = read_facts if has_rows else read_names
        reach = read_reach(conn, said) if has_rows else Reach()
        harvest, printing = Harvest.of(conn), printing_of(conn)
        for place, step in enumerate(steps):
            skipped = 0 if place else done
            tables = tuple(
                qualified(each.schema, each.name)
                for each in before.relations.values()
                if each.kind in {"r", "p"}
            )
            watching = watcher(printing, before, base, step.half)
            trying = _Try(
                conn, acting, runner, step.half, skipped, tables, watching, harvest, queries
            )
            trace, faults = trying.run()
            after = read(conn) if trace is not None else None
            if after is not None:
                watching.end(after)
            found = trying.effects, trying.failing
            behind = read_reach(conn, said) if has_rows else reach
            yield Tried(
                *(step, skipped, trace, faults, before, after, *found),
                reach=reach | behind,
                readings=tuple(watching.readings),
                written=harvest.end(),
            )
            if after is None:
                return
            before, reach = after, behind


@dataclass(slots=True)
class _Try:
    """One script on its way: what of it is still to run, and as whom."""

    conn: Connection
    acting: Acting
    runner: "_Runner"
    half: Half
    done: int
    tables: tuple[str, ...]
    watcher: Watcher
    harvest: Harvest
    queries: Sequence[Query] = ()
    effects: tuple[Effect, ...] = ()
    failing: tuple[tuple[Query, ServerFault], ...] = ()
    is_elevated: bool = False
    is_emptied: bool = False

    def run(self) -> tuple[Trace | None, tuple[Fault, ...]]:
        """Its trace and what it was refused for; no trace where nothing helps."""
        faults: list[Fault] = []
        for _ in range(_TRIES):
            self.watcher.begin(self.done)
            try:
                return self._traced(), tuple(faults)
            except StatementFailed as error:
                fault = _fault(error)
            if fault.sort == "rights" and not self.acting.role:
                return None, (*faults, replace(fault, sort="shadow"))
            faults.append(fault)
            if not self._is_passed(fault):
                break
        return None, tuple(faults)

    def _traced(self) -> Trace:
        if not self.is_elevated:
            return self._watched()
        with _elevated(self.conn, self.acting.role):
            return self._watched()

    def _watched(self) -> Trace:
        """The trace, with the application's statements looked at along the way."""
        done, rest = self.done, _rest(self.half, self.done)
        self.harvest.begin(self.half.statements() if self.watcher.there else iter(()))
        runner, is_alone = self.runner, bool(self.harvest.pieces)
        if not self.queries:
            return runner.run(rest, done, self._see, is_alone=is_alone)
        onlooker = Onlooker(self.queries)
        with closing(connect(self.acting.url)) as conn:
            onlooker.begin(conn)

            def see(session: Connection, seen: StatementTrace) -> None:
                self._see(session, seen)
                onlooker.see(session, seen.number + done)

            trace = runner.run(rest, done, see, is_alone=is_alone)
            self.effects, self.failing = onlooker.end(conn), onlooker.failing
        return trace

    def _see(self, session: Connection, seen: StatementTrace) -> None:
        self.watcher.see(session, _shifted(seen, self.done))
        self.harvest.see(session, seen, seen.number + self.done)

    def _is_passed(self, fault: Fault) -> bool:
        """Prepare for another try, if one helps: with all rights, or without the statement."""
        if not fault.line:
            return False
        number = _number(self.half, fault)
        if fault.sort == "rights" and not self.is_elevated:
            self.is_elevated = True
            number -= 1
        elif fault.sort == "rows" and self._is_of_schema(number) and self._is_emptied_now():
            number -= 1
        elif fault.sort in {"rows", "elsewhere"} and isinstance(self.half.source, str):
            self.half = _without(self.half, number)
        else:
            return False
        if not self.half.header.transaction:  # what stands before it is committed
            self.done = number
        return True

    def _is_of_schema(self, number: int) -> bool:
        """Whether a statement changes the schema, so that no row would help it."""
        pieces = enumerate(self.half.statements(), start=1)
        return any(at == number and each.words[:1] in _OF_SCHEMA for at, each in pieces)

    def _is_emptied_now(self) -> bool:
        """Take the rows away that scripts have written: those of the target are checked there.

        Triggers that keep rows from that are left out where the role may leave them out.
        """
        if self.is_emptied or not self.tables:
            return False
        emptied = f"TRUNCATE {', '.join(self.tables)}"
        quietly = f"SET LOCAL session_replication_role=replica;{emptied}"
        self.is_emptied = any(
            not isinstance(answer(self.conn, text), ServerFault) for text in (quietly, emptied)
        )
        return self.is_emptied


@dataclass(frozen=True, slots=True)
class _Runner:
    """Runs scripts in one session, and in sessions of their own those whose rows are counted.

    What a session has counted for its statistics goes on behind a transaction.
    """

    url: str
    stack: ExitStack
    tracers: list[Tracer] = field(default_factory=list[Tracer])

    def run(self, rest: Half | None, done: int, watch: Watch, *, is_alone: bool) -> Trace:
        """The trace of what is left of a script behind its first statements."""
        if rest is None:
            return Trace(())
        if is_alone:
            self._end()
            made = run_traced(self.url, rest, watch=watch)
        else:
            made = self._shared(rest, watch)
        return Trace(tuple(_shifted(each, done) for each in made.statements)) if done else made

    def _shared(self, rest: Half, watch: Watch) -> Trace:
        if not self.tracers:
            self.tracers.append(Tracer(self.url, self.stack))
        try:
            return self.tracers[0].run(rest, watch=watch)
        except StatementFailed:
            self._end()
            raise

    def _end(self) -> None:
        """Close the session: others change relations now, or it is in no known state."""
        self.tracers.clear()
        self.stack.close()


@contextmanager
def _elevated(conn: Connection, role: str) -> Generator[None]:
    """The role may do everything meanwhile, and still owns what it makes."""
    named = ident_text(role)
    run(conn, f"ALTER ROLE {named} SUPERUSER")
    try:
        yield
    finally:
        run(conn, f"ALTER ROLE {named} NOSUPERUSER")


def _shifted(statement: StatementTrace, done: int) -> StatementTrace:
    return replace(statement, number=statement.number + done)


def _rest(half: Half, done: int) -> Half | None:
    """The half behind its first statements, on the same lines; None when nothing is left."""
    if not done or isinstance(half.source, LargeText):
        return half
    for number, piece in enumerate(half.statements(), start=1):
        if number > done:
            blank = "\n" * (piece.line - 1) + " " * (piece.column - 1)
            return structs.replace(half, source=blank + half.source[piece.start :], batches=())
    return None


def _without(half: Half, number: int) -> Half:
    """The half with a statement in the place of one that does nothing, on the same lines."""
    text = half.text
    for at, piece in enumerate(half.statements(), start=1):
        if at == number:
            end = piece.copy_data[1] if piece.copy_data else piece.end
            lines = "\n" * text.count("\n", piece.start, end)
            source = f"{text[: piece.start]}SELECT{lines}{text[end:]}"
            return structs.replace(half, source=source, batches=())
    return half


def _number(half: Half, fault: Fault) -> int:
    """The statement that a place in the file is of."""
    found = 1
    for number, piece in enumerate(half.statements(), start=1):
        if (piece.line, piece.column) > (fault.line, fault.column):
            break
        found = number
    return found


def _fault(error: StatementFailed) -> Fault:
    state = error.sqlstate
    if state == _DENIED:
        return Fault("rights", error.message, state, error.line, error.column)
    if state in _NO_FILES and "extension" in error.message:
        return Fault("extension", error.message, state, error.line, error.column)
    if state == _NO_DATABASE:
        return Fault("elsewhere", error.message, state, error.line, error.column)
    if state == _IS_THERE and error.message.startswith('role "'):
        return Fault("there", error.message, state, error.line, error.column)
    sort: Literal["rows", "failed"] = "rows" if state[:2] in _OF_ROWS else "failed"
    return Fault(sort, error.message, state, error.line, error.column)
