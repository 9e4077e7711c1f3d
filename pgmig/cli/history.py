"""`pgmig history`."""

from statistics import median
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
    migrations that ran with `up --plan`, and how far off their forecasts were: each statement of
    those without a transaction, and those too that were not applied in the end.
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
    if not (report.entries or report.unmet):
        out.data(f"nothing ran with a plan on {report.target}")
        return
    titles = ("when", "version", "verdict", "forecast", "took", "off by")
    rows: list[tuple[str | Cell, ...]] = []
    for entry in report.entries:
        rows += [_forecast_row(entry, known[entry.id]), *_statement_rows(known[entry.id])]
    for each in report.unmet:
        said = _about(each.seconds or 0.0)
        verdict = Cell(each.verdict, _COLORS.get(each.verdict, "red"))
        rows.append((moment(each.planned_at), str(each.version), verdict, said, "not applied", ""))
        rows += _statement_rows(each)
    out.table(titles, rows)
    if summary := _summary(report):
        out.line("")
        out.line(summary)


def _statement_rows(forecast: "Forecast") -> list[tuple[str | Cell, ...]]:
    """Statements of which it is known how long they took."""
    return [
        (
            "",
            f"  line {each.line}",
            "",
            _about(each.seconds or 0.0),
            duration(each.took),
            _off(each.seconds or 0.0, each.took),
        )
        for each in forecast.statements
        if each.took is not None
    ]


def _summary(report: "HistoryReport") -> str:
    """How far off forecasts were in the middle, and the rate that the next plan reckons with."""
    from pgmig.commands.plan import words

    known = report.forecasts or {}
    ratios = [
        took / max(said, _MOMENT)
        for entry in report.entries
        if (took := (entry.finished_at - entry.started_at).total_seconds())
        and max(said := known[entry.id].seconds or 0.0, took) >= _MOMENT
    ]
    told = [f"off by in the middle: {_off(1.0, median(ratios))}"] if ratios else []
    if report.rate is not None:
        told.append(f"read and written: {words.rate(report.rate)}, with which plans reckon now")
    return "; ".join(told)


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
