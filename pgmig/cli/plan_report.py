"""What `pgmig plan` tells: in words, as a document, and as a report."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.output import Cell
from pgmig.cli.report import Block, Folded, Items, Name, Note, Report, Table, Text, Words
from pgmig.cli.report.form import Verdict
from pgmig.commands.plan import words
from pgmig.commands.plan.judging import counted, session_words
from pgmig.commands.plan.queries import phase_words

if TYPE_CHECKING:
    from pgmig.cli.output import Output
    from pgmig.commands.plan.values import (
        CheckResult,
        Planned,
        PlannedScript,
        PlannedStatement,
        QueryEffect,
        Reason,
    )

_SHOWN = 40  # statements of a script
_MOMENT = 1.0  # seconds

_COLORS = {"go": "green", "careful": "yellow", "no": "red"}
_VERDICTS: dict[str, Verdict] = {"go": "good", "careful": "careful", "no": "bad"}
_CHANGES = {"broken": "red", "changed": "yellow", "made to work": "green"}
_OUTCOMES = {
    "passed": Cell("yes", "green"),
    "failed": Cell("no", "red"),
    "unknown": Cell("not known", "yellow"),
}


def document(planned: "Planned") -> dict[str, Any]:
    """The fields of the JSON document; the same as in the file of `--out`."""
    import msgspec

    fields: dict[str, Any] = msgspec.to_builtins(planned)
    return fields


def tell(invocation: Invocation, planned: "Planned") -> None:
    """Print the verdict, why, and each script with what its statements do."""
    out = invocation.out
    out.line(Cell(planned.verdict, _COLORS[planned.verdict]), f"- {_summary(planned)}")
    for reason in planned.reasons:
        out.line(f"  {_reason(reason)}")
        if reason.do:
            out.line(f"    do: {reason.do}")
    for script in planned.scripts:
        out.line("")
        _tell_script(out, planned, script)
    for line in _remarks(planned):
        out.line(line)


def _tell_script(out: "Output", planned: "Planned", script: "PlannedScript") -> None:
    out.line(_heading(script))
    for statement in script.statements[:_SHOWN]:
        out.line(f"  {statement.line}: {statement.sql}")
        for line in statement.forecast:
            out.line(f"    {line}")
    if more := _more(script):
        out.line(f"  {more}")
    for each in script.queries:
        out.line("  query:", each.place, Cell(each.change, _CHANGES[each.change]))
    for check in planned.checks:
        if check.script == script.label:
            out.line("  rows:", _OUTCOMES[check.outcome], f"- {check.asks}")


def report(planned: "Planned") -> Report:
    """The same for Markdown and annotations, the verdict first."""
    return Report(
        "pgmig plan",
        _VERDICTS[planned.verdict],
        f"{planned.verdict}: {_summary(planned)}",
        tuple(_blocks(planned)),
        tuple(_notes(planned)),
    )


def _summary(planned: "Planned") -> str:
    at = f"at {planned.label}" if planned.label else "without migrations"
    server = f"PostgreSQL {planned.target.server_version}"
    if not planned.scripts:
        return f"{planned.target.name}, {server}, is {at}: nothing is pending"
    labels = words.some(tuple(each.label for each in planned.scripts))
    at = f"{planned.target.name}, {server}, is {at}"
    if planned.verdict == "no":
        return f"{at}: {labels} must not run like this"
    return f"{at}: {labels} would run{_happens(planned)}"


def _happens(planned: "Planned") -> str:
    """What that does to whoever works there, in short."""
    if not all(each.is_traced for each in planned.scripts):
        return ""
    found = [one for each in planned.scripts for one in each.statements]
    takes = sum(each.seconds or 0.0 for each in found)
    worst = max(found, key=lambda each: each.blocked or 0.0, default=None)
    told = f", {words.lasting(takes)}" if takes >= _MOMENT else ""
    if worst is None or (worst.blocked or 0.0) < _MOMENT:
        return f"{told}, and nobody is blocked for longer than a moment"
    lock = max((each for each in worst.locks if each.blocks), key=lambda each: len(each.blocks))
    return f"{told}, and {lock.blocks} on {lock.relation} wait {words.lasting(worst.blocked or 0)}"


def _reason(reason: "Reason") -> str:
    place = f"{reason.script}:{reason.line}" if reason.line else reason.script
    return f"{reason.verdict}: {f'{place}: ' if place else ''}{reason.text}"


def _heading(script: "PlannedScript") -> str:
    told = [plural(script.count, "statement")]
    if not script.is_transactional:
        told.append("without a transaction")
    if script.done:
        told.append(f"{script.done} of them done")
    if in_words := phase_words(script):
        told.append(in_words)
    if not script.is_traced:
        told.append("not tried to its end")
    elif not script.statements and not script.queries:
        told.append("nothing that is there is locked, written anew or read whole")
    return f"{script.label} ({', '.join(told)})"


def _more(script: "PlannedScript") -> str:
    """How many statements are not shown."""
    rest = len(script.statements) - _SHOWN
    return f"and {plural(rest, 'statement')} more, in the JSON document" if rest > 0 else ""


def _remarks(planned: "Planned") -> Iterator[str]:
    if not planned.scripts:
        return
    yield ""
    for session in planned.sessions:
        yield f"open: {session_words(session)}"
    for replica in planned.replicas:
        behind = "" if replica.seconds is None else f", {words.lasting(replica.seconds)} behind"
        yield f"{replica.kind}: {replica.name}{behind}"
    for slot in planned.slots:
        state = "active" if slot.is_active else "inactive"
        yield f"slot: {slot.name}, {state}, keeps {words.size(slot.bytes)} of WAL"
    for note in planned.notes:
        yield f"note: {note}"
    if planned.base != "none":
        measured = ", as measured on the target" if planned.is_measured else ""
        of = "the history" if planned.base == "history" else "a copy of the target's schema"
        yield (
            f"tried on PostgreSQL {planned.shadow_major}, on {of};"
            f" times are reckoned with {words.rate(planned.rate)}{measured}"
        )


def _blocks(planned: "Planned") -> Iterator[Block]:
    if planned.reasons:
        yield Items(tuple(_reason_words(each) for each in planned.reasons))
    for script in planned.scripts:
        yield Text((Name(script.label), f": {_heading(script).partition(' (')[2][:-1]}"))
        if script.statements:
            rows = tuple(_row(each) for each in script.statements[:_SHOWN])
            yield Table(("line", "statement", "locks", "forecast"), rows)
        if more := _more(script):
            yield Text(more)
        if script.queries:
            rows = tuple(
                (str(each.line or ""), Name(each.place), Name(each.sql), _becomes(each))
                for each in script.queries
            )
            yield Table(("line", "query", "statement", "what becomes of it"), rows)
    if planned.checks:
        rows = tuple(_check_row(each) for each in planned.checks)
        passed = sum(each.outcome == "passed" for each in planned.checks)
        title = f"{passed} of {plural(len(planned.checks), 'check')} of rows passed"
        yield Folded(title, (Table(("script", "line", "asked", "answer"), rows),))
    if remarks := tuple(line for line in _remarks(planned) if line):
        yield Items(remarks)


def _reason_words(reason: "Reason") -> Words:
    do = f" (do: {reason.do})" if reason.do else ""
    if not reason.script:
        return f"{reason.verdict}: {reason.text}{do}"
    line = f" line {reason.line}" if reason.line else ""
    return (f"{reason.verdict}: ", Name(reason.script), f"{line}: {reason.text}{do}")


def _row(statement: "PlannedStatement") -> tuple[Words, ...]:
    locks = tuple(dict.fromkeys(lock.mode.removesuffix("Lock") for lock in statement.locks))
    forecast = "; ".join(statement.forecast)
    return str(statement.line), Name(statement.sql), ", ".join(locks), forecast


def _becomes(effect: "QueryEffect") -> str:
    return f"{effect.change}: {effect.told}"


def _check_row(check: "CheckResult") -> tuple[Words, ...]:
    answer = _OUTCOMES[check.outcome].text
    if check.outcome == "failed":
        answer += f", {counted(check)}"
    return Name(check.script), str(check.line or ""), check.asks, answer


def _notes(planned: "Planned") -> Iterator[Note]:
    """Beside the lines of the scripts: why the verdict is no better, and what else is forecast."""
    paths = {each.label: Path(each.path) for each in planned.scripts}
    said = set[tuple[str, int]]()
    for reason in planned.reasons:
        said.add((reason.script, reason.line))
        yield Note(
            "error" if reason.verdict == "no" else "warning",
            reason.text + (f"\ndo: {reason.do}" if reason.do else ""),
            f"pgmig plan: {reason.verdict}",
            paths.get(reason.script),
            reason.line or None,
        )
    for script in planned.scripts:
        for each in script.statements:
            if each.blocked is not None and (script.label, each.line) not in said:
                yield Note(
                    "notice",
                    "\n".join(each.forecast),
                    "pgmig plan",
                    paths[script.label],
                    each.line,
                )
