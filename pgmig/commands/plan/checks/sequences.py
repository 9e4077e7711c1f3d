"""Sequences: whether one that gets other bounds has gone past them, and whether they are enough."""

from collections.abc import Iterator

from pgmig.commands.plan.checks.check import Check
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import SequenceFacts
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text, literal_text

# Names in a query are quoted.
# ruff: noqa: S608

_MANY = 2**31 - 1  # values of an integer; counting so many rows takes too long


def sequences(course: Course) -> Iterator[Check]:
    """That what a sequence gave last is within its new bounds, and that all rows can have one."""
    for oid, sequence in course.after.sequences.items():
        before = course.before.sequences.get(oid)
        if before is None:
            place = (sequence.relation, sequence.column)
            is_filling = place in course.after.columns and place not in course.before.columns
            if is_filling and course.is_there(sequence.relation) and _room(sequence) < _MANY:
                yield _enough(course, sequence)
        elif course.is_there(oid) and _is_less(before, sequence):
            yield _within(course, oid, sequence)


def _is_less(before: SequenceFacts, after: SequenceFacts) -> bool:
    return before.least < after.least or before.most > after.most


def _room(sequence: SequenceFacts) -> int:
    """How many values it gives."""
    if sequence.is_cycle:
        return _MANY
    end = sequence.most if sequence.step > 0 else sequence.least
    return (end - sequence.start) // sequence.step + 1


def _within(course: Course, oid: int, sequence: SequenceFacts) -> Check:
    name = course.rows.name(oid)
    bounds = f"{sequence.least} to {sequence.most}"
    return Check(
        "sequence",
        name,
        f"{name} is within {bounds}",
        f"{name} has gone past {bounds}",
        f"SELECT pg_catalog.concat('last value ', last_value) AS {ROW} FROM {name}"
        f" WHERE last_value NOT BETWEEN {sequence.least} AND {sequence.most}",
        names=(course.after.relations[oid].name,),
        oid=oid,
    )


def _enough(course: Course, sequence: SequenceFacts) -> Check:
    oid = sequence.relation
    table = course.rows.name(oid)
    named = ident_text(course.after.columns[oid, sequence.column].name)
    room = _room(sequence)
    told = literal_text(f"it gives {room}")
    return Check(
        "sequence",
        table,
        f"{table} has no more rows than the {room} values of its new column {named}",
        f"{table} has more rows than the {room} values of its new column {named}",
        f"SELECT {told} AS {ROW} FROM {table} OFFSET {room} LIMIT 1",
        names=(course.after.relations[oid].name,),
        oid=oid,
    )
