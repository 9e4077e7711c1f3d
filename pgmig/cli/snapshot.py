"""`pgmig snapshot`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.output import near
from pgmig.cli.output import write as write_out

if TYPE_CHECKING:
    from pgmig.commands.snapshot import Format, Taken


@command(
    "snapshot",
    "pgmig snapshot --url postgresql://localhost/app > app.json",
    "pgmig snapshot --format sql -o app.sql",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE and report on stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "sql"]),
    help="Without it, sql for a FILE that ends in .sql, else json.",
)
def snapshot(invocation: Invocation, output: Path | None, form: "Format | None") -> None:
    """Write what a database holds, as JSON or SQL.

    Reads the catalog in one transaction that changes nothing. What pgmig does not model is
    counted and named.
    """
    from pgmig.commands.snapshot import snapshot as take
    from pgmig.commands.snapshot import write

    if form is None:
        form = "sql" if output is not None and output.suffix == ".sql" else "json"
    if output is None and invocation.out.is_json and form == "sql":
        raise click.UsageError("--json with --format sql reports on a file: name it with -o")
    taken = take(invocation.settings.database())
    data = taken.text(form)
    if output is None:
        write_out(data)
        invocation.out.talk(_summary(taken))
        return
    write(output, data)
    if invocation.out.is_json:
        invocation.out.document(_report(taken, output))
    else:
        invocation.out.data(f"{near(output)}: {_summary(taken)}")


def _summary(taken: "Taken") -> str:
    counts = ", ".join(f"{name} {count}" for name, count in taken.counts().items())
    total = sum(taken.counts().values())
    lines = [f"{total} objects of {taken.target}" + (f": {counts}" if counts else "")]
    lines += [f"not modelled: {each}" for each in taken.snapshot.unmodelled]
    lines += [f"in no script: {each}" for each in taken.snapshot.outside]
    return "\n".join(lines)


def _report(taken: "Taken", output: Path) -> dict[str, object]:
    return {
        "target": taken.target,
        "output": output,
        "server_version": taken.snapshot.server_version,
        "fingerprint": taken.fingerprint(),
        "counts": taken.counts(),
        "unmodelled": taken.snapshot.unmodelled,
        "outside": taken.snapshot.outside,
    }
