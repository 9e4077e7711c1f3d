"""Orders in which the rows of a script can be written, and what of it cannot be done at once.

A row may refer to a new one and leave one that goes: then new rows come first and others go last.
A row may take what is unique from one that changes or goes: then that one comes first. Which of it
is the case is seen in the rows; what is not seen there, as with a unique expression, shows when the
script is tried, so other orders follow.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from pgmig.seeds.changes import TableChanges, Values
from pgmig.seeds.names import TableName
from pgmig.seeds.part import Part, Phase
from pgmig.seeds.table import ForeignKey, Key

Step = tuple[TableName, Phase]
Order = tuple[Step, ...]

_PHASES: Final[tuple[tuple[Phase, ...], ...]] = (
    ("insert", "update", "delete"),
    ("update", "insert", "delete"),
    ("delete", "update", "insert"),
    ("delete", "insert", "update"),
)


def orders(parts: Sequence[Part]) -> tuple[Order, ...]:
    """Orders of writing, the best first; the parts are in order of their references."""
    plain = [_plain(parts, phases) for phases in _PHASES]
    return tuple(dict.fromkeys([*_sorted(parts, plain[0]), *plain]))


def clashing(changes: TableChanges) -> tuple[Key, ...]:
    """Unique keys whose values rows exchange among themselves."""
    found: list[Key] = []
    for key in _unique(changes):
        places = _places(changes, key)
        old = {_of(each.old, places) for each in changes.changed}
        moved = {_of(e.new, places) for e in changes.changed if _differs(e.old, e.new, places)}
        if _shared(old, moved):
            found.append(key)
    return tuple(found)


def _plain(parts: Sequence[Part], phases: Iterable[Phase]) -> Order:
    steps: list[Step] = []
    for phase in phases:
        # What refers goes before what it refers to.
        own = reversed(parts) if phase == "delete" else parts
        steps.extend((part.table.name, phase) for part in own)
    return tuple(steps)


def _sorted(parts: Sequence[Part], steps: Order) -> Iterator[Order]:
    """The steps, each behind those that it needs; none where they need each other."""
    needs: dict[Step, set[Step]] = {step: set() for step in steps}
    before: set[TableName] = set()
    for part in parts:
        _within(part, needs)
        # A foreign key to a table that comes later is one of a circle, and was cut.
        for target in before.intersection(key.target for key in part.table.foreign_keys):
            _between(part.table.name, target, needs)
        before.add(part.table.name)
    done: list[Step] = []
    left = list(steps)
    while left:
        ready = next((step for step in left if needs[step] <= {*done}), None)
        if ready is None:
            return
        done.append(ready)
        left.remove(ready)
    yield tuple(done)


def _within(part: Part, needs: dict[Step, set[Step]]) -> None:
    """What rows of one table need of each other."""
    name, changes = part.table.name, part.changes
    known = {column.name for column in changes.columns}
    for key in _unique(changes):
        places = _places(changes, key)
        going = {_of(row, places) for row in changes.removed}
        leaving = {_of(e.old, places) for e in changes.changed if _differs(e.old, e.new, places)}
        new = {_of(row, places) for row in changes.added}
        moved = {_of(e.new, places) for e in changes.changed if _differs(e.old, e.new, places)}
        if _shared(going, new):
            needs[name, "insert"].add((name, "delete"))
        if _shared(going, moved):
            needs[name, "update"].add((name, "delete"))
        if _shared(leaving, new):
            needs[name, "insert"].add((name, "update"))
    for foreign in part.table.foreign_keys:
        if foreign.target == name and known.issuperset((*foreign.columns, *foreign.target_columns)):
            _among(part, foreign, needs)


def _among(part: Part, key: ForeignKey, needs: dict[Step, set[Step]]) -> None:
    """What rows need of rows of the same table that they refer to."""
    name, changes = part.table.name, part.changes
    own = tuple(map(changes.place, key.columns))
    target = tuple(map(changes.place, key.target_columns))
    if _shared((_of(e.new, own) for e in changes.changed), {_of(r, target) for r in changes.added}):
        needs[name, "update"].add((name, "insert"))
    gone = {_of(row, target) for row in changes.removed}
    if _shared((_of(e.old, own) for e in changes.changed), gone):
        needs[name, "delete"].add((name, "update"))


def _between(own: TableName, target: TableName, needs: dict[Step, set[Step]]) -> None:
    """What rows need of those that they refer to."""
    needs[own, "insert"].add((target, "insert"))
    needs[own, "update"].add((target, "insert"))
    needs[target, "delete"].update({(own, "update"), (own, "delete")})


def _unique(changes: TableChanges) -> tuple[Key, ...]:
    known = {column.name for column in changes.columns}
    return tuple(key for key in changes.table.keys if known.issuperset(key.columns))


def _places(changes: TableChanges, key: Key) -> tuple[int, ...]:
    return tuple(changes.place(name) for name in key.columns)


def _of(row: Values, places: Iterable[int]) -> Values:
    return tuple(row[at] for at in places)


def _differs(old: Values, new: Values, places: Collection[int]) -> bool:
    return _of(old, places) != _of(new, places)


def _shared(some: Iterable[Values], others: Collection[Values]) -> bool:
    """Whether both have one value; NULL equals nothing."""
    return any(None not in values and values in others for values in some)
