"""`pgmig plan`."""

from pathlib import Path

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.late import out_of_order
from pgmig.cli.options import command, report_options, shadow_url, target_options
from pgmig.cli.versions import version_argument

_NO = 4
_MEGABYTE = 1_000_000


@command(
    "plan",
    "pgmig plan --env production",
    "pgmig plan --out plan.json",
    "pgmig plan 12 --format markdown",
)
@version_argument(required=False)
@out_of_order
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the plan to FILE, for `pgmig up --plan FILE`.",
)
@click.option(
    "--values", is_flag=True, help="Show values of rows that fail a check, not only keys."
)
@click.option(
    "--check-timeout",
    default="10s",
    show_default=True,
    metavar="TIME",
    help="How long one check of rows may take.",
)
@click.option(
    "--rate",
    type=click.IntRange(1),
    metavar="MB/S",
    help="What the target reads and writes a second, for the times.  [default: as measured with "
    "earlier plans, else 100]",
)
@click.option(
    "--patience",
    default="1s",
    show_default=True,
    metavar="TIME",
    help="Be careful where others would be blocked for longer.",
)
@click.option(
    "--queries",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Statements of the application that must go on: SQL, CSV or JSON of pg_stat_statements.",
)
@click.option("--no-shadow", is_flag=True, help="Try nothing: only say what is pending.")
@shadow_url
@report_options()
@target_options
def plan(
    invocation: Invocation,
    version: int | None,
    *,
    out_of_order: bool,
    out: Path | None,
    values: bool,
    check_timeout: str,
    rate: int | None,
    patience: str,
    queries: Path | None,
    no_shadow: bool,
) -> int:
    """Tell what `pgmig up` would do to a database, which is only read.

    The pending migrations run in a shadow database, where each statement is watched: what it locks,
    writes anew and reads whole. That is multiplied by what the database says of the tables: their
    size, their rows, who is at work there. Rows are checked against what the migrations demand of
    them: NULLs, duplicates, orphans, values that fail a check or a cast. The verdict is go, careful
    or no; the exit code is 4 on no. With --queries also no, where a statement of the application
    cannot be any more.

    Times are reckoned with --rate and are no better than that.
    """
    from pgmig.cli.plan_report import document, report, tell
    from pgmig.commands.duration import milliseconds
    from pgmig.commands.ignoring import scope
    from pgmig.commands.plan.document import write_plan
    from pgmig.commands.plan.options import Options
    from pgmig.commands.plan.planning import plan as look
    from pgmig.commands.server import local
    from pgmig.shadow.application import read_queries

    if queries and no_shadow:
        raise click.UsageError("--queries are looked at in the shadow")
    settings = invocation.settings
    options = Options(
        to=version,
        is_out_of_order=out_of_order,
        has_shadow=not no_shadow,
        has_values=values,
        check_timeout=milliseconds(check_timeout, where="--check-timeout"),
        rate=None if rate is None else rate * _MEGABYTE,
        queries=read_queries(queries) if queries else None,
        patience=milliseconds(patience, where="--patience") / 1000,
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        scope=scope(settings.ignore),
        on_step=invocation.out.talk,
    )
    made = look(invocation.target(), settings.directory(), options)
    if out is not None:
        write_plan(made, out)
    invocation.out.publish(
        text=lambda: tell(invocation, made),
        document=lambda: document(made),
        report=lambda: report(made),
    )
    return _NO if made.verdict == "no" else 0
