"""`pgmig verify --sealed`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural

if TYPE_CHECKING:
    from pgmig.cli.report import Report
    from pgmig.commands.sealed import Checked

_WRONG = 3


def verify_sealed(invocation: Invocation, *, is_staged: bool) -> int:
    """Check names, numbers and seals, report, and give the exit code."""
    from pathlib import Path

    from pgmig.commands.sealed import check_seals, check_staged

    directory = invocation.directory()
    done = check_staged(directory, Path.cwd()) if is_staged else check_seals(directory)
    invocation.out.publish(
        text=lambda: _tell(invocation, done),
        document=lambda: _document(done),
        report=lambda: _report(done),
    )
    return 0 if done.is_good else _WRONG


def _tell(invocation: Invocation, done: "Checked") -> None:
    from pgmig.cli.report.failed import shown_place

    for wrong in done.wrong:
        invocation.out.line(f"{shown_place(wrong.place)}: {wrong.what}; do: {wrong.do}")
    for line in (*_gaps(done), _summary(done)):
        invocation.out.line(line)


def _gaps(done: "Checked") -> Iterator[str]:
    for gap in done.gaps:
        more = f" to {gap.last:04d}" if gap.last > gap.first else ""
        yield f"no script has {gap.first:04d}{more}, between {gap.after} and {gap.before}"


def _summary(done: "Checked") -> str:
    scripts = plural(done.count, "script")
    if done.is_good:
        return f"{scripts}, sealed as {'it is' if done.count == 1 else 'they are'}"
    return f"{scripts}, {plural(len(done.wrong), 'thing')} wrong with their names or seals"


def _report(done: "Checked") -> "Report":
    from pgmig.cli.report import Items, Name, Report, Table
    from pgmig.cli.report.failed import note_at, shown_place

    rows = tuple((Name(shown_place(each.place)), each.what, each.do) for each in done.wrong)
    gaps = tuple(_gaps(done))
    return Report(
        "pgmig verify --sealed",
        "good" if done.is_good else "bad",
        _summary(done),
        (
            *((Table(("where", "what is wrong", "do"), rows),) if rows else ()),
            *((Items(gaps),) if gaps else ()),
        ),
        tuple(note_at(each.place, f"{each.what}\ndo: {each.do}") for each in done.wrong),
    )


def _document(done: "Checked") -> dict[str, object]:
    return {
        "is_good": done.is_good,
        "scripts": done.count,
        "wrong": [
            {
                "what": each.what,
                "do": each.do,
                "path": each.place.path,
                "line": each.place.line or None,
                "column": each.place.column or None,
            }
            for each in done.wrong
        ],
        "gaps": done.gaps,
    }
