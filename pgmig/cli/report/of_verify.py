"""The report of `pgmig verify`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgmig.cli.labels import plural
from pgmig.cli.output import near
from pgmig.cli.report.changes import Sides, change_blocks
from pgmig.cli.report.failed import note_at, shown_place
from pgmig.cli.report.form import Block, Folded, Items, Name, Note, Report, Table, Text, Words
from pgmig.errors import Place
from pgmig.scripts.sum_file import NAME

if TYPE_CHECKING:
    from pgmig.commands.verify import Result, Verified
    from pgmig.shadow.roundtrip import Fault

_SHOWN = 8  # findings of one fault
_AS_IT_SHOULD = Sides(
    "is", "should be", "missing", "should not be", " is missing", " should not be"
)
_STATEMENT = "in: "  # begins the finding that is one
_UNKNOWN = f"it leads to another schema than the one that {NAME} has for it"


def verify_report(done: "Verified") -> Report:
    """What was proved and what is wrong; each failing statement beside its line."""
    wrong = _wrong(done)
    proved = len(done.results) - len(done.wrong)
    summary = f"{plural(proved, 'script')} of {len(done.results)} proved on PostgreSQL {done.major}"
    return Report(
        "pgmig verify",
        "good" if done.is_good else "bad",
        f"{summary}; {wrong}" if wrong else summary,
        tuple(_blocks(done)),
        tuple(_notes(done)),
    )


def _wrong(done: "Verified") -> str:
    """What is wrong beside scripts that were not proved, counted."""
    fallen = sum(1 for each in done.standings if each.findings)
    counts = (
        (len(done.edited), "edited file", ""),
        (0 if done.sealed else len(done.removed), "sealed script", " gone"),
        (fallen, "checkpoint", " not what it stands for"),
        (len(done.differences), "difference", f" from {done.against}"),
    )
    return ", ".join(f"{plural(count, noun)}{more}" for count, noun, more in counts if count)


def _blocks(done: "Verified") -> Iterator[Block]:
    if rows := tuple(row for each in done.wrong for row in _rows(each)):
        yield Table(("script", "step", "what is wrong", "where"), rows)
    if lines := tuple(_seals(done)):
        yield Items(lines)
    for each in done.standings:
        word = "which do not" if each.findings else "which"
        scripts = plural(each.count, "script")
        yield Text((Name(each.label), f" stands for {scripts}, {word} lead to the same"))
        if each.findings:
            yield Items(_cut(each.findings))
    if done.against:
        yield from _against(done)
    if done.results:
        yield Text(_proof(done))
        yield Folded("every script", (_all(done),))


def _proof(done: "Verified") -> str:
    """What was done with each script."""
    if done.wrong:
        return "Each script runs up, down and up again on what those before it made."
    trip = "down and up again; the way down left what was there before"
    if all(each.has_down for each in done.results):
        return f"Each ran up, {trip}."
    return f"Each ran up and, where it has a way down, {trip}."


def _rows(result: "Result") -> Iterator[tuple[Words, ...]]:
    label = Name(result.label)
    if not result.is_reached:
        yield (label, "", "not reached: one before it fails", "")
    for fault in result.faults:
        where = Name(shown_place(fault.place)) if fault.place else ""
        first, *more = map(_set, _cut(fault.findings))
        yield (label, fault.step, first, where)
        yield from (("", "", each, "") for each in more)
    if not result.faults and result.is_known is False:
        yield (label, "up", _UNKNOWN, "")


def _set(finding: str) -> Words:
    """A statement as code."""
    is_statement = finding.startswith(_STATEMENT)
    return (_STATEMENT, Name(finding.removeprefix(_STATEMENT))) if is_statement else finding


def _cut(findings: Sequence[str]) -> tuple[str, ...]:
    more = len(findings) - _SHOWN
    return (*findings[:_SHOWN], f"and {more} more") if more > 0 else tuple(findings)


def _seals(done: "Verified") -> Iterator[Words]:
    yield from _listed("edited since it was sealed", [near(path) for path in done.edited])
    yield from _listed("sealed and gone", done.removed)
    yield from _listed("sealed now", done.sealed)
    if uncompared := [each for each in done.results if each.uncompared]:
        what = f"not compared with {NAME}, as the fingerprint was made as role"
        labels = [each.label for each in uncompared]
        yield from _listed(f"{what} {uncompared[0].uncompared}", labels)
    unsealed = [each.label for each in done.results if each.seal == "unsealed"]
    yield from _listed("not sealed yet", [each for each in unsealed if each not in done.sealed])


def _listed(what: str, names: Sequence[str]) -> Iterator[Words]:
    if names:
        words: list[str | Name] = [f"{what}: "]
        for place, name in enumerate(names):
            words += [", "] if place else []
            words.append(Name(name))
        yield tuple(words)


def _against(done: "Verified") -> Iterator[Block]:
    count = len(done.differences)
    if not count:
        yield Text(f"They lead to {done.against}.")
        return
    yield Text(f"They do not lead to {done.against}: {plural(count, 'difference')}.")
    yield from change_blocks(done.differences, _AS_IT_SHOULD)


def _all(done: "Verified") -> Table:
    titles = ("script", "", "seal", "way down", "leads to")
    return Table(titles, tuple(_row(each, done) for each in done.results))


def _row(each: "Result", done: "Verified") -> tuple[Words, ...]:
    word = "wrong" if each in done.wrong else "proved"
    return (
        Name(each.label),
        word if each.is_reached else "not reached",
        "sealed" if each.label in done.sealed else each.seal,
        "yes" if each.has_down else "none",
        Name(each.fingerprint.rpartition(":")[2][:12]) if each.fingerprint else "",
    )


def _notes(done: "Verified") -> Iterator[Note]:
    """Failing statements first; scripts that were not reached are no news."""
    for each in done.wrong:
        yield from (_of_fault(each, fault) for fault in each.faults)
        if not each.faults and each.is_known is False:
            yield note_at(Place(each.up), _UNKNOWN, each.label)
    for path in done.edited:
        what = f"{path.name} is not the text that was sealed"
        yield note_at(
            Place(path), f"{what}\ndo: restore it, or prove it with `pgmig verify --seal`"
        )
    if done.removed and not done.sealed:
        gone = f"sealed, and the files are gone: {', '.join(done.removed)}"
        yield note_at(Place(done.directory / NAME), gone)
    for stood in done.standings:
        if stood.findings:
            yield Note("error", "\n".join(_cut(stood.findings)), stood.label)
    if done.differences:
        unlike = _cut(tuple(map(str, done.differences)))
        yield Note("error", "\n".join(unlike), f"they do not lead to {done.against}")


def _of_fault(result: "Result", fault: "Fault") -> Note:
    half = result.up if fault.step.startswith("up") or result.down is None else result.down
    text = "\n".join(_cut(fault.findings))
    return note_at(fault.place or Place(half), text, f"{result.label}: {fault.step}")
