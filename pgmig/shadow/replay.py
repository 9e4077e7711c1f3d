"""Replays: databases made layer by layer in a shadow server.

What a replay has made is kept as a template, named after the hash of all its layers: the next
replay begins with a copy of the longest prefix of its own layers that was kept.
"""

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256

from pgmig.db import Connection, connect
from pgmig.db.execute import fetch, run
from pgmig.ddl import ident_text
from pgmig.errors import ServerRefused
from pgmig.shadow.database import ShadowServer

logger = logging.getLogger(__name__)

PREFIX = "pgmig_template_"
KEPT = 8
"""Templates on a server, the newest; of all projects that use it."""

_FORMAT = 1  # counts the ways to make a database of the same layers
_TRIES = 3
# The template is gone, or somebody else is at it.
_GONE = frozenset({"3D000", "55006"})


@dataclass(frozen=True, slots=True)
class Layer:
    """One step on the way to a database.

    Attributes:
        label: names it to people.
        checksum: of all that it depends on besides the layers below.
        run: does it, in a session of its database, and leaves the session as it was.
    """

    label: str
    checksum: str
    run: Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Replay:
    """A database as the layers that it is made of.

    Attributes:
        server: where it is made; every role that the layers name exists there.
        layers: from the first to the last, in an empty database.
        is_kept: whether templates may stay on the server.
        on_layer: told the label of each layer that runs.
    """

    server: ShadowServer
    layers: Sequence[Layer]
    is_kept: bool = True
    on_layer: Callable[[str], None] = lambda _: None

    def names(self) -> list[str]:
        """The name of the template of each prefix, from the first layer to all of them."""
        found: list[str] = []
        digest = sha256(f"{_FORMAT} {self.server.major}".encode())
        for layer in self.layers:
            digest.update(f"\n{layer.checksum}".encode())
            found.append(f"{PREFIX}{digest.hexdigest()[:32]}")
        return found

    @contextmanager
    def database(self) -> Generator[str]:
        """The connection string of a shadow database with all layers, dropped at the end.

        Raises:
            StatementFailed: a layer failed.
        """
        with ExitStack() as stack:
            yield self._opened(stack)

    def into(self, url: str) -> None:
        """Make it of the empty shadow database at `url`: slowly where somebody is connected there.

        Raises:
            StatementFailed: a layer failed.
        """
        for _ in range(_TRIES if self.is_kept and self.layers else 0):
            self._keep()
            try:
                if self.server.refill(url, self.names()[-1]):
                    return
                break
            except ServerRefused as error:
                if error.sqlstate not in _GONE:
                    raise
        self._run(url, self.layers)

    def _opened(self, stack: ExitStack) -> str:
        for _ in range(_TRIES if self.is_kept and self.layers else 0):
            try:
                return stack.enter_context(self.server.database(self.names()[-1]))
            except ServerRefused as error:
                if error.sqlstate not in _GONE:
                    raise
            self._keep()
        url = stack.enter_context(self.server.database())
        self._run(url, self.layers)
        return url

    def _keep(self) -> None:
        """Make the template of all layers, unless it is there."""
        names = self.names()
        with closing(connect(self.server.url)) as admin:
            there = _templates(admin)
        done = next((at for at in range(len(names), 0, -1) if names[at - 1] in there), 0)
        if done == len(names):
            return
        base = names[done - 1] if done else "template0"
        logger.debug("replaying %d of %d layers on %s", len(names) - done, len(names), base)
        try:
            with self.server.keeping(names[-1], base) as url:
                self._run(url, self.layers[done:])
        except ServerRefused as error:
            if error.sqlstate not in _GONE:
                raise
            return  # the prefix went meanwhile; the caller tries again
        with closing(connect(self.server.url)) as admin:
            _drop_oldest(admin)

    def _run(self, url: str, layers: Sequence[Layer]) -> None:
        with closing(connect(url)) as conn:
            for layer in layers:
                self.on_layer(layer.label)
                layer.run(conn)


def _templates(admin: Connection) -> list[str]:
    """The templates that are kept, the newest first: OIDs of databases grow."""
    rows = fetch(
        admin,
        "SELECT datname::text FROM pg_catalog.pg_database"
        " WHERE datname LIKE 'pgmig\\_template\\_%' ORDER BY oid DESC",
    )
    return [str(name) for (name,) in rows]


def _drop_oldest(admin: Connection) -> None:
    """Drop all but the newest templates.

    Whoever is copying one is waited for; whoever wants to copies it later makes it again.
    """
    for name in _templates(admin)[KEPT:]:
        try:
            run(admin, f"DROP DATABASE {ident_text(name)}")
        except ServerRefused as error:  # another process was quicker
            logger.debug("template %s stays: %s", name, error.what)
