"""`pgmig drift`: a database against what its history says it should be."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, LiteralString, cast

import msgspec

from pgmig import catalog
from pgmig.catalog.scope import ALL, Scope, narrowed
from pgmig.commands import ignoring
from pgmig.commands.states import Options as StateOptions
from pgmig.commands.states import Pair, opened, settled
from pgmig.commands.states.form import Live, Recorded
from pgmig.db import Connection, connect, describe
from pgmig.db.execute import fetch
from pgmig.engine import Applied, State, look
from pgmig.engine.fingerprints import Stored, store, stored
from pgmig.engine.history import read_state, stored_script
from pgmig.errors import (
    FingerprintsMissing,
    FingerprintsStale,
    HistoryMissing,
    HistoryMoved,
    PartWayElsewhere,
    PostgresNotFound,
    ScriptUnreadable,
    ShadowTooOld,
    SumFileInvalid,
)
from pgmig.model import ObjectKey, Snapshot, Unmodelled
from pgmig.model.kind import FINGERPRINT_METHOD
from pgmig.plan import Difference, differences, plan, script_text, without_order
from pgmig.scripts.sum_file import read_sum
from pgmig.shadow.recorded import of_recorded
from pgmig.shadow.replay import Layer
from pgmig.shadow.server import LocalServer
from pgmig.snapshot.fingerprint import are_comparable, each, whole_of

logger = logging.getLogger(__name__)

Sort = Literal["added", "missing", "changed"]
Method = Literal["shadow", "sum", "fingerprints"]

_FRESH = "a new database"  # what a history says of which everything was taken down

# Of the role in this database, of the role, of the database (manual, ALTER ROLE).
_SEARCH_PATH: LiteralString = """
SELECT pg_catalog.substr(c, 13)
FROM pg_catalog.pg_db_role_setting s
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,
    LATERAL pg_catalog.unnest(s.setconfig) c
WHERE c LIKE 'search\\_path=%%'
    AND (s.setrole = 0 OR r.rolname = %s)
    AND (s.setdatabase = 0 OR d.datname = pg_catalog.current_database())
ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What drift may be told.

    Attributes:
        is_stored: compare with the fingerprints in the database, without a shadow.
        is_recording: store the fingerprints of a database that has not drifted.
        has_way_back: also plan the statements that would bring the database back.
        shadow_url: a server for shadow databases; None for the local one.
        local: where the local server lives.
        scope: what of the database is the project's.
        runner_timeout: milliseconds to wait for a runner before something is stored.
        on_step: told what happens next.
    """

    is_stored: bool = False
    is_recording: bool = False
    has_way_back: bool = False
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    runner_timeout: int = 60_000
    on_step: Callable[[str], None] = lambda _: None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """An object that is not what it should be.

    Attributes:
        sort: `added`: only the database has it; `missing`: it should have it; `changed`.
        key: the object.
        fields: what differs of it; empty where fingerprints were compared.
        details: the same with both values, for people.
    """

    sort: Sort
    key: ObjectKey
    fields: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """How a database stands to its history.

    Attributes:
        target: user, host, port and database.
        state: the last applied script; "" when everything was taken down.
        version: its number; 0 without one.
        method: what it was compared with: a shadow database, the fingerprint in pgmig.sum, or the
            fingerprints in the database.
        findings: objects that are not what they should be, in key order.
        uncompared: objects whose fingerprints are of another major and mean nothing here.
        unmodelled: what both sides hold and pgmig does not model.
        notes: differences that no statement can take away: the order of columns.
        is_recorded: the fingerprints were stored.
        way_back: a script that would bring the database back, when it was asked for.
    """

    target: str
    state: str
    version: int
    method: Method
    findings: tuple[Finding, ...] = ()
    uncompared: tuple[ObjectKey, ...] = ()
    unmodelled: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_recorded: bool = False
    way_back: str | None = None

    @property
    def is_clean(self) -> bool:
        """Nothing was found that is not as it should be."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class _History:
    """What the history says, and of which database."""

    target: str
    major: int
    state: State
    applied: tuple[Applied, ...]  # those that make the database, in the order of applying

    @property
    def last(self) -> str:
        return self.state.applied[self.state.current].label if self.state.applied else ""


