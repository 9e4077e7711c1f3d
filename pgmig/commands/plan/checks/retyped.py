"""Columns whose type a script changes: whether their values fit the new one."""

from collections.abc import Iterator

from pgmig.commands.plan.casts import (
    assigned,
    is_cast_of,
    not_among,
    too_long,
    unreadable,
    using,
)
from pgmig.commands.plan.checks.check import Check, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import ColumnFacts, Place
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608


def retyped(course: Course) -> Iterator[Check]:
    """That each value of a column can become one of its new type."""
    for place, column in course.columns():
        before = course.before.columns.get(place)
        if before is None or place not in course.base.columns:
            continue
        if before.type == column.type or course.goes_with_parent(place, column):
            continue
        if before.expression != column.expression:
            continue  # `_generated` tries it
        yield _cast(course, place, before, column)


def _cast(course: Course, place: Place, before: ColumnFacts, column: ColumnFacts) -> Check:
    oid, named = place[0], ident_text(before.name)
    expression = using(course.casts, course.after.relations[oid].name, before.name)
    numbers = [number for each, number in course.before.columns if each == oid]
    known = [number for number in numbers if (oid, number) in course.base.columns]
    source = course.rows.source(oid, known if expression else (place[1],), course.before)
    is_plain = not expression or is_cast_of(expression, before.name)
    long = too_long(before, column) if not expression else ""
    long = long or (not_among(before, column) if is_plain else "")
    made = assigned(expression or named, column)
    bad = long or (unreadable(before, column, course.major) if is_plain else "")
    asks = f"every {named} of {course.rows.name(oid)} can become {column.type}"
    if not is_plain:
        asks += f" by {' '.join(expression.split())}"
    check = Check(
        "cast",
        course.rows.name(oid),
        asks,
        f"{named} of {course.rows.name(oid)} that cannot become {column.type}",
        f"SELECT {ROW} FROM {source} WHERE {bad}" if bad else "",
        trial="" if long else f"SELECT {made} FROM {source}",
        names=(course.after.relations[oid].name, before.name),
        oid=oid,
    )
    reason = course.made.changed_routine(expression)
    return unasked(check, reason)
