"""Resolving: sources become snapshots on the shadow's major."""

import logging
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace

from pgmig import catalog
from pgmig.catalog.fresh import fresh
from pgmig.catalog.scope import narrowed, with_needed, without
from pgmig.commands import ignoring
from pgmig.commands.states.copying import Copy, as_read
from pgmig.commands.states.deploying import as_deployed
from pgmig.commands.states.form import State
from pgmig.commands.states.owners import open_in, owned_as
from pgmig.commands.states.resolved import Bench, Options, Resolved, read
from pgmig.commands.states.sources import Database, Document, Recipe, Source, source_of
from pgmig.db import connect, describe, reading
from pgmig.errors import ShadowTooOld, WitnessBehindPooler
from pgmig.model import Ignored, ObjectKey, Snapshot, roles_named
from pgmig.shadow.database import ShadowServer, open_server
from pgmig.shadow.replay import Replay
from pgmig.shadow.server import LocalServer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two states that can be compared.

    Attributes:
        old: what is.
        new: what shall be.
        bench: where both were read.
    """

    old: Resolved
    new: Resolved
    bench: Bench

    @property
    def server(self) -> ShadowServer:
        """The shadow server."""
        return self.bench.server


@contextmanager
def opened(old: State, new: State, options: Options | None = None) -> Generator[Pair]:
    """Both states, read on one major; what was made for it goes at the end.

    Raises:
        UsageError, PgmigError: as `sources.source_of` says.
        PostgresNotFound, ConnectionFailed: there is no shadow server.
        ShadowTooOld: it is older than a database that has to be copied there.
        StatementFailed: a script or file failed; with its place and the server's words.
    """
    options = options or Options()
    with ExitStack() as stack:
        sources = (source_of(old, stack), source_of(new, stack))
        major = _major(sources, options)
        server = stack.enter_context(
            open_server(major, shadow_url=options.shadow_url, local=options.local)
        )
        has_database = any(isinstance(each, Database) for each in sources)
        if not (options.is_kept or has_database):  # a database says which roles run what
            server = stack.enter_context(server.as_usual())
        majors = [each.major for each in sources if not isinstance(each, Recipe)]
        bench = Bench(server, options, stack, max([server.major, *majors]))
        yield Pair(*resolve(as_deployed(*sources, bench), bench), bench)


def resolve(sources: tuple[Source, Source], bench: Bench) -> tuple[Resolved, Resolved]:
    """Both sources on the shadow's major.

    A database comes first: what a new one is on its server, with what it needs of the objects
    that the scope leaves out, is where the other side begins.
    """
    old, new = sources
    if isinstance(old, Database) and isinstance(new, Database):
        return _databases(old, new, bench)
    done: dict[int, Resolved] = {}
    bench.has_runners(role for each in sources if isinstance(each, Recipe) for role in each.runners)
    start = bench.fresh if not any(isinstance(each, Database) for each in sources) else None
    for number, source in enumerate(sources):
        if isinstance(source, Database):
            done[number] = _database(source, bench)
            start = start or done[number].start
    begin = start or bench.fresh
    for number, source in enumerate(sources):
        if isinstance(source, Document):
            done[number] = _document(source, bench, begin)
        elif isinstance(source, Recipe):
            bench.has_roles(source.roles)
    recipes = [
        (each.is_file, n, each) for n, each in enumerate(sources) if isinstance(each, Recipe)
    ]
    for _, number, source in sorted(recipes, key=lambda each: each[:2]):
        named = [each.snapshot for each in done.values()]
        bench.has_roles(role for each in named for role in roles_named(each))
        done[number] = _recipe(source, bench, begin, done.get(1 - number))
    return done[0], done[1]


def _major(sources: tuple[Source, ...], options: Options) -> int:
    """Of the databases, else of the documents, else of the settings: the newest."""
    for kind in (Database, Document):
        found = [each.major for each in sources if isinstance(each, kind)]
        if found:
            return max(found)
    if options.shadow_url:
        return 0
    return (options.local or LocalServer()).settled().place().major


def _databases(old: Database, new: Database, bench: Bench) -> tuple[Resolved, Resolved]:
    """Both databases, read at once where they are of the shadow's major."""
    if {old.major, new.major} != {bench.server.major}:
        return _database(old, bench), _database(new, bench)
    with ExitStack() as sessions:
        for source in (old, new):
            bench.options.on_step(f"reading {describe(source.conn)}")
            sessions.callback(source.conn.close)
            sessions.enter_context(reading(source.conn))
        wholes = catalog.read_pair(old.conn, new.conn)
        left, right = (
            _resolved(source, _seen(source, whole, bench), bench)
            for source, whole in zip((old, new), wholes, strict=True)
        )
        if left.snapshot.objects == right.snapshot.objects:
            bench.stack.push(sessions.pop_all())  # nothing else is to be done, or asked
        else:
            for whole in wholes:
                len(whole.depends)
    return left, right


