"""`pgmig diff`: what takes one state to another, as numbered scripts that were proved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pgmig import scripts
from pgmig.catalog.scope import ALL, Scope
from pgmig.commands import renames
from pgmig.commands.new import next_number
from pgmig.commands.states import Options as StateOptions
from pgmig.commands.states import Pair, State, opened, settled
from pgmig.commands.states.owners import without_owners
from pgmig.errors import (
    ConsentMissing,
    DirectoryMissing,
    NameUnusable,
    PgmigError,
    ProofFailed,
    UnmodelledObjects,
)
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import CONSENT, Hazard, ObjectKey, Snapshot, Statement, roles_named
from pgmig.plan import Difference, Likeness, Plan, differences, plan
from pgmig.scripts import Script
from pgmig.scripts.directory import list_names
from pgmig.scripts.names import label_of, name_from
from pgmig.scripts.write import make_directory, write_scripts
from pgmig.shadow.drafting import Piece, Renaming
from pgmig.shadow.rehearsal import Rehearsed, rehearse
from pgmig.shadow.server import LocalServer
from pgmig.snapshot import fingerprint

_UNSAFE_NEW_ENUM_VALUE = "55P04"  # errcodes: unsafe_new_enum_value_usage
_NAME = "diff"  # of scripts that are only shown


@dataclass(frozen=True, slots=True)
class Options:
    """What a diff may be told.

    Attributes:
        name: of the scripts to write; None writes none.
        is_proved: rehearse the scripts even when none is written.
        is_online: choose forms that keep live tables usable.
        allow: hazards that are agreed to; drop agrees to drop-table and drop-column too.
        allow_unmodelled: go on although a state holds what pgmig does not model.
        renames: hints, as `public.a.x=y`.
        shadow_url: a server for the shadow databases; None for the local one.
        local: where the local server lives.
        scope: what of both states is the project's.
        ask: whether something that looks like a rename is one; None when nobody can answer.
        on_step: told what happens next.
    """

    name: str | None = None
    is_proved: bool = True
    is_online: bool = True
    allow: frozenset[str] = frozenset()
    allow_unmodelled: bool = False
    renames: tuple[str, ...] = ()
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    ask: Callable[[Likeness], bool] | None = None
    on_step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Diff:
    """What was found, and what was made of it.

    Attributes:
        old: the state that is, for people.
        new: the state that should be, for people.
        differences: all of them.
        renames: the hints that were followed.
        plan: the statements.
        unfollowed: routines whose text still has the old name of something renamed, for people.
        pieces: the statements by script.
        rehearsed: the scripts as they were proved; None when they were not.
        is_written: they are in the directory now.
        major: of the server that all this is for.
    """

    old: str
    new: str
    differences: tuple[Difference, ...]
    renames: tuple[str, ...]
    plan: Plan
    unfollowed: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    rehearsed: Rehearsed | None = None
    is_written: bool = False
    major: int = 0

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to do."""
        return not self.plan.statements and not self.renames


@dataclass(slots=True)
class _Goal:
    """The two snapshots with the renames that stand between them."""

    old: Snapshot
    new: Snapshot
    hints: list[str] = field(default_factory=list[str])
    renamings: tuple[Renaming, ...] = ()
    start: Snapshot | None = None
    unowned: frozenset[ObjectKey] = frozenset()

    @property
    def begin(self) -> Snapshot:
        """What is there once everything is renamed."""
        return self.old if self.start is None else self.start


def diff(old: State, new: State, directory: Path, options: Options) -> Diff:
    """Compare two states; write the scripts from one to the other, proved, if they have a name.

    Raises:
        NameUnusable: no script's name can be made from the name.
        BadRename: a hint cannot be followed.
        UnmodelledObjects: a state holds what pgmig does not model.
        UnsupportedChange, CycleError: a difference has no statements; it is named.
        ConsentMissing: rows would be lost, and `allow` does not say so.
        ProofFailed: the scripts do not do what they should; no file is written.
        PgmigError: as `states.opened` says.
    """
    name = _NAME if options.name is None else name_from(options.name)
    if name is None:
        raise NameUnusable(name=str(options.name))
    hints = [renames.parse_hint(each) for each in options.renames]
    with opened(old, new, _state_options(options)) as pair:
        _require_modelled(pair, options)
        options.on_step("comparing")
        goal = _Goal(*settled(pair.old, pair.new, pair.bench), unowned=pair.new.unowned)
        goal.hints = [each.text for each in hints]
        _rename(goal, pair)
        made = _asked(goal, pair, options)
        found = differences(goal.old, goal.new)
        seen = Diff(
            pair.old.label,
            pair.new.label,
            found,
            tuple(goal.hints),
            made,
            unfollowed=tuple(renames.unfollowed(goal.renamings, goal.new)),
            major=pair.new.snapshot.major,
        )
        if seen.is_same:
            return seen
        pieces = _pieces(directory, name, made, goal)
        if not options.is_proved and options.name is None:
            return replace(seen, pieces=pieces)
        _require_consent(made.hazards, options.allow)
        rehearsed, made, pieces = _rehearsed(pair, goal, (made, pieces), directory, name, options)
        if options.name is not None:
            _write(directory, rehearsed, made_major=pair.server.major)
        return replace(
            seen,
            plan=made,
            pieces=pieces,
            rehearsed=rehearsed,
            is_written=options.name is not None,
        )


def _state_options(options: Options) -> StateOptions:
    return StateOptions(
        shadow_url=options.shadow_url,
        local=options.local,
        scope=options.scope,
        on_step=options.on_step,
    )


