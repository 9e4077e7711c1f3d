"""`pgmig plan`: what `up` would do on a database, and what that would do to it."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from pgmig import __version__
from pgmig.commands.applying import guarded, read_scripts
from pgmig.commands.part_way import part_way_verdict, runner_at_work
from pgmig.commands.plan import live, server
from pgmig.commands.plan.asking import Asker
from pgmig.commands.plan.checking import results
from pgmig.commands.plan.document import sealed
from pgmig.commands.plan.doubts import doubts
from pgmig.commands.plan.evidence import Evidence
from pgmig.commands.plan.faults import extension_named
from pgmig.commands.plan.forecast import Names, planned, touched
from pgmig.commands.plan.judging import reasons, room_words, verdict
from pgmig.commands.plan.meeting import met, unheld
from pgmig.commands.plan.options import RATE, Options
from pgmig.commands.plan.queries import phase, queries_told
from pgmig.commands.plan.row_locks import row_changes
from pgmig.commands.plan.shadowing import Shadow, recorded, shadowed
from pgmig.commands.plan.trying import Acting, Tried, run_all
from pgmig.commands.plan.values import CheckResult, Planned, PlannedScript, TableFacts
from pgmig.commands.target import Target, session
from pgmig.db import Connection
from pgmig.db.connect import beside
from pgmig.db.execute import settled
from pgmig.ddl import qualified
from pgmig.engine import State, Step, look
from pgmig.engine.forecasts import read_rate
from pgmig.engine.outcome import leftovers
from pgmig.engine.preflight import prepare
from pgmig.engine.resuming import require_resumable
from pgmig.engine.rules import seen, steps_up
from pgmig.engine.schema import require_writable
from pgmig.scripts import Directory

Tables = Mapping[str, TableFacts]

_ASK_TIMEOUT = 10_000  # milliseconds, for what is asked of the catalogs


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came of trying: where, of each script, and of the rows."""

    shadow: Shadow
    tried: tuple[Tried, ...]
    base: Mapping[int, tuple[str, str]]
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class _Begun:
    """What was seen before anything was tried.

    Attributes:
        written: rows written so far, by table.
        timeout: the role's statement_timeout, in milliseconds; 0: none.
        unknown: why the script that is part-way cannot go on; "" when it can.
    """

    written: live.Written
    timeout: int
    unknown: str


def plan(target: str | Target, directory: Path, options: Options | None = None) -> Planned:
    """What `up` would do on a database; nothing is written there.

    Raises:
        PgmigError: what `up` would refuse too; or there is no shadow server to try the scripts on,
            as `shadowing.shadowed` says.
    """
    return sealed(_plan(target, directory, options or Options()))


def _plan(target: str | Target, directory: Path, options: Options) -> Planned:
    scripts = read_scripts(directory)
    with closing(session(target, application_name="pgmig plan")) as conn:
        path, timeout = _own_settings(conn)
        home, state = look(conn)
        asker = Asker(conn, _ASK_TIMEOUT)
        identity = live.read_identity(conn, asker)
        steps = steps_up(scripts, state, options.to, is_out_of_order=options.is_out_of_order)
        guarded(target, conn, scripts, steps, is_planned=True)
        measured = None
        if home.is_there and options.rate is None:
            with settled(conn):
                measured = read_rate(conn)
        made = Planned(
            tool_version=__version__,
            made_at=datetime.now(UTC),
            target=identity,
            to=options.to,
            is_out_of_order=options.is_out_of_order,
            current=state.current,
            label=state.applied[state.current].label if state.current else "",
            last_id=state.last_id,
            rate=options.rate or measured or RATE,
            is_measured=measured is not None,
        )
        if not steps:
            return made
        require_resumable(state, steps)
        require_writable(conn, home)
        prepare(conn, steps)
        before = live.read_written(asker)
        deployer = live.read_deployer(asker, path)
        unknown = _unknown(conn, scripts, state)
        found = None
        if options.has_shadow:
            found = _tried(target, conn, (scripts, state, steps), deployer, options)
        begun = _Begun(before, timeout, unknown)
        return _finished(conn, made, steps, found, begun, options)


def _own_settings(conn: Connection) -> tuple[str, int]:
    """The role's search_path and statement_timeout, in milliseconds."""
    found = Asker(conn, _ASK_TIMEOUT).rows(
        "SELECT name, reset_val FROM pg_catalog.pg_settings"
        " WHERE name IN ('search_path', 'statement_timeout')"
    )
    values = dict[str, str](found)
    return values.get("search_path", ""), int(values.get("statement_timeout", "0"))


def _hurried(conn: Connection, url: str) -> str:
    """The connection string for sessions that read the catalogs and wait for no lock for long."""
    if conn.is_pooled:  # a pooler takes no settings for a session
        return url
    with closing(beside(conn, lock_timeout="5s")) as other:
        return other.way


def _unknown(conn: Connection, scripts: Directory, state: State) -> str:
    """Why the script that is part-way cannot go on."""
    verdict_of = part_way_verdict(conn, scripts, state)
    if verdict_of is None or verdict_of.outcome in {"done", "redo"} or state.part_way is None:
        return ""
    return f"statement {state.part_way.started}: {verdict_of.meaning}"


def _done(conn: Connection, scripts: Directory, state: State) -> int:
    """How many statements of the script that is part-way the target has."""
    found = state.part_way
    if found is None:
        return 0
    verdict_of = part_way_verdict(conn, scripts, state)
    is_done = verdict_of is not None and verdict_of.outcome == "done"
    return found.done + is_done


