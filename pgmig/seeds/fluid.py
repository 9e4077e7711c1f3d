"""Fluid: columns of rows that hold something else each time that the same versions run.

A default such as now() fills them, or a trigger: nobody knows what is in them elsewhere.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing

from pgmig.db import Connection, connect
from pgmig.seeds.changes import TableChanges, compare, reading_rows


def fluid_columns(
    old: Connection,
    found: Iterable[TableChanges],
    again: Callable[[], AbstractContextManager[str]] | None,
) -> dict[int, set[str]]:
    """Columns of rows to remove that are fluid, by the OID of their table.

    Args:
        old: a session within `reading_rows`, of a database in which the versions ran.
        found: what differs in each table.
        again: runs them in another database; None: they cannot run again.
    """
    wanted = [each for each in found if each.removed and each.key is not None and _is_filled(each)]
    if again is None or not wanted:
        return {}
    with again() as url, closing(connect(url)) as conn, reading_rows(conn):
        return {
            each.table.oid: _unlike(each, compare(old, conn, each.table, each.key))
            for each in wanted
        }


def _is_filled(found: TableChanges) -> bool:
    """Whether the database itself may fill columns of new rows."""
    return bool(found.table.triggers) or not all(each.is_steady for each in found.columns)


def _unlike(found: TableChanges, seen: TableChanges) -> set[str]:
    gone = {*map(found.key_values, found.removed)}
    changed = (each for each in seen.changed if found.key_values(each.old) in gone)
    return {name for each in changed for name in seen.differing(each)}
