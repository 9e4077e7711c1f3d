"""Rows that other tables would lose or change with a row that is removed."""

from collections.abc import Sequence

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import ServerFault
from pgmig.db.loading import attempt
from pgmig.ddl import ident_text as ident
from pgmig.seeds.changes import Dependent
from pgmig.seeds.compare import unmatched
from pgmig.seeds.load import Source
from pgmig.seeds.task import Task


class Bound(msgspec.Struct, frozen=True):
    """Rows that refer to rows which no file has.

    Attributes:
        by: the table that refers, and how.
        count: of its rows.
    """

    by: Dependent
    count: int


def first_bound(
    conn: Connection, task: Task, sources: Sequence[Source], dependents: Sequence[Dependent]
) -> Bound | ServerFault | None:
    """The first table with rows that ON DELETE CASCADE, SET NULL or SET DEFAULT would take along.

    Those of the same table that go themselves do not count.

    Args:
        conn: a session within a transaction that keeps writers of all these tables out.
        task: the table.
        sources: its files.
        dependents: the tables that refer to it in such a way.

    Returns:
        None: none has. A fault: the server refuses to say.
    """
    for each in dependents:
        outcome = attempt(conn, _counting(task, sources, each))
        if outcome.fault is not None:
            return outcome.fault
        if count := int(outcome.rows[0][0] or 0):
            return Bound(each, count)
    return None


def _counting(task: Task, sources: Sequence[Source], by: Dependent) -> str:
    pairs = zip(by.columns, by.targets, by.equals, strict=True)
    refers = " AND ".join(
        # The operator takes the value that is referred to first (pg_constraint.conpfeqop).
        f"t.{ident(target)} {equals} r.{ident(column)}"
        for column, target, equals in pairs
    )
    gone = unmatched(task, sources)
    query = (
        f"SELECT pg_catalog.count(*) FROM {by.table} r WHERE EXISTS"
        f" (SELECT FROM {task.table.only} t WHERE {gone} AND {refers})"
    )
    if by.table == task.name:
        query += (
            " AND (r.tableoid, r.ctid) NOT IN"
            f" (SELECT t.tableoid, t.ctid FROM {task.table.only} t WHERE {gone})"
        )
    return query
