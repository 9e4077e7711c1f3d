"""`pgmig goto VERSION`."""

from pgmig.cli.invocation import Invocation
from pgmig.cli.late import out_of_order
from pgmig.cli.options import command
from pgmig.cli.running import allow as allow_option
from pgmig.cli.running import run, run_options, yes
from pgmig.cli.versions import version_argument


@command("goto", "pgmig goto 7", "pgmig goto 0 --dry-run")
@version_argument(required=True)
@out_of_order
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
    out_of_order: bool,
) -> None:
    """Move up or down to one version.

    Afterwards exactly the migrations up to VERSION are applied, with the text of their files; 0
    is a database without migrations. What was applied from another branch, and all that was
    applied above it, goes down first, with the text that was applied.

    On a terminal you are asked before anything goes down, unless --yes is given.
    """
    from pgmig.commands.goto import goto as move

    run(
        invocation,
        move,
        version,
        is_out_of_order=out_of_order,
        is_dry_run=dry_run,
        allow=allow,
        is_agreed=yes,
    )
