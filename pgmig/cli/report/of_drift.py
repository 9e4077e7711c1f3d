"""The report of `pgmig drift`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgmig.cli.report.changes import Sides, change_blocks, of_object
from pgmig.cli.report.form import Block, Code, Folded, Items, Note, Report, Table, Text

if TYPE_CHECKING:
    from pgmig.commands.drift import Drift, Finding

_MOST = 25  # values that stand open
_AS_IT_SHOULD = Sides(
    "is", "should be", "missing", "not in the history", " is missing", " is not in the history"
)
_SORTS = {"added": _AS_IT_SHOULD.removed, "missing": _AS_IT_SHOULD.added}


def drift_report(done: "Drift", remarks: Sequence[str]) -> Report:
    """Objects that are not as they should be, both values of each field, and the way back.

    Args:
        done: what was found.
        remarks: what there is to say besides, the result among it.
    """
    *more, summary = [each for each in remarks if each != "fingerprints stored"]
    return Report(
        "pgmig drift",
        "bad" if done.findings else "careful" if done.uncompared else "good",
        summary.removeprefix("drift: "),
        tuple(_blocks(done, more)),
        tuple(_note(each) for each in done.findings),
    )


def _blocks(done: "Drift", remarks: Sequence[str]) -> Iterator[Block]:
    if done.findings:
        rows = tuple((of_object(each.key), _word(each)) for each in done.findings)
        yield Table(("object", "finding"), rows)
        yield from _values(done)
    if remarks:
        yield Items(tuple(remarks))
    if done.is_recorded:
        yield Text("Fingerprints are stored.")
    yield from _way_back(done)


def _values(done: "Drift") -> Iterator[Block]:
    found = [each for finding in done.findings for each in finding.differences]
    blocks = tuple(change_blocks(found, _AS_IT_SHOULD))
    rows = sum(len(block.rows) for block in blocks if isinstance(block, Table))
    if rows > _MOST:
        yield Folded(f"{rows} values that differ", blocks)
    else:
        yield from blocks


def _way_back(done: "Drift") -> Iterator[Block]:
    if done.no_way_back:
        yield Text(f"No statements bring it back: {done.no_way_back}.")
    if not done.way_back:
        return
    if done.dangers:
        yield Text("What brings it back takes rows or values with it:")
        yield Items(done.dangers)
    yield Folded("what would bring it back", (Code(done.way_back),))


def _word(finding: "Finding") -> str:
    if finding.sort in _SORTS:
        return _SORTS[finding.sort]
    return f"changed: {', '.join(finding.fields)}" if finding.fields else "changed"


def _note(finding: "Finding") -> Note:
    text = "\n".join((_word(finding), *finding.details))
    return Note("error", text, str(finding.key))
