"""Bounds: which rows a partition may hold, also the default one."""

from collections.abc import Iterator

from pgmig.commands.plan.checks.check import Check, asked, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.sources import ROW

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

_HASH = "satisfies_hash_partition"  # its first argument is an OID of the shadow


def bounds(course: Course) -> Iterator[Check]:
    """That each row of a partition is within its bounds, where they are new."""
    for oid, each in course.after.relations.items():
        before = course.before.relations.get(oid)
        if not course.is_there(oid) or before is None or each.bound in {None, before.bound}:
            continue
        numbers = [n for one, n in course.after.columns if one == oid]
        known = [n for n in numbers if (oid, n) in course.base.columns]
        asks = f"every row of {course.rows.name(oid)} is within its bounds as a partition"
        fails = f"rows of {course.rows.name(oid)} outside its bounds as a partition"
        check = Check("bound", course.rows.name(oid), asks, fails, names=(each.name,), oid=oid)
        if _HASH in str(each.bound):
            yield unasked(check, "pgmig does not check the bounds of a hash partition")
        else:
            yield asked(
                check,
                f"SELECT {ROW} FROM {course.rows.source(oid, known)} WHERE NOT {each.bound}",
            )
