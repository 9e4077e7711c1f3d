"""`pgmig diff --data`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.output import near

if TYPE_CHECKING:
    from pgmig.commands.diff_data import DataDiff
    from pgmig.seeds.part import OnConflict, Part

_DIFFERENT = 3


def diff_data(
    invocation: Invocation,
    name: str | None,
    *,
    stdout: bool,
    down: bool,
    check: bool,
    on_conflict: str | None,
) -> int | None:
    """Compare, write, report; gives the exit code where it is another than 0."""
    from pgmig.cli.report.of_diff_data import data_report
    from pgmig.commands.diff_data import Options
    from pgmig.commands.diff_data import diff_data as compare
    from pgmig.commands.ignoring import scope
    from pgmig.commands.server import local

    settings, out = invocation.settings, invocation.out
    options = Options(
        name=name,
        is_proved=stdout or (out.is_reporting and not check),
        on_conflict=cast("OnConflict", on_conflict or "fail"),
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        scope=scope(settings.ignore),
        settings_file=settings.file,
        on_step=out.talk,
    )
    done = compare(settings.directory(), settings.seeds, settings.seed_rules, options)
    out.publish(
        text=lambda: _tell(invocation, done, stdout=stdout, down=down),
        document=lambda: _document(done),
        report=lambda: data_report(done),
    )
    return _DIFFERENT if check and not done.is_same else None


def _tell(invocation: Invocation, done: "DataDiff", *, stdout: bool, down: bool) -> None:
    out = invocation.out
    if stdout and done.script is not None:
        for line in (proof_of(done), *told_of(done)):
            out.talk(line)
        half = done.script.down if down else done.script.up
        out.data(half.text.rstrip("\n") if half else "")
        return
    for line in _lines(done):
        (out.talk if stdout else out.data)(line)


def _lines(done: "DataDiff") -> Iterator[str]:
    if done.is_same:
        yield f"no difference between the rows of {done.old} and {done.new}"
    elif done.is_written and done.script is not None:
        script = done.script
        yield from (near(half.path) for half in (script.up, script.down) if half)
        yield f"  way down: {done.back}"
        yield proof_of(done)
    else:
        yield f"the rows of {done.old} are not those of {done.new}"
        yield from (f"  {_counts(part)}" for part in done.parts)
    yield from told_of(done)
    if not done.is_same and not done.is_written:
        yield "write the script with `pgmig diff NAME --data`"


def told_of(done: "DataDiff") -> Iterator[str]:
    """What there is to say besides."""
    yield from (f"note: {note}" for note in done.notes)
    for each in done.missing:
        named = ", ".join(f"({','.join(map(str, key))})" for key in each.missing_keys)
        more = ", ..." if each.missing > len(each.missing_keys) else ""
        listed = f": {named}{more}" if named else ""
        yield f"not in the files, and kept: {plural(each.missing, 'row')} of {each.table}{listed}"


def _counts(part: "Part") -> str:
    changes = part.changes
    counts = (
        (len(changes.added), "added"),
        (len(changes.changed), "changed"),
        (len(changes.removed), "removed"),
    )
    words = ", ".join(f"{plural(count, 'row')} {what}" for count, what in counts if count)
    return f"{part.table.name}: {words}"


def proof_of(done: "DataDiff") -> str:
    """The proof in a sentence."""
    return f"proved on PostgreSQL {done.major}: up, down, up, with {plural(done.rows, 'row')}"


def _document(done: "DataDiff") -> dict[str, object]:
    script = done.script
    return {
        "from": done.old,
        "to": done.new,
        "is_same": done.is_same,
        "major": done.major,
        "tables": [_table(part) for part in done.parts],
        "missing": [
            {"table": str(each.table), "rows": each.missing, "keys": each.missing_keys}
            for each in done.missing
        ],
        "notes": done.notes,
        "scripts": [
            {
                "label": script.label,
                "up": script.up.text,
                "down": script.down.text if script.down else None,
                "back": done.back,
                "path": script.up.path if done.is_written else None,
            }
        ]
        if script is not None
        else [],
        "rows": done.rows if script is not None else None,
    }


def _table(part: "Part") -> dict[str, object]:
    changes = part.changes
    return {
        "table": str(part.table.name),
        "key": part.key.columns,
        "added": [changes.key_values(row) for row in changes.added],
        "changed": [
            {
                "key": changes.key_values(each.new),
                "columns": {
                    name: [each.old[changes.place(name)], each.new[changes.place(name)]]
                    for name in changes.differing(each)
                    if name in part.owned
                },
            }
            for each in changes.changed
        ],
        "removed": [changes.key_values(row) for row in changes.removed],
    }
