"""`pgmig status`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import moment
from pgmig.cli.options import command, report_options, target_options
from pgmig.cli.output import Cell
from pgmig.cli.report.form import Name

if TYPE_CHECKING:
    from pgmig.cli.output import Output
    from pgmig.cli.report import Note, Report
    from pgmig.commands.status import StatusReport, VersionStatus
    from pgmig.engine import PartWay

_PENDING, _DISAGREE = 3, 7
_TITLES = ("version", "state", "applied", "by", "")

_TROUBLES = {
    "edited": "edited after it was applied",
    "edited-down": "way down edited; going down uses the one that was applied",
    "missing": "its file is missing",
    "out-of-order": "numbered below the current version",
    "seal-broken": "not the text that was sealed",
}

_ADVICE = {
    "edited": "restore the edited files and make the change in a new script",
    "missing": "restore the missing files from version control",
    "out-of-order": "give the late scripts numbers above the current version with `pgmig rebase`,"
    " or apply them as they are with `pgmig up --out-of-order`",
    "seal-broken": "restore the text that was sealed",
}


@command("status", "pgmig status", "pgmig status --check --env production")
@click.option("--check", is_flag=True, help="Exit with 3 when something is pending.")
@report_options()
@target_options
def status(invocation: Invocation, *, check: bool) -> int:
    """Show which migrations are applied and which are pending.

    With --check the exit code is 3 when something is pending or part-way, and 7 when history and
    files disagree, so that `pgmig up` would refuse. Materialized views that a script left without
    the rows that they had are due: pending too. With -v also what crashes have left, of whatever
    tool: INVALID indexes, partitions that are half detached; and all materialized views without
    rows.
    """
    from msgspec import structs

    from pgmig.commands.status import status as look

    directory = invocation.settings.directory()
    has_leftovers = invocation.is_verbose or not invocation.out.is_text
    report = look(invocation.target(), directory, has_leftovers=has_leftovers)
    invocation.out.publish(
        text=lambda: _tell(invocation.out, report),
        document=lambda: {**structs.asdict(report), "is_current": report.is_current},
        report=lambda: _report(report),
    )
    if not check or report.is_current:
        return 0
    return _DISAGREE if report.conflicts else _PENDING


def _tell(out: "Output", report: "StatusReport") -> None:
    if report.versions:
        out.table(_TITLES, [_row(version) for version in report.versions])
    for line in (*_remarks(report), _summary(report)):
        out.data(line)


def _report(report: "StatusReport") -> "Report":
    from pgmig.cli.report import Items, Report, Table

    shown = [each for each in report.versions if not each.is_applied or _troubles(each)]
    rows = tuple(
        (Name(each.label), "applied" if each.is_applied else "pending", _troubles(each))
        for each in shown
    )
    remarks = tuple(_remarks(report))
    return Report(
        "pgmig status",
        "good" if report.is_current else "bad" if report.conflicts else "careful",
        _summary(report),
        (
            *((Table(("version", "state", ""), rows),) if rows else ()),
            *((Items(remarks),) if remarks else ()),
        ),
        tuple(_note(report, each) for each in report.conflicts),
    )


def _note(report: "StatusReport", version: "VersionStatus") -> "Note":
    """Beside the script, unless its file is gone."""
    from pathlib import Path

    from pgmig.cli.report import Note

    file = Path(report.directory) / f"{version.label}.up.sql"
    told = Note("error", _troubles(version), version.label)
    return replace(told, file=file, line=1) if file.is_file() else told


def _row(version: "VersionStatus") -> tuple[str | Cell, ...]:
    state = Cell("pending", "yellow")
    if version.is_applied:
        state = Cell("baseline" if version.kind == "baseline" else "applied", "green")
    return (
        version.label,
        state,
        moment(version.applied_at),
        version.role or "",
        Cell(_troubles(version), "red"),
    )


def _troubles(version: "VersionStatus") -> str:
    return "; ".join(_TROUBLES[word] for word in version.troubles if word in _TROUBLES)


def _remarks(report: "StatusReport") -> Iterator[str]:
    for gap in report.gaps:
        numbers = f"{gap.first:04d}"
        if gap.last > gap.first:
            numbers += f" to {gap.last:04d}"
        yield f"no script has {numbers}, between {gap.after} and {gap.before}"
    if report.runner:
        yield f"a runner is at work: {report.runner}"
    if found := report.part_way:
        done = f"{found.done} of its statements are done"
        if found.batched:
            done += f" and {found.batched_words}"
        yield f"{found.label} is part-way ({found.direction}), {done}: {_go_on(report, found)}"
    if report.due:
        yield f"left without their rows by a script: {', '.join(report.due)}; do: pgmig up"
    if empty := [name for name in report.unpopulated or () if name not in report.due]:
        yield f"without rows until they are refreshed: {', '.join(empty)}; do: pgmig refresh"
    for left in report.leftovers or ():
        yield f"left by a crash: {left.kind} {left.name} of {left.table}; do: {left.do}"
    if advice := [text for word, text in _ADVICE.items() if word in _advised(report)]:
        yield f"do: {'; '.join(advice)}"


def _advised(report: "StatusReport") -> set[str]:
    """What there is to be advised about."""
    begun = report.part_way.label if report.part_way else ""
    late = [version for version in report.versions if "out-of-order" in version.troubles]
    troubles: set[str] = {word for version in report.versions for word in version.troubles}
    if all(version.label == begun for version in late):  # it keeps its number, and goes on
        troubles.discard("out-of-order")
    return troubles


def _go_on(report: "StatusReport", found: "PartWay") -> str:
    """What to do about a script that is part-way."""
    if report.runner:
        return "wait for the runner"
    if found.direction == "up" and all(v.label != found.label for v in report.versions):
        return f"restore {found.label}.up.sql"
    if found.started is not None:
        return _died(report, found)
    return f"`{_command(report, found)}` goes on"


def _command(report: "StatusReport", found: "PartWay") -> str:
    """What goes on with a script that is part-way."""
    is_late = any(
        version.label == found.label and "out-of-order" in version.troubles
        for version in report.versions
    )
    return f"pgmig {found.direction}{' --out-of-order' if is_late else ''}"


def _died(report: "StatusReport", found: "PartWay") -> str:
    """What became of the statement in which a runner died, and what to do about it."""
    verdict, number = report.verdict, found.started
    if verdict is None:
        return f"`{_command(report, found)}` looks what became of statement {number}, and goes on"
    if verdict.outcome != "unknown":
        return f"statement {number}: {verdict.meaning}; `{_command(report, found)}` goes on"
    resolve = f"pgmig resolve {found.version} --statement {number}"
    shown = f" ({'; '.join(verdict.evidence)})" if verdict.evidence else ""
    return (
        f"whether statement {number} took effect is not known{shown};"
        f" look, then `{resolve} --done` or `{resolve} --redo`"
    )


def _summary(report: "StatusReport") -> str:
    labels = {version.version: version.label for version in report.versions}
    now = f"at {labels[report.current]}" if report.current else "without migrations"
    pending = f"{len(report.pending)} pending" if report.pending else "nothing pending"
    return f"{report.target}, PostgreSQL {report.server_version}, is {now}, {pending}"
