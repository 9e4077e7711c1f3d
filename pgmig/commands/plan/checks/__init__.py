"""Checks: what a script demands of rows, as queries on the rows that are there now.

Two readings of a shadow database, before and after a script, tell what it demands. Names on the
target are those of the first reading; what scripts rename on their way bears its new name within
the query. Each module knows one subject.
"""

from collections.abc import Callable, Iterator

from pgmig.commands.plan.checks.bounds import bounds
from pgmig.commands.plan.checks.check import Check, Sort
from pgmig.commands.plan.checks.computed import computed
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.checks.demands import demands
from pgmig.commands.plan.checks.domains import domains
from pgmig.commands.plan.checks.nulls import nulls
from pgmig.commands.plan.checks.retyped import retyped

__all__ = ["Check", "Course", "Sort", "checks_of"]

_SUBJECTS: tuple[Callable[[Course], Iterator[Check]], ...] = (
    nulls,
    retyped,
    demands,
    bounds,
    domains,
    computed,
)


def checks_of(course: Course) -> Iterator[Check]:
    """What a script demands that was not demanded before, of rows on the target."""
    for subject in _SUBJECTS:
        yield from subject(course)
