"""`pgmig snapshot`."""

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command, target_options
from pgmig.cli.output import Cell, near
from pgmig.cli.output import write as write_out
from pgmig.cli.reading import reading_progress
from pgmig.cli.scope import scope, scope_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgmig.catalog.scope import Scope
    from pgmig.commands.snapshot import Format, Taken
    from pgmig.db import Connection


@command(
    "snapshot",
    "pgmig snapshot",
    "pgmig snapshot --url postgresql://localhost/app > app.json",
    "pgmig snapshot -o app.sql",
    "pgmig snapshot --roles -o schema/",
    "pgmig snapshot --schema app --exclude 'table:app.tmp_*' -o app.json",
    "pgmig snapshot --fingerprint",
    "pgmig snapshot --data 'public.country,billing.*'",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="Write to a file, or to a folder that ends in / or is there, and report on stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "sql", "tree"]),
    help="json; sql, one script; tree, a folder with a file an object. Without it PATH tells: tree"
    " for a folder, sql for a file that ends in .sql, else json.",
)
@click.option("--roles", "with_roles", is_flag=True, help="Also the roles that it names.")
@click.option(
    "--summary",
    "is_summary",
    is_flag=True,
    help="Count the objects by kind, as on a terminal without PATH.",
)
@click.option(
    "--fingerprint",
    "is_fingerprint",
    is_flag=True,
    help="Print the fingerprint alone, at once where nothing has changed since the last time; with"
    " -v every object's.",
)
@click.option(
    "--data",
    metavar="TABLES",
    multiple=True,
    help="Instead, write the rows of these tables to files for pgmig seed: schema.table, * for any"
    " letters, several with commas. PATH is the folder, by default seeds/.",
)
@scope_options
@target_options
def snapshot(
    invocation: Invocation,
    output: str | None,
    form: "Format | None",
    *,
    with_roles: bool,
    is_summary: bool,
    is_fingerprint: bool,
    data: tuple[str, ...],
    **words: tuple[str, ...],
) -> None:
    """Write what a database holds, as JSON or SQL, or rows of it.

    Reads the catalog in one transaction that changes nothing. Without PATH it goes to stdout; a
    terminal gets a summary instead. What pgmig does not model is counted, and named with -v.
    """
    out = invocation.out
    if data:
        _require_alone(form, with_roles, is_summary, is_fingerprint, *words.values())
        _write_data(invocation, data, output)
        return
    _require_one(is_summary=is_summary, is_fingerprint=is_fingerprint, is_file=bool(output or form))
    chosen = scope(invocation, words)
    if is_fingerprint:
        _print_fingerprint(invocation, chosen, with_roles=with_roles)
        return
    from pgmig.commands.snapshot import format_of
    from pgmig.commands.snapshot import snapshot as take

    named, form = form, format_of(output, form)
    if output is None and out.is_json and form == "sql":
        raise click.UsageError("--json with --format sql reports on a file: name it with -o")
    if output is None and named is None and sys.stdout.isatty() and not out.is_json:
        is_summary = True
    url = invocation.database()
    with reading_progress(out) as on_progress:
        taken = take(url, with_roles=with_roles, scope=chosen, on_progress=on_progress)
    gc.freeze()  # all of it is needed to the end: the collector need not look
    _hand_out(invocation, taken, output, form, is_summary=is_summary)


def _hand_out(
    invocation: Invocation,
    taken: "Taken",
    output: str | None,
    form: "Format",
    *,
    is_summary: bool,
) -> None:
    """Write the snapshot where it shall go, and tell of it."""
    from pgmig.commands.snapshot import write

    out = invocation.out
    if output is not None:
        write(taken, Path(output), form)
    if out.is_json and (is_summary or output is not None):
        out.document(_report(taken, output))
    elif is_summary:
        _summarize(invocation, taken)
    elif output is not None:
        out.data(f"{_shown(output, form)}: {_line(taken)}")
        for line in _besides(invocation, taken):
            out.data(line)
    else:
        for piece in taken.pieces("sql" if form == "sql" else "json"):
            write_out(piece)
        out.talk("\n".join([_line(taken), *_besides(invocation, taken)]))


