"""`pgmig down`."""

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.running import allow as allow_option
from pgmig.cli.running import run, run_options, yes
from pgmig.cli.versions import version_argument


@command("down", "pgmig down", "pgmig down 7 --yes")
@version_argument(required=False)
@run_options
@allow_option
@yes
def down(
    invocation: Invocation,
    version: int | None,
    *,
    dry_run: bool,
    allow: tuple[str, ...],
    yes: bool,
) -> None:
    """Undo applied migrations, the latest first.

    Without VERSION the latest one alone; with it, all above it; 0 takes everything down. What
    runs is the way down as it was when the script was applied, even if its file is gone.

    On a terminal you are asked first, unless --yes is given. Without a terminal nobody is asked:
    a script means what it says.
    """
    from pgmig.commands.down import down as take_down

    run(invocation, take_down, to=version, is_dry_run=dry_run, allow=allow, is_agreed=yes)
