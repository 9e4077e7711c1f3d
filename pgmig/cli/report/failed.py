"""The report of a command that failed: the same three parts that stderr is told."""

from collections.abc import Iterator

from pgmig.cli.output import near
from pgmig.cli.report.form import Block, Code, Items, Name, Note, Report, Text, Words
from pgmig.errors import PgmigError, Place, places


def failure_report(title: str, error: PgmigError) -> Report:
    """What went wrong, where, and what to do; beside the line where it is one."""
    return Report(title, "bad", error.what, tuple(_blocks(error)), tuple(_beside_line(error)))


def note_at(place: Place, text: str, title: str = "") -> Note:
    """An error beside the place."""
    return Note(
        "error",
        text,
        title,
        file=place.path,
        line=place.line or 1,
        column=place.column or None,
    )


def shown_place(place: Place) -> str:
    """`migrations/0001_a.up.sql:3:7`."""
    return ":".join((near(place.path), *(str(number) for number in place[1:] if number)))


def _blocks(error: PgmigError) -> Iterator[Block]:
    where = error.where
    for place in places(error):
        where = where.replace(str(place.path), near(place.path))
    rows: list[Words] = [("at: ", Name(where))] if where else []
    rows += [
        (f"{name}: ", Name(text) if name == "sql" else text)
        for name, text in error.notes
        if "\n" not in text
    ]
    rows += [f"do: {error.do}"] if error.do else []
    if rows:
        yield Items(tuple(rows))
    yield from (Code(text, "") for _, text in error.notes if "\n" in text)
    yield Text(f"exit code {error.exit_code}")


def _beside_line(error: PgmigError) -> Iterator[Note]:
    text = f"{error.what}\ndo: {error.do}" if error.do else error.what
    for place in places(error):
        if place.path.is_file():
            yield note_at(place, text)
