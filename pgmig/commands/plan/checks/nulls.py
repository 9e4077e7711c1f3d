"""NULL: columns that get NOT NULL, those that are there and new ones."""

from collections.abc import Iterator

from pgmig.commands.plan.casts import is_cast_of
from pgmig.commands.plan.checks.check import Check, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import ColumnFacts, Place
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608


_JSON = frozenset({"json", "jsonb"})


def nulls(course: Course) -> Iterator[Check]:
    """That no row has NULL in what gets NOT NULL."""
    for place, column in course.columns():
        before = course.before.columns.get(place)
        if not column.is_not_null or (before is not None and _is_same(course, place, before)):
            continue
        if course.goes_with_parent(place, column):
            continue
        oid, named = place[0], ident_text(column.name)
        table = course.rows.name(oid)
        names = (course.after.relations[oid].name, column.name)
        if place in course.base.columns or column.is_generated:
            source = course.rows.source(oid, (place[1],), is_only=column.is_own)
            bad = f"SELECT {ROW} FROM {source} WHERE {named} IS NULL"
            asks = f"no row of {table} has NULL in {named}"
            fails = f"NULL in {named} of {table}"
            check = Check("null", table, asks, fails, bad, names=names, oid=oid)
            reason = course.made.unknown(oid, (place[1],))
            yield unasked(check, reason)
        elif not course.made.origin(place).is_filled:
            yield empty(course, place, column)


def _is_same(course: Course, place: Place, before: ColumnFacts) -> bool:
    """Whether it was NOT NULL, and no expression makes its values anew."""
    column = course.after.columns[place]
    if not before.is_not_null or before.expression != column.expression:
        return False
    turns = course.past.turns.get(place, ())
    if not course.is_retyped(place) or not turns or not turns[-1].said:
        return True
    # A cast is strict, but for a JSON null on 18 (release notes).
    return before.base not in _JSON and is_cast_of(turns[-1].said, before.name)


def empty(course: Course, place: Place, column: ColumnFacts) -> Check:
    """No rows may be there; with a default they may have got it, or got it too late."""
    oid, named = place[0], ident_text(column.name)
    table = course.rows.name(oid)
    return Check(
        "value",
        table,
        f"{table} is empty, as its new column {named} has no value for rows",
        f"{table} has rows, and no value for them in its new column {named}",
        f"SELECT {ROW} FROM {course.rows.source(oid, ())}",
        names=(course.after.relations[oid].name, column.name),
        oid=oid,
        is_doubtful=course.made.origin(place).default is not None,
    )
