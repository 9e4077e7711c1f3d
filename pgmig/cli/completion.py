"""`pgmig completion SHELL`."""

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command


@command("completion", "pgmig completion bash > ~/.local/share/bash-completion/completions/pgmig")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(invocation: Invocation, shell: str) -> None:
    """Print the completion script of a shell.

    It completes commands, options and the versions of the migrations directory. To load it in
    the running shell: `source <(pgmig completion bash)`, the same for zsh, and
    `pgmig completion fish | source`.
    """
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    from pgmig.cli.app import program

    kinds = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    invocation.out.data(kinds[shell](program, {}, "pgmig", "_PGMIG_COMPLETE").source())
