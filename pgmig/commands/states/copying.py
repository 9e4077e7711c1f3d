"""Copies of databases on the shadow server, made by way of pg_dump's word about them."""

import logging
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from pgmig.catalog.scope import narrowed, without
from pgmig.commands.states.resolved import Bench, read
from pgmig.db import address, connect
from pgmig.errors import StatementFailed, WitnessBehindPooler, WitnessFailed, WitnessMissing
from pgmig.model import Record, Snapshot
from pgmig.shadow import headings

logger = logging.getLogger(__name__)


def as_read(target: Snapshot, back: Snapshot, bench: Bench) -> Snapshot:
    """What was read from a copy of `target`, with what was said of the original."""
    return replace(
        narrowed(back, bench.options.scope),
        unmodelled=target.unmodelled,
        outside=target.outside,
        ignored=target.ignored,
    )


def _is_populated(record: Record) -> bool:
    """Whether it keeps rows that a query gave."""
    return getattr(record, "is_populated", False)


@dataclass(frozen=True)
class Copy:
    """A copy of a database on the shadow server, made on first use, of which others are copies.

    Attributes:
        bench: where.
        target: what the scope leaves of the database.
        start: what the copy begins with.
        source: pg_dump's word about the original.
    """

    bench: Bench
    target: Snapshot
    start: Snapshot
    source: Callable[[], str]

    @cached_property
    def url(self) -> str:
        """The copy."""
        self.bench.require(self.target)
        url = self.bench.stack.enter_context(self.bench.server.database())
        try:
            self._restore(url)
        except (WitnessBehindPooler, WitnessFailed, WitnessMissing) as error:
            logger.warning("%s: its copy is made by pgmig itself", error.what)
            begin = without(self.start, self.target.ignored.objects)
            steps = self.bench.planned("the plan", begin, self.target)
            replay = self.bench.replay([*self.bench.beginning(self.start), *steps])
            return self.bench.stack.enter_context(replay.database())
        return url

    def _restore(self, url: str) -> None:
        with closing(connect(url)) as conn:
            for layer in self.bench.beginning(self.start):
                layer.run(conn)
        self.bench.witness.restore(url, headings.without(self.source(), self.target.ignored))
        self._populate(url)

    def _populate(self, url: str) -> None:
        """Fill what pg_dump leaves without its rows: it speaks of the schema alone."""
        filled = [key for key, each in self.target.objects.items() if _is_populated(each)]
        if not filled:
            return
        made = read(url)
        full = {
            key: msgspec.structs.replace(made.objects[key], is_populated=True)
            for key in filled
            if key in made.objects
        }
        new = replace(made, objects={**made.objects, **full})
        try:
            with closing(connect(url)) as conn:
                for layer in self.bench.planned("the rows", made, new):
                    layer.run(conn)
        except StatementFailed as error:
            logger.warning("no rows where the database has some: %s", error.message)

    def reread(self) -> Snapshot:
        """The copy as the shadow server prints it."""
        return as_read(self.target, read(self.url), self.bench)

    def dump(self) -> str:
        """pg_dump's word about the copy."""
        return self.bench.witness.dump(self.url)

    @contextmanager
    def database(self) -> Generator[str]:
        """A copy of the copy."""
        with self.bench.server.database(address.read(self.url)["dbname"]) as url:
            yield url

    def build(self, url: str) -> None:
        """Make it of the empty shadow database at `url`."""
        if not self.bench.server.refill(url, address.read(self.url)["dbname"]):
            self._restore(url)
