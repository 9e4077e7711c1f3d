"""`pgmig trace`."""

from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command, report_options, shadow_url, target_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgmig.cli.output import Output
    from pgmig.cli.report import Report
    from pgmig.commands.trace import Traced, Traces
    from pgmig.shadow.trace import StatementTrace

_TITLES = ("", "line", "statement", "lock", "blocks", "rewrites and reads", "time", "WAL")
_SHOWN = 48  # characters of a statement
_NAMED = 4  # relations that a cell names


@command(
    "trace",
    "pgmig trace 0042",
    "pgmig trace migrations/0042_orders.up.sql --rows 100 --json",
    "pgmig trace --pending --env production",
)
@click.argument("script", nargs=-1)
@click.option(
    "--pending",
    is_flag=True,
    help="Trace what the target has not applied, on what its history says that it has.",
)
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Put synthetic rows into every table first, at least N; from 2 on with extreme values.",
)
@report_options()
@shadow_url
@target_options
def trace(invocation: Invocation, *, script: tuple[str, ...], pending: bool, rows: int) -> int:
    """Show what each statement locks, rewrites and reads.

    Each SCRIPT, a file, label or number, by default every one, runs in a shadow database on what
    those before it made. Locks are those on relations that were there before, with what they keep
    others from; those of plain queries are left out. Times and bytes of write-ahead log are those
    of the shadow database: they tell small from large, not how long production will take.

    With --pending the scripts are those that `pgmig up` would run on the target, which is only
    read; what `up` refuses is refused here too. `pgmig plan` says what they would do to it.
    """
    from pgmig.commands.server import local
    from pgmig.commands.trace import Options, trace_pending
    from pgmig.commands.trace import trace as look

    if pending and script:
        raise click.UsageError("--pending says which scripts: leave out SCRIPT")
    settings, out = invocation.settings, invocation.out
    options = Options(
        names=script,
        rows=rows,
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        on_step=out.talk,
    )
    if pending:
        seen = trace_pending(invocation.target(), settings.directory(), options)
    else:
        seen = look(settings.directory(), options)
    out.publish(
        text=lambda: _print(out, seen),
        document=lambda: _document(seen),
        report=lambda: _report(seen),
    )
    return 0


def _print(out: "Output", seen: "Traces") -> None:
    for each in seen.scripts:
        out.data(f"{each.script.label}:")
        rows = [row for place in range(len(each.trace.statements)) for row in _rows(each, place)]
        if out.fits(_TITLES, rows):
            out.table(_TITLES, rows)
        else:
            for row in rows:
                for line in _lines(row):
                    out.data(line)
        out.data("")
    out.data(_summary(seen))


def _rows(each: "Traced", place: int) -> "Iterator[tuple[str, ...]]":
    """A line for each sort of lock of a statement, one at least."""
    from pgmig.cli.labels import duration

    traced = each.trace.statements[place]
    locks = list(_locks(traced)) or [_held(each, place)]
    text = " ".join(each.texts[place].split())
    short = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 2]}.."
    for number, (lock, blocks) in enumerate(locks):
        if number:
            yield ("", "", "", lock, blocks, "", "", "")
        else:
            work = "; ".join(_work(traced))
            wal = f"{each.wal[place]:,}"
            time = duration(traced.seconds)
            yield (str(traced.number), str(each.lines[place]), short, lock, blocks, work, time, wal)


def _lines(row: tuple[str, ...]) -> "Iterator[str]":
    """A row as lines, where the terminal is too narrow for the table."""
    number, line, text, lock, blocks, work, time, wal = row
    if number:
        yield f"  {line}: {text}"
    if lock:
        yield f"    {lock}{f', which blocks {blocks}' if blocks else ''}"
    if work:
        yield f"    {work}"
    if number:
        yield f"    {time}, {wal} bytes of WAL"


