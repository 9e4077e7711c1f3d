"""`pgmig init`."""

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.output import near


@command("init", "pgmig init")
def init(invocation: Invocation) -> None:
    """Start a settings file, pgmig.toml, in the current folder.

    It explains its keys. A project can do without one: a migrations directory is enough.
    """
    from pathlib import Path

    from pgmig.commands.init import init as write

    path = write(Path.cwd())
    if invocation.out.is_json:
        invocation.out.document({"file": path})
    else:
        invocation.out.data(near(path))
