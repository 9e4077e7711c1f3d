"""`pgmig lint`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.options import command, report_options, shadow_url

if TYPE_CHECKING:
    from pgmig.cli.output import Output
    from pgmig.cli.report import Report
    from pgmig.commands.lint import Lint
    from pgmig.lint import Finding

_WRONG = 3


@command(
    "lint",
    "pgmig lint",
    "pgmig lint --since origin/main --format github",
    "pgmig lint migrations/0042_orders.up.sql",
)
@click.argument("script", nargs=-1)
@click.option("--since", metavar="REV", help="Only scripts that this commit lacks.")
@click.option(
    "--queries",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Statements of the application (SQL, or a CSV of pg_stat_statements) that must go on.",
)
@click.option("--no-shadow", is_flag=True, help="Run nothing: only rules that look at text.")
@report_options("sarif")
@shadow_url
def lint(
    invocation: Invocation,
    *,
    script: tuple[str, ...],
    since: str | None,
    queries: Path | None,
    no_shadow: bool,
) -> int:
    """Tell what is dangerous or unwise in scripts.

    Each SCRIPT, a file, label or number, by default every one, runs in a shadow database on what
    those before it made: what it locks, rewrites and reads, what becomes of the schema and what its
    way down leaves is seen, not guessed. A statement may break a rule that is named above it,
    `-- pgmig: allow=RULE reason="..."`; [lint.rules] in the settings says how bad each rule is.
    Exits with 3 when a finding is an error.
    """
    from pgmig.commands.ignoring import scope
    from pgmig.commands.lint import Options
    from pgmig.commands.lint import lint as judge
    from pgmig.commands.server import local
    from pgmig.shadow.application import read_queries

    if queries and no_shadow:
        raise click.UsageError("--queries are looked at in the shadow")
    settings, out = invocation.settings, invocation.out
    done = judge(
        settings.directory(),
        Options(
            names=script,
            rev=since,
            root=settings.root,
            severities=settings.lint.rules,
            is_observing=not no_shadow,
            queries=read_queries(queries) if queries else None,
            shadow_url=settings.shadow_url,
            local=local(settings.server),
            scope=scope(settings.ignore),
            on_step=out.talk,
        ),
    )
    out.publish(
        text=lambda: _print(out, done),
        document=lambda: _document(done),
        report=lambda: _report(done),
    )
    return 0 if done.is_good else _WRONG


def _print(out: "Output", done: "Lint") -> None:
    if out.form == "sarif":
        from pgmig.cli.output import write
        from pgmig.cli.report.sarif import sarif

        write(sarif(done))
        return
    from pgmig.cli.output import Cell, near

    for each in done.findings:
        color = "red" if each.severity == "error" else "yellow"
        place = f"{near(each.file.absolute())}:{each.line}:{each.column}:"
        out.line(place, Cell(f"{each.severity}:", color), each.message, f"[{each.rule}]")
        if each.do:
            out.data(f"  do: {each.do}")
    if done.unreached:
        out.data(f"not reached: {', '.join(done.unreached)}")
    out.data(_summary(done))


def _summary(done: "Lint") -> str:
    if not done.scripts:
        return "no script to lint"
    warnings = len(done.findings) - done.errors
    counts = [
        *([plural(done.errors, "error")] if done.errors else []),
        *([plural(warnings, "warning")] if warnings else []),
        *([f"{len(done.allowed)} allowed"] if done.allowed else []),
    ]
    where = f"PostgreSQL {done.major}" if done.major else "text alone, nothing ran"
    told = ", ".join(counts) or "nothing found"
    return f"{plural(len(done.scripts), 'script')}: {told} ({where})"


def _document(done: "Lint") -> dict[str, object]:
    return {
        "is_good": done.is_good,
        "major": done.major,
        "scripts": [each.label for each in done.scripts],
        "findings": [_fields(each) for each in done.findings],
        "allowed": [_fields(each) for each in done.allowed],
        "unreached": done.unreached,
    }


def _fields(each: "Finding") -> dict[str, object]:
    from dataclasses import asdict

    return {name: value for name, value in asdict(each).items() if name != "is_allowed"}


def _report(done: "Lint") -> "Report":
    from pgmig.cli.report.of_lint import lint_report

    return lint_report(done, _summary(done))
