"""The report of `pgmig lint`."""

from collections.abc import Iterator, Sequence

from pgmig.cli.labels import plural
from pgmig.cli.report.form import Block, Folded, Items, Name, Note, Report, Table, Verdict, Words
from pgmig.commands.lint import Lint
from pgmig.lint import Finding

_TITLES = ("script", "line", "", "finding", "rule")


def lint_report(done: Lint, summary: str) -> Report:
    """The findings, errors first, each with what to do."""
    told = sorted(done.findings, key=lambda each: each.severity)
    verdict: Verdict = "bad" if not done.is_good else "careful" if told else "good"
    return Report(
        "pgmig lint", verdict, summary, tuple(_blocks(done, told)), tuple(map(_note, told))
    )


def _blocks(done: Lint, told: Sequence[Finding]) -> Iterator[Block]:
    if told:
        yield Table(_TITLES, tuple(map(_row, told)))
    if advice := tuple(dict.fromkeys(_advice(told))):
        yield Folded("What to do", (Items(advice),))
    if done.unreached:
        yield Items((f"not reached: {', '.join(done.unreached)}",))
    if done.allowed:
        rows = tuple(map(_allowed, done.allowed))
        yield Folded(f"{plural(len(rows), 'finding')} that scripts allow", (Items(rows),))


def _row(each: Finding) -> tuple[Words, ...]:
    return (
        Name(each.script),
        str(each.line) if each.statement else "",
        each.severity,
        each.message,
        Name(each.rule),
    )


def _advice(told: Sequence[Finding]) -> Iterator[Words]:
    for each in told:
        if each.do:
            yield (Name(each.rule), f": {each.do}")


def _allowed(each: Finding) -> Words:
    why = each.reason or "no reason given"
    return (Name(each.script), f", line {each.line}: ", Name(each.rule), f": {why}")


def _note(each: Finding) -> Note:
    return Note(
        "error" if each.severity == "error" else "warning",
        f"{each.message}\ndo: {each.do}" if each.do else each.message,
        each.rule,
        each.file,
        each.line,
        each.column,
    )
