"""`pgmig trace`: what each statement of a script locks, rewrites and reads in a shadow database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from pgmig import scripts
from pgmig.catalog import read
from pgmig.commands.chosen import chosen, shadow_server
from pgmig.db import connect
from pgmig.model import uncollected
from pgmig.scripts import Script
from pgmig.shadow.rows import fill
from pgmig.shadow.server import LocalServer
from pgmig.shadow.trace import Trace, Tracer


@dataclass(frozen=True, slots=True)
class Options:
    """What trace may be told.

    Attributes:
        names: scripts, as files, labels or numbers; none for all.
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
        major: of the server that they ran on.
        scripts: those that were traced, in order.
    """

    directory: Path
    major: int
    scripts: tuple[Traced, ...]


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
    with (
        shadow_server(found, options.shadow_url, options.local) as server,
        server.database() as url,
        ExitStack() as stack,
    ):
        traced = tuple(_traced(stack, url, found.scripts, wanted, options))
        return Traces(directory, server.major, traced)


def _traced(
    stack: ExitStack,
    url: str,
    found: tuple[Script, ...],
    wanted: tuple[Script, ...],
    options: Options,
) -> Iterator[Traced]:
    """The wanted scripts; the others up to the last of them run as they do elsewhere."""
    versions = {each.version for each in wanted}
    is_filled = not options.rows
    tracer = Tracer(url, stack)
    for script in found:
        if script.version > max(versions, default=0):
            return
        if script.version not in versions:
            options.on_step(f"running {script.label}")
            tracer.pass_over(script)
            continue
        if not is_filled:
            options.on_step("filling every table")
            _fill(url, options.rows)
            is_filled = True
        options.on_step(f"tracing {script.label}")
        yield _seen(tracer, script)


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
