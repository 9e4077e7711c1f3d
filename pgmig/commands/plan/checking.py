"""Checking: the rows of the target are held against what the scripts demand of them."""

import time
from collections.abc import Callable, Sequence

from pgmig.commands.plan.asking import CANCELED, Asker, told
from pgmig.commands.plan.casts import Cast, casts_of, unquoted
from pgmig.commands.plan.checks import Check, Course
from pgmig.commands.plan.facts import Facts
from pgmig.commands.plan.sources import ROW
from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.values import CheckResult, Outcome
from pgmig.db.execute import ServerFault
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import tokens
from pgmig.shadow.trace import Relation

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

EXAMPLES = 5

# What the values of a row are at fault for (errcodes-appendix.html, classes 22 and 23).
_OF_VALUES = frozenset({"22", "23"})

# Statements that may change rows, by their first word; others do by their locks.
_CHANGING = frozenset(
    {"INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "SELECT", "DO", "CALL", "COPY", "TRUNCATE"}
)
# Words of the statement that makes such a demand, beside the names that it mentions.
_HINTS = {
    "null": ("not", "null"),
    "duplicate": ("unique", "primary"),
    "check": ("check",),
    "orphan": ("foreign", "references"),
    "overlap": ("exclude",),
    "cast": ("type",),
    "bound": ("attach", "partition"),
    "value": ("add", "not", "null"),
}
_OF_WRITES = "RowExclusiveLock"


def results(
    asker: Asker,
    scripts: Sequence[Tried],
    *,
    has_values: bool,
    on_step: Callable[[str], None],
) -> tuple[tuple[CheckResult, ...], tuple[str, ...]]:
    """What came of every check, and what could not be checked, in words.

    Args:
        asker: asks the target.
        scripts: what was seen of them.
        has_values: examples show values, not only keys.
        on_step: told what happens next.
    """
    found: list[CheckResult] = []
    unasked: list[str] = []
    changed = set[int]()  # relations whose rows an earlier script may change
    base = scripts[0].before if scripts else Facts()
    for tried in scripts:
        if tried.after is None or tried.trace is None:
            break
        pieces = _Pieces.of(tried)
        major = asker.conn.info.server_version // 10000
        course = Course(base, tried.before, tried.after, pieces.casts, major, has_values)
        unasked += course.unasked()
        for check in course.checks():
            number = pieces.statement_of(check)
            is_repaired = check.oid in changed or pieces.changes_before(check.oid, number)
            on_step(f"checking that {check.asks}")
            found.append(
                _result(asker, check, tried, pieces.place(number), is_repaired=is_repaired)
            )
        changed |= pieces.changed
    order = {tried.step.label: place for place, tried in enumerate(scripts)}
    found.sort(key=lambda each: (order[each.script], each.statement, each.sort, each.asks))
    return tuple(found), tuple(dict.fromkeys(unasked))


class _Pieces:
    """The statements of a script: what they mention, and whose rows they may change."""

    def __init__(self, names: list[set[str]], lines: list[int], casts: list[Cast]) -> None:
        self.names, self.lines, self.casts = names, lines, casts
        self.changing: list[set[int]] = [set() for _ in lines]

    @classmethod
    def of(cls, tried: Tried) -> "_Pieces":
        """Those of a script that ran."""
        names: list[set[str]] = []
        lines: list[int] = []
        casts: list[Cast] = []
        writers: list[bool] = []
        for piece in tried.step.half.statements():
            said = _names(piece)
            names.append(said)
            lines.append(piece.line)
            writers.append(piece.words[:1] != () and piece.words[0] in _CHANGING)
            if piece.words[:1] == ("ALTER",):
                casts += casts_of(piece, frozenset(said))
        made = cls(names, lines, casts)
        made._find_changes(tried, writers)
        return made

    @property
    def changed(self) -> set[int]:
        """All relations whose rows a statement may change."""
        return set[int]().union(*self.changing)

    def changes_before(self, oid: int, number: int) -> bool:
        """Whether a statement before this one may change rows of a relation."""
        return any(oid in each for each in self.changing[: max(number - 1, 0)])

    def statement_of(self, check: Check) -> int:
        """The number of the statement that mentions most of it; the last of several such."""
        wanted = {*check.names, *_HINTS.get(check.sort, ())}
        scores = [len(said & wanted) for said in self.names]
        best = max(scores, default=0)
        return max((n for n, score in enumerate(scores, start=1) if score == best), default=0)

    def place(self, number: int) -> tuple[int, int]:
        """A statement's number and line."""
        return number, self.lines[number - 1] if number else 0

    def _find_changes(self, tried: Tried, writers: Sequence[bool]) -> None:
        oids = {(each.schema, each.name): oid for oid, each in tried.before.relations.items()}
        traced = {each.number: each for each in tried.trace.statements} if tried.trace else {}
        for number, is_writer in enumerate(writers, start=1):
            trace = traced.get(number)
            locked = [
                lock.relation for lock in (trace.locks if trace else ()) if lock.mode == _OF_WRITES
            ]
            mentioned = self.names[number - 1] if is_writer else set[str]()
            self.changing[number - 1] = {
                oid
                for (schema, name), oid in oids.items()
                if name in mentioned or Relation(schema, name, "r") in locked
            }


def _names(piece: Piece) -> set[str]:
    """What can be a name in a statement, as the server folds it."""
    return {unquoted(each.text) for each in tokens(piece.sql) if each.is_name}


def _result(
    asker: Asker, check: Check, tried: Tried, place: tuple[int, int], *, is_repaired: bool
) -> CheckResult:
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
        is_repaired=is_repaired or check.is_doubtful,
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
    counted = asker.ask(f"SELECT count(*) FROM ({check.bad}{limit}) b")
    if counted.fault is not None:
        return _unanswered(asker, check, counted.fault)
    ((count,),) = counted.rows
    if not count:
        return "passed", 0, (), ""
    if check.sort == "value":
        return "failed", None, (), ""
    return "failed", count, _examples(asker, check), ""


def _examples(asker: Asker, check: Check) -> tuple[str, ...]:
    shown = asker.ask(f"SELECT {ROW} FROM ({check.bad}) b LIMIT {EXAMPLES}")
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
    found = asker.ask(check.trial, is_own_path=True)
    if found.fault is None:
        return "passed", 0, (), ""
    if found.fault.sqlstate[:2] not in _OF_VALUES:
        return "unknown", None, (), told(found.fault, asker.timeout)
    if check.bad:
        counted = asker.ask(f"SELECT count(*) FROM ({check.bad}) b")
        if counted.fault is None and counted.rows[0][0]:
            examples = _examples(asker, check)
            return "failed", counted.rows[0][0], examples, _kind(found.fault)
    return "failed", None, (), _kind(found.fault)


def _kind(fault: ServerFault) -> str:
    """What the server said, but for the values that it quotes, or has behind a colon."""
    parts = fault.message.partition(": ")[0].split('"')
    shown = "...".join(parts[::2])
    return f"{shown} (SQLSTATE {fault.sqlstate})"
