"""Sequences, moved behind the values that files give in their place.

setval is not undone by a rollback (functions-sequence.html), so it comes last; and a sequence only
goes the way that it goes by itself.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pgmig.db import Connection
from pgmig.ddl import ident_text as ident
from pgmig.ddl import literal_text as literal
from pgmig.seeds.compare import ask
from pgmig.seeds.load import Load
from pgmig.seeds.report import SequenceMove
from pgmig.seeds.table import Column
from pgmig.seeds.task import Task


def behind(conn: Connection, task: Task, loads: Sequence[Load]) -> tuple[SequenceMove, ...]:
    """The sequences of a table that would yet give a value that a file has, or one before it.

    Raises:
        QueryFailed: the role may not read one.
    """
    found = (_behind(conn, task, column, loads) for column in _numbered(task))
    return tuple(move for move in found if move is not None)


def move(conn: Connection, task: Task, moves: Sequence[SequenceMove]) -> None:
    """Move sequences, those that somebody has not moved further meanwhile.

    Raises:
        QueryFailed: the role may not.
    """
    for each in moves:
        behind = "<" if each.new > each.old else ">"
        ask(
            conn,
            task,
            f"SELECT pg_catalog.setval({literal(each.sequence)}, {each.new}) FROM {each.sequence} s"
            f" WHERE s.last_value {behind} {each.new} OR NOT s.is_called"
            f" AND s.last_value = {each.new}",
        )


def _numbered(task: Task) -> Iterator[Column]:
    for column in task.table.columns:
        is_number = column.sequence is not None and column.typcategory == "N"
        if is_number and column.name in task.columns:
            yield column


def _behind(
    conn: Connection, task: Task, column: Column, loads: Sequence[Load]
) -> SequenceMove | None:
    values = " UNION ALL ".join(
        f"SELECT f.{ident(column.name)}::numeric AS v FROM {load.place} f"
        for load in loads
        if column.name in load.columns
    )
    name = str(column.sequence)
    ((up, low, high, last),) = ask(
        conn,
        task,
        "SELECT s.seqincrement > 0, pg_catalog.min(f.v), pg_catalog.max(f.v),"
        " pg_catalog.pg_sequence_last_value(s.seqrelid)"
        f" FROM pg_catalog.pg_sequence s LEFT JOIN ({values}) f"
        " ON f.v BETWEEN s.seqmin AND s.seqmax"
        f" WHERE s.seqrelid = {literal(name)}::pg_catalog.regclass"
        " GROUP BY s.seqrelid, s.seqincrement",
    )
    value = high if up else low
    if value is None or (last is not None and not _is_beyond(value, last, up=up)):
        return None
    if last is None:  # it has not given any number: the next one is what it stands at
        ((last,),) = ask(conn, task, f"SELECT s.last_value FROM {name} s")
        if value != last and not _is_beyond(value, last, up=up):
            return None
    return SequenceMove(name, int(last), int(value))


def _is_beyond(value: Any, last: Any, *, up: bool) -> bool:
    return bool(value > last if up else value < last)
