"""References: foreign keys."""

from pgmig.commands.plan.checks.check import Check, asked, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import Demand
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608


def orphan(course: Course, demand: Demand, names: tuple[str, ...], rows: str = "") -> Check:
    """That each row has the one that it refers to, of those on the target or of these."""
    oid, target = demand.relation, demand.target
    pairs = list(zip(demand.columns, demand.target_columns, strict=True))
    ours = [ident_text(course.after.columns[oid, one].name) for one, _ in pairs]
    asks = f"every ({', '.join(ours)}) of {course.rows.name(oid)} is met in {course.told(target)}"
    fails = f"{', '.join(ours)} of {course.rows.name(oid)} without a row in {course.told(target)}"
    check = Check("orphan", course.rows.name(oid), asks, fails, names=names, oid=oid)
    if demand.has_period:
        return unasked(check, "pgmig does not check a foreign key with PERIOD")
    set_ = [f"s.{each} IS NOT NULL" for each in ours]
    source = course.rows.source(oid, demand.columns, alias="s", is_only=course.is_only(oid))
    source = f"{rows} s" if rows else source
    # A row with some of them is at fault by itself (manual, sql-createtable.html, MATCH FULL).
    some = f"({' OR '.join(set_)}) AND NOT ({' AND '.join(set_)}) OR " if demand.is_full else ""
    bad = f"SELECT {ROW} FROM {source} WHERE {some}{' AND '.join(set_)}"
    if not course.is_there(target):
        return asked(check, bad, is_doubtful=True)
    theirs = [ident_text(course.after.columns[target, two].name) for _, two in pairs]
    met = " AND ".join(
        f"t.{two} {operator} s.{one}"
        for one, two, operator in zip(ours, theirs, demand.operators, strict=True)
    )
    is_only = course.is_only(target)
    others = course.rows.source(target, demand.target_columns, alias="t", is_only=is_only)
    return asked(check, f"{bad} AND NOT EXISTS (SELECT FROM {others} WHERE {met})")
