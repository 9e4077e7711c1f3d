"""A report as workflow commands, which GitHub Actions shows beside lines of a pull request.

Source: "Workflow commands for GitHub Actions", Setting a notice / warning / error message; the
escapes are those of the runner (actions/toolkit, packages/core/src/command.ts).
"""

from collections.abc import Iterator
from pathlib import Path

from pgmig.cli.output import clean
from pgmig.cli.report.form import Note, Report

_LEVELS = {"good": "notice", "careful": "warning", "bad": "error"}


def annotations(report: Report) -> str:
    """A line for each note, and one for the result; ends in a line break."""
    lines = [_line(note) for note in report.notes]
    lines.append(
        f"::{_LEVELS[report.verdict]} title={_value(report.title)}::{_data(report.summary)}"
    )
    return "\n".join(lines) + "\n"


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
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
