"""Checking: the rows of the target are held against what the scripts demand of them."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from msgspec import structs

from pgmig.commands.plan.asking import CANCELED, Asker, told
from pgmig.commands.plan.casts import Cast, casts_of, unquoted
from pgmig.commands.plan.checks import Check, Course, checks_of
from pgmig.commands.plan.facts import Facts
from pgmig.commands.plan.made import Past
from pgmig.commands.plan.sources import ROW
from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.unproved import unproved
from pgmig.commands.plan.updating import updates
from pgmig.commands.plan.values import CheckResult, Outcome
from pgmig.commands.plan.watching import Reading
from pgmig.commands.plan.writing import Change, Stake, changes, is_program
from pgmig.db.execute import ServerFault
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import tokens

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

EXAMPLES = 5

_OF_EACH = frozenset({"null", "check", "orphan"})  # what is asked of each row by itself

# What the values of a row are at fault for (errcodes-appendix.html, classes 22 and 23).
_OF_VALUES = frozenset({"22", "23"})


def results(
    asker: Asker,
    scripts: Sequence[Tried],
    *,
    has_values: bool,
    on_step: Callable[[str], None],
) -> tuple[CheckResult, ...]:
    """What came of every check.

    Args:
        asker: asks the target.
        scripts: what was seen of them.
        has_values: examples show values, not only keys.
        on_step: told what happens next.
    """
    found: list[CheckResult] = []
    earlier: list[Change] = []  # of the scripts before it
    base = scripts[0].before if scripts else Facts()
    past = Past()
    for tried in scripts:
        if tried.after is None or tried.trace is None:
            break
        pieces, states = _Pieces(tried), list[tuple[int, Course]]()
        begun = past
        for course, number in _courses(asker, tried, base, past, pieces, has_values=has_values):
            past = course.past
            states.append((number, course))
            before = (*earlier, *pieces.changes[: number - 1])
            for check in checks_of(course):
                on_step(f"checking that {check.asks}")
                result = _result(asker, check, tried, pieces.place(number))
                is_met = result.outcome == "passed"
                is_repaired = number in pieces.programs or any(
                    each.turns(stake, is_met=is_met)
                    for stake in _stakes(course, check, is_met=is_met)
                    for each in before
                )
                found.append(structs.replace(result, is_repaired=is_repaired or result.is_repaired))
        for number, piece in enumerate(tried.step.half.statements(), start=1):
            course = _behind(asker, tried, (base, begun), states, number, has_values=has_values)
            asked, stakes = updates(course, tried.reach, piece)
            before = (*earlier, *pieces.changes[: number - 1])
            for check in asked:
                on_step(f"checking that {check.asks}")
                result = _result(asker, check, tried, pieces.place(number))
                is_met = result.outcome == "passed"
                is_repaired = any(
                    each.turns(stake, is_met=is_met) for stake in stakes for each in before
                )
                found.append(structs.replace(result, is_repaired=is_repaired or result.is_repaired))
        course = _whole(asker, tried, base, has_values=has_values)
        for check, number in unproved(course, tried, pieces.changes):
            on_step(f"checking that {check.asks}")
            place = pieces.place(number)
            found.append(_result(asker, check, tried, place))
        earlier += pieces.changes
    order = {tried.step.label: place for place, tried in enumerate(scripts)}
    found.sort(key=lambda each: (order[each.script], each.statement, each.sort, each.asks))
    return tuple(found)


def _courses(
    asker: Asker, tried: Tried, base: Facts, past: Past, pieces: "_Pieces", *, has_values: bool
) -> Iterator[tuple[Course, int]]:
    """What each statement changed of the facts, with its number."""
    if tried.after is None:
        return
    last = len(pieces.lines)
    before = tried.before
    major = asker.conn.info.server_version // 10000
    readings = (*tried.readings, Reading(last, tried.after, asker.path))
    for reading in readings:
        # What is no table's own is as the script leaves it: that is read once.
        after = replace(
            reading.facts,
            extensions=tried.after.extensions,
            routines=tried.after.routines,
            types=tried.after.types,
        )
        if reading is readings[-1]:  # whatever is left holds no rows of the target
            before = replace(before, views=after.views)
        casts = pieces.casts.get(reading.number, [])
        then = past.then(before, after, casts, reading.path)
        yield (
            Course(base, before, after, casts, past, then, reading.path, major, has_values),
            reading.number,
        )
        before, past = after, then


def _behind(
    asker: Asker,
    tried: Tried,
    begun: tuple[Facts, Past],
    states: Sequence[tuple[int, Course]],
    number: int,
    *,
    has_values: bool,
) -> Course:
    """How it stands when a statement begins."""
    base, past = begun
    facts, path = tried.before, asker.path
    for at, course in states:
        if at < number:
            facts, past, path = course.after, course.past, course.path
    major = asker.conn.info.server_version // 10000
    return Course(base, facts, facts, (), past, past, path, major, has_values)


def _whole(asker: Asker, tried: Tried, base: Facts, *, has_values: bool) -> Course:
    """The script as one step."""
    after = tried.after or tried.before
    major = asker.conn.info.server_version // 10000
    past = Past()
    return Course(base, tried.before, after, (), past, past, asker.path, major, has_values)


class _Pieces:
    """The statements of a script: where they stand, and whose rows they may change."""

    def __init__(self, tried: Tried) -> None:
        self.lines: list[int] = []
        self.casts: dict[int, list[Cast]] = {}
        self.programs = set[int]()  # numbers of statements that are several
        self.changes = changes(tried)
        for number, piece in enumerate(tried.step.half.statements(), start=1):
            self.lines.append(piece.line)
            self.programs |= {number} if is_program(piece) else set()
            if piece.words[:1] == ("ALTER",):
                self.casts[number] = casts_of(piece, frozenset(_names(piece)))

    def place(self, number: int) -> tuple[int, int]:
        """A statement's number and line."""
        return number, self.lines[number - 1] if number else 0


