"""Two snapshots in, ordered statements out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pgmig import ddl
from pgmig.errors import CycleError, UnsupportedChange
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import Edge, ObjectKey, Record, Snapshot, Statement
from pgmig.plan.compare import changed_rows
from pgmig.plan.graph import cycles, ordered
from pgmig.plan.mentions import mentioned

_RANK = {name: place for place, name in enumerate(KIND_BY_NAME)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What takes one snapshot to another.

    Attributes:
        statements: in the order in which they run.
        settings: settings that creating some of the objects needs, as `name = value`.
    """

    statements: tuple[Statement, ...]
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A node of the graph: an object, or a part of it that is made later.

    Attributes:
        key: the object.
        part: 0 for the object itself, 1 for what completes it after a cut, 2 for what waits for
            its owner.
    """

    key: ObjectKey
    part: int = 0


def plan(old: Snapshot, new: Snapshot) -> Plan:
    """Statements that turn `old` into `new`: drops, dependents first, then the rest.

    Raises:
        UnsupportedChange: an object differs in a way that has no statement yet; all are named.
        CycleError: objects need each other in a circle that nothing can cut.
    """
    dropped = {key: record for key, record in old.objects.items() if key not in new.objects}
    created = {key: record for key, record in new.objects.items() if key not in old.objects}
    altered, refused = dict[ObjectKey, tuple[Statement, ...]](), list[str]()
    for key, after in new.objects.items():
        before = old.objects.get(key)
        if before is None or before == after:
            continue
        statements: list[Statement] = []
        for spec in changed_rows(before, after, key):
            if spec.by is None:
                refused.extend(f"{key}: {field}" for field in spec.fields)
            else:
                statements.extend(spec.by(before, after) or ())
        altered[key] = tuple(statements)
    if refused:
        raise UnsupportedChange(changes=tuple(refused))
    settings = {each for key in created for each in KIND_BY_NAME[key.kind].settings}
    return Plan(
        (*_drops(dropped, old.depends), *_makes(created, altered, new.depends)),
        tuple(sorted(settings)),
    )


def _rank(step: Step) -> tuple[int, ObjectKey, int]:
    return (_RANK[step.key.kind], step.key, step.part)


def _makes(
    created: Mapping[ObjectKey, Record],
    altered: Mapping[ObjectKey, tuple[Statement, ...]],
    depends: Sequence[Edge],
) -> list[Statement]:
    """Creates and alters, each after what it needs in the new snapshot."""
    statements = {Step(key): found for key, found in altered.items()}
    for key, record in created.items():
        kind = KIND_BY_NAME[key.kind]
        statements[Step(key)] = tuple(kind.create(record))
        last = tuple(kind.finish(record))
        if last:
            statements[Step(key, 2)] = last
    needs: dict[Step, set[Step]] = defaultdict(set)
    edges: dict[ObjectKey, list[Edge]] = defaultdict(list)
    for edge in depends:
        edges[edge.source].append(edge)
        is_finish = edge.source in created and KIND_BY_NAME[edge.source.kind].is_finish(edge)
        step = Step(edge.source, 2 if is_finish else 0)
        needs[step].add(Step(edge.target))
    for step in list(statements):
        if step.part:
            needs[step].add(Step(step.key))
    hints = mentioned(created, depends)
    needs = _with_hints(statements, needs, hints)
    order, left = ordered(statements, needs, _rank)
    while left:
        _cut(left, statements, needs, created, edges)
        order, left = ordered(statements, needs, _rank)
    return [statement for step in order for statement in statements[step]]


def _with_hints(
    steps: Iterable[Step],
    needs: Mapping[Step, set[Step]],
    hints: Mapping[ObjectKey, set[ObjectKey]],
) -> dict[Step, set[Step]]:
    """`needs` and those of the hints that stand in no circle."""
    joined: dict[Step, set[Step]] = defaultdict(set)
    for step, required in needs.items():
        joined[step] |= required
    for key, named in hints.items():
        joined[Step(key)] |= {Step(each) for each in named}
    for circle in cycles(steps, joined):
        for step in circle:
            joined[step] -= circle - needs.get(step, set())
    return joined


def _cut(
    left: set[Step],
    statements: dict[Step, tuple[Statement, ...]],
    needs: dict[Step, set[Step]],
    created: Mapping[ObjectKey, Record],
    edges: Mapping[ObjectKey, list[Edge]],
) -> None:
    """Take one object of a cycle apart: the last in rank whose later half breaks the cycle."""
    circle = min(cycles(left, needs), key=lambda found: min(_rank(step) for step in found))
    for step in sorted(circle, key=_rank, reverse=True):
        record = created.get(step.key)
        cut = KIND_BY_NAME[step.key.kind].cut(record) if record and not step.part else None
        if cut is None:
            continue
        later = {Step(edge.target) for edge in edges[step.key] if cut.is_later(edge)}
        now = {Step(edge.target) for edge in edges[step.key] if not cut.is_later(edge)}
        if not (later - now) & circle or Step(step.key, 1) in statements:
            continue
        statements[step] = tuple(KIND_BY_NAME[step.key.kind].create(cut.first))
        statements[Step(step.key, 1)] = cut.later
        needs[step] -= later - now
        # What reads the object from outside the circle reads it whole.
        for other, required in needs.items():
            if step in required and other not in circle:
                required.add(Step(step.key, 1))
        needs[Step(step.key, 1)] = {*later, step}
        return
    raise CycleError(keys=tuple(str(step.key) for step in sorted(circle, key=_rank)))


def _drops(dropped: Mapping[ObjectKey, Record], depends: Iterable[Edge]) -> list[Statement]:
    """Drops, each object before what it needs in the old snapshot.

    What PostgreSQL drops together with its owner gets no statement of its own, unless it stands
    in a cycle (foreign keys of two tables to each other). Another cycle is undone first: what cut
    it when it was made is taken back. One that cannot be undone goes as a whole.
    """
    undone: list[Statement] = []
    together: dict[ObjectKey, Sequence[Statement]] = {}
    edges = [edge for edge in depends if edge.source in dropped and edge.target in dropped]
    owner: dict[ObjectKey, ObjectKey] = {}
    for edge in edges:
        if KIND_BY_NAME[edge.source.kind].drops_with_owner and edge.type in {"a", "i"}:
            owner.setdefault(edge.source, edge.target)
    while True:
        before: dict[ObjectKey, set[ObjectKey]] = defaultdict(set)
        for edge in edges:
            source, target = _root(edge.source, owner), _root(edge.target, owner)
            if source != target:
                before[target].add(source)
        roots = [key for key in dropped if key not in owner]
        order, left = ordered(roots, before, lambda key: (-_RANK[key.kind], key))
        if not left:
            break
        freed = _freed(left, before, owner, edges)
        for key in freed:
            del owner[key]
        if freed:
            continue
        circle = min(cycles(left, before), key=min)
        found = _undo(circle, dropped, owner, edges)
        if found is not None:
            undone += found[0]
            edges = found[1]
        else:
            first = min(circle)
            together[first] = _together(circle, dropped)
            owner.update(dict.fromkeys(circle - {first}, first))
    drops = (together.get(key) or KIND_BY_NAME[key.kind].drop(dropped[key]) for key in order)
    return [*undone, *(statement for statements in drops for statement in statements)]


def _undo(
    circle: set[ObjectKey],
    dropped: Mapping[ObjectKey, Record],
    owner: Mapping[ObjectKey, ObjectKey],
    edges: list[Edge],
) -> tuple[Sequence[Statement], list[Edge]] | None:
    """Statements that break a circle of drops, and the edges that are left; None if none can."""
    for key in sorted(circle, key=lambda key: (-_RANK[key.kind], key)):
        cut = KIND_BY_NAME[key.kind].cut(dropped[key])
        if cut is None or not cut.undo:
            continue
        own = [edge for edge in edges if edge.source == key]
        gone = {_root(edge.target, owner) for edge in own if cut.is_later(edge)}
        kept = {_root(edge.target, owner) for edge in own if not cut.is_later(edge)}
        if (gone - kept) & circle:
            return cut.undo, [e for e in edges if e.source != key or not cut.is_later(e)]
    return None


# The role exists between two statements of one transaction, so nobody else ever sees it.
_OWNER = "pgmig_circle"


def _together(circle: set[ObjectKey], dropped: Mapping[ObjectKey, Record]) -> Sequence[Statement]:
    """Statements that drop a type and the functions it is made of, and nothing else.

    No DROP names objects of two kinds. CASCADE would also take what the plan does not know of;
    DROP OWNED refuses (manual, "DROP OWNED", RESTRICT is the default).
    """
    keys = sorted(circle)
    given = [KIND_BY_NAME[key.kind].hand_over(dropped[key], _OWNER) for key in keys]
    if not all(given):
        raise CycleError(keys=tuple(str(key) for key in keys))
    role = ddl.ident(_OWNER)
    return (
        ddl.statement(keys[0], "CREATE ROLE", role),
        *(statement for statements in given for statement in statements),
        ddl.statement(keys[0], "DROP OWNED BY", role),
        ddl.statement(keys[0], "DROP ROLE", role),
    )


def _root(key: ObjectKey, owner: Mapping[ObjectKey, ObjectKey]) -> ObjectKey:
    while key in owner:
        key = owner[key]
    return key


def _freed(
    left: set[ObjectKey],
    before: Mapping[ObjectKey, set[ObjectKey]],
    owner: Mapping[ObjectKey, ObjectKey],
    edges: Iterable[Edge],
) -> set[ObjectKey]:
    """The owned objects whose edges tie a circle of owners together."""
    circles = cycles(left, before)
    return {
        edge.source
        for edge in edges
        if edge.source in owner
        for circle in circles
        if _root(edge.source, owner) in circle
        and _root(edge.target, owner) in circle
        and _root(edge.source, owner) != _root(edge.target, owner)
    }
