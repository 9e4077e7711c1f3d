"""`pgmig squash --to VERSION`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.options import command, shadow_url
from pgmig.cli.output import near

if TYPE_CHECKING:
    from pgmig.commands.squash import Squashed


def _number(ctx: click.Context, param: click.Parameter, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        message = f"{value!r} is not a version: write its number, as in 7 or 0007"
        raise click.BadParameter(message, ctx, param)
    return int(value)


@command("squash", "pgmig squash --to 40", "pgmig squash --to 40 first_year --dry-run")
@click.argument("name", default="checkpoint")
@click.option(
    "--to",
    "version",
    required=True,
    metavar="VERSION",
    callback=_number,
    help="The last migration that it stands for.",
)
@click.option("--dry-run", is_flag=True, help="Prove it and write nothing.")
@shadow_url
def squash(invocation: Invocation, name: str, *, version: int, dry_run: bool) -> None:
    """Put one proved migration in the place of the first ones.

    It makes what those up to VERSION make, with the rows that they write; a new database runs it
    alone. They move to migrations/squashed/VERSION/, where a database that has run some of them
    finds the others, and all go on with the same migrations from there.

    Before a file is written it runs in shadow databases, up, down and up again: schema, rows and
    what pg_dump says have to be what they leave.
    """
    from pgmig.commands.ignoring import scope
    from pgmig.commands.server import local
    from pgmig.commands.squash import Options
    from pgmig.commands.squash import squash as put

    settings, out = invocation.settings, invocation.out
    options = Options(
        name=name,
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        scope=scope(settings.ignore),
        is_dry_run=dry_run,
        on_step=out.talk,
    )
    done = put(settings.directory(), version, options)
    if out.is_json:
        out.document(_document(done))
        return
    for line in _lines(done, version):
        out.data(line)


def _lines(done: "Squashed", version: int) -> Iterator[str]:
    if done.has_finished:
        yield "finished what an earlier run had begun"
    if done.script is None or done.folder is None:
        named = f"{done.stands_for[0]} stands for" if done.stands_for else "there is only one of"
        yield f"nothing to squash: {named} the migrations up to {version}"
        return
    count = plural(len(done.stands_for), "migration")
    yield near(done.script.up.path)
    if done.script.down is not None:
        yield near(done.script.down.path)
    yield (
        f"it stands for {count}, {done.stands_for[0]} to {done.stands_for[-1]}:"
        f" {plural(done.objects, 'object')} and {plural(done.rows, 'row')}"
    )
    yield f"proved on PostgreSQL {done.major}: up, down, up, with the same schema and rows"
    if done.is_written:
        yield f"they are in {near(done.folder)}/ now, for databases that ran some of them"
    else:
        yield "dry run: nothing was written"


def _document(done: "Squashed") -> dict[str, object]:
    script = done.script
    return {
        "label": script.label if script else None,
        "up": script.up.path if script else None,
        "down": script.down.path if script and script.down else None,
        "stands_for": done.stands_for,
        "folder": done.folder,
        "objects": done.objects,
        "rows": done.rows,
        "major": done.major,
        "is_written": done.is_written,
        "has_finished": done.has_finished,
    }
