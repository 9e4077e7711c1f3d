"""The report of `pgmig diff --data`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgmig.cli.diff_data import proof_of, told_of
from pgmig.cli.labels import plural
from pgmig.cli.output import near
from pgmig.cli.report.form import Block, Code, Folded, Items, Name, Report, Table, Text, Words

if TYPE_CHECKING:
    from pgmig.commands.diff_data import DataDiff
    from pgmig.seeds.part import Part

_NOTHING = "NULL"


def data_report(done: "DataDiff") -> Report:
    """Which rows come, change and go, the proof, and the script."""
    title = "pgmig diff --data"
    told = tuple(told_of(done))
    remarks = (Items(told),) if told else ()
    if done.is_same:
        summary = f"no difference between the rows of {done.old} and {done.new}"
        return Report(title, "good", summary, remarks)
    return Report(
        title,
        "careful" if done.script is None or done.missing else "good",
        f"rows of {plural(len(done.parts), 'table')} differ from {done.old} to {done.new}",
        (*_blocks(done), *remarks, *_script(done)),
    )


def _blocks(done: "DataDiff") -> Iterator[Block]:
    counts = tuple(
        (
            Name(str(part.table.name)),
            str(len(part.changes.added)),
            str(len(part.changes.changed)),
            str(len(part.changes.removed)),
        )
        for part in done.parts
    )
    yield Table(("table", "added", "changed", "removed"), counts)
    for part in done.parts:
        yield Folded(("rows of ", Name(str(part.table.name))), (_rows(part),))


def _rows(part: "Part") -> Table:
    return Table(("row", "column", "is", "becomes"), tuple(_changes(part)))


def _changes(part: "Part") -> Iterator[tuple[Words, ...]]:
    changes = part.changes
    for row in changes.removed:
        yield _value(changes.key_values(row)), "removed", _row(part, row), ""
    for each in changes.changed:
        key = _value(changes.key_values(each.new))
        for name in changes.differing(each):
            if name in part.owned:
                place = changes.place(name)
                yield key, Name(name), _value((each.old[place],)), _value((each.new[place],))
    for row in changes.added:
        yield _value(changes.key_values(row)), "added", "", _row(part, row)


def _row(part: "Part", row: tuple[str | None, ...]) -> Words:
    """What a row holds beside its key."""
    key = part.key.columns
    columns = part.changes.columns
    pairs = zip(columns, row, strict=True)
    told = (f"{each.name} {_text(value)}" for each, value in pairs if each.name not in key)
    return Name(", ".join(told))


def _value(values: tuple[str | None, ...]) -> Words:
    return Name(", ".join(map(_text, values)))


def _text(value: str | None) -> str:
    return _NOTHING if value is None else value


def _script(done: "DataDiff") -> Iterator[Block]:
    if done.script is None:
        yield Text("Compared only: no statement ran.")
        return
    proof = proof_of(done)
    yield Text(f"{proof[:1].upper()}{proof[1:]}; the way down is {done.back}.")
    for half in (done.script.up, done.script.down):
        if half is not None:
            name = near(half.path) if done.is_written else half.path.name
            yield Folded((Name(name),), (Code(half.text),))
