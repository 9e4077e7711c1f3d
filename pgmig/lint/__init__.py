"""What is dangerous or unwise in a script, one rule each, judged by what it was seen to do."""

from pgmig.lint.facts import Change, Course, Done, Facts, Found
from pgmig.lint.finding import Finding, Severity
from pgmig.lint.judge import Linted, judge
from pgmig.lint.rule import Rule
from pgmig.lint.rules import RULE_BY_NAME, RULES

__all__ = [
    "RULES",
    "RULE_BY_NAME",
    "Change",
    "Course",
    "Done",
    "Facts",
    "Finding",
    "Found",
    "Linted",
    "Rule",
    "Severity",
    "judge",
]
