"""`pgmig new NAME`."""

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.output import near


@command("new", 'pgmig new "add invoices"', "pgmig new index_orders --no-transaction")
@click.argument("name")
@click.option(
    "--no-transaction",
    is_flag=True,
    help="Run the scripts statement by statement, as CREATE INDEX CONCURRENTLY needs it.",
)
@click.option("--timestamp", is_flag=True, help="Number it by the time instead of counting on.")
def new(invocation: Invocation, name: str, *, no_transaction: bool, timestamp: bool) -> None:
    """Start the next migration: a numbered pair of scripts.

    Writes NUMBER_NAME.up.sql and NUMBER_NAME.down.sql, for you to fill in, and their line in
    pgmig.sum; makes the migrations directory when there is none.
    """
    from pgmig.commands.new import new as write

    done = write(
        invocation.settings.migrations,
        name,
        transaction=not no_transaction,
        numbering="timestamp" if timestamp else None,
    )
    if invocation.out.is_json:
        invocation.out.document(done)
        return
    invocation.out.data(near(done.up))
    invocation.out.data(near(done.down))
    invocation.out.talk("write the way up and the way back, then run `pgmig up`")
