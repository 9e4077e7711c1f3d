"""`pgmig baseline`: the first script pair, made from a database that already exists."""

import logging
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pgmig import scripts
from pgmig.catalog import read
from pgmig.catalog.fresh import fresh
from pgmig.catalog.roles import read_roles
from pgmig.catalog.scope import ALL, Scope, narrowed, with_needed, without
from pgmig.commands import ignoring, recording
from pgmig.commands.baseline_data import Data, Place, made_late, parted, read_initial, with_rows
from pgmig.db import Connection, connect, describe, reading
from pgmig.engine import look, record_baseline
from pgmig.engine.schema import require_writable
from pgmig.errors import (
    AlreadyRecorded,
    BaselineDiffers,
    BaselineNotFirst,
    NameUnusable,
    NothingToAdopt,
    PgmigError,
    ProofFailed,
    ScriptExists,
    ScriptMisnamed,
    ShadowTooOld,
    UnmodelledObjects,
    WitnessBehindPooler,
)
from pgmig.kinds.extension import EXTENSION
from pgmig.model import ObjectKey, Snapshot, roles_named
from pgmig.plan import Difference, plan, script_text
from pgmig.scripts import Header, Script, directive_lines, sum_file
from pgmig.scripts.directory import make_half, make_script
from pgmig.scripts.names import RULE, file_name, label_of, name_from, parse_name
from pgmig.scripts.squashed import without_checkpoints
from pgmig.scripts.write import make_directory, write_copy, write_file
from pgmig.seeds.initial import Initial
from pgmig.shadow.database import open_server
from pgmig.shadow.proof import Claim, Proved, prove
from pgmig.shadow.server import LocalServer
from pgmig.shadow.witness import PgDump
from pgmig.snapshot import fingerprint

logger = logging.getLogger(__name__)

VERSION = 1


@dataclass(frozen=True, slots=True)
class Options:
    """What a baseline may be told.

    Attributes:
        name: the script's name; `Legacy Shop` becomes `legacy_shop`.
        allow_unmodelled: go on although the database holds what pgmig does not model.
        with_roles: write roles.sql too.
        shadow_url: a server for the proof; None for the local one.
        local: where the local server lives.
        scope: what of the database is the project's.
        data: which rows are part of it.
        on_step: told what happens next.
    """

    name: str = "baseline"
    allow_unmodelled: bool = False
    with_roles: bool = False
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    data: Data = Data()  # noqa: RUF009 - it is frozen
    on_step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was made and observed.

    Attributes:
        script: the pair, written and recorded.
        target: the database it was made from.
        snapshot: that database.
        roles: the roles that the script names and that must exist before it runs.
        shadow_major: the major version of the server that the pair was proved on.
        reprinted: differences that pg_dump's own copy shows too (`shadow.proof.Proved`).
        unmodelled_statements: how many of pg_dump's statements belong to unmodelled objects.
        fingerprint: of the schema that the script leads to, on `shadow_major`.
        is_written: false when the directory had the script and it was only recorded.
        roles_file: what makes the roles, when it was asked for.
        initial: the rows that are part of it, when they were asked for.
    """

    script: Script
    target: str
    snapshot: Snapshot
    roles: tuple[str, ...]
    shadow_major: int
    reprinted: tuple[Difference, ...]
    unmodelled_statements: int
    fingerprint: str
    is_written: bool
    roles_file: Path | None = None
    initial: Initial | None = None


def baseline(url: str, directory: Path, options: Options) -> Baseline:
    """Write the scripts that make this database, proved, and record them there as applied.

    The scripts do not run in the database. Nothing is written unless the proof succeeds. Where
    the directory has its baseline already, made from another copy of the database, that one is
    proved against this copy and recorded here.

    Raises:
        NameUnusable: no script's name can be made from the name.
        BaselineNotFirst: the directory holds scripts, the first of which is not a baseline.
        BaselineDiffers: the directory's baseline makes another database than this.
        HistoryConflict: the database has a history already.
        WitnessBehindPooler: pg_dump cannot read it through the pooler in between.
        UnmodelledObjects: the database holds what pgmig does not model.
        ProofFailed: the scripts do not make this database.
        ScriptExists: roles.sql is asked for and there already.
        ShadowTooOld: the server for the proof is older than the database's.
    """
    name = name_from(options.name)
    if name is None:
        raise NameUnusable(name=options.name)
    existing = _existing(directory, name)
    roles_path = directory / "roles.sql"
    if options.with_roles and roles_path.exists():
        raise ScriptExists(path=roles_path)  # somebody may have completed it by hand
    with closing(connect(url)) as conn:
        if conn.is_pooled:
            raise WitnessBehindPooler(target=describe(conn))
        _require_no_history(conn)
        with TemporaryDirectory(prefix="pgmig-") as folder:
            found = _find(conn, directory, Path(folder), name, existing, options)
            target, script = found.target, found.script
            if existing is None:
                proved, major = _prove(url, found, options)
                options.on_step("writing the scripts and recording them")
                made = fingerprint(proved.snapshot)
                script = _adopt(conn, directory, script, {major: made})
            else:
                proved, major = _prove_existing(url, found, options)
                options.on_step(f"recording {script.label}")
                made = fingerprint(proved.snapshot)
                record_baseline(conn, script)
        recording.record(conn, target)
        if options.with_roles:
            _write_roles(conn, roles_path, found.roles)
        return Baseline(
            script=script,
            target=describe(conn),
            snapshot=target,
            roles=found.roles,
            shadow_major=major,
            reprinted=proved.reprinted,
            unmodelled_statements=proved.unmodelled,
            fingerprint=made,
            is_written=existing is None,
            roles_file=roles_path if options.with_roles else None,
            initial=found.initial,
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to be proved.

    Attributes:
        target: the database.
        start: a new one, with what the target needs of what it ignores.
        roles: that it names.
        script: the pair that makes the target, the one that is there or a new one.
        initial: the rows that it has.
    """

    target: Snapshot
    start: Snapshot
    roles: tuple[str, ...]
    script: Script
    initial: Initial | None


