"""`pgmig init`."""

from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.output import near

if TYPE_CHECKING:
    from pgmig.commands.init import Started


_WHERE_FROM = """\
note: these files install pgmig with pip, and it is on no public index unless you put it there
  workflows: a wheel in the repository, its path in the repository's variable PGMIG_PACKAGE
  Dockerfile: pip's settings for an index of yours, or FROM an image of pgmig"""


@command("init", "pgmig init", "pgmig init --github --pre-commit --docker")
@click.option("--github", is_flag=True, help="Workflows and the action that they use.")
@click.option("--pre-commit", is_flag=True, help="Hooks for pre-commit.")
@click.option("--docker", is_flag=True, help="Dockerfile, compose.yaml, Kubernetes manifests.")
def init(invocation: Invocation, *, github: bool, pre_commit: bool, docker: bool) -> None:
    """Start a project: settings, workflows, hooks, containers.

    Writes pgmig.toml into the current folder. It explains its keys; a project can do without one.
    With options the files of these are written too, to be changed and committed, and a settings
    file that is there stays. Nothing is written over: when one of the files exists, none is
    written, and the exit code is 2.
    """
    from pathlib import Path

    from pgmig.commands.init import PARTS
    from pgmig.commands.init import init as write

    wanted = {"github": github, "pre-commit": pre_commit, "docker": docker}
    done = write(Path.cwd(), [part for part in PARTS if wanted[part.name]])
    if invocation.out.is_json:
        invocation.out.document(done)
        return
    for path in done.files:
        invocation.out.data(near(path))
    _tell_next(invocation, done)


def _tell_next(invocation: Invocation, done: "Started") -> None:
    """What to type now: the first hour goes on."""
    if done.kept is not None:
        invocation.out.talk(f"{near(done.kept)} stays as it is")
    invocation.out.talk("next:")
    if done.begin is not None and not _names_database(invocation):
        invocation.out.talk("  export PGMIG_DATABASE_URL=postgresql://...  # or url in pgmig.toml")
    for line in done.then:
        hint = "" if line != done.begin else "  # for a database with tables: pgmig baseline"
        invocation.out.talk(f"  {line}{hint}")
    if done.is_installing:
        invocation.out.talk(_WHERE_FROM)


def _names_database(invocation: Invocation) -> bool:
    """Whether something says which database is meant, be it right or wrong."""
    from pgmig.errors import DatabaseNotNamed, PgmigError

    try:
        invocation.target()
    except DatabaseNotNamed:
        return False
    except PgmigError:
        return True
    return True
