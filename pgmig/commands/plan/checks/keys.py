"""Keys: UNIQUE, PRIMARY KEY and EXCLUDE."""

from pgmig.commands.plan.checks.check import Check, asked, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import Demand
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608


def duplicate(course: Course, demand: Demand, names: tuple[str, ...]) -> Check:
    """That no two rows have the same key."""
    oid, keys = demand.relation, demand.expressions
    is_set = "" if demand.is_null_equal else " AND ".join(f"({k}) IS NOT NULL" for k in keys)
    meant = f" WHERE {is_set}" if is_set else ""
    listed = ", ".join(f"({key})" for key in keys)
    is_only, where = course.is_only(oid), demand.predicate
    source = course.rows.source(oid, demand.columns, is_only=is_only, where=where)
    # One row for each value that more than one row has.
    bad = (
        f"SELECT min({ROW}) || ' and ' || max({ROW}) AS {ROW}"
        f" FROM {source}{meant} GROUP BY {listed} HAVING count(*) > 1"
    )
    about = f" where {demand.predicate}" if demand.predicate else ""
    asks = f"no two rows of {course.rows.name(oid)} have the same {', '.join(keys)}{about}"
    fails = f"duplicates of {', '.join(keys)} in {course.rows.name(oid)}{about}"
    return Check("duplicate", course.rows.name(oid), asks, fails, bad, names=names, oid=oid)


def overlap(course: Course, demand: Demand, names: tuple[str, ...]) -> Check:
    """That no two rows are in each other's way by an EXCLUDE."""
    oid = demand.relation
    asks = f"no two rows of {course.rows.name(oid)} overlap by {ident_text(names[0])}"
    fails = f"rows of {course.rows.name(oid)} that overlap by {ident_text(names[0])}"
    check = Check("overlap", course.rows.name(oid), asks, fails, names=names, oid=oid)
    if len(demand.operators) != len(demand.columns) or 0 in demand.columns:
        return unasked(check, "pgmig does not check an EXCLUDE of expressions")
    columns = [ident_text(course.after.columns[oid, n].name) for n in demand.columns]
    one = course.rows.source(
        oid,
        demand.columns,
        is_only=course.is_only(oid),
        has_place=True,
        where=demand.predicate,
    )
    met = " AND ".join(
        f"a.{column} {operator} b.{column}"
        for column, operator in zip(columns, demand.operators, strict=True)
    )
    return asked(
        check,
        f"SELECT a.{ROW} FROM {one} a WHERE EXISTS (SELECT FROM {one} b"
        f" WHERE a.pgmig_place <> b.pgmig_place AND {met})",
    )
