"""`pgmig drift`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.options import (
    command,
    report_options,
    runner_timeout,
    shadow_url,
    target_options,
)
from pgmig.cli.output import Cell

if TYPE_CHECKING:
    from pgmig.commands.drift import Drift, Finding

_DRIFTED, _UNCLEAR = 3, 4
_SORTS = {"added": ("not in the history", "yellow"), "missing": ("missing", "red")}
_METHODS = {
    "shadow": "",
    "sum": ", by the fingerprint in pgmig.sum",
    "fingerprints": ", by the fingerprints in the database",
}


@command(
    "drift",
    "pgmig drift --env production",
    "pgmig drift --statements > back.sql",
    "pgmig drift --fingerprints --json",
)
@click.option("--fingerprints", is_flag=True, help="Compare with those stored in the database.")
@click.option("--record", is_flag=True, help="Store fingerprints when nothing has drifted.")
@click.option("--statements", is_flag=True, help="Print what would bring the database back.")
@report_options()
@shadow_url
@runner_timeout
@target_options
def drift(invocation: Invocation, *, fingerprints: bool, record: bool, statements: bool) -> int:
    """Compare a database with what its history says it should be.

    The scripts that are applied run in a shadow database, with the texts that the history keeps;
    every object there is compared with the database. Rows are not. Without a shadow server the
    objects' fingerprints are compared with those that were stored in the database. Exits with 3
    when something differs; -v tells both values.
    """
    from pgmig.cli.report.of_drift import drift_report
    from pgmig.commands.drift import Options
    from pgmig.commands.drift import drift as compare
    from pgmig.commands.ignoring import scope
    from pgmig.commands.server import local

    if fingerprints and (record or statements):
        raise click.UsageError("--record and --statements need a shadow, without --fingerprints")
    settings, out = invocation.settings, invocation.out
    options = Options(
        is_stored=fingerprints,
        is_recording=record,
        has_way_back=out.has_markdown and not fingerprints,
        needs_way_back=statements,
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        scope=scope(settings.ignore),
        runner_timeout=settings.runner_timeout,
        on_step=out.talk,
    )
    done = compare(invocation.database(), settings.migrations, options)
    tell = _print_statements if statements else _tell
    out.publish(
        text=lambda: tell(invocation, done),
        document=lambda: _document(done),
        report=lambda: drift_report(done, tuple(_remarks(done))),
    )
    if done.findings:
        return _DRIFTED
    return _UNCLEAR if done.uncompared else 0


def _tell(invocation: Invocation, done: "Drift") -> None:
    for finding in done.findings:
        invocation.out.line(*_words(finding))
        if invocation.is_verbose:
            for detail in finding.details:
                invocation.out.line(f"  {detail}")
    for line in _remarks(done):
        invocation.out.data(line)


def _print_statements(invocation: Invocation, done: "Drift") -> None:
    for finding in done.findings:
        invocation.out.talk(" ".join(_text(word) for word in _words(finding)))
    for line in (*(f"danger: {each}" for each in done.dangers), *_remarks(done)):
        invocation.out.talk(line)
    if done.way_back:
        invocation.out.data(done.way_back.rstrip("\n"))


def _words(finding: "Finding") -> Iterator[str | Cell]:
    yield f"{finding.key}:"
    if finding.sort in _SORTS:
        yield Cell(*_SORTS[finding.sort])
    else:
        yield Cell("changed", "yellow")
        if finding.fields:
            yield f"({', '.join(finding.fields)})"


def _text(word: str | Cell) -> str:
    return word.text if isinstance(word, Cell) else word


def _remarks(done: "Drift") -> Iterator[str]:
    for key in done.uncompared:
        yield f"{key}: not compared, its fingerprint is of another PostgreSQL"
    for note in done.notes:
        yield f"no drift, but {note}"
    if done.unmodelled:
        yield f"not looked at, pgmig does not model it: {', '.join(done.unmodelled)}"
    at = f"at {done.state}" if done.state else "with everything taken down"
    end = f"{at}{_METHODS[done.method]}"
    if done.findings:
        count = plural(len(done.findings), "object")
        yield f"drift: {count} of {done.target} not as the history says, {end}"
    elif done.uncompared:
        yield f"what could be compared of {done.target} is as its history says, {end}"
    else:
        yield f"no drift: {done.target} is as its history says, {end}"
    if done.is_recorded:
        yield "fingerprints stored"


def _document(done: "Drift") -> dict[str, object]:
    return {
        "target": done.target,
        "is_clean": done.is_clean,
        "version": done.version,
        "label": done.state or None,
        "compared_with": done.method,
        "objects": [
            {
                "finding": each.sort,
                "kind": each.key.kind,
                "schema": each.key.schema,
                "name": each.key.name,
                "parent": each.key.parent,
                "fields": each.fields,
                "details": each.details,
            }
            for each in done.findings
        ],
        "uncompared": [str(key) for key in done.uncompared],
        "unmodelled": done.unmodelled,
        "notes": done.notes,
        "is_recorded": done.is_recorded,
        "statements": done.way_back,
        "dangers": done.dangers,
    }
