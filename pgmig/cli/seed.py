"""`pgmig seed`."""

from typing import TYPE_CHECKING, Any

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import duration, plural
from pgmig.cli.options import command, lock_timeout, runner_timeout, target_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgmig.cli.output import Output
    from pgmig.commands.seed import SeedListener, SeedReport
    from pgmig.seeds.compare import RowChange
    from pgmig.seeds.report import TableReport

_WIDEST = 60  # letters of a value that are shown
_TITLES = ("table", "added", "changed", "removed", "same", "missing")


@command(
    "seed",
    "pgmig seed",
    "pgmig seed --env dev --dry-run",
    "pgmig seed shop.country 'billing.*'",
)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option("--dry-run", is_flag=True, help="Do it all, show what changes, and roll it back.")
@runner_timeout
@lock_timeout
@target_options
def seed(invocation: Invocation, tables: tuple[str, ...], *, dry_run: bool) -> None:
    """Bring tables to what the files in seeds/ say.

    A file is called schema.table.csv, with a header line, or schema.table.sql. Rows that a table
    lacks are added, those that it has otherwise are changed, those that no file has are reported,
    kept or removed, as the settings say. All of it is one transaction. With --env NAME the files
    in seeds/NAME/ come on top.

    TABLE is schema.table, with * for any letters; without one all tables that have files. With
    -v or --dry-run the rows that are changed are shown, the first ten of each table.
    """
    from pgmig.commands.seed import Options
    from pgmig.commands.seed import seed as bring

    settings, out = invocation.settings, invocation.out
    report = bring(
        invocation.target(),
        settings.seeds,
        settings.seed_rules,
        env=settings.env,
        patterns=tables,
        settings_file=settings.file,
        options=Options(
            lock_timeout=settings.lock_timeout,
            runner_timeout=settings.runner_timeout,
            is_dry_run=dry_run,
        ),
        listener=_listener(out),
    )
    if out.is_json:
        out.document(_document(report))
        return
    _tell(out, report, shows_rows=dry_run or invocation.is_verbose)


def _listener(out: "Output") -> "SeedListener":
    from pgmig.commands.seed import SeedListener

    class Talk(SeedListener):
        """Says why nothing happens."""

        def on_wait(self, holder: str) -> None:
            """Another runner holds the lock."""
            out.talk(f"waiting for another runner: {holder}")

        def on_again(self, reason: str, delay: float) -> None:
            """All is tried again."""
            out.talk(f"{reason}; trying again in {delay:.1f} s")

    return Talk()


def _document(report: "SeedReport") -> dict[str, Any]:
    from msgspec.structs import asdict

    tables = [{**asdict(table), "table": str(table.table)} for table in report.tables]
    return {**asdict(report), "tables": tables, "is_nothing": report.is_nothing}


def _tell(out: "Output", report: "SeedReport", *, shows_rows: bool) -> None:
    shown = [table for table in report.tables if not table.is_nothing or table.missing]
    if shown:
        out.table(_TITLES, [_row(table) for table in shown])
    for table in shown:
        for line in _remarks(table, shows_rows=shows_rows):
            out.data(line)
    if not report.tables:
        out.data("nothing to do: there are no files of rows")
        return
    if report.is_nothing:
        out.data(f"nothing to do: {report.target} has what the files say")
        return
    counts = ", ".join(
        f"{sum(getattr(table, word) for table in report.tables)} {word}"
        for word in ("added", "changed", "removed")
        if any(getattr(table, word) for table in report.tables)
    )
    done = counts or "sequences moved"
    if report.is_dry_run:
        out.data(f"dry run: {done}, and all rolled back; {report.target} is as it was")
        return
    count = plural(sum(not table.is_nothing for table in report.tables), "table")
    out.data(f"{done} in {count} of {report.target}, {duration(report.seconds)}")


def _row(table: "TableReport") -> tuple[str, ...]:
    same = "" if table.is_sql else str(table.same)
    return (
        str(table.table),
        str(table.added),
        str(table.changed),
        str(table.removed),
        same,
        str(table.missing or ""),
    )


def _remarks(table: "TableReport", *, shows_rows: bool) -> "Iterator[str]":
    if shows_rows:
        for change in table.changes:
            yield f"{table.table} {_key(change.key)}: {_changed(change)}"
        if table.changed > len(table.changes):
            yield f"{table.table}: and {table.changed - len(table.changes)} more rows"
    if table.missing_keys:
        count = table.missing or table.removed
        keys = ", ".join(map(_key, table.missing_keys))
        more = ", ..." if count > len(table.missing_keys) else ""
        word = "no file has" if table.missing else "removed"
        yield f"{table.table}: {word} {plural(count, 'row')}: {keys}{more}"
    for move in table.sequences:
        yield f"{move.sequence}: from {move.old} to {move.new}"


def _changed(change: "RowChange") -> str:
    return ", ".join(f"{name} {_value(old)} -> {_value(new)}" for name, old, new in change.columns)


def _key(values: tuple[str | None, ...]) -> str:
    return f"({', '.join(map(_value, values))})"


def _value(text: str | None) -> str:
    if text is None:
        return "NULL"
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}..."
