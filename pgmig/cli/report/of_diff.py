"""The report of `pgmig diff`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgmig.cli.diff_told import dangers_of, proof_of, rows_of
from pgmig.cli.labels import plural
from pgmig.cli.output import near
from pgmig.cli.report.changes import change_blocks, of_object
from pgmig.cli.report.form import (
    Block,
    Code,
    Folded,
    Items,
    Name,
    Note,
    Report,
    Table,
    Text,
    Verdict,
)
from pgmig.cli.report.traced import trace_blocks
from pgmig.model import CONSENT
from pgmig.plan import script_text

if TYPE_CHECKING:
    from pgmig.commands.diff import Diff
    from pgmig.model import Hazard
    from pgmig.shadow.rehearsal import Proved


def diff_report(done: "Diff", *, is_check: bool) -> Report:
    """What changes, what it endangers and locks, the proof, and the scripts."""
    if done.is_same:
        summary = f"no difference between {done.old} and {done.new}"
        return Report("pgmig diff", "good", summary, tuple(_remarks(done)))
    count = plural(len(done.differences), "difference")
    is_safe = done.rehearsed is not None and not any(dangers_of(done))
    verdict: Verdict = "good" if is_safe and not is_check else "careful"
    return Report(
        "pgmig diff",
        verdict,
        f"{count} from {done.old} to {done.new}",
        tuple(_blocks(done)),
        tuple(_note(done, each) for each in _hazards(done) if each.name in CONSENT),
    )


def _blocks(done: "Diff") -> Iterator[Block]:
    yield from change_blocks(done.differences)
    if rows := tuple(
        (Name(each.name), of_object(each.key), each.evidence) for each in _hazards(done)
    ):
        yield Table(("danger", "object", "evidence"), rows)
    yield from _remarks(done)
    if done.rehearsed is None:
        yield Text("Compared only: no statement ran.")
        yield Folded("what would run", (Code(_statements(done)),))
        return
    for each in done.rehearsed.scripts:
        yield Text((Name(each.script.label), f": the way down is {each.back}"))
        yield from trace_blocks(each.script.up, each.trace)
    proof = (proof_of(done), *rows_of(done))
    yield Text(f"{proof[0][:1].upper()}{proof[0][1:]}.")
    if proof[1:]:
        yield Items(proof[1:])
    for each in done.rehearsed.scripts:
        yield from _halves(done, each)


def _hazards(done: "Diff") -> "list[Hazard]":
    """The dangers; of a plan that was not tried also the locks and scans that it expects."""
    found = [*dangers_of(done)]
    if done.rehearsed is None:
        found += [each for each in done.plan.hazards if each not in found]
    return found


def _remarks(done: "Diff") -> Iterator[Block]:
    told = {hazard.evidence for hazard in done.plan.hazards}
    likely = (each.told for each in done.plan.likely if each.evidence not in told)
    lines = (
        *(f"rename: {each}" for each in done.renames),
        *(f"look at it: {each}" for each in done.unfollowed),
        *(f"looks like a rename: {each}" for each in likely),
        *done.plan.notes,
    )
    if lines:
        yield Items(lines)


def _statements(done: "Diff") -> str:
    return script_text(done.plan.statements, settings=done.plan.settings, with_reasons=True)


def _halves(done: "Diff", proved: "Proved") -> Iterator[Folded]:
    for half in (proved.script.up, proved.script.down):
        if half is not None:
            name = near(half.path) if done.is_written else half.path.name
            yield Folded((Name(name),), (Code(half.text),))


def _note(done: "Diff", hazard: "Hazard") -> Note:
    """Beside the script that it is in, once that is written."""
    scripts = done.rehearsed.scripts if done.rehearsed and done.is_written else ()
    home = next((each.script.up.path for each in scripts if hazard in each.hazards), None)
    text = f"{hazard.key}: {hazard.evidence}"
    return Note("warning", text, hazard.name, file=home, line=1 if home else None)
