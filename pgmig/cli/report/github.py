"""A report as workflow commands, which GitHub Actions shows beside lines of a pull request.

Source: "Workflow commands for GitHub Actions", Setting a notice / warning / error message; the
escapes are those of the runner (actions/toolkit, packages/core/src/command.ts). GitHub shows ten
annotations of each level of a step, and takes the first ones.
"""

from collections.abc import Iterator
from pathlib import Path

from pgmig.cli.report.form import Level, Note, Report, Verdict
from pgmig.cli.report.leaf import in_short, leaf

SHOWN = 10
"""Annotations of one level that GitHub shows of a step."""

_LEVELS: dict[Verdict, Level] = {"good": "notice", "careful": "warning", "bad": "error"}
_ORDER: tuple[Level, ...] = ("error", "warning", "notice")
_LONGEST = 4_000  # characters of one


def annotations(report: Report) -> str:
    """A line for each note that is shown, and one for the result; ends in a line break."""
    lines = [_line(note) for level in _ORDER for note in _of_level(report, level)]
    return "\n".join(lines) + "\n"


def _of_level(report: Report, level: Level) -> Iterator[Note]:
    """The notes of one level, the first ones when there are more, and the result at its own."""
    notes = [note for note in report.notes if note.level == level]
    is_last = _LEVELS[report.verdict] == level
    rest = f"{{}} more {level}s are in the report, not beside lines"
    if is_last:
        shown = notes[: SHOWN - 1]
        more = len(notes) - len(shown)
        told = f"{report.summary}\n{rest.format(more)}" if more else report.summary
        yield from (*shown, Note(level, told, report.title))
    elif len(notes) > SHOWN:
        shown = notes[: SHOWN - 1]
        yield from (*shown, Note(level, rest.format(len(notes) - len(shown)), report.title))
    else:
        yield from notes


def _line(note: Note) -> str:
    properties = ",".join(f"{name}={_value(value)}" for name, value in _properties(note))
    return f"::{note.level}{' ' if properties else ''}{properties}::{_data(note.text)}"


def _properties(note: Note) -> Iterator[tuple[str, str]]:
    if note.file is not None:
        yield "file", _from_the_top(note.file)
        if note.line is not None:
            yield "line", str(note.line)
            if note.column is not None:
                yield "col", str(note.column)
    if note.title:
        yield "title", note.title


def _from_the_top(path: Path) -> str:
    """As GitHub names it: relative to the top of the repository."""
    full = path.absolute()
    top = next((each for each in full.parents if (each / ".git").exists()), None)
    return str(full.relative_to(top)) if top is not None else str(path)


def _data(text: str) -> str:
    told = leaf("".join(part for part in in_short(text, _LONGEST) if isinstance(part, str)))
    return told.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
