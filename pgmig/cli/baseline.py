"""`pgmig baseline`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.options import command, shadow_url, target_options
from pgmig.cli.output import near

if TYPE_CHECKING:
    from pgmig.commands.baseline import Baseline


@command(
    "baseline",
    "pgmig baseline --url postgresql://localhost/app",
    "pgmig baseline legacy --allow unmodelled --roles",
    "pgmig baseline --data 'public.country,billing.*'",
)
@click.argument("name", default="baseline")
@click.option(
    "--allow",
    type=click.Choice(["unmodelled"]),
    multiple=True,
    help="Go on although the database holds what pgmig does not model.",
)
@click.option("--roles", is_flag=True, help="Also write roles.sql, which makes the roles it names.")
@click.option(
    "--data",
    metavar="TABLES",
    multiple=True,
    help="Also the rows of these tables, for databases that it makes: schema.table, * for any"
    " letters, several with commas.",
)
@shadow_url
@target_options
def baseline(
    invocation: Invocation,
    name: str,
    *,
    allow: tuple[str, ...],
    roles: bool,
    data: tuple[str, ...],
) -> None:
    """Write the first migration from an existing database.

    The pair is proved in a shadow database before it is written: up makes what the database
    holds, pg_dump agrees, down leaves nothing, up works again. The database itself only gets a
    row in its history: the migration counts as applied there and does not run.
    """
    from pgmig.commands.baseline import Options
    from pgmig.commands.baseline import baseline as adopt
    from pgmig.commands.baseline_data import Data
    from pgmig.commands.ignoring import scope
    from pgmig.commands.server import local

    settings = invocation.settings
    options = Options(
        name=name,
        allow_unmodelled="unmodelled" in allow,
        with_roles=roles,
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        scope=scope(settings.ignore),
        data=Data(data, settings.seed_rules),
        on_step=invocation.out.talk,
    )
    done = adopt(invocation.database(), settings.migrations, options)
    if invocation.out.is_json:
        invocation.out.document(_report(done))
        return
    for line in _lines(done):
        invocation.out.data(line)


def _report(done: "Baseline") -> dict[str, object]:
    down, initial = done.script.down, done.initial
    return {
        "version": done.script.version,
        "label": done.script.label,
        "up": done.script.up.path,
        "down": down.path if down else None,
        "roles_file": done.roles_file,
        "target": done.target,
        "objects": len(done.snapshot.objects),
        "unmodelled": done.snapshot.unmodelled,
        "outside": done.snapshot.outside,
        "ignored": len(done.snapshot.ignored.objects),
        "needs": [str(each) for each in done.snapshot.ignored.needs],
        "roles": done.roles,
        "shadow_major": done.shadow_major,
        "reprinted": [str(each) for each in done.reprinted],
        "fingerprint": done.fingerprint,
        "rows": {str(each.table): each.count for each in initial.tables} if initial else {},
    }


def _lines(done: "Baseline") -> Iterator[str]:
    halves = (done.script.up, done.script.down) if done.is_written else ()
    yield from (near(half.path) for half in halves if half is not None)
    if done.roles_file is not None:
        yield near(done.roles_file)
    objects = plural(len(done.snapshot.objects), "object")
    yield f"{objects} of {done.target}, proved on PostgreSQL {done.shadow_major}"
    yield f"recorded there as applied: {done.script.label}"
    if done.initial is not None:
        rows, tables = plural(done.initial.count, "row"), plural(len(done.initial.tables), "table")
        yield f"with {rows} of {tables}, proved too"
    if done.roles:
        yield f"these roles must exist before it runs elsewhere: {', '.join(done.roles)}"
    if done.shadow_major != done.snapshot.major:
        yield (
            f"its own major is {done.snapshot.major}: prove it again on a server of that major"
            " with --shadow-url, or trust what pg_dump's copy showed"
        )
    ignored = done.snapshot.ignored
    if ignored.objects:
        yield f"ignored: {plural(len(ignored.objects), 'object')} by {', '.join(ignored.patterns)}"
    yield from map(str, ignored.needs)
    yield from (f"not modelled: {each}" for each in done.snapshot.unmodelled)
    yield from (f"in no script: {each}" for each in done.snapshot.outside)
    yield from (f"printed otherwise once parsed again: {each}" for each in done.reprinted)
