"""The order in which tables are filled: what a foreign key points at comes first."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heappush

from pgmig.shadow.rows.table import ForeignKey, Table, Tables

Promise = tuple[ForeignKey, Table]


def in_order(
    wanted: Sequence[Table], tables: Tables, is_soft: Callable[[Table, ForeignKey], bool]
) -> Iterator[tuple[Table, list[Promise]]]:
    """The tables, each with the foreign keys whose target comes later and that take no NULL.

    Args:
        wanted: roots of partition trees and plain tables.
        tables: all tables.
        is_soft: whether a foreign key can hold NULL, so that its target may come later.
    """
    left = {table.oid: table for table in wanted}
    soft: dict[int, dict[int, bool]] = {oid: {} for oid in left}  # table -> target -> is soft
    pointing: dict[int, set[int]] = defaultdict(set)
    for oid, table in left.items():
        for one in (table, *table.leaves):
            for key in one.foreign_keys:
                target = tables.root(key.target)
                if target is not None and target.oid in left and target.oid != oid:
                    known = soft[oid].get(target.oid, True)
                    soft[oid][target.oid] = known and is_soft(one, key)
                    pointing[target.oid].add(oid)
    ready = [(left[oid].key, oid) for oid, targets in soft.items() if not targets]
    heapify(ready)
    while left:
        if ready:
            oid = heappop(ready)[1]
        else:
            oid = min(left, key=lambda one: (_hard(soft[one]), -len(pointing[one]), left[one].key))
        if oid not in left:
            continue
        table = left.pop(oid)
        yield table, list(_promises(table, tables, left, is_soft))
        for other in pointing[oid]:
            soft[other].pop(oid, None)
            if other in left and not soft[other]:
                heappush(ready, (left[other].key, other))


def _hard(targets: dict[int, bool]) -> int:
    return sum(not is_soft for is_soft in targets.values())


def _promises(
    table: Table,
    tables: Tables,
    left: dict[int, Table],
    is_soft: Callable[[Table, ForeignKey], bool],
) -> Iterator[Promise]:
    for one in (table, *table.leaves):
        for key in one.foreign_keys:
            target = tables.root(key.target)
            if target is not None and target.oid in left and not is_soft(one, key):
                yield key, target