def _held(each: "Traced", place: int) -> tuple[str, str]:
    """What stands for the locks of a statement without new ones: its transaction's go on."""
    if "locks" in each.trace.statements[place].unobserved:
        return "not observed", ""
    before = each.trace.statements[:place] if each.script.up.header.transaction else ()
    held = [lock for one in before for lock in one.locks if not lock.is_of_queries]
    is_undone = any(text.upper().startswith("ROLLBACK") for text in each.texts[: place + 1])
    if not held or is_undone:
        return "", ""
    return "as above", max((lock.blocks for lock in held), key=len)


def _locks(traced: "StatementTrace") -> "Iterator[tuple[str, str]]":
    from itertools import groupby

    strong = sorted(
        (each for each in traced.locks if not each.is_of_queries),
        key=lambda each: (-each.strength, each.indexes, each.relation),
    )
    for (mode, indexes), group in groupby(strong, key=lambda each: (each.mode, each.indexes)):
        locks = list(group)
        more = f", AccessExclusiveLock on its {_indexes(indexes)}" if indexes else ""
        yield f"{mode} on {_names(each.relation for each in locks)}{more}", locks[0].blocks


def _indexes(names: tuple[str, ...]) -> str:
    return f"{'index' if len(names) == 1 else 'indexes'} {_names(names)}"


def _work(traced: "StatementTrace") -> "Iterator[str]":
    if traced.rewrites:
        yield f"rewrites {_names(traced.rewrites)}"
    if traced.rebuilt:
        yield f"builds again {_names(index for _, index in traced.rebuilt)}"
    if traced.scans:
        yield f"reads {_names(traced.scans)}"
    if more := sorted(traced.unobserved - {"locks"}):
        yield f"not observed: {', '.join(more)}"


def _names(named: "Iterator[object] | tuple[object, ...]") -> str:
    names = [str(each) for each in named]
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + rest


def _summary(seen: "Traces") -> str:
    from pgmig.cli.labels import plural

    pending = f" pending on {seen.target}" if seen.target else ""
    if not seen.scripts:
        return f"nothing{pending}" if pending else "no script to trace"
    count = sum(len(each.trace.statements) for each in seen.scripts)
    scripts = plural(len(seen.scripts), "script")
    told = f"{plural(count, 'statement')} of {scripts}{pending}, on PostgreSQL {seen.major}"
    if seen.target_major in {None, seen.major}:
        return told
    return f"{told}; the target is {seen.target_major}"


def _document(seen: "Traces") -> dict[str, object]:
    return {
        "major": seen.major,
        "target": seen.target,
        "target_major": seen.target_major,
        "scripts": [
            {
                "label": each.script.label,
                "file": each.script.up.path,
                "statements": [
                    {
                        "number": traced.number,
                        "line": line,
                        "sql": text,
                        "locks": [
                            {
                                "relation": str(lock.relation),
                                "kind": lock.relation.key.kind,
                                "mode": lock.mode,
                                "indexes": list(lock.indexes),
                                "blocks": lock.blocks,
                            }
                            for lock in traced.locks
                        ],
                        "rewrites": list(map(str, traced.rewrites)),
                        "rebuilt": [
                            {"relation": str(relation), "index": index}
                            for relation, index in traced.rebuilt
                        ],
                        "scans": list(map(str, traced.scans)),
                        "unobserved": sorted(traced.unobserved),
                        "is_alone": traced.is_alone,
                        "seconds": round(traced.seconds, 6),
                        "wal_bytes": wal,
                    }
                    for traced, line, text, wal in zip(
                        each.trace.statements, each.lines, each.texts, each.wal, strict=True
                    )
                ],
            }
            for each in seen.scripts
        ],
    }


def _report(seen: "Traces") -> "Report":
    from pgmig.cli.report import Name, Report, Text
    from pgmig.cli.report.traced import trace_blocks

    blocks = [
        block
        for each in seen.scripts
        for block in (Text(Name(each.script.label)), *trace_blocks(each.script.up, each.trace))
    ]
    return Report("pgmig trace", "good", _summary(seen), tuple(blocks))