def _database(source: Database, bench: Bench) -> Resolved:
    bench.options.on_step(f"reading {describe(source.conn)}")
    whole = catalog.read(source.conn, second=lambda: connect(source.url))
    seen = _seen(source, whole, bench)
    source.conn.close()  # what follows may take minutes
    return _resolved(source, seen, bench)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read of a database.

    Attributes:
        label: names it to people.
        target: what the scope leaves of it.
        start: what a copy begins with.
        major: its server's.
    """

    label: str
    target: Snapshot
    start: Snapshot
    major: int


def _seen(source: Database, whole: Snapshot, bench: Bench) -> _Seen:
    target = narrowed(whole, bench.options.scope)
    ignoring.warn(target.ignored)
    is_native = source.major == bench.server.major
    start = with_needed(fresh(source.conn) if is_native else bench.fresh, whole, target)
    return _Seen(describe(source.conn), target, start, source.major)


def _resolved(source: Database, seen: _Seen, bench: Bench) -> Resolved:
    """A database that was read; its session may be closed."""
    label, target, start, major = seen.label, seen.target, seen.start, seen.major
    is_native = major == bench.server.major

    def dump() -> str:
        if source.conn.is_pooled:
            raise WitnessBehindPooler(target=label)
        return bench.witness.dump(source.url, target.ignored)

    copy = Copy(bench, target, start, dump)
    snapshot = target
    if not is_native:
        if bench.server.major < major:
            raise ShadowTooOld(shadow=bench.server.major, target=major)
        logger.warning(
            "%s is of PostgreSQL %d: it is read from a copy on %d",
            label,
            major,
            bench.server.major,
        )
        snapshot = copy.reread()
    return Resolved(
        label=label,
        snapshot=snapshot,
        start=start,
        dump=dump if is_native else copy.dump,
        database=copy.database,
        build=copy.build,
        copied=copy.database,
    )


def _document(source: Document, bench: Bench, start: Snapshot) -> Resolved:
    scope = bench.options.scope
    given = source.snapshot
    target = given if scope.is_all() else narrowed(given, scope)
    _warn_of_scope(source, bench)
    if given.major == bench.server.major:
        return _planned(source.label, target, bench, start)
    logger.warning(
        "%s is of PostgreSQL %d: it is read from a copy on %d",
        source.label,
        given.major,
        bench.server.major,
    )
    here = _own_server(given.major, bench)
    if here is None:
        built = _planned(source.label, target, bench, start)
        with built.database() as url:
            back = read(url)
        return _planned(source.label, as_read(target, back, bench), bench, start)
    own = Bench(here, replace(bench.options, shadow_url=None), bench.stack, bench.newest)
    there = _planned(source.label, target, own, own.fresh)
    copy = Copy(bench, target, bench.fresh, there.dump)
    return Resolved(
        label=source.label,
        snapshot=copy.reread(),
        start=start,
        dump=copy.dump,
        database=copy.database,
        build=copy.build,
        copied=copy.database,
    )


def _own_server(major: int, bench: Bench) -> ShadowServer | None:
    """A local server of this major, where its programs are here."""
    local = bench.options.local or LocalServer()
    if all(each.major != major for each in local.installations()):
        return None
    return bench.stack.enter_context(open_server(major, local=local))


def _warn_of_scope(source: Document, bench: Bench) -> None:
    had, has = source.snapshot.ignored.patterns, bench.options.scope.words()
    if {*had} - {*has}:
        logger.warning(
            "%s was taken with a scope of its own (%s): what it leaves out counts as missing",
            source.label,
            ", ".join(had),
        )


def _planned(label: str, target: Snapshot, bench: Bench, start: Snapshot) -> Resolved:
    """What a plan makes of a new database."""
    begin = without(start, target.ignored.objects)

    def steps() -> Replay:
        bench.require(target)
        return bench.replay([*bench.beginning(start), *bench.planned(label, begin, target)])

    def dump() -> str:
        with steps().database() as url:
            return bench.witness.dump(url)

    return Resolved(
        label=label,
        snapshot=target,
        start=start,
        dump=dump,
        database=lambda: steps().database(),
        build=lambda url: steps().into(url),
        copied=lambda: steps().database(),
    )


def _recipe(source: Recipe, bench: Bench, start: Snapshot, other: Resolved | None) -> Resolved:
    if not source.layers:
        bare = {key: each for key, each in start.objects.items() if key in bench.fresh.objects}
        new = replace(start, objects=bare, depends=bench.fresh.depends)
        return _planned(source.label, narrowed(new, bench.options.scope), bench, start)
    replay = bench.replay([*bench.beginning(start), *source.layers])
    url = bench.stack.enter_context(replay.database())
    bench.options.on_step(f"reading {source.label}")
    snapshot = narrowed(read(url), bench.options.scope)
    unowned: frozenset[ObjectKey] = frozenset()
    if source.is_file and other is not None:
        with closing(connect(bench.server.url)) as conn:
            loader = conn.info.user
        given = owned_as(snapshot, other.snapshot, loader)
        if owners := bench.planned("their owners", snapshot, given):
            replay = replace(replay, layers=(*replay.layers, *owners))
            url = bench.stack.enter_context(replay.database())
            snapshot = narrowed(read(url), bench.options.scope)
        unowned = open_in(snapshot, loader)

    def dump() -> str:
        return bench.witness.dump(url)

    copy = Copy(bench, replace(snapshot, ignored=Ignored()), bench.fresh, dump)
    return Resolved(
        label=source.label,
        snapshot=snapshot,
        start=start,
        dump=dump,
        database=replay.database,
        build=replay.into,
        copied=copy.database,
        again=replace(replay, is_kept=False).database,
        unowned=unowned,
    )