def _require_modelled(pair: Pair, options: Options) -> None:
    for side in (pair.old, pair.new):
        if side.snapshot.unmodelled and not options.allow_unmodelled:
            objects = tuple(map(str, side.snapshot.unmodelled))
            raise UnmodelledObjects(target=side.label, objects=objects)


def _rename(goal: _Goal, pair: Pair) -> None:
    """Follow the hints in a shadow database: what reads a renamed object is printed anew there."""
    if not goal.hints:
        return
    hints = [renames.parse_hint(each) for each in goal.hints]
    goal.renamings = renames.renamings(hints, goal.old, goal.new)
    with pair.old.database() as url:
        goal.start = renames.after(url, goal.renamings, goal.old)


def _planned(goal: _Goal, options: Options, remake: frozenset[ObjectKey] = frozenset()) -> Plan:
    made = plan(goal.begin, goal.new, is_online=options.is_online, remake=remake)
    return without_owners(made, goal.new, goal.unowned - goal.begin.objects.keys())


def _asked(goal: _Goal, pair: Pair, options: Options) -> Plan:
    """The plan, once what looks like a rename was asked about.

    A rename may show others, as that of a table those of its keys.
    """
    made = _planned(goal, options)
    asked: set[Likeness] = set()
    while options.ask is not None:
        fresh = [each for each in made.likely if each not in asked]
        answers = [each.hint for each in fresh if options.ask(each)]
        if not answers:
            break
        asked.update(fresh)
        goal.hints += answers
        _rename(goal, pair)
        made = _planned(goal, options)
    return made


def _pieces(directory: Path, name: str, made: Plan, goal: _Goal) -> tuple[Piece, ...]:
    """The plan by scripts, with their labels; renames come first, in a transaction."""
    parts = list(made.parts)
    if goal.renamings and (not parts or not parts[0][0].is_transactional):
        parts.insert(0, ())
    try:
        names = list_names(directory)
    except DirectoryMissing:
        names = []
    number, width = next_number(names, None, datetime.now(UTC))
    roles = _roles(goal)
    found: list[Piece] = []
    for place, statements in enumerate(parts):
        own = name if len(parts) == 1 else f"{name}_{place + 1}"
        is_first = place == 0
        found.append(
            Piece(
                label_of(number + place, own, width=width),
                statements,
                settings=_settings(statements),
                renames=goal.renamings if is_first else (),
                start=goal.start if is_first else None,
                roles=roles,
            )
        )
    return tuple(found)


def _roles(goal: _Goal) -> tuple[str, ...]:
    """The roles that only one of the sides names: those of the other are there already."""
    old, new = goal.old.objects, goal.new.objects
    changed = {
        key: msgspec.structs.replace(each, owner="") if key in goal.unowned else each
        for key, each in new.items()
        if old.get(key) != each
    }
    named = {*roles_named(replace(goal.new, objects=changed))} - {""}
    for key, each in old.items():
        if not named:
            break
        named.difference_update(roles_named(replace(goal.old, objects={key: each})))
    return tuple(sorted(named))


def _settings(statements: Sequence[Statement]) -> tuple[str, ...]:
    kinds = {each.touches.kind for each in statements}
    return tuple(sorted({one for kind in kinds for one in KIND_BY_NAME[kind].settings}))


def _require_consent(hazards: Sequence[Hazard], allowed: frozenset[str]) -> None:
    """Refuse what takes rows with it unless that is agreed to.

    Raises:
        ConsentMissing: names every danger.
    """
    broad = {"drop-table", "drop-column"} if "drop" in allowed else set[str]()
    missing = [
        (each.name, f"{each.key}: {each.evidence}")
        for each in hazards
        if each.name in CONSENT and each.name not in allowed | broad
    ]
    if missing:
        raise ConsentMissing(dangers=missing)


def _rehearsed(
    pair: Pair,
    goal: _Goal,
    planned: tuple[Plan, tuple[Piece, ...]],
    directory: Path,
    name: str,
    options: Options,
) -> tuple[Rehearsed, Plan, tuple[Piece, ...]]:
    """The proof; once more with types made anew where one transaction cannot use new labels."""
    made, pieces = planned
    ends = pair.old, replace(pair.new, snapshot=goal.new)

    def proved() -> Rehearsed:
        return rehearse(
            ends,
            pieces,
            pair.bench.witness,
            directory=directory,
            allowed=options.allow,
            on_step=options.on_step,
        )

    try:
        return proved(), made, pieces
    except ProofFailed as error:
        labels = frozenset(each.touches for each in made.statements if each.is_committed_first)
        if error.sqlstate != _UNSAFE_NEW_ENUM_VALUE or not labels:
            raise
    made = _planned(goal, options, remake=labels)
    _require_consent(made.hazards, options.allow)
    pieces = _pieces(directory, name, made, goal)
    return proved(), made, pieces


def _write(directory: Path, rehearsed: Rehearsed, *, made_major: int) -> None:
    """Write the scripts and seal them; when that fails no new file stays."""
    make_directory(directory)
    made: list[Script] = [each.script for each in rehearsed.scripts]
    write_scripts(made)
    try:
        scripts.seal(
            directory,
            versions=[each.version for each in made],
            fingerprints={
                each.script.version: {made_major: fingerprint(each.snapshot)}
                for each in rehearsed.scripts
            },
        )
    except PgmigError:
        for each in made:
            for half in (each.up, each.down):
                if half is not None:
                    half.path.unlink(missing_ok=True)
        raise


__all__ = ["Diff", "Options", "diff"]