def _stakes(course: Course, check: Check, *, is_met: bool) -> list[Stake]:
    """Whose rows decide: the relation's, and those that a foreign key points at."""
    columns = course.after.columns
    read = {
        each.name: each.is_generated
        for (oid, _), each in columns.items()
        if oid == check.oid and each.name in check.names
    }
    # A generated column changes with others; demands of a domain name no column.
    is_known = check.oid in course.after.relations and (
        course.after.relations[check.oid].name in check.names
    )
    # An expression behind USING may read any.
    is_made = check.sort == "computed" or any(each.column in read for each in course.casts)
    is_known = is_known and not is_made and not any(read.values())
    found = [Stake(check.oid, frozenset(read) if is_known else frozenset())]
    if is_met and is_known and check.sort in _OF_EACH and _are_new(course, check.oid, read):
        found = []  # all rows have the same there, whichever these are
    for demand, name in course.after.demands.items():
        is_it = check.names[:1] == (name,) and demand.relation == check.oid
        if is_it and check.sort == demand.sort == "orphan":
            names = (columns.get((demand.target, n)) for n in demand.target_columns)
            theirs = frozenset(each.name for each in names if each is not None)
            found.append(Stake(demand.target, theirs, is_target=True))
    return found


def _are_new(course: Course, oid: int, names: Collection[str]) -> bool:
    """Whether the statement itself makes all these columns of a relation."""
    old = {each.name for (one, _), each in course.before.columns.items() if one == oid}
    return bool(names) and old.isdisjoint(names)


def _names(piece: Piece) -> set[str]:
    """What can be a name in a statement, as the server folds it."""
    return {unquoted(each.text) for each in tokens(piece.sql) if each.is_name}


def _result(asker: Asker, check: Check, tried: Tried, place: tuple[int, int]) -> CheckResult:
    began = time.monotonic()
    outcome, count, examples, reason = _asked(asker, check)
    return CheckResult(
        sort=check.sort,
        relation=check.relation,
        asks=check.asks,
        fails=check.fails,
        script=tried.step.label,
        statement=place[0],
        line=place[1],
        outcome=outcome,
        count=count,
        examples=examples,
        reason=reason,
        is_repaired=check.is_doubtful and outcome == "failed",
        seconds=time.monotonic() - began,
    )


_Found = tuple[Outcome, int | None, tuple[str, ...], str]
"""What came of it, how many rows are at fault, some of them, and why it is so."""


def _asked(asker: Asker, check: Check) -> _Found:
    if check.reason:
        return "unknown", None, (), check.reason
    if check.trial:
        return _tried(asker, check)
    limit = " LIMIT 1" if check.sort == "value" else ""  # one row is too many
    counted = asker.ask(f"SELECT count(*) FROM ({check.bad}{limit}) b", check.path)
    if counted.fault is not None:
        return _unanswered(asker, check, counted.fault)
    ((count,),) = counted.rows
    if not count:
        return "passed", 0, (), ""
    if check.sort == "value":
        return "failed", None, (), ""
    return "failed", count, _examples(asker, check), ""


def _examples(asker: Asker, check: Check) -> tuple[str, ...]:
    shown = asker.ask(f"SELECT {ROW} FROM ({check.bad}) b LIMIT {EXAMPLES}", check.path)
    return tuple(str(row) for (row,) in shown.rows)


def _unanswered(asker: Asker, check: Check, fault: ServerFault) -> _Found:
    """What is known when the rows could not be counted: a few may be found sooner than all."""
    if fault.sqlstate[:2] in _OF_VALUES:  # the statement would fail on the same row
        return "failed", None, (), _kind(fault)
    if fault.sqlstate == CANCELED and (examples := _examples(asker, check)):
        return "failed", None, examples, ""
    return "unknown", None, (), told(fault, asker.timeout)


def _tried(asker: Asker, check: Check) -> _Found:
    """Try a query that fails at the first row that does not do."""
    found = asker.ask(check.trial, check.path)
    if found.fault is None:
        return "passed", 0, (), ""
    if found.fault.sqlstate[:2] not in _OF_VALUES:
        return "unknown", None, (), told(found.fault, asker.timeout)
    if check.bad:
        counted = asker.ask(f"SELECT count(*) FROM ({check.bad}) b", check.path)
        if counted.fault is None and counted.rows[0][0]:
            examples = _examples(asker, check)
            return "failed", counted.rows[0][0], examples, _kind(found.fault)
    return "failed", None, (), _kind(found.fault)


def _kind(fault: ServerFault) -> str:
    """What the server said, but for the values that it quotes, or has behind a colon."""
    parts = fault.message.partition(": ")[0].split('"')
    shown = "...".join(parts[::2])
    return f"{shown} (SQLSTATE {fault.sqlstate})"
