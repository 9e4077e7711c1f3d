"""Unproved: constraints that are NOT VALID, and statements that change rows which break them.

Such a row can stay as it is. An UPDATE of it fails, whatever column it is of, unless it mends the
row (manual, sql-altertable.html, NOT VALID).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.checks import Check, Course
from pgmig.commands.plan.reach import Unproved
from pgmig.commands.plan.sources import ROW, Rows
from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.writing import Change, Stake
from pgmig.ddl import ident_text
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import tokens

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

UNPROVED: Final = "unproved"
"""The sort of these checks."""

_UPDATING = frozenset({"UPDATE", "MERGE", "WITH", "SELECT", "DO", "CALL", "EXECUTE"})


def unproved(course: Course, tried: Tried, made: list[Change]) -> Iterator[tuple[Check, int]]:
    """A check for each such constraint that a statement may meet, with the statement's number.

    Args:
        course: readings before and behind the script.
        tried: the script.
        made: what each of its statements may change.
    """
    pieces = list(tried.step.half.statements())
    for each in sorted(tried.reach.unproved, key=lambda one: (one.relation, one.name)):
        if not {each.relation} <= course.base.relations.keys() & course.after.relations.keys():
            continue
        since = next((n for n, piece in enumerate(pieces, start=1) if _makes(piece, each)), 0)
        for number in range(since + 1, len(pieces) + 1):
            change = made[number - 1]
            if _is_updating(pieces[number - 1]) and change.meets(Stake(each.relation)):
                yield _check(course, each), number
                break


def _makes(piece: Piece, constraint: Unproved) -> bool:
    names = (unquoted(each.text) for each in tokens(piece.sql) if each.is_name)
    return piece.words[:1] == ("ALTER",) and constraint.name in names


def _is_updating(piece: Piece) -> bool:
    first = piece.words[0] if piece.words else ""
    if first == "INSERT":
        return any(each.word == "CONFLICT" for each in tokens(piece.sql))
    return first in _UPDATING


def _check(course: Course, constraint: Unproved) -> Check:
    oid, named = constraint.relation, ident_text(constraint.name)
    rows = Rows(course.base, course.after, course.has_values)
    told = f"{named}, which is NOT VALID: {constraint.condition}"
    check = Check(
        UNPROVED,
        rows.name(oid),
        f"every row of {rows.name(oid)} that it may change meets {told}",
        f"rows of {rows.name(oid)} break {told}",
        oid=oid,
    )
    if any((oid, number) not in course.base.columns for number in constraint.columns):
        return replace(check, reason="the scripts make what it reads")
    source = rows.source(oid, constraint.columns)
    return replace(check, bad=f"SELECT {ROW} FROM {source} WHERE NOT {constraint.condition}")
