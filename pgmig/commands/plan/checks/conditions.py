"""CHECK: conditions that rows of a table must meet."""

from pgmig.commands.plan.checks.check import Check
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import Demand
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608


def condition(course: Course, demand: Demand, names: tuple[str, ...], rows: str = "") -> Check:
    """That each row meets a condition, of those on the target or of these."""
    oid = demand.relation
    (said,) = demand.expressions
    source = course.rows.source(oid, demand.columns, is_only=demand.is_only)
    if rows:
        source = f"{rows} {ident_text(course.after.relations[oid].name)}"
    return Check(
        "check",
        course.rows.name(oid),
        f"every row of {course.rows.name(oid)} meets {ident_text(names[0])}: {said}",
        f"rows of {course.rows.name(oid)} that break {ident_text(names[0])}, {said}",
        f"SELECT {ROW} FROM {source} WHERE NOT {said}",
        names=names,
        oid=oid,
    )
