"""`pgmig history`."""

from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import duration, moment
from pgmig.cli.options import command, target_options
from pgmig.cli.output import Cell

if TYPE_CHECKING:
    from pgmig.engine import Entry


@command("history", "pgmig history --limit 10")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the latest N rows.")
@target_options
def history(invocation: Invocation, limit: int | None) -> None:
    """Show what ran on a database, when and by whom.

    The oldest first. It needs no project: all of it comes from the database.
    """
    from msgspec.structs import replace

    from pgmig.commands.history import history as read

    report = read(invocation.target())
    if limit is not None:
        report = replace(report, entries=report.entries[-limit:])
    if invocation.out.is_json:
        invocation.out.document(report)
    elif report.entries:
        titles = ("when", "did", "version", "by", "took", "pgmig")
        invocation.out.table(titles, [_row(entry) for entry in report.entries])
    else:
        invocation.out.data(f"{report.target} has no history")


def _row(entry: "Entry") -> tuple[str | Cell, ...]:
    did = Cell(entry.direction, "green" if entry.direction == "up" else "yellow")
    if entry.kind == "baseline":
        did = Cell("baseline", "green")
    seconds = (entry.finished_at - entry.started_at).total_seconds()
    return (
        moment(entry.finished_at),
        did,
        entry.label,
        entry.role,
        duration(seconds),
        entry.tool_version,
    )