def _tried(
    target: str | Target,
    conn: Connection,
    history: tuple[Directory, State, tuple[Step, ...]],
    deployer: live.Deployer,
    options: Options,
) -> _Seen:
    scripts, state, steps = history
    done = _done(conn, scripts, state)
    is_part_way = state.part_way is not None and state.part_way.is_begun
    past = recorded(conn, seen(scripts, state, options.to), state)
    url = _hurried(conn, target if isinstance(target, str) else target.url)
    major = conn.info.server_version // 10000
    with shadowed(
        url, past, steps, deployer, options, major=major, is_part_way=is_part_way
    ) as shadow:
        found: list[Tried] = []
        queries = options.queries.checked if options.queries else ()
        running = run_all(shadow.url, shadow.acting or Acting(shadow.url), steps, done, queries)
        options.on_step(f"trying {steps[0].label} in a shadow database")
        for tried in running:
            found.append(tried)
            if len(found) < len(steps) and tried.after is not None:
                options.on_step(f"trying {steps[len(found)].label} in a shadow database")
        asker = Asker(conn, options.check_timeout, deployer.search_path)
        values, told = options.has_values, options.on_step
        checks = results(asker, found, has_values=values, on_step=told)
        checks += tuple(met(asker, found, has_values=values, on_step=told))
        checks += tuple(doubts(asker, found, on_step=told))
    relations = found[0].before.relations.items() if found else ()
    base = {oid: (each.schema, each.name) for oid, each in relations}
    return _Seen(shadow, tuple(found), base, checks)


def _finished(
    conn: Connection,
    made: Planned,
    steps: Sequence[Step],
    found: _Seen | None,
    begun: _Begun,
    options: Options,
) -> Planned:
    asker = Asker(conn, _ASK_TIMEOUT)
    options.on_step("asking the target about its tables")
    names = touched(found.tried, found.base) if found else set[live.Name]()
    tables = live.read_tables(asker, names, begun.written, live.read_written(asker))
    changed = row_changes(found.tried if found else ())
    sessions, hidden = live.read_sessions(asker, names.union(*(each.tables for each in changed)))
    replicas, slots = server.read_replicas(asker), server.read_slots(asker)
    scripts = tuple(_scripts(steps, found, tables, options, made.rate))
    rooms = server.read_rooms(asker, scripts, tables)
    made_extensions = _extensions(found.tried if found else ())
    evidence = Evidence(
        scripts=scripts,
        tried=found.tried if found else (),
        shadow=found.shadow if found else None,
        major=made.target.major,
        role=made.target.role,
        checks=found.checks if found else (),
        tables=tables,
        sessions=sessions,
        replicas=replicas,
        slots=slots,
        rooms=rooms,
        leftovers=leftovers(conn),
        extensions=server.read_extensions(asker, made_extensions),
        runner=runner_at_work(conn),
        unknown=begun.unknown,
        timeout=begun.timeout,
    )
    why = reasons(evidence, options)
    notes = [
        *([hidden] if hidden else []),
        *map(room_words, rooms),
        *_limits(begun.timeout),
        *unheld(evidence.tried),
        *(queries_told(options.queries, evidence.tried) if options.queries else ()),
    ]
    return structs.replace(
        made,
        scripts=scripts,
        base=found.shadow.base if found else "none",
        shadow_major=found.shadow.major if found else 0,
        tables=tuple(tables[name] for name in sorted(tables)),
        checks=evidence.checks,
        sessions=sessions,
        replicas=replicas,
        slots=slots,
        rooms=rooms,
        notes=tuple(notes),
        verdict=verdict(why),
        reasons=why,
    )


def _scripts(
    steps: Sequence[Step],
    found: _Seen | None,
    tables: Tables,
    options: Options,
    rate: int,
) -> list[PlannedScript]:
    made: list[PlannedScript] = []
    base = {oid: qualified(*name) for oid, name in found.base.items()} if found else {}
    made += [
        planned(tried, Names.of(tried, base), tables, rate)
        for tried in (found.tried if found else ())
    ]
    if options.queries:
        made = [
            structs.replace(each, phase=phase(tried)) if each.is_traced else each
            for each, tried in zip(made, found.tried if found else (), strict=True)
        ]
    made += [_untried(step) for step in steps[len(made) :]]
    return made


def _untried(step: Step) -> PlannedScript:
    return PlannedScript(
        version=step.version,
        label=step.label,
        path=str(step.half.path),
        up=step.half.checksum,
        down=step.script.down.checksum if step.script.down else None,
        is_transactional=step.half.header.transaction,
        count=sum(1 for _ in step.half.statements()),
    )


def _extensions(tried: Sequence[Tried]) -> set[str]:
    """Names of the extensions that scripts make or update, or try to."""
    made = {
        name
        for each in tried
        if each.after is not None
        for name, version in each.after.extensions.items()
        if each.before.extensions.get(name) != version
    }
    faults = (fault for each in tried for fault in each.faults)
    return made | {named[0] for fault in faults if (named := extension_named(fault))}


def _limits(timeout: int) -> list[str]:
    """What ends a statement that takes long."""
    if not timeout:
        return []
    return [f"the role's statement_timeout ends each statement after {timeout / 1000:g} s"]
