"""`pgmig up`."""

from pgmig.cli.invocation import Invocation
from pgmig.cli.late import out_of_order
from pgmig.cli.options import command
from pgmig.cli.running import run, run_options
from pgmig.cli.versions import version_argument


@command("up", "pgmig up", "pgmig up 12 --dry-run", "pgmig up --env production --lock-timeout 2s")
@version_argument(required=False)
@out_of_order
@run_options
def up(invocation: Invocation, version: int | None, *, dry_run: bool, out_of_order: bool) -> None:
    """Apply pending migrations.

    In the order of their numbers, to the last one or to VERSION. Each script is one transaction
    together with its row in the history, unless its header says transaction=off.

    A pending migration numbered below the current version came late, as with a merge: it is
    refused, unless --out-of-order is given. `pgmig rebase` gives it another number.
    """
    from pgmig.commands.up import up as apply

    run(invocation, apply, to=version, is_out_of_order=out_of_order, is_dry_run=dry_run)
