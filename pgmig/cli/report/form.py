"""The parts of a report. All text in them is plain: whoever renders it escapes it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

Level = Literal["error", "warning", "notice"]

Verdict = Literal["good", "careful", "bad"]


class Name(NamedTuple):
    """A word that is somebody's name for something: set in another face where there is one."""

    text: str


Words = str | Name | tuple[str | Name, ...]
"""A run of text, names among it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    words: Words


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    rows: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; each row has a cell for each title."""

    titles: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines as they are."""

    text: str
    language: str = "sql"


@dataclass(frozen=True, slots=True)
class Folded:
    """What a reader may open."""

    title: Words
    blocks: "tuple[Block, ...]"


Block = Text | Items | Table | Code | Folded


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said beside a line of a file.

    Attributes:
        level: how bad it is.
        text: what is to be said; may have several lines.
        title: the same in a few words.
        file: where; None: of no file.
        line: from 1; None: of the whole file.
        column: from 1; None: of the whole line.
    """

    level: Level
    text: str
    title: str = ""
    file: Path | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found.

    Attributes:
        title: the command, as one types it.
        verdict: whether to go on.
        summary: the result in one sentence without a full stop.
        blocks: the rest, most important first.
        notes: what is to be said beside lines; also told by `blocks`, which stand alone.
    """

    title: str
    verdict: Verdict
    summary: str
    blocks: tuple[Block, ...] = ()
    notes: tuple[Note, ...] = ()
