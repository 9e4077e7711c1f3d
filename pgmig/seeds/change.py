"""The statements that bring a table to what its files say."""

from collections.abc import Sequence

from pgmig.ddl import ident_text as ident
from pgmig.seeds.compare import Part, differs_in, unmatched
from pgmig.seeds.load import Source
from pgmig.seeds.task import Task


def put(task: Task, part: Part, late: Sequence[str], among: str) -> str:
    """One statement that changes rows and adds rows; it gives both counts, added first.

    References to rows of the same table are checked at its end, so their order does not matter.

    Args:
        task: the table.
        part: the rows.
        late: columns that get their values later, and are NULL in new rows till then.
        among: a condition on the rows `f`.
    """
    columns = part.load.columns
    named = ", ".join(map(ident, columns))
    values = ", ".join("NULL" if name in late else f"f.{ident(name)}" for name in columns)
    new = f"INSERT INTO {task.name} ({named}) OVERRIDING SYSTEM VALUE SELECT {values}"
    if part.differing is None:
        return f"{new} FROM {part.load.place} f WHERE {among}"
    rows = f"{part.load.place} f JOIN {part.differing} d ON f.ctid OPERATOR(pg_catalog.=) d.at"
    there = f"EXISTS (SELECT FROM {task.table.only} t WHERE {task.match})"
    after, changed = "", ""
    owned = [name for name in task.owned(columns) if name not in late]
    if owned and part.changed:
        sets = ", ".join(f"{ident(name)} = f.{ident(name)}" for name in owned)
        changed = (
            f"changed AS (UPDATE {task.table.only} t SET {sets} FROM {rows} WHERE {task.match}"
            f" AND NOT d.is_new AND {among} RETURNING 1), "
        )
        after = " AND (SELECT pg_catalog.count(*) FROM changed) OPERATOR(pg_catalog.>=) 0"
    count = "(SELECT pg_catalog.count(*) FROM changed)" if changed else "0"
    return (
        f"WITH {changed}added AS ({new} FROM {rows} WHERE d.is_new AND NOT {there} AND {among}"
        f"{after} RETURNING 1) SELECT (SELECT pg_catalog.count(*) FROM added), {count}"
    )


def put_late(task: Task, part: Part, column: str, among: str) -> str:
    """The statement that gives rows the values of a column that had to wait for other rows."""
    name = ident(column)
    rows, new = f"{part.load.place} f", "true"
    if part.differing is not None:
        rows += f" JOIN {part.differing} d ON f.ctid OPERATOR(pg_catalog.=) d.at"
        new = "true" if column in task.owned(part.load.columns) else "d.is_new"
    return (
        f"UPDATE {task.table.only} t SET {name} = f.{name} FROM {rows} WHERE {task.match}"
        f" AND {differs_in(column)} AND {new} AND {among}"
    )


def remove(task: Task, sources: Sequence[Source]) -> str:
    """The statement that removes the rows that no file has."""
    return f"DELETE FROM {task.table.only} t WHERE {unmatched(task, sources)}"
