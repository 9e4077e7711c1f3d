"""`pgmig redo`."""

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.running import allow as allow_option
from pgmig.cli.running import run, run_options, yes


@command("redo", "pgmig redo", "pgmig redo --yes")
@run_options
@allow_option
@yes
def redo(invocation: Invocation, *, dry_run: bool, allow: tuple[str, ...], yes: bool) -> None:
    """Undo the latest migration and apply it again.

    For a script that is still being written: down with the text that was applied, up with the
    file as it is now. On a terminal you are asked first, unless --yes is given.
    """
    from pgmig.commands.redo import redo as run_again

    run(invocation, run_again, is_dry_run=dry_run, allow=allow, is_agreed=yes)
