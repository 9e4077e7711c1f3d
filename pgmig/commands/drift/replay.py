"""Drift seen in a shadow database, in which the applied scripts ran."""

from contextlib import closing
from pathlib import Path

import msgspec

from pgmig import catalog
from pgmig.commands.drift.findings import of_differences, of_unmodelled
from pgmig.commands.drift.history import History, read_history, recorded, require_still
from pgmig.commands.drift.passing import as_used
from pgmig.commands.drift.report import Drift, Options
from pgmig.commands.states import Options as StateOptions
from pgmig.commands.states import Pair, opened, settled
from pgmig.commands.states.form import Live
from pgmig.db import Connection, connect
from pgmig.engine.fingerprints import store
from pgmig.errors import Refused
from pgmig.model import CONSENT, Snapshot
from pgmig.plan import Plan, differences, plan, script_text, without_order


def by_replay(url: str, directory: Path, options: Options) -> Drift:
    """Run the applied scripts in a shadow database and compare.

    Raises:
        PostgresNotFound, ShadowTooOld: there is no shadow server for this database.
        PgmigError: as `drift` says.
    """
    with closing(connect(url, application_name="pgmig drift")) as conn:
        history = read_history(conn)
        should_be = recorded(conn, history, directory)
    asked = StateOptions(
        shadow_url=options.shadow_url,
        local=options.local,
        scope=options.scope,
        on_step=options.on_step,
    )
    with opened(Live(url), should_be, asked) as pair:
        options.on_step("comparing")
        found, should = settled(pair.old, pair.new, pair.bench)
        unlike = differences(found, should)
        should = as_used(found, should)
        real = without_order(differences(found, should))
        with closing(connect(url, application_name="pgmig drift")) as conn:
            require_still(conn, history)
            done = Drift(
                target=history.target,
                state=history.last,
                version=history.state.current,
                method="shadow",
                findings=(*of_differences(real), *of_unmodelled(found, should)),
                unmodelled=tuple(str(e) for e in found.unmodelled if e in should.unmodelled),
                notes=tuple(str(one) for one in unlike if one not in real),
            )
            if (options.has_way_back or options.needs_way_back) and real:
                done = _planned(done, found, should, options)
            if options.is_recording and done.is_clean:
                _record(conn, pair, history, options)
                done = msgspec.structs.replace(done, is_recorded=True)
        return done


def _planned(done: Drift, found: Snapshot, should: Snapshot, options: Options) -> Drift:
    """With the way back.

    Raises:
        UnsupportedChange, CycleError: nothing leads back, and that is what was asked for.
    """
    try:
        return _with_way_back(done, plan(found, should, is_online=False))
    except Refused as error:
        if options.needs_way_back:
            raise
        return msgspec.structs.replace(done, no_way_back=error.what)


def _with_way_back(done: Drift, made: Plan) -> Drift:
    text = script_text(
        made.statements,
        settings=made.settings,
        with_transaction=len(made.parts) == 1,
        with_reasons=True,
    )
    lost = (f"{one.name}: {one.key}: {one.evidence}" for one in made.hazards if one.name in CONSENT)
    return msgspec.structs.replace(done, way_back=text, dangers=tuple(lost))


def _record(conn: Connection, pair: Pair, history: History, options: Options) -> None:
    """Store what was compared, as its own server states it."""
    is_native = pair.server.major == history.major
    snapshot = pair.old.snapshot if is_native else catalog.read(conn, scope=options.scope)
    store(
        conn,
        snapshot,
        history_id=history.state.last_id,
        runner_timeout=options.runner_timeout,
    )
