"""What a run ends with: a line or a row for each script, and where the database is now."""

from collections import Counter
from typing import TYPE_CHECKING

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import duration, plural
from pgmig.cli.output import Output

if TYPE_CHECKING:
    from pgmig.engine import RunReport, StepReport

Retries = Counter[tuple[str, str]]
"""How often steps were tried again, by direction and label."""

_DONE = {"up": "applied", "down": "taken down"}
_SOURCE = "with the text that history keeps"
_TITLES = ("", "migration", "statements", "took", "retries", "")


def tell(invocation: Invocation, report: "RunReport", retries: Retries) -> None:
    """Print what ran, or would run: a table on a terminal, lines elsewhere."""
    out = invocation.out
    now = f"at {report.label}" if report.label else "without migrations"
    if not report.steps:
        _tell_views(out, report)
        done = "" if report.refreshed or report.due else "nothing to do: "
        out.data(f"{done}{report.target} is {now}")
        return
    if out.draws() and not report.is_dry_run:
        _draw(out, report, retries)
    else:
        wide = max(len(step.label) for step in report.steps)
        for step in report.steps:
            out.data(f"{step.direction:4}  {step.label:{wide}}  {_outcome(step, retries)}")
    _tell_views(out, report)
    if report.is_dry_run:
        out.data(f"dry run: nothing ran, {report.target} is as it was")
        return
    counts = Counter(step.direction for step in report.steps)
    done = ", ".join(f"{number} {_DONE[direction]}" for direction, number in counts.items())
    out.data(f"{done}, {report.target} is {now}")


def _tell_views(out: Output, report: "RunReport") -> None:
    """What became of the materialized views that scripts left without rows."""
    for view in report.refreshed:
        rows = "" if view.rows is None else f", {plural(view.rows, 'row')}"
        out.data(f"refreshed {view.label}{rows}, {duration(view.seconds or 0)}")
    if report.due:
        would = "would be refreshed" if report.is_dry_run else "left without rows (--no-refresh)"
        out.data(f"{would}: {', '.join(report.due)}")


def _draw(out: Output, report: "RunReport", retries: Retries) -> None:
    rows = [_row(step, retries) for step in report.steps]
    if len(rows) > 1:
        rows.append(_total(report, retries))
    wide = len(_TITLES) if any(row[-1] for row in rows) else len(_TITLES) - 1
    out.table(_TITLES[:wide], [row[:wide] for row in rows])


def _outcome(step: "StepReport", retries: Retries) -> str:
    """How long it took, or how large it is, and what is unusual about it."""
    took = _size(step) if step.seconds is None else duration(step.seconds)
    count = retries[step.direction, step.label]
    tried = f", {count} retries" if count > 1 else ", 1 retry" if count else ""
    kept = f", {_SOURCE}" if step.source == "history" else ""
    return f"{took}{tried}{kept}"


def _row(step: "StepReport", retries: Retries) -> tuple[str, ...]:
    return (
        step.direction,
        step.label,
        str(step.statements),
        duration(step.seconds or 0),
        str(retries[step.direction, step.label] or ""),
        _SOURCE if step.source == "history" else "",
    )


def _total(report: "RunReport", retries: Retries) -> tuple[str, ...]:
    return (
        "",
        "total",
        str(sum(step.statements for step in report.steps)),
        duration(sum(step.seconds or 0 for step in report.steps)),
        str(retries.total() or ""),
        "",
    )


def _size(step: "StepReport") -> str:
    count = plural(step.statements, "statement")
    if step.is_transactional:
        return count
    goes_on = f", goes on with statement {step.done_before + 1}" if step.done_before else ""
    return f"{count}, without a transaction{goes_on}"
