"""Squashing: the scripts run, their checkpoint is written and proved, the files are swapped."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from pgmig import catalog, scripts
from pgmig.catalog.fresh import fresh
from pgmig.catalog.scope import ALL, Scope, narrowed
from pgmig.commands.squash.text import Made, checkpoint
from pgmig.db import connect
from pgmig.engine import run_script
from pgmig.errors import (
    CheckpointFails,
    NameUnusable,
    ProofFailed,
    ScriptExists,
    VersionUnknown,
)
from pgmig.scripts import Directory, Script
from pgmig.scripts.names import name_from
from pgmig.scripts.squashed import FOLDER, checkpoint_of, folder_of
from pgmig.scripts.sum_file import NAME, Sealed, read_sum, sum_text
from pgmig.scripts.swap import blocks, finish, swap
from pgmig.shadow.database import ShadowServer, open_server
from pgmig.shadow.orders import deployer, replay, roles_of
from pgmig.shadow.proof import Claim, prove
from pgmig.shadow.recorded import run_as
from pgmig.shadow.rows.copies import contents, unlike
from pgmig.shadow.server import LocalServer
from pgmig.shadow.witness import PgDump
from pgmig.snapshot import fingerprint

MOST = 8_000_000
"""Characters of rows that a checkpoint holds."""

_VERB = "squash"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Options:
    """What a squash may be told.

    Attributes:
        name: of the checkpoint; `First Year` becomes `first_year`.
        shadow_url: a server for the proof; None for the local one.
        local: where the local server lives.
        scope: what of a schema is the project's.
        is_dry_run: write nothing.
        on_step: told what happens next.
    """

    name: str = "checkpoint"
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    is_dry_run: bool = False
    on_step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Squashed:
    """What was made.

    Attributes:
        script: the checkpoint; None where there was nothing to squash.
        stands_for: labels of the scripts that it stands for.
        folder: where those are now; None where there was nothing to squash.
        objects: how many it makes.
        rows: how many it writes.
        major: of the server that it was proved on.
        is_written: the files are there.
        has_finished: what an earlier run had begun was finished.
    """

    script: Script | None
    stands_for: tuple[str, ...]
    folder: Path | None = None
    objects: int = 0
    rows: int = 0
    major: int = 0
    is_written: bool = False
    has_finished: bool = False


def squash(directory: Path, version: int, options: Options) -> Squashed:
    """Put one script in the place of those up to `version`, proved to leave what they leave.

    They move to a folder of their own, where databases that ran some of them find the others.

    Raises:
        NameUnusable, VersionUnknown: no script can have the name, or none has the version.
        RowsNotSquashed: they leave more rows than a checkpoint holds.
        CheckpointFails: what the checkpoint makes is not what they make; nothing is written.
        SealBroken: one of them is not the text that was sealed.
        BadScript, DirectoryMissing, SumFileInvalid: the directory cannot be read.
        SwapUnfinished: what an earlier run had begun is not finished by a dry run.
        StatementFailed: one of them does not run.
        ScriptExists, FileNotWritten: the files are as they were.
        PostgresNotFound, WitnessMissing: they cannot be tried here.
    """
    name = name_from(options.name)
    if name is None:
        raise NameUnusable(name=options.name)
    has_finished = not options.is_dry_run and finish(directory)
    found = scripts.read(directory)
    wanted = _wanted(found, version)
    labels = tuple(each.label for each in wanted)
    point = checkpoint_of(found)
    if len(wanted) == 1:
        stands_for = labels if point is wanted[0] else ()
        return Squashed(None, stands_for, has_finished=has_finished)
    scripts.require_seal(found, labels)
    last = wanted[-1]
    label = f"{last.label.partition('_')[0]}_{name}"
    if label == last.label:
        raise ScriptExists(path=last.up.path)
    folder = found.path / FOLDER / last.label.partition("_")[0]
    for path in sorted(folder.glob("[!.]*")):
        raise ScriptExists(path=path)
    with ExitStack() as stack:
        server = _server(wanted, options, stack)
        script, made, known = _proved(server, wanted, directory, label, options)
        major = server.major
    if not options.is_dry_run:
        _write(directory, script, wanted, Sealed(label, *_sums(script), {major: known}))
    return Squashed(
        script,
        labels,
        folder=folder_of(script),
        objects=len(made.snapshot.objects.keys() - made.new.objects.keys()),
        rows=sum(each.rows for each in made.contents.tables),
        major=major,
        is_written=not options.is_dry_run,
        has_finished=has_finished,
    )


def _wanted(found: Directory, version: int) -> tuple[Script, ...]:
    wanted = tuple(each for each in found.scripts if each.version <= version)
    if not wanted or wanted[-1].version != version:
        labels = [each.label for each in found.scripts]
        nearest = min(labels, key=lambda one: abs(_version(one) - version), default="")
        raise VersionUnknown(version=version, where=f"in {found.path}", nearest=nearest)
    return wanted


def _server(wanted: Sequence[Script], options: Options, stack: ExitStack) -> ShadowServer:
    local = options.local or LocalServer()
    major = 0 if options.shadow_url else local.settled().place().major
    server = stack.enter_context(open_server(major, shadow_url=options.shadow_url, local=local))
    roles = sorted({role for each in wanted for role in each.up.header.roles})
    stack.enter_context(server.roles(roles))
    return server


def _proved(
    server: ShadowServer,
    wanted: Sequence[Script],
    directory: Path,
    label: str,
    options: Options,
) -> tuple[Script, Made, str]:
    """The checkpoint, what it makes, and the fingerprint of that."""
    witness = PgDump(server.major, (options.local or LocalServer()).installations())
    with deployer(server) as role:

        def on_layer(one: str) -> None:
            options.on_step(f"running {one} in a shadow database")

        before = roles_of(server)
        source = replay(server, wanted, role=role, is_kept=False, on_layer=on_layer)
        with source.database() as url:
            made = _read(url, wanted, role, label)
            # Others may make roles there too: those that no script names are theirs.
            new = {e for e in roles_of(server) - before if any(e in s.up.text for s in wanted)}
            _require_carried(made, new, label)
            script = checkpoint(made, directory, label)
            with server.roles(made.roles):
                claim = Claim(script, made.new, made.snapshot, witness.dump(url))
                try:
                    prove(
                        server,
                        claim,
                        witness,
                        on_step=options.on_step,
                        run_half=lambda conn, one, way: run_as(conn, one, way, role),
                    )
                except ProofFailed as error:
                    told = (f"at {error.step}:", *error.findings)
                    raise CheckpointFails(label=label, findings=told) from error
                options.on_step("comparing the rows")
                known = _contents_proved(server, script, made, options.scope)
    return script, made, known


def _read(url: str, wanted: Sequence[Script], role: str, label: str) -> Made:
    """What the scripts have made.

    Raises:
        RowsNotSquashed: too many rows.
    """
    with closing(connect(url)) as conn:
        snapshot = catalog.read(conn)
        held = contents(conn, most=MOST)
        new = fresh(conn)
    return Made(wanted, new, snapshot, held, role)


def _require_carried(made: Made, roles: Collection[str], label: str) -> None:
    """Refuse what the scripts leave and no script of pgmig's can hold.

    Raises:
        CheckpointFails: names it.
    """
    tables = made.contents.tables
    signed = [".".join(each.table) for each in tables if made.role in each.sql]
    findings = (
        *(f"pgmig does not model {each}" for each in made.snapshot.unmodelled),
        *(f"no script carries {each}" for each in made.snapshot.outside),
        *(f"they make the role {each}, which is the cluster's" for each in sorted(roles)),
        *(f"the name of whoever runs them is in the rows of {each}" for each in signed),
    )
    if findings:
        raise CheckpointFails(label=label, findings=findings[:_SHOWN])


def _contents_proved(server: ShadowServer, script: Script, made: Made, scope: Scope) -> str:
    """The fingerprint of what the checkpoint makes; by another role than the scripts' to prove it.

    Raises:
        CheckpointFails: its rows are others.
    """
    with server.database() as url, closing(connect(url)) as conn:
        run_script(conn, script, "up")
        found = tuple(unlike(contents(conn), made.contents))
        if found:
            raise CheckpointFails(label=script.label, findings=found[:_SHOWN])
        return fingerprint(narrowed(catalog.read(conn), scope))


def _write(directory: Path, script: Script, wanted: Sequence[Script], line: Sealed) -> None:
    """Swap the files: the scripts into their folder, the checkpoint into their place."""
    folder = folder_of(script)
    sealed = read_sum(directory)
    labels = {each.label for each in wanted}
    halves = [half for each in wanted for half in (each.up, each.down) if half is not None]
    files: dict[Path, bytes | Iterable[bytes]] = {
        folder / half.path.name: blocks(half.path) for half in halves
    }
    files[folder / NAME] = sum_text(
        Sealed(each.label, *_sums(each), _fingerprints(sealed, each)) for each in wanted
    )
    rest = [entry for entry in sealed.values() if entry.label not in labels]
    files[directory / NAME] = sum_text([line, *rest])
    for half in (script.up, script.down):
        if half is not None:
            files[half.path] = half.text.encode()
    swap(directory, files, [*(half.path for half in halves), directory / NAME], verb=_VERB)


def _fingerprints(sealed: dict[str, Sealed], script: Script) -> dict[int, str]:
    line = sealed.get(script.label)
    return dict(line.fingerprints) if line is not None else {}


def _sums(script: Script) -> tuple[str, str | None]:
    return script.up.checksum, script.down.checksum if script.down else None


def _version(label: str) -> int:
    return int(label.partition("_")[0])
