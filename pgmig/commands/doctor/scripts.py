"""How database and scripts stand to each other, and what is in the way of the next run."""

from collections.abc import Iterator, Sequence

from pgmig.commands.applying import guarded
from pgmig.commands.doctor.finding import Finding
from pgmig.commands.status import StatusReport
from pgmig.commands.target import Target
from pgmig.db import Connection
from pgmig.engine import Step
from pgmig.scripts import Directory, Script


def agreement(report: StatusReport) -> Iterator[Finding]:
    """Whether history and files tell the same, and what is left to do."""
    labels = [version.label for version in report.conflicts]
    if labels:
        yield Finding(
            "scripts",
            "wrong",
            f"history and files disagree about {', '.join(labels[:3])}"
            + (f" and {len(labels) - 3} more" if len(labels) > 3 else ""),
            "`pgmig status` tells how",
        )
    else:
        count = len(report.pending)
        what = "nothing is pending" if not count else f"{count} pending"
        yield Finding("scripts", "ok", f"history and files agree, {what}")


def in_the_way(report: StatusReport) -> Iterator[Finding]:
    """Runners at work, scripts that are part-way, and what crashes have left."""
    if report.runner:
        what = f"another runner is at work: {report.runner}"
        yield Finding("runner", "careful", what, "wait for it, as --runner-timeout does")
    else:
        yield Finding("runner", "ok", "none is at work")
    if found := report.part_way:
        yield Finding(
            "part-way",
            "careful",
            f"{found.label} is part-way ({found.direction}), {found.done} of its statements are"
            " done",
            "`pgmig status` tells how to go on",
        )
    for left in report.leftovers or ():
        what = f"left by a crash: {left.kind} {left.name} of {left.table}"
        yield Finding("leftovers", "careful", what, left.do)
    if report.due:
        what = f"materialized views without the rows that they had: {', '.join(report.due)}"
        yield Finding("leftovers", "careful", what, "`pgmig up` fills them")
    if not (report.part_way or report.leftovers or report.due):
        yield Finding("leftovers", "ok", "nothing is part-way, and no crash has left anything")


def pending(report: StatusReport, directory: Directory) -> tuple[Script, ...]:
    """The scripts that are not applied."""
    labels = {version.label for version in report.pending}
    return tuple(script for script in directory.scripts if script.label in labels)


def allowed(
    target: Target, conn: Connection, directory: Directory, waiting: Sequence[Script]
) -> Iterator[Finding]:
    """Whether the protections of the environment let the pending scripts up."""
    rules = target.protections
    if not waiting or (rules.allow is None and rules.require is None):
        return
    steps = tuple(Step(script, "up") for script in waiting)
    guarded(target, conn, directory, steps, is_planned=True)
    yield Finding("protections", "ok", "they let the pending scripts up")
