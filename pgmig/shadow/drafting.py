"""The text of a script pair whose ways are known as statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pgmig.errors import ScriptMisnamed
from pgmig.model import CONSENT, Hazard, Snapshot, Statement
from pgmig.plan import Plan, script_text
from pgmig.plan.text import one_line
from pgmig.scripts import Header, Script, directive_lines
from pgmig.scripts.directory import make_half, make_script
from pgmig.scripts.names import RULE, file_name, parse_name

_TOLD = ("drop-table", "drop-column", "data-loss")  # what a way down cannot give back


@dataclass(frozen=True, slots=True)
class Renaming:
    """A rename by hint.

    Attributes:
        there: statements from the old name to the new one.
        back: the other way.
        hint: as it was given.
        name: the old name, without what it is in.
        homes: the old and the new name of what it is a part of; none for a whole object.
    """

    there: tuple[Statement, ...]
    back: tuple[Statement, ...]
    hint: str
    name: str
    homes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Piece:
    """The way up of one script, before it was seen to work.

    Attributes:
        label: of the script, as `0042_orders`.
        statements: in order, of one mode.
        settings: that they need, as `name = value`.
        renames: what is renamed before them.
        start: what is there once that is renamed; None without renames.
        roles: that must exist before it runs.
        seen: dangers that were seen when it ran, beside those of its statements.
    """

    label: str
    statements: tuple[Statement, ...]
    settings: tuple[str, ...] = ()
    renames: tuple[Renaming, ...] = ()
    start: Snapshot | None = None
    roles: tuple[str, ...] = ()
    seen: tuple[Hazard, ...] = ()

    @property
    def is_transactional(self) -> bool:
        """Whether it is one transaction."""
        return all(each.is_transactional for each in self.statements)

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """The dangers of its statements, and those that were seen, each once."""
        told = (each for one in self.statements for each in one.hazards)
        return tuple(dict.fromkeys((*told, *self.seen)))


@dataclass(frozen=True, slots=True)
class Back:
    """A way down.

    Attributes:
        plan: what leads back; None when nothing does.
        reason: why nothing does.
        lost: dangers of the way up that took rows or values: the way down makes only what held
            them.
    """

    plan: Plan | None
    reason: str = ""
    lost: tuple[Hazard, ...] = ()

    @property
    def kind(self) -> str:
        """What it gives back: exact, structure only, or irreversible."""
        if self.plan is None:
            return "irreversible"
        return "structure only" if self.lost else "exact"

    @property
    def told(self) -> str:
        """The same for people, with the reason."""
        if self.plan is None:
            return f"irreversible: {one_line(self.reason)}"
        tight = tuple(each for each in self.plan.hazards if each.name == "narrowing")
        if self.lost:
            return f"structure only: {_evidence((*self.lost, *tight))}"
        return f"exact, if all values fit: {_evidence(tight)}" if tight else "exact"


def _evidence(hazards: Iterable[Hazard]) -> str:
    return one_line("; ".join(f"{each.key}: {each.evidence}" for each in hazards))


def losses(hazards: Iterable[Hazard]) -> tuple[Hazard, ...]:
    """Those after which rows or values are gone."""
    return tuple(each for each in hazards if each.name in _TOLD)


def up_only(directory: Path, piece: Piece) -> Script:
    """The way up alone, to be tried; what it says of the way down is not true yet."""
    return _pair(directory, piece, Back(None, "the way down is not known yet"), ())


def draft(directory: Path, piece: Piece, back: Back, notes: Sequence[str]) -> Script:
    """The pair as it is to be written.

    Args:
        directory: where it is to be.
        piece: the way up.
        back: the way down.
        notes: comment lines for the head of the way up.
    """
    return _pair(directory, piece, back, notes)


def _pair(directory: Path, piece: Piece, back: Back, notes: Sequence[str]) -> Script:
    up_path, down_path = (directory / file_name(piece.label, half) for half in ("up", "down"))
    parts = parse_name(up_path.name)
    if parts is None:
        raise ScriptMisnamed(path=up_path, rule=RULE)
    header = Header(
        transaction=piece.is_transactional,
        irreversible=one_line(back.reason) if back.plan is None else None,
        allow=_allowed(piece.hazards),
        roles=piece.roles,
    )
    renames = [one for each in piece.renames for one in each.there]
    settings = piece.settings if piece.is_transactional else ()
    dangers = _dangers(piece.hazards)
    up = _text(header, (*dangers, *notes), [*renames, *piece.statements], settings)
    if back.plan is None:
        return make_script(make_half(up_path, up), None, parts)
    undone = [one for each in reversed(piece.renames) for one in each.back]
    head = Header(allow=_allowed(back.plan.hazards), roles=piece.roles)
    down = _text(
        head, (f"-- way down: {back.told}",), [*back.plan.statements, *undone], back.plan.settings
    )
    return make_script(make_half(up_path, up), make_half(down_path, down), parts)


def _dangers(hazards: Iterable[Hazard]) -> list[str]:
    """Comment lines, each a danger with its evidence."""
    # A name may hold a line break: nothing of it may stand outside the comment.
    return [f"-- {each.name}: {one_line(f'{each.key}: {each.evidence}')}" for each in hazards]


def _allowed(hazards: Iterable[Hazard]) -> frozenset[str]:
    return frozenset(each.name for each in hazards if each.name in CONSENT)


def _text(
    header: Header, notes: Sequence[str], statements: Sequence[Statement], settings: Sequence[str]
) -> str:
    head = directive_lines(header) + "".join(f"{line}\n" for line in notes)
    body = script_text(statements, settings=settings, with_reasons=True)
    return f"{head}\n{body}" if head else body
