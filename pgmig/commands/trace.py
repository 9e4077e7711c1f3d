"""`pgmig trace`: what each statement of a script locks, rewrites and reads in a shadow database."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from pgmig import scripts
from pgmig.catalog import read
from pgmig.commands.applying import read_scripts
from pgmig.commands.chosen import chosen, shadow_server
from pgmig.commands.target import Target, session
from pgmig.db import connect, describe
from pgmig.engine import look
from pgmig.engine.rules import seen, steps_up
from pgmig.errors import StatementFailed
from pgmig.model import uncollected
from pgmig.scripts import Script
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.orders import replay
from pgmig.shadow.rows import fill
from pgmig.shadow.server import LocalServer
from pgmig.shadow.trace import Trace, Tracer

_OF_ROWS = "; rows of --rows are made up, from 2 on with NULLs and extreme values"


@dataclass(frozen=True, slots=True)
class Options:
    """What trace may be told.

    Attributes:
        names: scripts, as files, labels or numbers; none for all. Not for `trace_pending`.
        rows: so many synthetic rows at least are in every table when the first of them begins.
        shadow_url: a server for shadow databases; None for the local one.
        local: where the local server lives.
        on_step: told what happens next.
    """

    names: tuple[str, ...] = ()
    rows: int = 0
    shadow_url: str | None = None
    local: LocalServer | None = None
    on_step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Traced:
    """One script, traced.

    Attributes:
        script: the pair; its way up ran.
        trace: what was seen.
        wal: bytes of write-ahead log by statement, in their order.
        lines: where the statements stand.
        texts: the statements.
    """

    script: Script
    trace: Trace
    wal: tuple[int, ...]
    lines: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traces:
    """What was seen.

    Attributes:
        directory: of the scripts.
        major: of the server that they ran on; None when there was nothing to run.
        scripts: those that were traced, in order.
        target: the database of which they are pending.
        target_major: of its server.
    """

    directory: Path
    major: int | None
    scripts: tuple[Traced, ...]
    target: str | None = None
    target_major: int | None = None


def trace(directory: Path, options: Options) -> Traces:
    """Run scripts of a directory in a shadow database, watched statement by statement.

    Raises:
        BadScript, DirectoryMissing: the directory cannot be read.
        ScriptNotThere: a name is no script's.
        StatementFailed: a script fails.
        ExtensionsMissing, PostgresNotFound: the scripts cannot be tried here.
    """
    found = scripts.read(directory)
    wanted = chosen(found, options.names)
    last = max((each.version for each in wanted), default=0)
    earlier = [each for each in found.scripts if each.version <= last]
    if not wanted:
        return Traces(directory, None, ())
    with shadow_server(found, options.shadow_url, options.local) as server:
        return Traces(directory, server.major, tuple(_traced(server, earlier, wanted, options)))


def trace_pending(target: str | Target, directory: Path, options: Options) -> Traces:
    """The same for what `up` would run on a database, on what its history says that it has run.

    The database is only read. The server of the shadow is of its major where there is one.

    Raises:
        PgmigError: what `up` refuses, or there is no session.
        StatementFailed, ExtensionsMissing, PostgresNotFound: as `trace`.
    """
    found = read_scripts(directory)
    with closing(session(target, application_name="pgmig trace")) as conn:
        _, state = look(conn)
        pending = tuple(step.script for step in steps_up(found, state))
        name, major = describe(conn), conn.info.server_version // 10000
    if not pending:
        return Traces(directory, None, (), name, major)
    if not state.applied:
        options.on_step(f"{name} has no history: every script is pending")
    files = {each.version: each for each in seen(found, state).scripts}
    order = sorted(state.applied.values(), key=lambda each: each.id)
    applied = [files[each.version] for each in order if each.version >= state.baseline]
    with shadow_server(found, options.shadow_url, options.local, major=major) as server:
        traced = tuple(_traced(server, [*applied, *pending], pending, options))
        return Traces(directory, server.major, traced, name, major)


def _traced(
    server: ShadowServer, order: Sequence[Script], wanted: Sequence[Script], options: Options
) -> Iterator[Traced]:
    """The wanted scripts, in this order; the others run as they do elsewhere."""
    versions = {each.version for each in wanted}
    first = next(at for at, script in enumerate(order) if script.version in versions)
    is_filled = not options.rows

    def tell(label: str) -> None:
        options.on_step(f"running {label}")

    with ExitStack() as stack:
        earlier = replay(server, order[:first], on_layer=tell)
        url = stack.enter_context(earlier.database())
        tracer = Tracer(url, stack)
        for script in order[first:]:
            if script.version not in versions:
                tell(script.label)
                tracer.pass_over(script)
                continue
            if not is_filled:
                options.on_step("filling every table")
                _fill(url, options.rows)
                tracer.forget()
                is_filled = True
            options.on_step(f"tracing {script.label}")
            try:
                yield _seen(tracer, script)
            except StatementFailed as error:
                error.do += _OF_ROWS if options.rows else ""
                raise


def _fill(url: str, rows: int) -> None:
    with closing(connect(url)) as conn:
        with uncollected():
            snapshot = read(conn)
        fill(conn, snapshot, rows=rows)


def _seen(tracer: Tracer, script: Script) -> Traced:
    trace = tracer.run(script.up)
    pieces = list(script.up.statements())
    return Traced(
        script,
        trace,
        tuple(each.wal for each in trace.statements),
        tuple(each.line for each in pieces),
        tuple(each.sql for each in pieces),
    )
