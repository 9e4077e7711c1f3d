"""`pgmig up`."""

from pathlib import Path

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.late import out_of_order
from pgmig.cli.options import command
from pgmig.cli.running import run, run_options
from pgmig.cli.versions import version_argument


@command(
    "up",
    "pgmig up",
    "pgmig up 12 --dry-run",
    "pgmig up --plan plan.json",
    "pgmig up --env production --lock-timeout 2s",
)
@version_argument(required=False)
@out_of_order
@click.option(
    "--plan",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Apply what `pgmig plan --out FILE` saw, or nothing.",
)
@run_options
def up(
    invocation: Invocation,
    version: int | None,
    *,
    dry_run: bool,
    out_of_order: bool,
    plan: Path | None,
) -> None:
    """Apply pending migrations.

    In the order of their numbers, to the last one or to VERSION. Each script is one transaction
    together with its row in the history, unless its header says transaction=off.

    A pending migration numbered below the current version came late, as with a merge: it is
    refused, unless --out-of-order is given. `pgmig rebase` gives it another number.

    With --plan nothing runs unless database, history and scripts are what the plan has, and its
    verdict is not no.
    """
    from pgmig.commands.up import up as apply

    run(
        invocation,
        apply,
        to=version,
        plan=plan,
        is_out_of_order=out_of_order,
        is_dry_run=dry_run,
    )
