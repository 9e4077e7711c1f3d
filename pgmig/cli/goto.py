"""`pgmig goto VERSION`."""

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.versions import version_argument


@command("goto", "pgmig goto 7")
@version_argument(required=True)
def goto(invocation: Invocation, version: int) -> None:
    """Move up or down to one version."""
