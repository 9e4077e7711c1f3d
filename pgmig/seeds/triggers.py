"""Triggers that do not fire while rows are put in, and are what they were afterwards."""

from collections.abc import Iterable

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.db.loading import attempt
from pgmig.ddl import ident_text as ident
from pgmig.seeds.compare import QueryFailed
from pgmig.seeds.task import Task

# Of the table and of its partitions, which have triggers of their own. R fires on a replica alone.
_FIRING = """
SELECT c.oid::pg_catalog.regclass::text, t.tgname::text, t.tgenabled::text
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgrelid IN (
    SELECT %s::oid UNION SELECT relid FROM pg_catalog.pg_partition_tree(%s::oid::regclass))
ORDER BY 1, 2
"""

_AGAIN = {"O": "ENABLE TRIGGER", "A": "ENABLE ALWAYS TRIGGER"}


class Silenced(msgspec.Struct, frozen=True):
    """A trigger that was switched off.

    Attributes:
        table: that it is on, as SQL has it.
        name: of it.
        state: tgenabled as it was.
    """

    table: str
    name: str
    state: str


def silence(conn: Connection, task: Task) -> tuple[Silenced, ...]:
    """Switch off the triggers of a table that users made.

    Raises:
        QueryFailed: only the owner of the table may.
    """
    rows = fetch(conn, _FIRING, (task.table.oid, task.table.oid))
    found = tuple(Silenced(*map(str, row)) for row in rows)
    _alter(conn, task, ((each, "DISABLE TRIGGER") for each in found))
    return found


def restore(conn: Connection, task: Task, silenced: Iterable[Silenced]) -> None:
    """Switch them on again, each as it was. No check may be waiting for the end (55006)."""
    _alter(conn, task, ((each, _AGAIN[each.state]) for each in silenced))


def _alter(conn: Connection, task: Task, changes: Iterable[tuple[Silenced, str]]) -> None:
    for each, verb in changes:
        text = f"ALTER TABLE ONLY {each.table} {verb} {ident(each.name)}"
        if (fault := attempt(conn, text).fault) is not None:
            raise QueryFailed(task, fault)
