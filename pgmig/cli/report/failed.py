"""The report of a command that failed: the same three parts that stderr is told."""

import re
from collections.abc import Iterator
from pathlib import Path

from pgmig.cli.report.form import Block, Items, Note, Report, Text
from pgmig.cli.stray import without_passwords
from pgmig.errors import PgmigError

# A place in a file as errors write it: the file, its line, and the column.
_PLACE = re.compile(r"(?P<file>[^:\n]+):(?P<line>\d+)(?::(?P<column>\d+))?")


def failure_report(title: str, error: PgmigError) -> Report:
    """What went wrong, where, and what to do; beside the line where it is one."""
    return Report(
        title,
        "bad",
        _safe(error.what),
        tuple(_blocks(error)),
        tuple(_beside_line(error)),
    )


def _blocks(error: PgmigError) -> Iterator[Block]:
    rows = [("at", error.where), *error.notes, ("do", error.do)]
    if told := tuple(f"{name}: {_safe(text)}" for name, text in rows if text):
        yield Items(told)
    yield Text(f"exit code {error.exit_code}")


def _beside_line(error: PgmigError) -> Iterator[Note]:
    found = _PLACE.match(error.where)
    path = Path(found["file"] if found else error.where.partition(",")[0])
    if not path.is_file():
        return
    line, column = (found["line"], found["column"]) if found else (None, None)
    text = f"{error.what}\ndo: {error.do}" if error.do else error.what
    yield Note(
        "error",
        _safe(text),
        file=path,
        line=int(line) if line else None,
        column=int(column) if column else None,
    )


def _safe(text: str) -> str:
    return str(without_passwords(text))
