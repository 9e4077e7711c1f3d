"""The order in which tables get their rows: those that are referred to first.

Where tables refer to each other in a circle, it is cut at foreign keys that can be checked at the
end, or at columns that may be NULL until the other rows are there.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from pgmig.errors import SeedCycle
from pgmig.seeds.names import TableName
from pgmig.seeds.table import ForeignKey, Table


class Cut(msgspec.Struct, frozen=True):
    """A foreign key to rows that come later.

    Attributes:
        table: that refers.
        key: the foreign key.
        columns: NULL at first, and given their values when the other rows are there; none where
            the foreign key is checked at the end instead.
    """

    table: TableName
    key: ForeignKey
    columns: tuple[str, ...] = ()


class Order(msgspec.Struct, frozen=True):
    """Tables, those that are referred to before those that refer.

    Attributes:
        tables: in that order.
        cuts: the foreign keys for which it does not hold.
    """

    tables: tuple[TableName, ...]
    cuts: tuple[Cut, ...] = ()

    def cuts_of(self, table: TableName) -> tuple[Cut, ...]:
        """The foreign keys of one table for which it does not hold."""
        return tuple(cut for cut in self.cuts if cut.table == table)


def in_order(
    tables: Mapping[TableName, Table],
    columns: Mapping[TableName, Collection[str]] | None = None,
) -> Order:
    """The tables in the order in which rows can be put into them; the way back is for removing.

    Args:
        tables: by name.
        columns: those that rows have a value for; a table that is not in it: all.

    Raises:
        SeedCycle: tables refer to each other, and nothing of it can wait.
    """
    given = columns or {}
    keys = {
        name: tuple(key for key in table.foreign_keys if _counts(key, name, tables, given))
        for name, table in tables.items()
    }
    done: list[TableName] = []
    cuts: list[Cut] = []
    left = sorted(tables)
    while left:
        name = next((n for n in left if not _waits(keys[n], left)), None)
        if name is None:
            name, found = _cut(tables, keys, given, left)
            cuts += found
        done.append(name)
        left.remove(name)
    return Order(tuple(done), tuple(cuts))


def _counts(
    key: ForeignKey,
    name: TableName,
    tables: Mapping[TableName, Table],
    given: Mapping[TableName, Collection[str]],
) -> bool:
    """Whether rows have to wait for it: one statement puts all rows of a table in."""
    if key.target == name or key.target not in tables:
        return False
    return name not in given or any(column in given[name] for column in key.columns)


def _waits(keys: Sequence[ForeignKey], left: Collection[TableName]) -> tuple[ForeignKey, ...]:
    return tuple(key for key in keys if key.target in left)


def _cut(
    tables: Mapping[TableName, Table],
    keys: Mapping[TableName, Sequence[ForeignKey]],
    given: Mapping[TableName, Collection[str]],
    left: Sequence[TableName],
) -> tuple[TableName, list[Cut]]:
    """The table of a circle that costs least to take first, and its foreign keys that are cut."""
    circle = _circle(keys, left)
    best: tuple[tuple[int, int, TableName], list[Cut]] | None = None
    for name in circle:
        waits = _waits(keys[name], left)
        cuts = [_cut_of(tables[name], key, given.get(name)) for key in waits]
        found = [cut for cut in cuts if cut is not None]
        if len(found) < len(waits):
            continue
        cost = (sum(bool(cut.columns) for cut in found), len(found), name)
        if best is None or cost < best[0]:
            best = (cost, found)
    if best is None:
        raise SeedCycle(
            tables=[str(name) for name in circle],
            keys=[f"{key.name} of {name}" for name in circle for key in _waits(keys[name], circle)],
        )
    return best[0][2], best[1]


def _cut_of(table: Table, key: ForeignKey, given: Collection[str] | None) -> Cut | None:
    if key.is_deferrable:
        return Cut(table.name, key)
    own = {column.name for column in table.columns if not column.is_not_null}
    free = tuple(name for name in key.columns if name in own and (given is None or name in given))
    return Cut(table.name, key, free) if free else None


def _circle(
    keys: Mapping[TableName, Sequence[ForeignKey]], left: Sequence[TableName]
) -> tuple[TableName, ...]:
    """Tables that refer to each other and to nothing else that is left."""
    reached = {name: _reached(name, keys, left) for name in left}
    smallest = min(left, key=lambda name: (len(reached[name]), name))
    return tuple(sorted(reached[smallest]))


def _reached(
    start: TableName, keys: Mapping[TableName, Sequence[ForeignKey]], left: Sequence[TableName]
) -> set[TableName]:
    found: set[TableName] = set()
    ahead = [start]
    while ahead:
        for key in _waits(keys[ahead.pop()], left):
            if key.target not in found:
                found.add(key.target)
                ahead.append(key.target)
    return found