def _find(
    conn: Connection,
    directory: Path,
    folder: Path,
    name: str,
    existing: Script | None,
    options: Options,
) -> _Found:
    """What the database holds, schema and rows as of one moment, and the pair that makes it."""
    options.on_step(f"reading {describe(conn)}")
    with reading(conn):
        whole = read(conn)
        target = narrowed(whole, options.scope)
        ignoring.warn(target.ignored)
        if target.unmodelled and not options.allow_unmodelled:
            raise UnmodelledObjects(
                target=describe(conn), objects=tuple(map(str, target.unmodelled))
            )
        new = fresh(conn)
        roles = roles_named(target, new=new)
        data, initial = options.data, None
        if existing is None:
            bare = without(new, target.ignored.objects)
            late = made_late(target) if data.patterns else None
            script, behind = _pair(directory, name, bare, target, roles, late)
            if late is not None:
                place = Place(folder, behind, late)
                script, initial = with_rows(conn, data, target, script, place, options.on_step)
        else:
            script = existing
            if data.patterns:
                initial = read_initial(conn, data, target, options.on_step)
    return _Found(target, with_needed(new, whole, target), roles, script, initial)


def _existing(directory: Path, name: str) -> Script | None:
    """The baseline that the directory has already."""
    found = without_checkpoints(scripts.read(directory)) if directory.is_dir() else None
    if found is None or not found.scripts:
        return None
    first = found.scripts[0]
    if (first.version, first.name) != (VERSION, name):
        raise BaselineNotFirst(directory=directory, script=first.label)
    scripts.require_seal(found, [first.label])
    return first


def _prove_existing(url: str, found: _Found, options: Options) -> tuple[Proved, int]:
    try:
        return _prove(url, found, options)
    except ProofFailed as error:
        raise BaselineDiffers(script=found.script.label, findings=error.findings) from error


