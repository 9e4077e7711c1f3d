"""`pgmig goto VERSION`."""

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.running import allow as allow_option
from pgmig.cli.running import run, run_options, yes
from pgmig.cli.versions import version_argument


@command("goto", "pgmig goto 7", "pgmig goto 0 --dry-run")
@version_argument(required=True)
@run_options
@allow_option
@yes
def goto(
    invocation: Invocation,
    version: int,
    *,
    dry_run: bool,
    allow: tuple[str, ...],
    yes: bool,
) -> None:
    """Move up or down to one version.

    Version 0 is a database without migrations. On a terminal you are asked before anything goes
    down, unless --yes is given.
    """
    from pgmig.commands.goto import goto as move

    run(invocation, move, version, is_dry_run=dry_run, allow=allow, is_agreed=yes)
