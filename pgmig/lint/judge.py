"""Judging: facts in, findings out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pgmig.lint.facts import Course, Facts, Found
from pgmig.lint.finding import Finding, Severity
from pgmig.lint.origins import script_of
from pgmig.lint.rule import Rule
from pgmig.lint.rules import RULES
from pgmig.plan.text import one_line

_SHOWN = 60  # characters of a statement
_HIDING = frozenset({"DO", "CALL", "SELECT", "EXECUTE"})  # whose texts do not show what they make


@dataclass(frozen=True, slots=True)
class Linted:
    """One script, judged.

    Attributes:
        label: of the script.
        findings: those that are told, in the order of their places.
        allowed: those that the script says may be.
    """

    label: str
    findings: tuple[Finding, ...]
    allowed: tuple[Finding, ...] = ()


def judge(
    course: Course,
    severities: Mapping[str, Severity],
    *,
    labels: frozenset[str] | None = None,
    rules: Iterable[Rule] = RULES,
) -> tuple[Linted, ...]:
    """What the rules find in scripts, each in its own place.

    Args:
        course: what is known of them.
        severities: of rules that are not to have their own.
        labels: of the scripts that are asked for; None for all.
        rules: to judge by; of scripts that did not run, those that look at text alone.
    """
    found: dict[str, list[Finding]] = {}
    for rule in rules:
        severity = rule.severity if rule.is_final else severities.get(rule.name, rule.severity)
        if severity == "off":
            continue
        for facts, each in _found(course, rule):
            place = facts.script.label
            found.setdefault(place, []).append(_finding(facts, rule, severity, each))
    return tuple(
        _linted(label, found.get(label, ()))
        for label in (each.script.label for each in course.scripts)
        if labels is None or label in labels
    )


def _linted(label: str, found: Iterable[Finding]) -> Linted:
    told = sorted(found, key=lambda each: (each.line, each.column, each.rule))
    return Linted(
        label,
        tuple(each for each in told if not each.is_allowed),
        tuple(each for each in told if each.is_allowed),
    )


def _found(course: Course, rule: Rule) -> Iterator[tuple[Facts, Found]]:
    for facts in course.scripts:
        if facts.is_observed or rule.is_textual:
            yield from ((facts, each) for each in rule.of_script(facts))
    for each in rule.of_course(course):
        yield _placed(course, each)


def _placed(course: Course, found: Found) -> tuple[Facts, Found]:
    """With the script and the statement that made it, as far as is known."""
    wanted = found.script or script_of(course.origins, found.names)
    known = [each for each in course.scripts if each.script.label == wanted]
    for facts in known:
        return facts, found if found.script else replace(found, statement=_at(facts, found.names))
    for names in _fewer(found.names):  # that name it first, in full or at least in part
        for facts in course.scripts:
            statement = facts.statement_of(*names)
            if statement is not None:
                return facts, replace(found, statement=statement)
    unread = (each for each in course.scripts if not each.statements)  # large ones
    return next(unread, course.scripts[-1]), found


def _at(facts: Facts, names: tuple[str, ...]) -> int | None:
    """The statement of a script that wrote what has these names."""
    *own, schema = names
    for done in reversed(facts.statements):
        of = {(each.relation.schema, each.name, each.relation.name) for each in done.changes}
        if any(each[:2] == (schema, own[0]) and (not own[1:] or each[2] in own) for each in of):
            return done.number
    for fewer in (names, own[:2], own[:1], own[1:2]):
        statement = facts.statement_of(*fewer) if fewer else None
        if statement is not None:
            return statement
    hidden = (each for each in facts.statements if each.verb in _HIDING and each.trace.catalogs)
    return next((each.number for each in hidden), None)


def _fewer(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """All of them, then without the last ones, then without the first."""
    for start in range(len(names)):
        for end in range(len(names), start, -1):
            yield names[start:end]


def _finding(facts: Facts, rule: Rule, severity: Severity, found: Found) -> Finding:
    script = facts.script
    reasons = iter(()) if rule.is_final else _reasons(facts, rule.name, found.statement)
    reason = next(reasons, None)
    done = None
    if found.statement is not None and found.statement <= len(facts.statements):
        done = facts.statements[found.statement - 1]
    return Finding(
        rule=rule.name,
        severity=severity,
        message=found.message,
        do=found.do,
        script=script.label,
        file=script.up.path,
        line=done.piece.line if done else 1,
        column=done.piece.column if done else 1,
        statement=found.statement,
        sql=one_line(done.piece.sql)[:_SHOWN] if done else "",
        reason=reason or "",
        is_allowed=reason is not None,
    )


def _reasons(facts: Facts, name: str, statement: int | None) -> Iterator[str]:
    """Why the script may break a rule there."""
    up = facts.script.up
    of_first = frozenset[str]().union(*(e.names for e in up.allowances if e.statement == 1))
    if name in (up.header.allow | up.header.rules) - of_first:
        yield up.header.reason or ""
    for each in up.allowances:
        if name in each.names and each.statement == (statement or 1):  # or what the file does
            yield each.reason
