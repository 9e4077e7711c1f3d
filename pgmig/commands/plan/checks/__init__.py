"""Checks: what a script demands of rows, as queries on the rows that are there now.

Two readings of a shadow database, before and behind a statement, tell what it demands. Names on
the target are those of the first reading of all; what scripts rename on their way bears its new
name within the query. Each module knows one subject.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from pgmig.commands.plan.checks.bounds import bounds
from pgmig.commands.plan.checks.check import Check
from pgmig.commands.plan.checks.computed import computed
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.checks.demands import demands
from pgmig.commands.plan.checks.domains import domains
from pgmig.commands.plan.checks.nulls import nulls
from pgmig.commands.plan.checks.retyped import retyped
from pgmig.commands.plan.checks.sequences import sequences
from pgmig.commands.plan.checks.widths import widths

__all__ = ["Check", "Course", "checks_of"]

_SUBJECTS: tuple[Callable[[Course], Iterator[Check]], ...] = (
    nulls,
    retyped,
    demands,
    bounds,
    domains,
    computed,
    widths,
    sequences,
)


def checks_of(course: Course) -> Iterator[Check]:
    """What a statement demands that was not demanded before, of rows on the target."""
    for subject in _SUBJECTS:
        for each in subject(course):
            path = course.past.path_of(each.oid)
            yield replace(each, path=course.path if path is None else path)
