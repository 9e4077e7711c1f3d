"""`pgmig rebase`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command, shadow_url, target_options

if TYPE_CHECKING:
    from pgmig.commands.rebase import Rebased


@command("rebase", "pgmig rebase", "pgmig rebase --onto main")
@click.option("--onto", metavar="REV", help="The branch whose migrations keep their numbers.")
@click.option("--dry-run", is_flag=True, help="Try both orders and rename nothing.")
@shadow_url
@target_options
def rebase(invocation: Invocation, *, onto: str | None, dry_run: bool) -> None:
    """Give migrations that came late numbers after the others.

    Yours are those that the branch REV does not have. Without --onto they are those that are
    pending on the database below its current version, or that share the number of an applied one.
    Also mends what a merge leaves: two migrations of one number, and both sides of pgmig.sum.

    Both orders, yours before theirs and after, run in shadow databases first. Unless they lead to
    one schema, no file is renamed.
    """
    from pgmig.commands.ignoring import scope
    from pgmig.commands.rebase import Options
    from pgmig.commands.rebase import rebase as renumber
    from pgmig.commands.rebase.orders import Place
    from pgmig.commands.server import local

    settings, out = invocation.settings, invocation.out
    place = Place(
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        scope=scope(settings.ignore),
        on_step=out.talk,
    )
    options = Options(
        onto=None if onto is None else onto.removeprefix("git:"),
        root=settings.root,
        target=invocation.target() if onto is None else "",
        place=place,
        is_dry_run=dry_run,
    )
    done = renumber(settings.directory(), options)
    if out.is_json:
        out.document(_document(done))
        return
    for line in _lines(done, is_dry_run=dry_run):
        out.data(line)


def _lines(done: "Rebased", *, is_dry_run: bool) -> Iterator[str]:
    if done.has_finished:
        yield "finished what an earlier run had begun"
    for old, new in done.renamed:
        yield f"{old} -> {new}"
    if done.agreed is not None:
        yield f"both orders lead to one schema on PostgreSQL {done.agreed.major}"
        yield from (f"  no matter: {note}" for note in done.agreed.notes)
    if done.is_mended:
        yield "pgmig.sum holds the lines of both sides"
    if not done.renamed:
        yield f"nothing to renumber: no migration came late after those of {done.base}"
    elif is_dry_run:
        yield "dry run: no file was renamed"
    else:
        yield f"they come after those of {done.base}"


def _document(done: "Rebased") -> dict[str, object]:
    return {
        "base": done.base,
        "renamed": [{"old": old, "new": new} for old, new in done.renamed],
        "major": done.agreed.major if done.agreed else None,
        "notes": done.agreed.notes if done.agreed else [],
        "is_mended": done.is_mended,
        "is_written": done.is_written,
        "has_finished": done.has_finished,
    }
