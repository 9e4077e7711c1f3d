"""Constraints and unique indexes: which of them are new, and who checks them."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from pgmig.commands.plan.checks.check import Check, unasked
from pgmig.commands.plan.checks.conditions import condition
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.checks.domains import of_domain
from pgmig.commands.plan.checks.keys import duplicate, emptiness, of_query, overlap
from pgmig.commands.plan.checks.references import orphan
from pgmig.commands.plan.facts import Demand, DemandSort
from pgmig.ddl import ident_text

_MAKERS: Mapping[DemandSort, Callable[[Course, Demand, tuple[str, ...]], Check]] = MappingProxyType(
    {"check": condition, "duplicate": duplicate, "orphan": orphan, "overlap": overlap}
)


def demands(course: Course) -> Iterator[Check]:
    """That rows meet each constraint and unique index that is new, or of a column that is so."""
    for demand, name in course.after.demands.items():
        if demand not in course.before.demands or _is_of_retyped(course, demand):
            yield from _demanded(course, demand, name)


def _demanded(course: Course, demand: Demand, name: str) -> Iterator[Check]:
    if demand.domain:
        yield from of_domain(course, demand, name)
        return
    if not course.is_there(demand.relation):
        if demand.relation in course.after.views and demand.sort == "duplicate":
            view, query = course.after.views[demand.relation]
            yield unasked(of_query(demand, name, view, query), course.made.changed(query))
        return
    if _is_of_partitioned(course, demand) or _is_distinct(course, demand):
        return
    oid = demand.relation
    names = (name, course.after.relations[oid].name, *_names(course, demand))
    reason = _unknown(course, demand)
    if reason:
        asks = f"every row of {course.rows.name(oid)} meets {ident_text(name)}"
        yield Check(demand.sort, course.rows.name(oid), asks, asks, "", "", reason, names, oid)
        return
    yield _MAKERS[demand.sort](course, demand, names)
    if demand.sort == "overlap" and demand.has_period:
        yield emptiness(course, demand, names)


def _unknown(course: Course, demand: Demand) -> str:
    """Why nobody can ask it."""
    made = course.made
    reason = made.unknown(demand.relation, demand.columns)
    if not reason and demand.target and course.is_there(demand.target):
        reason = made.unknown(demand.target, demand.target_columns)
    return reason or made.changed(*demand.expressions, demand.predicate)


def _is_of_retyped(course: Course, demand: Demand) -> bool:
    """Whether the script changes the type of what it reads, so that it is asked anew."""
    read = [(demand.relation, n) for n in demand.columns]
    read += [(demand.target, n) for n in demand.target_columns]
    retyped = [place for place in read if course.is_retyped(place)]
    if demand.sort in {"duplicate", "orphan"}:
        return any(not course.is_widened(place) for place in retyped)
    return bool(retyped)


def _is_of_partitioned(course: Course, demand: Demand) -> bool:
    """Whether it is asked of the table that this one has long been a part of."""
    oid = demand.relation
    parent, before = course.after.relations[oid].parent, course.before.relations.get(oid)
    if parent is None or not course.is_there(parent):
        return False
    if before is None or before.parent != parent:  # attached now, with rows of its own
        return False
    is_common = demand.sort == "check" or course.after.relations[parent].kind == "p"
    return is_common and _has_same(course, parent, demand)


def _is_distinct(course: Course, demand: Demand) -> bool:
    """Whether the script fills a new column of a key with values of which none is twice."""
    if demand.sort != "duplicate":
        return False
    new = [
        course.after.columns[demand.relation, n]
        for n in demand.columns
        if (demand.relation, n) not in course.base.columns
    ]
    return any(
        each.is_distinct and each.is_volatile and ident_text(each.name) in demand.expressions
        for each in new
    )


def _names(course: Course, demand: Demand) -> tuple[str, ...]:
    found = (course.after.columns.get((demand.relation, n)) for n in demand.columns)
    return tuple(each.name for each in found if each is not None)


def _has_same(course: Course, parent: int, demand: Demand) -> bool:
    return any(
        each.relation == parent
        and (each.sort, each.expressions, each.target)
        == (demand.sort, demand.expressions, demand.target)
        and _names(course, each) == _names(course, demand)
        for each in course.after.demands
    )
