"""What is computed of rows and kept: a statement fails where that fails."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pgmig.commands.plan.checks.check import Check, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.checks.nulls import empty
from pgmig.commands.plan.facts import ColumnFacts, Place
from pgmig.ddl import ident_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608


def computed(course: Course) -> Iterator[Check]:
    """What is computed of rows and kept: a statement fails where that fails."""
    for place, column in course.columns():
        before = course.before.columns.get(place)
        if course.goes_with_parent(place, column):
            continue
        if column.expression and (before is None or before.expression != column.expression):
            reason = course.made.unknown(place[0], (place[1],))
            said = [column.expression]
            named = [ident_text(column.name)]
            yield _computes(course, place[0], column.name, said, named, [place[1]], reason)
        elif before is None and column.domain and column.value in {None, "NULL"}:
            yield from _of_new_domain(course, place, column)
    for oid, index in course.after.indexes.items():
        if oid not in course.before.indexes and course.is_there(index.relation):
            reason = course.made.unknown(index.relation, index.columns)
            said = index.expressions or ["true"]
            yield _computes(
                course,
                index.relation,
                index.name,
                said,
                said,
                index.columns,
                reason,
                index.predicate,
            )
    for oid, (name, query) in course.after.views.items():
        if oid not in course.before.views:
            yield _filled(course, name, query)


def _filled(course: Course, name: str, query: str) -> Check:
    """A trial of the query of a materialized view."""
    check = Check(
        "computed",
        name,
        f"the query of {name} works on the rows that are there",
        f"rows that the query of {name} fails on",
        trial=f"SELECT pg_catalog.count(q) FROM ({query.strip().rstrip(';')}) q",
        names=(name,),
    )
    return unasked(check, course.made.changed(query))


def _computes(
    course: Course,
    oid: int,
    name: str,
    said: Sequence[str],
    columns: Sequence[str],
    numbers: Sequence[int],
    reason: str,
    where: str | None = None,
) -> Check:
    """A trial of expressions on all rows; `columns` are they, or what bears them."""
    table = course.rows.name(oid)
    told = ", ".join((*said, *([where] if where else [])))
    check = Check(
        "computed",
        table,
        f"{ident_text(name)} can be computed of every row of {table}: {told}",
        f"rows of {table} that {ident_text(name)} cannot be computed of, {told}",
        names=(course.after.relations[oid].name, name),
        oid=oid,
    )
    if reason := reason or course.made.changed(*said, where):
        return unasked(check, reason)
    counts = ", ".join(f"pg_catalog.count(({each}))" for each in columns)
    return replace(
        check, trial=f"SELECT {counts} FROM {course.rows.source(oid, numbers, where=where)}"
    )


def _of_new_domain(course: Course, place: Place, column: ColumnFacts) -> Iterator[Check]:
    """The default of a new column, or NULL, is a value of its domain."""
    oid, domain = place[0], column.domain or 0
    table = course.rows.name(oid)
    if domain not in course.base.domains:
        if course.after.domains[domain].is_not_null and column.default is None:
            yield empty(course, place, column)
        return
    value = column.default or "NULL"
    yield Check(
        "value",
        table,
        f"{table} is empty, or {value} is a value of {column.type}",
        f"{table} has rows, and {value} is no value of {column.type}",
        trial=f"SELECT pg_catalog.count(({value})::{column.type})"
        f" FROM (SELECT FROM {table} LIMIT 1) t",
        names=(course.after.relations[oid].name, column.name),
        oid=oid,
    )
