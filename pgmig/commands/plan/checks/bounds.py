"""Bounds: which rows a partition may hold, also the default one."""

from collections.abc import Iterator

from pgmig.commands.plan.checks.check import Check, asked, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import RelationFacts
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import literal_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

_HASH = "satisfies_hash_partition"  # its first argument is an OID of the shadow


def bounds(course: Course) -> Iterator[Check]:
    """That each row of a partition is within its bounds, where they are new."""
    for oid, each in course.after.relations.items():
        before = course.before.relations.get(oid)
        if not course.is_there(oid) or before is None or each.bound in {None, before.bound}:
            continue
        bound = _here(course, each)
        numbers = course.numbers(course.after, oid, bound)
        asks = f"every row of {course.rows.name(oid)} is within its bounds as a partition"
        fails = f"rows of {course.rows.name(oid)} outside its bounds as a partition"
        check = Check("bound", course.rows.name(oid), asks, fails, names=(each.name,), oid=oid)
        reason = course.made.unknown(oid, numbers) or course.made.changed(bound)
        if _HASH in bound and not course.is_there(each.parent or 0):
            reason = "pgmig does not check the bounds of a hash partition of a new table"
        if reason:
            yield unasked(check, reason)
        else:
            source = course.rows.source(oid, numbers)
            yield asked(check, f"SELECT {ROW} FROM {source} WHERE NOT {bound}")


def _here(course: Course, relation: RelationFacts) -> str:
    """The bound as the target has it: that by hash names its table by OID."""
    bound = relation.bound or ""
    if relation.parent is None or not course.is_there(relation.parent):
        return bound
    there = literal_text(course.rows.name(relation.parent))
    return bound.replace(
        f"'{relation.parent}'::oid", f"{there}::pg_catalog.regclass::pg_catalog.oid"
    )
