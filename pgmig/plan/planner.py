"""Two snapshots in, ordered statements out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from pgmig import ddl
from pgmig.errors import CycleError, UnsupportedChange
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import Edge, Hazard, ObjectKey, Record, Snapshot, Statement
from pgmig.plan import reasons
from pgmig.plan.closure import Closure, Fates, kind_of
from pgmig.plan.graph import cycles, ordered
from pgmig.plan.likeness import Likeness, likenesses
from pgmig.plan.order import moved
from pgmig.plan.steps import RANK, Decisions, Step, Steps
from pgmig.plan.web import Web


@dataclass(frozen=True, slots=True)
class Plan:
    """What takes one snapshot to another.

    Attributes:
        statements: in the order in which they run.
        settings: settings that some of the statements need, as `name = value`.
        notes: what differs and stays so, as the order of columns, for people.
        likely: drops and creates that look like renames.
    """

    statements: tuple[Statement, ...]
    settings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    likely: tuple[Likeness, ...] = ()

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """The dangers of all statements, each once, in order."""
        return tuple(dict.fromkeys(each for one in self.statements for each in one.hazards))

    @property
    def parts(self) -> tuple[tuple[Statement, ...], ...]:
        """The statements by the scripts that they need: each change of mode begins another."""
        return tuple(
            tuple(group) for _, group in groupby(self.statements, key=lambda each: each.mode)
        )


def plan(
    old: Snapshot,
    new: Snapshot,
    *,
    is_online: bool = False,
    remake: Iterable[ObjectKey] = (),
) -> Plan:
    """Statements that turn `old` into `new`, dependents dropped first and made last.

    Args:
        old: what is.
        new: what should be, read on the same major.
        is_online: choose forms that keep live tables usable; they may need several transactions.
        remake: objects to make again although they could be altered.

    Raises:
        UnsupportedChange: an object differs in a way that has no statement; all are named.
        CycleError: objects need each other in a circle that nothing can cut.
    """
    if old.objects == new.objects and not remake:
        return Plan(())
    webs = Web(old.depends), Web(new.depends)
    firm: set[ObjectKey] = set()
    while True:
        closure = Closure(old, new, webs, is_online=is_online, remake=remake, firm=firm)
        fates = closure.found()
        laid = _laid((old, new), webs, closure, fates, firm)
        if laid is not None:
            break
    steps, order = laid
    likely = likenesses(fates)
    statements = [
        replace(each, mode=steps.mode_of(step)) if each.mode != steps.mode_of(step) else each
        for step in order
        for each in steps.statements[step]
    ]
    notes = moved(old, new, fates)
    _require_all_told(old, new, fates, notes)
    return Plan(
        tuple(_joined(_pointed_out(_with_holders(statements, steps), likely))),
        _settings(fates),
        tuple(notes.values()),
        likely,
    )


def _laid(
    snapshots: tuple[Snapshot, Snapshot],
    webs: tuple[Web, Web],
    closure: Closure,
    fates: Fates,
    firm: set[ObjectKey],
) -> tuple[Steps, Sequence[Step]] | None:
    """The steps and their order; None when one more object had to become firm.

    Raises:
        CycleError: objects need each other in a circle that nothing can cut.
    """
    decisions = Decisions()
    while True:
        steps = Steps(snapshots, webs, fates, closure.around(), decisions)
        needs = _with_hints(steps)
        order, left = ordered(steps.statements, needs, steps.rank, steps.mode_of)
        if not left:
            return steps, order
        circle = _circle(left, needs, steps)
        altered = {step.key for step in circle if step.role == "alter"} & closure.spared - firm
        if altered:
            firm |= altered
            return None
        _decide(circle, steps)


def _circle(left: set[Step], needs: Mapping[Step, set[Step]], steps: Steps) -> set[Step]:
    """Of the circles the one with the lowest rank."""
    found = cycles(left, needs)
    return min(found, key=lambda each: min(steps.rank(step) for step in each))


def _settings(fates: Fates) -> tuple[str, ...]:
    keys = {*fates.made, *fates.remade, *fates.alters}
    return tuple(sorted({each for key in keys for each in KIND_BY_NAME[key.kind].settings}))


def _require_all_told(
    old: Snapshot, new: Snapshot, fates: Fates, notes: Mapping[ObjectKey, str]
) -> None:
    """Refuse when nothing at all would be done about what differs.

    Raises:
        UnsupportedChange: names the objects.
    """
    if fates.alters or fates.remade or fates.gone or fates.made:
        return
    silent = [
        key
        for key, record in new.objects.items()
        if old.objects.get(key) != record and key not in notes
    ]
    if silent:
        raise UnsupportedChange(changes=tuple(map(str, sorted(silent))))


def _with_hints(steps: Steps) -> dict[Step, set[Step]]:
    """The needs, and those of the wishes, then of the hints, that stand in no circle."""
    joined = {step: required - {step} for step, required in steps.needs.items()}
    for wanted in (steps.wishes, steps.hints):
        before = {step: set(required) for step, required in joined.items()}
        for step, named in wanted.items():
            joined.setdefault(step, set()).update(named)
        for circle in cycles(steps.statements, joined) if wanted else ():
            for step in circle:
                joined[step] -= circle - before.get(step, set())
    return joined


def _with_holders(statements: Iterable[Statement], steps: Steps) -> list[Statement]:
    """The statements; those that take a part of a row type say whose values that shortens."""
    found: list[Statement] = []
    for each in statements:
        if each.phase == "remove" and each.hazards:
            lost = tuple(
                Hazard(
                    "data-loss", edge.source, f"column {edge.source_column} {_HOLDS} {each.touches}"
                )
                for edge in steps.old_web.to(each.touches)
                if edge.source_column and not edge.target_column and not edge.is_default
                if not steps.fates.is_dropped(edge.source)
            )
            each = replace(each, hazards=(*each.hazards, *lost))  # noqa: PLW2901 - the same one
        found.append(each)
    return found


_HOLDS = "loses a value of each row, being of the row type of"


def _pointed_out(statements: Sequence[Statement], likely: Sequence[Likeness]) -> list[Statement]:
    """The statements, those that would better be a rename with that as a hazard."""
    told = {(each.key, each.column): each for each in likely}
    found: list[Statement] = []
    for each in statements:
        like = told.get((each.touches, each.column))
        if like is not None:
            hazard = Hazard("drop", each.touches, like.evidence)
            each = replace(each, hazards=(*each.hazards, hazard))  # noqa: PLW2901 - the same one
        found.append(each)
    return found


def _joined(statements: Sequence[Statement]) -> Iterable[Statement]:
    """Neighbours that alter one table become one ALTER: PostgreSQL then rewrites it once."""
    for start, group in groupby(statements, key=lambda each: (each.joins, each.mode)):
        same = list(group)
        if not start[0] or len(same) == 1:
            yield from same
            continue
        actions = [each.sql.removeprefix(start[0]).lstrip() for each in same]
        yield replace(
            same[0],
            sql=f"{start[0]}\n  " + ",\n  ".join(actions),
            reason=reasons.joined(same),
            hazards=tuple(dict.fromkeys(hazard for each in same for hazard in each.hazards)),
            column="",
            is_committed_first=any(each.is_committed_first for each in same),
        )


def _decide(circle: set[Step], steps: Steps) -> None:
    """Break one circle.

    Raises:
        CycleError: nothing can.
    """
    if not (_free(circle, steps) or _cut(circle, steps) or _undo(circle, steps)):
        _take_together(circle, steps)


def _cut(circle: set[Step], steps: Steps) -> bool:
    """Take one object of a circle apart: the last in rank whose later half breaks the circle."""
    keys = {step.key for step in circle}
    for step in sorted(circle, key=steps.rank, reverse=True):
        record = steps.new.objects.get(step.key)
        if record is None or step.role != "create" or step.key in steps.decisions.cuts:
            continue
        cut = kind_of(step.key).cut(record)
        if cut is None:
            continue
        edges = steps.new_web.of(step.key)
        later = {edge.target for edge in edges if cut.is_later(edge)}
        now = {edge.target for edge in edges if not cut.is_later(edge)}
        if (later - now) & keys:
            steps.decisions.cuts[step.key] = cut, frozenset(keys)
            return True
    return False


def _undo(circle: set[Step], steps: Steps) -> bool:
    """Take back what cut a circle, so that it can be dropped."""
    keys = {step.key for step in circle}
    for key in sorted(keys, key=lambda key: (-RANK[key.kind], key)):
        if not steps.fates.is_dropped(key) or key in steps.decisions.undone:
            continue
        cut = kind_of(key).cut(steps.old.objects[key])
        if cut is None or not cut.undo:
            continue
        own = steps.old_web.of(key)
        gone = {_goes_with(edge, steps) for edge in own if cut.is_later(edge)}
        kept = {_goes_with(edge, steps) for edge in own if not cut.is_later(edge)}
        if (gone - kept) & keys:
            steps.decisions.undone[key] = cut
            return True
    return False


def _goes_with(edge: Edge, steps: Steps) -> ObjectKey:
    return steps.drop_of(edge.target).key if steps.fates.is_dropped(edge.target) else edge.target


def _free(circle: set[Step], steps: Steps) -> bool:
    """Give the owned objects that tie a circle of owners together a DROP of their own."""
    freed = {
        key
        for key in steps.owner
        for edge in steps.old_web.of(key)
        if steps.fates.is_dropped(edge.target)
        and steps.drop_of(key) in circle
        and steps.drop_of(edge.target) in circle
        and steps.drop_of(key) != steps.drop_of(edge.target)
    }
    steps.decisions.freed |= freed
    return bool(freed)


# The role exists between two statements of one transaction, so nobody else ever sees it.
_OWNER = "pgmig_circle"


def _take_together(circle: set[Step], steps: Steps) -> None:
    """Drop a type and the functions it is made of, and nothing else.

    No DROP names objects of two kinds. CASCADE would also take what the plan does not know of;
    DROP OWNED refuses (manual, "DROP OWNED", RESTRICT is the default).

    Raises:
        CycleError: they are others than these.
    """
    keys = sorted({step.key for step in circle})
    names = tuple(str(step.key) for step in sorted(circle, key=steps.rank))
    if any(step.role != "drop" for step in circle) or keys[0] in steps.decisions.statements:
        raise CycleError(keys=names)
    records: list[tuple[ObjectKey, Record]] = [(key, steps.old.objects[key]) for key in keys]
    given = [kind_of(key).hand_over(record, _OWNER) for key, record in records]
    if not all(given):
        raise CycleError(keys=names)
    role: Any = ddl.ident(_OWNER)
    steps.decisions.together.update(dict.fromkeys(keys, keys[0]))
    steps.decisions.statements[keys[0]] = (
        ddl.statement(keys[0], "CREATE ROLE", role),
        *(statement for statements in given for statement in statements),
        ddl.statement(keys[0], "DROP OWNED BY", role),
        ddl.statement(keys[0], "DROP ROLE", role),
    )
