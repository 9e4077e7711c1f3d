"""Shadowing: a database in the state of the target, on a shadow server, and scripts in it.

The state is what the history makes of a new database, rows that scripts write included. Where the
target is not as its history says, or stands in the middle of a script, it is a copy of the target's
schema instead, without rows.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from pgmig.commands.drift.passing import as_used
from pgmig.commands.plan.live import Deployer
from pgmig.commands.plan.options import Options
from pgmig.commands.plan.standin import acting, stand_in
from pgmig.commands.plan.trying import Acting
from pgmig.commands.plan.values import Base
from pgmig.commands.states import Options as StateOptions
from pgmig.commands.states import Pair, opened, settled
from pgmig.commands.states.deploying import search_path_of
from pgmig.commands.states.form import Live, Recorded
from pgmig.db import Connection
from pgmig.engine import State, Step
from pgmig.engine.history import stored_script
from pgmig.errors import CatalogLocked, HistoryNotReplayed
from pgmig.plan import differences, without_order
from pgmig.scripts import Directory, Half, Script
from pgmig.shadow.recorded import of_recorded
from pgmig.shadow.replay import Layer
from pgmig.shadow.server import LocalServer


@dataclass(frozen=True, slots=True)
class Shadow:
    """A shadow database in the state of the target.

    Attributes:
        url: the database, as a role that may do everything.
        acting: the same, as a role with the deployer's rights; None where that cannot be.
        base: what it was made of.
        major: of its server.
        unlike: what of the target is not as its history says.
        unplayed: why its history could not be replayed; "" when it was.
        uncompared: why the target could not be compared with it; "" when it was.
    """

    url: str
    acting: Acting | None
    base: Base
    major: int
    unlike: tuple[str, ...]
    unplayed: str = ""
    uncompared: str = ""


def recorded(conn: Connection, directory: Directory, state: State) -> Recorded:
    """What is applied as a state: the files, which are what was applied, in the order of applying.

    Raises:
        TextNotKept: a script has no file and is too long for the history.
    """
    files = {script.version: script for script in directory.scripts}
    paths = dict[str, str | None]()
    steps, roles = list[Layer](), set[str]()
    above = [each for each in state.applied.values() if each.version >= state.baseline]
    for applied in sorted(above, key=lambda each: each.id):
        script: Script | None = files.get(applied.version)
        if script is None or script.up.checksum != applied.up_checksum:
            script = stored_script(conn, applied, directory.path, "up")
        roles.update(script.up.header.roles)
        role = "" if applied.kind == "baseline" else applied.role
        if role and role not in paths:
            paths[role] = search_path_of(conn, role)
        steps.append(of_recorded(script, role, search_path=paths.get(role)))
    return Recorded("the history", tuple(steps), tuple(sorted(roles)), tuple(sorted(paths)))


@contextmanager
def shadowed(
    url: str,
    history: Recorded,
    steps: Sequence[Step],
    deployer: Deployer,
    options: Options,
    *,
    major: int,
    is_part_way: bool,
) -> Generator[Shadow]:
    """A shadow database in the state of the database at `url`, in which `steps` can run.

    Where somebody has locked a relation of the target, which is of PostgreSQL `major`, it is what
    the history makes, and nobody knows whether the target is so.

    Raises:
        PostgresNotFound, ConnectionFailed, ShadowTooOld: there is no shadow server for it.
        ExtensionsMissing: the shadow server lacks files of an extension that the database has.
        UnsupportedChange and the like: the schema cannot be copied.
    """
    asked = StateOptions(
        shadow_url=options.shadow_url,
        local=options.local,
        scope=options.scope,
        on_step=options.on_step,
    )
    with ExitStack() as stack:
        try:
            pair, unplayed = _opened(url, history, asked, stack)
            options.on_step("comparing the target with its history")
            unlike, uncompared = () if unplayed else _unlike(pair), ""
        except CatalogLocked as error:
            if is_part_way:  # only the target knows how far it is
                raise
            stack.close()
            pair, unplayed, unlike, uncompared = (
                _unread(history, asked, major, stack),
                "",
                (),
                error.what,
            )
        base: Base = "schema" if unplayed or unlike or is_part_way else "history"
        named = {role for step in steps for role in _named(step.half, deployer.roles)}
        pair.bench.has_roles({*named, deployer.name, *_plain(deployer.member_of)})
        login = None
        if not deployer.is_super:
            login = stack.enter_context(stand_in(pair.server, deployer))
        made = pair.old.copied if base == "schema" else pair.new.database
        shadow = stack.enter_context(made())
        is_known = deployer.is_super or login is not None
        yield Shadow(
            shadow,
            acting(shadow, login, deployer) if is_known else None,
            base,
            pair.server.major,
            () if is_part_way else unlike,
            unplayed,
            uncompared,
        )


def _opened(url: str, history: Recorded, asked: StateOptions, stack: ExitStack) -> tuple[Pair, str]:
    """The target and its history; without that, and why, when it cannot be replayed."""
    try:
        return stack.enter_context(opened(Live(url), history, asked)), ""
    except HistoryNotReplayed as error:
        nothing = Recorded("nothing", (), history.roles, ())
        return stack.enter_context(opened(Live(url), nothing, asked)), error.what


def _unread(history: Recorded, asked: StateOptions, major: int, stack: ExitStack) -> Pair:
    """The history alone, on a shadow server of a major."""
    local = replace(asked.local or LocalServer(), major=major)
    nothing = Recorded("nothing", (), history.roles, ())
    return stack.enter_context(opened(nothing, history, replace(asked, local=local)))


def _named(half: Half, roles: Sequence[str]) -> Iterator[str]:
    """Roles that a script says it needs, and those of the target whose names stand in it."""
    yield from half.header.roles
    if isinstance(half.source, str):
        yield from (role for role in roles if role in half.source)


def _plain(roles: Sequence[str]) -> list[str]:
    """Those that are not the server's own."""
    return [role for role in roles if not role.startswith("pg_")]


def _unlike(pair: Pair) -> tuple[str, ...]:
    found, should = settled(pair.old, pair.new, pair.bench)
    real = without_order(differences(found, as_used(found, should)))
    return tuple(dict.fromkeys(str(each.key) for each in real))
