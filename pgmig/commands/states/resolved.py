"""Resolved: a state as a snapshot, with the ways to make it again."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, replace
from functools import cached_property

from pgmig import catalog
from pgmig.catalog.fresh import fresh
from pgmig.catalog.scope import ALL, Scope
from pgmig.db import connect
from pgmig.kinds.extension import EXTENSION
from pgmig.model import ObjectKey, Snapshot, roles_named
from pgmig.plan import plan, script_text
from pgmig.shadow import layers
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.replay import Layer, Replay
from pgmig.shadow.server import LocalServer
from pgmig.shadow.witness import PgDump

Database = Callable[[], AbstractContextManager[str]]
"""Makes a shadow database, dropped at the end, and gives its connection string."""


@dataclass(frozen=True, slots=True)
class Options:
    """How states are resolved.

    Attributes:
        shadow_url: a server for shadow databases; None for the local one.
        local: where the local server lives.
        scope: what of each state is the project's.
        is_kept: whether templates may stay on the shadow server; None: on the local one alone.
        on_step: told what happens next.
    """

    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    is_kept: bool | None = None
    on_step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A state, read on a server of the shadow's major.

    Attributes:
        label: names it to people; it holds no password.
        snapshot: what the scope leaves of it.
        start: a new database on its server, with what the snapshot needs of ignored objects.
        dump: what pg_dump says of it, ignored objects and all.
        database: a shadow database in this state.
        again: one that is made from the beginning, where the state is made of steps.
        build: makes this state of the empty shadow database at a connection string.
        copied: a shadow database that holds what is printed of this state, parsed again.
        unowned: objects of files that leave open whose they are.
    """

    label: str
    snapshot: Snapshot
    start: Snapshot
    dump: Callable[[], str]
    database: Database
    build: Callable[[str], None]
    copied: Database
    again: Database | None = None
    unowned: frozenset[ObjectKey] = frozenset()


@dataclass(frozen=True)
class Bench:
    """Where states are resolved.

    Attributes:
        server: the shadow server.
        options: how.
        stack: what is undone at the end.
        newest: the highest major of all servers that take part.
    """

    server: ShadowServer
    options: Options
    stack: ExitStack
    newest: int

    @cached_property
    def witness(self) -> PgDump:
        """The pg_dump that reads every server that takes part."""
        local = self.options.local or LocalServer()
        return PgDump(max(self.newest, self.server.major), local.installations())

    @cached_property
    def fresh(self) -> Snapshot:
        """A new database on the shadow server."""
        with closing(connect(self.server.url)) as conn:
            return fresh(conn)

    def has_roles(self, names: Iterable[str]) -> None:
        """See to it that roles of these names exist until the end; templates need theirs longer."""
        wanted = sorted({*names})
        if wanted:
            server = replace(self.server, is_ours=self.server.is_ours or self.is_kept)
            self.stack.enter_context(server.roles(wanted))

    def has_runners(self, names: Iterable[str]) -> None:
        """See to it that scripts can run as these roles until the end."""
        if wanted := sorted({*names}):
            self.stack.enter_context(self.server.superusers(wanted))

    @property
    def is_kept(self) -> bool:
        """Whether templates may stay on the server."""
        asked = self.options.is_kept
        return self.server.is_ours if asked is None else asked

    def replay(self, steps: Sequence[Layer]) -> Replay:
        """A database of these layers."""
        return Replay(
            self.server,
            steps,
            is_kept=self.is_kept,
            on_layer=lambda label: self.options.on_step(f"running {label} in a shadow database"),
        )

    def beginning(self, start: Snapshot) -> tuple[Layer, ...]:
        """The layer that makes an empty shadow database what `start` is; none if it is that."""
        if start.objects == self.fresh.objects:
            return ()
        self.require(start)
        return self.planned("the start", self.fresh, start)

    def planned(self, label: str, old: Snapshot, new: Snapshot) -> tuple[Layer, ...]:
        """The layer that makes `new` of `old`; none where nothing differs."""
        made = plan(old, new)
        if not made.statements:
            return ()
        settings = made.settings
        text = script_text(made.statements, settings=settings, with_transaction=True)
        return (layers.of_text(label, text),)

    def require(self, snapshot: Snapshot) -> None:
        """See to it that the server has what a snapshot names: roles, files of extensions.

        Raises:
            ExtensionsMissing: it lacks some.
        """
        self.has_roles(roles_named(snapshot))
        names = [key.name for key in snapshot.objects if key.kind == EXTENSION.name]
        self.server.require_extensions(names)


def read(url: str) -> Snapshot:
    """All that the database at `url` holds."""
    with closing(connect(url)) as conn:
        return catalog.read(conn, second=lambda: connect(url))
