"""Sources: what states are made of, found and checked before a shadow server is needed."""

import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from msgspec.structs import replace

from pgmig import scripts
from pgmig.commands import git
from pgmig.commands.states.form import (
    Commit,
    Empty,
    Live,
    Recorded,
    Scripts,
    Sql,
    State,
    Stored,
    Tree,
)
from pgmig.db import Connection, connect
from pgmig.errors import BadSnapshotFile, VersionUnknown
from pgmig.model import Snapshot
from pgmig.scripts import Half, Script
from pgmig.scripts.squashed import reaching
from pgmig.shadow import layers
from pgmig.shadow.replay import Layer
from pgmig.snapshot import decode


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is there, and an open session in it."""

    url: str
    conn: Connection

    @property
    def major(self) -> int:
        """Its server's."""
        return self.conn.info.server_version // 10000


@dataclass(frozen=True, slots=True)
class Document:
    """A stored snapshot."""

    label: str
    snapshot: Snapshot

    @property
    def major(self) -> int:
        """Of the server it was read on."""
        return self.snapshot.major


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes a database of a new one; nothing makes a new one.

    Attributes:
        label: names it to people.
        layers: in order.
        roles: that the layers say they need.
        runners: roles as which the layers run.
        scripts: that the layers run, one each, when nobody has said as which role.
        is_file: the layers are files of SQL, which leave open whose their objects are.
    """

    label: str
    layers: tuple[Layer, ...]
    roles: tuple[str, ...] = ()
    runners: tuple[str, ...] = ()
    scripts: tuple[Script, ...] = ()
    is_file: bool = False


Source = Database | Document | Recipe


def source_of(state: State, stack: ExitStack) -> Source:
    """What `state` is made of; sessions are closed with `stack`.

    Raises:
        ConnectionFailed, ServerTooOld: the database.
        SealBroken, BadScript, DirectoryMissing, VersionUnknown: the migrations.
        GitUnusable: the commit.
        BadTree, PsqlCommand: the files.
        BadSnapshotFile: the document.
    """
    match state:
        case Live():
            return Database(state.url, _session(state.url, stack))
        case Stored():
            return Document(near(state.path), _document(state.path))
        case Empty():
            return Recipe("empty", ())
        case Scripts():
            return _recipe_of_scripts(state)
        case Commit():
            label = f"{near(state.directory)} of {state.rev}"
            return _recipe(label, _scripts_of_commit(state))
        case Recorded():
            return Recipe(state.label, state.layers, state.roles, state.runners)
        case Tree():
            return Recipe(near(state.directory), (layers.of_tree(state.directory),))
        case Sql():
            return Recipe(near(state.path), layers.of_files(state.files), is_file=True)
        case _:
            assert_never(state)


def near(path: Path) -> str:
    """The path as people call it here."""
    here = Path.cwd()
    full = path.resolve()
    shown = full.relative_to(here).as_posix() if full.is_relative_to(here) else str(full)
    return f"{shown}/" if full.is_dir() else shown


def _session(url: str, stack: ExitStack) -> Connection:
    conn = connect(url)
    stack.callback(conn.close)
    return conn


def _document(path: Path) -> Snapshot:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadSnapshotFile(path=path, reason=error.strerror or str(error)) from None
    return decode(data, path=path)


def _recipe_of_scripts(state: Scripts) -> Recipe:
    found = scripts.read(state.directory)
    if state.version is not None:
        found = reaching(found, state.version)
    wanted = found.scripts
    label = near(state.directory)
    if state.version is not None:
        wanted = tuple(each for each in wanted if each.version <= state.version)
        last = wanted[-1].version if wanted else 0
        if last != state.version:
            where = f"in {near(state.directory)}"
            nearest = (
                wanted[-1].label if wanted else found.scripts[0].label if found.scripts else ""
            )
            raise VersionUnknown(version=state.version, where=where, nearest=nearest)
        label = f"{label}@{state.version}"
    scripts.require_seal(found, {each.label for each in wanted})
    return _recipe(label, wanted)


def _recipe(label: str, wanted: Sequence[Script]) -> Recipe:
    steps = tuple(layers.of_script(each) for each in wanted)
    return Recipe(label, steps, _roles(wanted), scripts=tuple(wanted))


def _roles(wanted: Iterable[Script]) -> tuple[str, ...]:
    return tuple(sorted({role for each in wanted for role in each.up.header.roles}))


def _scripts_of_commit(state: Commit) -> tuple[Script, ...]:
    """The scripts of a commit, their seals checked by the pgmig.sum of that commit."""
    with tempfile.TemporaryDirectory(prefix="pgmig-git-") as folder:
        directory = Path(folder)
        for name, data in git.files_of(state.rev, state.directory, state.root):
            (directory / name).write_bytes(data)
        found = scripts.read(directory)
        scripts.require_seal(found)
    place = Path(f"git:{state.rev}") / state.directory.name
    return tuple(
        replace(
            each,
            up=_moved(each.up, place),
            down=_moved(each.down, place) if each.down else None,
        )
        for each in found.scripts
    )


def _moved(half: Half, place: Path) -> Half:
    return replace(half, path=place / half.path.name)