def drift(url: str, directory: Path, options: Options) -> Drift:
    """Compare the database with what its history says it should be; rows are not compared.

    The scripts are taken from the history, not from `directory`: files may be edited or gone.
    Writes nothing unless `options.is_recording`.

    Args:
        url: the database.
        directory: of the scripts; only its pgmig.sum is looked at, if there is one.
        options: how.

    Raises:
        HistoryMissing: pgmig never wrote to this database.
        PartWayElsewhere: a script is part-way.
        HistoryMoved: a runner worked meanwhile.
        HistoryNotReplayed: a script of the history fails in the shadow database.
        FingerprintsMissing, FingerprintsStale: there is nothing to compare with.
        PgmigError: as `states.opened` says.
    """
    if options.is_stored:
        return _by_fingerprints(url, directory, options)
    try:
        return _by_replay(url, directory, options)
    except (PostgresNotFound, ShadowTooOld) as error:
        if options.is_recording or options.has_way_back:
            raise
        options.on_step(f"{error.what}: comparing fingerprints instead")
        return _by_fingerprints(url, directory, options)


def _history(conn: Connection) -> _History:
    home, state = look(conn)
    target = describe(conn)
    if not home.is_there or (state.last_id == 0 and state.part_way is None):
        raise HistoryMissing(target=target)
    if found := state.part_way:
        raise PartWayElsewhere(label=found.label, direction=found.direction, done=found.done)
    above = (each for each in state.applied.values() if each.version >= state.baseline)
    applied = tuple(sorted(above, key=lambda one: one.id))
    return _History(target, conn.info.server_version // 10000, state, applied)


def _require_still(conn: Connection, history: _History) -> None:
    """Refuse when the history has gone on since."""
    state = read_state(conn)
    if state.last_id != history.state.last_id or state.part_way is not None:
        raise HistoryMoved(target=history.target)


def _by_replay(url: str, directory: Path, options: Options) -> Drift:
    with closing(connect(url, application_name="pgmig drift")) as conn:
        history = _history(conn)
        recorded = _recorded(conn, history, directory)
    asked = StateOptions(
        shadow_url=options.shadow_url,
        local=options.local,
        scope=options.scope,
        on_step=options.on_step,
    )
    with opened(Live(url), recorded, asked) as pair:
        options.on_step("comparing")
        found, should = settled(pair.old, pair.new, pair.bench)
        unlike = differences(found, should)
        real = without_order(unlike)
        with closing(connect(url, application_name="pgmig drift")) as conn:
            _require_still(conn, history)
            done = Drift(
                target=history.target,
                state=history.last,
                version=history.state.current,
                method="shadow",
                findings=(*_findings(real), *_unmodelled(found, should)),
                unmodelled=tuple(str(e) for e in found.unmodelled if e in should.unmodelled),
                notes=tuple(str(one) for one in unlike if one not in real),
            )
            if options.has_way_back and real:
                made = plan(found, should, is_online=False)
                text = script_text(made.statements, settings=made.settings, with_reasons=True)
                done = msgspec.structs.replace(done, way_back=text)
            if options.is_recording and done.is_clean:
                _record(conn, pair, history, options)
                done = msgspec.structs.replace(done, is_recorded=True)
        return done


def _recorded(conn: Connection, history: _History, directory: Path) -> Recorded:
    """The applied scripts as a state."""
    paths = dict[str, str | None]()
    steps, roles = list[Layer](), set[str]()
    for applied in history.applied:
        script = stored_script(conn, applied, directory)
        roles.update(script.up.header.roles)
        role = "" if applied.kind == "baseline" else applied.role
        if role and role not in paths:
            paths[role] = next((str(path) for (path,) in fetch(conn, _SEARCH_PATH, (role,))), None)
        steps.append(of_recorded(script, role, search_path=paths.get(role)))
    label = f"the history at {history.last}" if history.last else _FRESH
    return Recorded(label, tuple(steps), tuple(sorted(roles)), tuple(sorted(paths)))


def _record(conn: Connection, pair: Pair, history: _History, options: Options) -> None:
    """Store what was compared, as its own server states it."""
    is_native = pair.server.major == history.major
    snapshot = pair.old.snapshot if is_native else catalog.read(conn, scope=options.scope)
    store(
        conn,
        snapshot,
        history_id=history.state.last_id,
        runner_timeout=options.runner_timeout,
    )


def _findings(found: Sequence[Difference]) -> Iterator[Finding]:
    by_key: dict[ObjectKey, list[Difference]] = {}
    for one in found:
        by_key.setdefault(one.key, []).append(one)
    for key, here in by_key.items():
        if here[0].field:
            prefix = f"{key}: "
            yield Finding(
                sort="changed",
                key=key,
                fields=tuple(name for one in here for name in _names(one)),
                details=tuple(str(one).removeprefix(prefix) for one in here),
            )
        else:
            yield Finding(sort="added" if here[0].new is None else "missing", key=key)


def _names(difference: Difference) -> Iterator[str]:
    """The field; of parts that have names, such as columns, each part that differs."""
    sides = _by_name(difference.old), _by_name(difference.new)
    if sides[0] is None or sides[1] is None:
        yield difference.field
        return
    names = dict.fromkeys((*sides[0], *sides[1]))
    unlike = [name for name in names if sides[0].get(name) != sides[1].get(name)]
    if not unlike:
        yield f"order of {difference.field}"
    yield from (f"{difference.field} {name}" for name in unlike)


def _by_name(parts: object) -> dict[str, object] | None:
    if not isinstance(parts, tuple):
        return None
    found = dict[str, object]()
    for part in cast("tuple[object, ...]", parts):
        name = getattr(part, "name", None)
        if not isinstance(name, str):
            return None
        found[name] = part
    return found


def _unmodelled(found: Snapshot, should: Snapshot) -> Iterator[Finding]:
    """What only one side has of what pgmig does not model."""
    sorts: tuple[tuple[Sort, set[Unmodelled]], ...] = (
        ("added", {*found.unmodelled} - {*should.unmodelled}),
        ("missing", {*should.unmodelled} - {*found.unmodelled}),
    )
    for sort, objects in sorts:
        for one in sorted(objects):
            yield Finding(sort=sort, key=ObjectKey(one.kind, "", one.identity))


def _by_fingerprints(url: str, directory: Path, options: Options) -> Drift:
    with closing(connect(url, application_name="pgmig drift")) as conn:
        history = _history(conn)
        options.on_step(f"reading {history.target}")
        whole = catalog.read(conn, second=lambda: connect(url))
        found = narrowed(whole, options.scope)
        ignoring.warn(found.ignored)
        now = dict(each(found))
        kept = stored(conn)
        _require_still(conn, history)
    done = Drift(
        target=history.target,
        state=history.last,
        version=history.state.current,
        method="sum",
        unmodelled=tuple(map(str, found.unmodelled)),
    )
    if _sealed(directory, history) == whole_of(now.items(), history.major):
        return done
    before = _required(kept, history, found).objects
    common = {key for key in now if key in before and now[key] != before[key]}
    unlike = {key for key in common if are_comparable(now[key], before[key])}
    sorts: dict[ObjectKey, Sort] = dict.fromkeys(unlike, "changed")
    sorts |= dict.fromkeys(now.keys() - before.keys(), "added")
    sorts |= dict.fromkeys(before.keys() - now.keys(), "missing")
    return msgspec.structs.replace(
        done,
        method="fingerprints",
        findings=tuple(Finding(sort=sorts[key], key=key) for key in sorted(sorts)),
        uncompared=tuple(sorted(common - unlike)),
    )


def _sealed(directory: Path, history: _History) -> str | None:
    """What pgmig.sum says that these very scripts lead to on this major."""
    try:
        lines = read_sum(directory)
    except (SumFileInvalid, ScriptUnreadable) as error:
        logger.debug("pgmig.sum is left alone: %s", error.what)
        return None
    for one in history.applied:
        line = lines.get(one.label)
        if line is None or line.up != one.up_checksum:
            return None
    return lines[history.last].fingerprints.get(history.major) if history.applied else None


def _required(kept: Stored | None, history: _History, found: Snapshot) -> Stored:
    """The stored fingerprints, when they are of what the history says now.

    Raises:
        FingerprintsMissing: there are none.
        FingerprintsStale: they are of something else.
    """
    if kept is None:
        raise FingerprintsMissing(target=history.target)
    reason = ""
    if kept.history_id != history.state.last_id:
        reason = f"they are of history row {kept.history_id}, the last one is"
        reason += f" {history.state.last_id} ({history.last or 'everything taken down'})"
    elif kept.scope != found.ignored.patterns:
        reason = f"they leave out other objects ({', '.join(kept.scope) or 'none'})"
    elif not all(one.startswith(FINGERPRINT_METHOD) for one in kept.objects.values()):
        reason = "another version of pgmig made them"
    if reason:
        raise FingerprintsStale(target=history.target, reason=reason)
    return kept


__all__ = ["Drift", "Finding", "Options", "drift"]
