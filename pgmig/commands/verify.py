"""`pgmig verify`: every script of the directory tried in a shadow database, from nothing."""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pgmig import scripts
from pgmig.catalog.scope import ALL, Scope
from pgmig.commands.squash.standing import Standing, standings
from pgmig.commands.states import Options as StateOptions
from pgmig.commands.states import State, opened, settled
from pgmig.commands.states.form import Scripts
from pgmig.errors import MajorNotHere
from pgmig.plan import Difference, differences, without_order
from pgmig.scripts import Directory, Script
from pgmig.scripts.squashed import checkpoint_of
from pgmig.scripts.sum_file import check_sum, read_sum
from pgmig.shadow.database import USUAL_ROLE, ShadowServer, open_server
from pgmig.shadow.roundtrip import Fault, Trip, round_trips
from pgmig.shadow.server import LocalServer
from pgmig.snapshot import fingerprint
from pgmig.snapshot.fingerprint import are_comparable


@dataclass(frozen=True, slots=True)
class Options:
    """What verify may be told.

    Attributes:
        is_sealing: seal the scripts that were proved.
        against: a state that the last script must lead to.
        major: of the server to try them on; None: of the local server.
        shadow_url: a server for shadow databases; None for the local one.
        local: where the local server lives.
        scope: what is the project's.
        on_step: told what happens next.
        on_trip: told of each script when it was tried.
    """

    is_sealing: bool = False
    against: State | None = None
    major: int | None = None
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    on_step: Callable[[str], None] = lambda _: None
    on_trip: Callable[["Result"], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of one script.

    Attributes:
        label: of the script.
        seal: sealed, unsealed, or edited: it is another text than the one that was sealed.
        is_reached: false when a way up before it failed.
        has_down: false when it has no way down.
        faults: what it does wrong.
        fingerprint: of the schema that it leads to; None when it does not get there.
        is_known: whether that is the schema that pgmig.sum has for it; None when it has none.
        uncompared: the role of the fingerprint, where it is another one than pgmig.sum has and the
            owners alone may differ.
        up: the file of its way up.
        down: the file of its way down; None when it has none.
    """

    label: str
    seal: str
    is_reached: bool
    has_down: bool
    faults: tuple[Fault, ...]
    fingerprint: str | None
    is_known: bool | None
    up: Path
    down: Path | None
    uncompared: str = ""

    @property
    def is_proved(self) -> bool:
        """Whether it did all that it should."""
        return self.is_reached and not self.faults and self.is_known is not False


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    Attributes:
        directory: of the scripts.
        major: of the server that they were tried on.
        results: one for each script, in order.
        removed: labels that pgmig.sum has and the directory has not.
        against: the state that they were compared with, for people; "" without one.
        differences: what differs from it.
        sealed: labels that were sealed now.
        standings: what was seen of checkpoints and the scripts that they stand for.
        edited: files that are not the text that was sealed, and were not sealed now.
    """

    directory: Path
    major: int
    results: tuple[Result, ...]
    removed: tuple[str, ...] = ()
    against: str = ""
    differences: tuple[Difference, ...] = ()
    sealed: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
    edited: tuple[Path, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong; a script that is only not sealed yet is no fault."""
        edited = any(
            each.seal == "edited" and each.label not in self.sealed for each in self.results
        )
        fallen = any(each.findings for each in self.standings)
        removed = self.removed and not self.sealed
        return not (edited or self.wrong or self.differences or removed or fallen)

    @property
    def wrong(self) -> tuple[Result, ...]:
        """Scripts that do not do what they should; what was sealed now leads where it should."""
        return tuple(
            each
            for each in self.results
            if not each.is_proved and (each.faults or each.label not in self.sealed)
        )


def verify(directory: Path, options: Options) -> Verified:
    """Try every script: up, down and up again, each on what those before it made.

    Raises:
        BadScript, DirectoryMissing, SumFileInvalid: the directory cannot be read.
        ExtensionsMissing, PostgresNotFound: the scripts cannot be tried here.
        MajorNotHere: there is no server of the major that was asked for.
        PgmigError: as `states.opened` says, of `against`.
    """
    found = scripts.read(directory)
    results, major, fingerprints = _tried(found, options)
    stood = _stood(found, options)
    changed = check_sum(found).edited
    sealed = _seal(found, results, major, fingerprints) if options.is_sealing else ()
    removed = check_sum(found).removed
    edited = tuple(each.path for each in changed if each.label not in sealed)
    against, unlike = "", tuple[Difference, ...]()
    if options.against is not None and not edited and all(e.fingerprint for e in results):
        against, unlike = _compared(directory, options.against, options)
    return Verified(
        directory, major, tuple(results), removed, against, unlike, sealed, stood, edited
    )


def _stood(found: Directory, options: Options) -> tuple[Standing, ...]:
    """What is seen of checkpoints; no server is opened for a directory without one."""
    if checkpoint_of(found) is None:
        return ()
    local = options.local or LocalServer()
    asked = StateOptions(
        shadow_url=options.shadow_url,
        local=replace(local, major=options.major) if options.major else local,
        scope=options.scope,
        on_step=options.on_step,
    )
    return tuple(standings(found, asked))


@contextmanager
def _server(options: Options) -> Generator[ShadowServer]:
    """The server on which the scripts are tried.

    Raises:
        MajorNotHere: it is of another major than the one that was asked for.
    """
    local = options.local or LocalServer()
    wanted = options.major or (0 if options.shadow_url else local.settled().place().major)
    with open_server(wanted, shadow_url=options.shadow_url, local=local) as server:
        if options.major not in {None, server.major}:
            raise MajorNotHere(wanted=int(options.major or 0), found=server.major)
        with server.as_usual() as usual:
            yield usual


def _tried(
    found: Directory, options: Options
) -> tuple[list[Result], int, dict[int, dict[int, str]]]:
    check, lines = check_sum(found), read_sum(found.path)
    edited, unsealed = {each.label for each in check.edited}, {*check.unsealed}
    results: list[Result] = []
    fingerprints: dict[int, dict[int, str]] = {}
    with ExitStack() as stack:
        server = stack.enter_context(_server(options))
        _prepare(server, found.scripts, stack)
        trips = round_trips(
            server,
            found.scripts,
            scope=options.scope,
            on_script=lambda script: options.on_step(f"trying {script.label}"),
        )
        for trip in trips:
            label = trip.script.label
            made = fingerprint(trip.after) if trip.after else None
            if made is not None:
                fingerprints[trip.script.version] = {server.major: made}
            seal = "edited" if label in edited else "unsealed" if label in unsealed else "sealed"
            known = lines[label].fingerprints.get(server.major) if label in lines else None
            result = _result(trip, seal, made, known, server.role)
            results.append(result)
            options.on_trip(result)
        return results, server.major, fingerprints


def _result(trip: Trip, seal: str, made: str | None, known: str | None, role: str) -> Result:
    is_known, uncompared = None, ""
    if seal == "sealed" and made is not None and known is not None and are_comparable(made, known):
        is_known = made == known or (False if role == USUAL_ROLE else None)
        uncompared = role if is_known is None else ""
    return Result(
        label=trip.script.label,
        seal=seal,
        is_reached=trip.is_reached,
        has_down=trip.script.down is not None,
        faults=trip.faults,
        fingerprint=made,
        is_known=is_known,
        uncompared=uncompared,
        up=trip.script.up.path,
        down=trip.script.down.path if trip.script.down else None,
    )


def _prepare(server: ShadowServer, found: Sequence[Script], stack: ExitStack) -> None:
    """See to it that the roles exist that the scripts say they need."""
    roles = {role for each in found for role in each.up.header.roles}
    if roles:
        stack.enter_context(server.roles(sorted(roles)))


def _compared(
    directory: Path, against: State, options: Options
) -> tuple[str, tuple[Difference, ...]]:
    asked = StateOptions(
        shadow_url=options.shadow_url,
        local=options.local,
        scope=options.scope,
        on_step=options.on_step,
    )
    with opened(Scripts(directory), against, asked) as pair:
        old, new = settled(pair.old, pair.new, pair.bench)
        return pair.new.label, without_order(differences(old, new))


def _seal(
    found: Directory,
    results: Sequence[Result],
    major: int,
    fingerprints: dict[int, dict[int, str]],
) -> tuple[str, ...]:
    """Seal what was proved and is not sealed, or is sealed as another text."""
    good = {each.label for each in results if each.is_reached and not each.faults}
    lines = read_sum(found.path)
    done = {
        label
        for label, line in lines.items()
        if line.up is not None and line.fingerprints.get(major) is not None
    } - {each.label for each in results if each.seal != "sealed" or each.is_known is False}
    wanted = [each for each in found.scripts if each.label in good - done]
    if wanted or check_sum(found).removed:
        scripts.seal(
            found.path, versions=[each.version for each in wanted], fingerprints=fingerprints
        )
    return tuple(each.label for each in wanted)
