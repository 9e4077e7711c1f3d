"""`pgmig resolve VERSION`."""

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command, runner_timeout, target_options
from pgmig.cli.versions import version_argument


@command("resolve", "pgmig resolve 7 --statement 2", "pgmig resolve 7 --statement 2 --done")
@version_argument(required=True)
@click.option("--statement", type=int, required=True, metavar="N", help="Its number, from 1.")
@click.option("--done/--redo", "is_done", default=None, help="It took effect, or run it again.")
@runner_timeout
@target_options
def resolve(invocation: Invocation, version: int, *, statement: int, is_done: bool | None) -> None:
    """Tell what became of a statement whose runner died.

    Only for a statement without a transaction of which the history says that it began and not how
    it ended, or that is part-way in batches: there --redo begins at its first row again, and --done
    leaves the rest as it is. Without --done and --redo nothing is changed: you see the statement,
    what the catalog shows of it, and what `pgmig up` makes of that. Where it makes nothing, look,
    then say it here.
    """
    from pgmig.cli.progress import progress
    from pgmig.commands.resolve import ask
    from pgmig.commands.resolve import resolve as tell
    from pgmig.engine import Options

    settings = invocation.settings
    if is_done is None:
        ask(invocation.target(), settings.directory(), version, statement)
    options = Options(runner_timeout=settings.runner_timeout)
    with progress(invocation.out) as listener:
        tell(
            invocation.target(),
            version,
            statement,
            is_done=is_done,
            options=options,
            listener=listener,
        )
    word = "done" if is_done else "to be run again"
    if invocation.out.is_json:
        invocation.out.document({"version": version, "statement": statement, "is_done": is_done})
    else:
        invocation.out.data(f"statement {statement} of version {version} is {word}")
