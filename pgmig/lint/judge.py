"""Judging: facts of one script in, findings out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pgmig.lint.facts import Facts, Found
from pgmig.lint.finding import Finding, Severity
from pgmig.lint.rule import Rule
from pgmig.lint.rules import RULES
from pgmig.plan.text import one_line

_SHOWN = 60  # characters of a statement


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
    facts: Facts, severities: Mapping[str, Severity], rules: Iterable[Rule] = RULES
) -> Linted:
    """What the rules find in a script.

    Args:
        facts: of it.
        severities: of rules that are not to have their own.
        rules: to judge by; of a script that did not run, those that look at text alone.
    """
    found: list[Finding] = []
    for rule in rules:
        severity = severities.get(rule.name, rule.severity)
        if severity == "off" or not (facts.is_observed or rule.is_textual):
            continue
        found += (_finding(facts, rule, severity, each) for each in rule.check(facts))
    found.sort(key=lambda each: (each.line, each.column, each.rule))
    return Linted(
        facts.script.label,
        tuple(each for each in found if not each.is_allowed),
        tuple(each for each in found if each.is_allowed),
    )


def _finding(facts: Facts, rule: Rule, severity: Severity, found: Found) -> Finding:
    script = facts.script
    reason = next(_reasons(facts, rule.name, found.statement), None)
    done = None
    if found.statement is not None:
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
    header = facts.script.up.header
    if name in header.allow | header.rules:
        yield header.reason or ""
    for each in facts.script.up.allowances:
        if name in each.names and each.statement == statement:
            yield each.reason
