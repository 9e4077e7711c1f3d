"""`pgmig refresh`."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import duration, plural
from pgmig.cli.options import command, lock_timeout, runner_timeout, target_options
from pgmig.cli.output import Row

if TYPE_CHECKING:
    from pgmig.engine.refresh.report import RefreshedView, RefreshReport


@command(
    "refresh",
    "pgmig refresh",
    "pgmig refresh shop.daily 'report.*'",
    "pgmig refresh --stale --dry-run",
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--stale", is_flag=True, help="Only those whose query gives other rows now.")
@click.option("--dry-run", is_flag=True, help="Refresh none, show which and how.")
@click.option(
    "--concurrently/--no-concurrently",
    default=None,
    help="Let readers go on reading; by default wherever PostgreSQL can.",
)
@lock_timeout
@runner_timeout
@target_options
def refresh(
    invocation: Invocation,
    names: tuple[str, ...],
    *,
    stale: bool,
    dry_run: bool,
    concurrently: bool | None,
) -> None:
    """Refresh materialized views, in the order of what they read.

    All of them, or those that NAME says: schema.name, quoted as in SQL where you like, or a
    pattern as shells know them. In front of those go the ones without rows that they read. Each is
    one transaction; one that fails stops those that read it, the others go on, and the exit code
    is 1.

    With --stale each query runs first, and what it gives is compared with the rows that are there.
    """
    from pgmig.cli.progress import progress
    from pgmig.cli.stopping import told_stops
    from pgmig.commands.refresh import refresh as run
    from pgmig.commands.target import Target, session
    from pgmig.engine import Options
    from pgmig.engine.watching import NAME

    settings, out = invocation.settings, invocation.out
    url = settings.database()
    options = Options(lock_timeout=settings.lock_timeout, runner_timeout=settings.runner_timeout)
    opened = None if out.is_json else lambda: session(Target(url), application_name=NAME)
    with progress(out, opened) as listener, told_stops(url, listener):
        report = run(
            settings.target(listener.on_server),
            names,
            is_stale=stale,
            concurrently=concurrently,
            options=options,
            listener=listener,
            is_dry_run=dry_run,
        )
    if out.is_json:
        out.document(report)
        return
    if report.views:
        out.table(*table(report.views))
    out.data(_summary(report, is_stale=stale))


def table(views: "Iterable[RefreshedView]") -> tuple[tuple[str, ...], list[Row]]:
    """What was refreshed, or would be, as a table."""
    titles = ("view", "way", "rows", "took", "")
    return titles, [tuple(_cells(view)) for view in views]


def _cells(view: "RefreshedView") -> Iterator[str]:
    yield view.label
    yield view.way
    yield "" if view.rows is None else f"{view.rows:,}"
    yield "" if view.seconds is None else duration(view.seconds)
    yield "; ".join(part for part in (view.because, _why(view)) if part)


def _why(view: "RefreshedView") -> str:
    return f"plainly: {view.why}" if view.why else ""


def _summary(report: "RefreshReport", *, is_stale: bool) -> str:
    there = plural(report.total, "materialized view")
    if not report.views:
        told = f"none of {there} is stale" if is_stale and report.total else f"it has {there}"
        return f"nothing to do: {report.target}, {told}"
    if report.is_dry_run:
        return f"dry run: nothing ran, {report.target} is as it was"
    return f"{len(report.views)} of {there} refreshed, {report.target}"
