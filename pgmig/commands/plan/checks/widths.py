"""Widths: what is too long for a row of an index."""

from collections.abc import Iterator

from pgmig.commands.plan.checks.check import Check, asked, unasked
from pgmig.commands.plan.checks.course import Course
from pgmig.commands.plan.facts import IndexFacts
from pgmig.commands.plan.sources import ROW
from pgmig.ddl import ident_text, literal_text

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

_MOST = 2704 - 8  # BTMaxItemSize on pages of 8 kB, without the head of a row (nbtree.h)


def widths(course: Course) -> Iterator[Check]:
    """That no row is too long for a new index that is a B-tree."""
    for oid, index in course.after.btrees.items():
        if course.is_there(index.relation) and _is_new(course, oid, index):
            yield _fits(course, index)


def _is_new(course: Course, oid: int, index: IndexFacts) -> bool:
    before = course.before.btrees.get(oid)
    return before is None or any(
        course.is_retyped((index.relation, number)) for number in index.columns
    )


def _fits(course: Course, index: IndexFacts) -> Check:
    oid, named = index.relation, ident_text(index.name)
    table = course.rows.name(oid)
    check = Check(
        "width",
        table,
        f"no row of {table} is too long for {named}",
        f"rows of {table} too long for {named}, {', '.join(index.expressions)}",
        names=(index.name, course.after.relations[oid].name),
        oid=oid,
        is_doubtful=not index.is_exact,
    )
    reason = course.made.unknown(oid, index.columns)
    if reason := reason or course.made.changed(*index.expressions, index.predicate):
        return unasked(check, reason)
    is_only, where = course.is_only(oid), index.predicate
    source = course.rows.source(oid, index.columns, is_only=is_only, where=where)
    whole = " + ".join(f"coalesce(pg_catalog.pg_column_size({e}), 0)" for e in index.expressions)
    bad = f"SELECT {ROW} FROM {source} WHERE {whole} > {_MOST}"
    if index.is_exact:
        bad += f" AND {_has_long(table)}"
    return asked(check, bad, is_doubtful=check.is_doubtful)


def _has_long(table: str) -> str:
    """A condition: something of the table is kept out of line; nothing is so long elsewhere."""
    named = f"{literal_text(table)}::pg_catalog.regclass"
    return (
        "EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.reltoastrelid <> 0"
        f" AND (c.oid = {named} OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree({named}"
        "))) AND pg_catalog.pg_relation_size(c.reltoastrelid) > 0)"
    )
