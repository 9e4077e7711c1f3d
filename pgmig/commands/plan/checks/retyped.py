"""Columns whose type a script changes: whether their values fit the new one."""

from collections.abc import Iterator
from dataclasses import replace

from pgmig.commands.plan.casts import (
    assigned,
    is_cast_of,
    not_among,
    too_long,
    unreadable,
)
from pgmig.commands.plan.checks.check import Check, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import ColumnFacts, Place
from pgmig.commands.plan.made import said_of
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608


def retyped(course: Course) -> Iterator[Check]:
    """That each value of a column can become one of its new type."""
    for place, column in course.columns():
        before = course.before.columns.get(place)
        if before is None or not course.is_retyped(place) or course.goes_with_parent(place, column):
            continue
        if before.expression != column.expression:
            continue  # `computed` tries it
        if course.is_widened(place):
            continue
        yield _cast(course, place, before, column)


def _cast(course: Course, place: Place, before: ColumnFacts, column: ColumnFacts) -> Check:
    oid, named = place[0], ident_text(before.name)
    expression = said_of(course.before, oid, before.name, course.casts)
    read = course.numbers(course.before, oid, expression) if expression else [place[1]]
    check = _asking(course, place, before, column, expression)
    is_plain = not expression or is_cast_of(expression, before.name)
    long = too_long(before, column) if not expression else ""
    long = long or (not_among(before, column) if is_plain else "")
    reason = course.old.unknown(oid, read)
    if not long:
        reason = reason or course.made.changed(expression, f"_::{column.type}")
    if reason:
        return unasked(check, reason)
    source = course.old_rows.source(oid, read)
    bad = long or (unreadable(before, column, course.major) if is_plain else "")
    return replace(
        check,
        bad=f"SELECT {ROW} FROM {source} WHERE {bad}" if bad else "",
        trial="" if long else f"SELECT {assigned(expression or named, column)} FROM {source}",
    )


def _asking(
    course: Course, place: Place, before: ColumnFacts, column: ColumnFacts, expression: str
) -> Check:
    table, named = course.rows.name(place[0]), ident_text(before.name)
    asks = f"every {named} of {table} can become {column.type}"
    if expression and not is_cast_of(expression, before.name):
        asks += f" by {' '.join(expression.split())}"
    fails = f"{named} of {table} that cannot become {column.type}"
    names = (course.after.relations[place[0]].name, before.name)
    return Check("cast", table, asks, fails, names=names, oid=place[0])