def _write_data(invocation: Invocation, patterns: tuple[str, ...], output: str | None) -> None:
    """The rows of tables as files, and what became of each."""
    from pgmig.commands.ignoring import scope as scope_of
    from pgmig.commands.snapshot_data import snapshot_data
    from pgmig.errors import FlagEmpty

    if output == "":
        raise FlagEmpty(flag="--output")
    settings, out = invocation.settings, invocation.out
    done = snapshot_data(
        invocation.database(),
        Path(output) if output else settings.seeds,
        patterns,
        settings.seed_rules,
        scope=scope_of(settings.ignore),
        on_table=lambda table: out.talk(f"reading {table}"),
    )
    if out.is_json:
        rows = [
            {
                "table": str(each.table),
                "file": each.path,
                "rows": each.rows,
                "change": each.change,
                "key": each.key,
            }
            for each in done.tables
        ]
        out.document({"target": done.target, "folder": done.folder, "tables": rows})
        return
    out.table(
        ["file", "rows", ""],
        [(near(each.path), str(each.rows).rjust(4), each.change) for each in done.tables],
    )
    for each in done.tables:
        if not each.key:
            out.talk(f"{each.table} has no key: pgmig seed will ask for one")


def _require_alone(*others: object) -> None:
    if any(others):
        raise click.UsageError("--data goes with --output alone: it writes rows, no schema")


def _require_one(*, is_summary: bool, is_fingerprint: bool, is_file: bool) -> None:
    if is_fingerprint and (is_summary or is_file):
        raise click.UsageError("--fingerprint goes without --summary, --output and --format")
    if is_summary and is_file:
        raise click.UsageError("--summary goes without --output and --format")


def _print_fingerprint(invocation: Invocation, chosen: "Scope | None", *, with_roles: bool) -> None:
    """The database's fingerprint, from the cache where it holds; with -v every object's, read."""
    url, out = invocation.database(), invocation.out
    if invocation.is_verbose:
        from pgmig.commands.snapshot import snapshot as take

        taken = take(url, with_roles=with_roles, scope=chosen)
        objects = taken.fingerprints()
        if out.is_json:
            rows = [
                {"kind": key.kind, "object": str(key), "fingerprint": value}
                for key, value in objects
            ]
            document = {"target": taken.target, "fingerprint": taken.fingerprint()}
            out.document(document, objects=rows)
            return
        out.data(taken.fingerprint())
        for key, value in objects:
            out.data(f"{value}  {key}")
        return
    from pgmig.commands.fingerprint import fingerprint
    from pgmig.commands.kept import cache_file

    def compute(conn: "Connection") -> str:
        from pgmig.commands.snapshot import fingerprint_of

        return fingerprint_of(conn, with_roles=with_roles, scope=chosen)

    besides = (*(chosen.words() if chosen else ()), "with roles" if with_roles else "")
    done = fingerprint(url, compute, cache=cache_file(os.environ), besides=besides)
    if out.is_json:
        out.document({"target": done.target, "fingerprint": done.value, "is_kept": done.is_kept})
    else:
        out.data(done.value)


def _shown(output: str, form: "Format") -> str:
    return near(Path(output)) + ("/" if form == "tree" else "")


def _line(taken: "Taken") -> str:
    """All objects, by kind, in one line."""
    counts = ", ".join(f"{name} {count}" for name, count in taken.counts().items())
    total = sum(taken.counts().values())
    return f"{total} objects of {taken.target}" + (f": {counts}" if counts else "")


def _summarize(invocation: Invocation, taken: "Taken") -> None:
    """All objects, by kind, in a table."""
    out, counts = invocation.out, taken.counts()
    version = taken.snapshot.server_version
    out.data(f"{taken.target}, PostgreSQL {version // 10000}.{version % 10000}")
    out.data(f"fingerprint {taken.fingerprint()}")
    rows = [*counts.items(), ("all", sum(counts.values()))]
    width = len("objects")
    out.table(["kind", "objects"], [(kind, str(count).rjust(width)) for kind, count in rows])
    for line in _besides(invocation, taken):
        out.line(Cell(line, "yellow"))


def _besides(invocation: Invocation, taken: "Taken") -> "Iterator[str]":
    """What the snapshot leaves out: counted, and named with -v."""
    ignored = taken.snapshot.ignored
    groups: dict[str, Sequence[object]] = {
        "not modelled": taken.snapshot.unmodelled,
        "in no script": taken.snapshot.outside,
        "ignored": (
            *ignored.objects,
            *ignored.besides,
            *(f"privileges of role {name}" for name in ignored.roles),
        ),
        "what is ignored is needed": ignored.needs,
    }
    for title, found in groups.items():
        if found and invocation.is_verbose:
            yield from (f"{title}: {each}" for each in found)
        elif found:
            yield f"{title}: {len(found)} (-v names them)"


def _report(taken: "Taken", output: str | None) -> dict[str, object]:
    return {
        "target": taken.target,
        "output": None if output is None else Path(output),
        "server_version": taken.snapshot.server_version,
        "fingerprint": taken.fingerprint(),
        "counts": taken.counts(),
        "unmodelled": taken.snapshot.unmodelled,
        "outside": taken.snapshot.outside,
        "ignored": taken.snapshot.ignored,
    }
