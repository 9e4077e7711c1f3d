"""`pgmig history`."""

from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import duration, moment
from pgmig.cli.options import command, target_options
from pgmig.cli.output import Cell

if TYPE_CHECKING:
    from pgmig.cli.output import Output
    from pgmig.commands.history import HistoryReport
    from pgmig.engine import Entry
    from pgmig.engine.forecasts import Forecast

_COLORS = {"go": "green", "careful": "yellow"}
_MOMENT = 1.0  # seconds below which nobody notices


@command("history", "pgmig history --limit 10", "pgmig history --forecast")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the latest N rows.")
@click.option("--forecast", is_flag=True, help="What plans had said, beside what then happened.")
@target_options
def history(invocation: Invocation, limit: int | None, *, forecast: bool) -> None:
    """Show what ran on a database, when and by whom.

    The oldest first. It needs no project: all of it comes from the database. With --forecast the
    migrations that ran with `up --plan`, and how far off their forecasts were.
    """
    from msgspec.structs import replace

    from pgmig.commands.history import history as read

    report = read(invocation.target(), has_forecasts=forecast)
    if report.forecasts is not None:
        known = report.forecasts
        report = replace(report, entries=tuple(e for e in report.entries if e.id in known))
    if limit is not None:
        report = replace(report, entries=report.entries[-limit:])
    if invocation.out.is_json:
        invocation.out.document(report)
    elif report.forecasts is not None:
        _tell_forecasts(invocation.out, report)
    elif report.entries:
        titles = ("when", "did", "version", "by", "took", "pgmig")
        invocation.out.table(titles, [_row(entry) for entry in report.entries])
    else:
        invocation.out.data(f"{report.target} has no history")


def _tell_forecasts(out: "Output", report: "HistoryReport") -> None:
    known = report.forecasts or {}
    if not report.entries:
        out.data(f"nothing ran with a plan on {report.target}")
        return
    titles = ("when", "version", "verdict", "forecast", "took", "off by")
    out.table(titles, [_forecast_row(entry, known[entry.id]) for entry in report.entries])


def _forecast_row(entry: "Entry", forecast: "Forecast") -> tuple[str | Cell, ...]:
    took = (entry.finished_at - entry.started_at).total_seconds()
    said = forecast.seconds or 0.0
    return (
        moment(entry.finished_at),
        entry.label,
        Cell(forecast.verdict, _COLORS.get(forecast.verdict, "red")),
        _about(said),
        duration(took),
        _off(said, took),
    )


def _about(seconds: float) -> str:
    return "a moment" if seconds < _MOMENT else f"about {duration(seconds)}"


def _off(said: float, took: float) -> str:
    """How far off a forecast was; what is a moment on both sides was right."""
    if max(said, took) < _MOMENT:
        return ""
    ratio = took / max(said, _MOMENT)
    if ratio >= 1:
        return f"{ratio:.1f} times longer"
    return f"{1 / max(ratio, 1e-9):.1f} times shorter"


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
