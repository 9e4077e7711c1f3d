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
    names = found.names
    wanted = found.script or script_of(course.origins, names)
    for facts in (each for each in course.scripts if each.script.label == wanted):
        if found.script:
            return facts, found
        statement = _made_at(facts, names)
        older = _first(course, names[:2]) if statement is None else None
        if older is not None:  # an index that a change of a type has built again
            return older[0], replace(found, statement=older[1])
        return facts, replace(found, statement=statement or facts.statement_of(*names[1:2]))
    for fewer in _fewer(names):
        if first := _first(course, fewer):
            return first[0], replace(found, statement=first[1])
    unread = (each for each in course.scripts if not each.statements)  # large ones
    return next(unread, course.scripts[-1]), found


def _made_at(facts: Facts, names: tuple[str, ...]) -> int | None:
    """The statement of a script that made what has these names."""
    *own, schema = names
    for done in reversed(facts.statements):
        gone = {(each.relation, each.name) for each in done.changes if each.verb == "dropped"}
        for each in done.changes:
            is_it = (each.relation.schema, each.name) == (schema, own[0])
            is_of = not own[1:] or each.relation.name in own
            if is_it and is_of and (each.relation, each.name) not in gone:
                return done.number
    for fewer in (names, own[:2], own[:1]):
        statement = facts.statement_of(*fewer)
        if statement is not None:
            return statement
    hidden = [each for each in facts.statements if each.verb in _HIDING]
    writing = [each for each in hidden if each.trace.catalogs]  # of a routine nothing is counted
    return next((each.number for each in writing or hidden[:1]), None)


def _first(course: Course, names: tuple[str, ...]) -> tuple[Facts, int] | None:
    """The first script and statement that has all of these names."""
    for facts in course.scripts:
        statement = facts.statement_of(*names)
        if statement is not None:
            return facts, statement
    return None


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
