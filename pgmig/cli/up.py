"""`pgmig up`."""

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.running import run, run_options
from pgmig.cli.versions import version_argument


@command("up", "pgmig up", "pgmig up 12 --dry-run", "pgmig up --env production --lock-timeout 2s")
@version_argument(required=False)
@run_options
def up(invocation: Invocation, version: int | None, *, dry_run: bool) -> None:
    """Apply pending migrations.

    In the order of their numbers, to the last one or to VERSION. Each script is one transaction
    together with its row in the history, unless its header says transaction=off.
    """
    from pgmig.commands.up import up as apply

    run(invocation, apply, to=version, is_dry_run=dry_run)