def _require_no_history(conn: Connection) -> None:
    home, state = look(conn)
    if state.applied:
        last = state.applied[state.current].label
        raise AlreadyRecorded(label="a baseline", last=last, target=describe(conn))
    require_writable(conn, home)


def _pair(
    directory: Path,
    name: str,
    new: Snapshot,
    target: Snapshot,
    roles: tuple[str, ...],
    late: Collection[ObjectKey] | None,
) -> tuple[Script, str]:
    """The script as it will stand in the directory, and what of it comes behind rows.

    `late` are the objects for which that holds; None: there are no rows.
    It names no database: the same schema gives the same text.
    """
    up, down = plan(new, target), plan(target, new)
    if not up.statements:
        raise NothingToAdopt
    label = label_of(VERSION, name)
    up_path, down_path = (directory / file_name(label, half) for half in ("up", "down"))
    parts = parse_name(up_path.name)
    if parts is None:
        raise ScriptMisnamed(path=up_path, rule=RULE)
    head = directive_lines(Header(roles=roles))
    count = f"{len(target.objects)} objects, written by pgmig baseline."
    title = ["The database as it was when it was adopted:", count]
    title += [f"Not modelled: {each.kind} {each.identity}" for each in target.unmodelled]
    needed = sorted({each.target for each in target.ignored.needs})
    title += [f"Needed and not made here: {each}" for each in needed]
    back = ["Drops everything that the way up makes, with every row in it."]
    first, rest = (up.statements, ()) if late is None else parted(up.statements, new, target, late)
    up_text = head + script_text(first, title=title, settings=up.settings)
    behind = (
        script_text(rest, title=["What the rows may break, or what they would set off."])
        if rest
        else ""
    )
    down_text = head + script_text(down.statements, title=back, settings=down.settings)
    pair = make_script(make_half(up_path, up_text), make_half(down_path, down_text), parts)
    return pair, behind


def _prove(url: str, found: _Found, options: Options) -> tuple[Proved, int]:
    """What the proof observed, and on which major."""
    new, target = found.start, found.target
    with (
        open_server(target.major, shadow_url=options.shadow_url, local=options.local) as server,
        server.roles(sorted({*roles_named(target), *roles_named(new)})),
    ):
        if server.major < target.major:
            raise ShadowTooOld(shadow=server.major, target=target.major)
        wanted = sorted({*target.objects, *new.objects})
        names = [key.name for key in wanted if key.kind == EXTENSION.name]
        server.require_extensions(names)
        here = (options.local or LocalServer()).installations()
        witness = PgDump(max(target.major, server.major), here)
        options.on_step(f"reading it again with pg_dump {witness.major}, as a witness")
        claim = Claim(found.script, new, target, witness.dump(url, target.ignored))
        if found.initial is not None:
            claim = replace(claim, rows=found.initial.differences)
        return prove(server, claim, witness, on_step=options.on_step), server.major


def _adopt(
    conn: Connection,
    directory: Path,
    pair: Script,
    fingerprints: dict[int, str],
) -> Script:
    """Write the pair, seal it, record it; when the database refuses, no new file stays."""
    make_directory(directory)
    sums = directory / sum_file.NAME
    had_sums = sums.exists()
    script = write_copy(directory, pair)
    written = [half.path for half in (script.up, script.down) if half is not None]
    try:
        scripts.seal(directory, fingerprints={VERSION: fingerprints})
        if not had_sums:
            written.append(sums)
        record_baseline(conn, script)
    except PgmigError:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    logger.info("%s records %s as its baseline", describe(conn), script.label)
    return script


def _write_roles(conn: Connection, path: Path, names: tuple[str, ...]) -> None:
    head = ["The roles that the baseline names, to be made once a cluster by whoever may."]
    head.append("Passwords are not in here: set them where you make the roles.")
    roles = read_roles(conn, names)
    made = plan(Snapshot(roles.server_version, {}), roles)
    write_file(path, script_text(made.statements, title=head).encode())
