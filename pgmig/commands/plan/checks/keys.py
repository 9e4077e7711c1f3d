"""Keys: UNIQUE, PRIMARY KEY and EXCLUDE."""

from pgmig.commands.plan.checks.check import Check, asked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import Demand
from pgmig.commands.plan.sources import PLACE, ROW
from pgmig.ddl import ident_text, literal_text

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


def of_query(demand: Demand, name: str, view: str, query: str) -> Check:
    """That no two rows of a new materialized view have the same key."""
    keys, about = demand.expressions, f" where {demand.predicate}" if demand.predicate else ""
    is_set = "" if demand.is_null_equal else " AND ".join(f"({k}) IS NOT NULL" for k in keys)
    where = " AND ".join(f"({each})" for each in (is_set, demand.predicate) if each)
    shown = ", ".join(f"pg_catalog.concat({literal_text(k + '=')}, {k})" for k in keys)
    bad = (
        f"SELECT pg_catalog.concat_ws(', ', {shown}) AS {ROW} FROM ({query.strip().rstrip(';')}) q"
        f"{' WHERE ' + where if where else ''} GROUP BY {', '.join(keys)} HAVING count(*) > 1"
    )
    asks = f"no two rows of {view} have the same {', '.join(keys)}{about}"
    fails = f"duplicates of {', '.join(keys)} in {view}{about}"
    return Check("duplicate", view, asks, fails, bad, names=(name,))


def overlap(course: Course, demand: Demand, names: tuple[str, ...]) -> Check:
    """That no two rows are in each other's way by an EXCLUDE."""
    oid = demand.relation
    asks = f"no two rows of {course.rows.name(oid)} overlap by {ident_text(names[0])}"
    fails = f"rows of {course.rows.name(oid)} that overlap by {ident_text(names[0])}"
    check = Check("overlap", course.rows.name(oid), asks, fails, names=names, oid=oid)
    keys = [f"({key}) AS key_{at}" for at, key in enumerate(demand.expressions)]
    source = course.rows.source(
        oid,
        demand.columns,
        is_only=course.is_only(oid),
        has_place=True,
        where=demand.predicate,
    )
    # OFFSET is a fence: an expression is reckoned once for each row.
    one = f"(SELECT {', '.join(keys)}, {ROW}, {PLACE} FROM {source} r OFFSET 0)"
    met = " AND ".join(
        f"a.key_{at} {operator} b.key_{at}" for at, operator in enumerate(demand.operators)
    )
    return asked(
        check,
        f"SELECT a.{ROW} FROM {one} a WHERE EXISTS (SELECT FROM {one} b"
        f" WHERE a.{PLACE} <> b.{PLACE} AND {met})",
    )


def emptiness(course: Course, demand: Demand, names: tuple[str, ...]) -> Check:
    """That no range of a key WITHOUT OVERLAPS is empty (manual, sql-createtable.html)."""
    oid, key = demand.relation, demand.expressions[-1]
    table = course.rows.name(oid)
    source = course.rows.source(oid, demand.columns, is_only=course.is_only(oid))
    return Check(
        "check",
        table,
        f"no {key} of {table} is empty, as {ident_text(names[0])} is WITHOUT OVERLAPS",
        f"empty {key} of {table}, and {ident_text(names[0])} is WITHOUT OVERLAPS",
        f"SELECT {ROW} FROM {source} WHERE pg_catalog.isempty({key})",
        names=names,
        oid=oid,
    )
