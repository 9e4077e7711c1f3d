"""Domains: what is demanded of the values of columns that are of one."""

from collections.abc import Iterator

from pgmig.commands.plan.checks.check import Check, asked, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import Demand
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608


def domains(course: Course) -> Iterator[Check]:
    """That no value of a domain that gets NOT NULL is NULL."""
    for domain, each in course.after.domains.items():
        before = course.before.domains.get(domain)
        if before is not None and each.is_not_null and not before.is_not_null:
            told = ("is not NULL", "with NULL")
            yield from _of_values(course, domain, "value IS NULL", told, each.name)


def of_domain(course: Course, demand: Demand, name: str) -> Iterator[Check]:
    """That each value of a domain meets its CHECK."""
    (condition,) = demand.expressions
    told = (
        f"meets {ident_text(name)}: {condition}",
        f"that break {ident_text(name)}, {condition}",
    )
    yield from _of_values(course, demand.domain, f"NOT {condition}", told, name)


def _of_values(
    course: Course, domain: int, condition: str, told: tuple[str, str], name: str
) -> Iterator[Check]:
    """In a query VALUE is a column's name."""
    for place, column in course.after.columns.items():
        before = course.before.columns.get(place, column)
        base = course.base.columns.get(place)
        oid = place[0]
        if domain not in {*column.domains, *before.domains} or not course.is_there(oid):
            continue
        if base is not None and course.is_of_parent(oid, base):
            continue
        named = ident_text(column.name)
        check = Check(
            "check",
            course.rows.name(oid),
            f"every {named} of {course.rows.name(oid)} {told[0]}",
            f"rows of {course.rows.name(oid)} {told[1]}",
            names=(name, course.after.domains[domain].name),
            oid=oid,
        )
        reason = course.made.unknown(oid, (place[1],)) or course.made.changed(condition)
        if domain not in column.domains:
            reason = f"the scripts give {named} another type"
        if reason:
            yield unasked(check, reason)
            continue
        source = f"(SELECT {named} AS value, {ROW} FROM {course.rows.source(oid, (place[1],))}) v"
        yield asked(check, f"SELECT {ROW} FROM {source} WHERE {condition}")
