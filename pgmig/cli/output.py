"""Where a command's words go: data to stdout, talk to stderr, JSON in the place of words."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

import click

if TYPE_CHECKING:
    from pathlib import Path

    from pgmig.cli.report import Report

Format = Literal["text", "json", "markdown", "github", "sarif"]

_COMMAND = re.compile(r"^(\s*)(::)|##\[", re.MULTILINE)


class Cell(NamedTuple):
    """A word of a table with the colour it has where there is colour."""

    text: str
    color: str


Row = Sequence[str | Cell]


class Output:
    """The output of one command.

    Args:
        command: its name, as it stands in the JSON document.
        form: how to report.
        report_file: where to add the report as Markdown too; None: nowhere.
        color: auto, always or never.
        is_quiet: say nothing on stderr but errors.
        is_logging: the log goes to stderr, where drawing would overwrite it.
    """

    def __init__(
        self,
        *,
        command: str,
        form: Format,
        report_file: str | None,
        color: str,
        is_quiet: bool,
        is_logging: bool,
    ) -> None:
        self._command = command
        self._report_file = report_file
        self._color = color
        self.is_quiet = is_quiet
        self._is_logging = is_logging
        self.form = form

    @property
    def is_json(self) -> bool:
        """Whether to report in JSON instead of words."""
        return self.form == "json"

    @property
    def is_text(self) -> bool:
        """Whether to report in words."""
        return self.form == "text"

    @property
    def is_reporting(self) -> bool:
        """Whether somebody asked for more than words: another form, or a report in a file."""
        return not self.is_text or self._report_file is not None

    @property
    def has_markdown(self) -> bool:
        """Whether the report is written as Markdown: on stdout or into a file."""
        return self.form == "markdown" or self._report_file is not None

    def publish(
        self,
        *,
        text: "Callable[[], None]",
        document: "Callable[[], object]",
        report: "Callable[[], Report]",
    ) -> None:
        """Report in the form that was asked for, and into the file that was named.

        Args:
            text: prints the words.
            document: gives the fields of the JSON document.
            report: gives what Markdown and annotations are made from.

        Raises:
            FileNotWritten: the report's file.
            OutputNotWritten: stdout.
        """
        if self.form == "json":
            self.document(document())
        elif self.form == "markdown":
            from pgmig.cli.report.markdown import markdown

            write(markdown(report()))
        elif self.form == "github":
            from pgmig.cli.report.github import annotations

            write(annotations(report()))
        else:
            text()
        if self._report_file is not None:
            from pgmig.cli.report.file import add_to

            add_to(self._report_file, report())

    def require_report_file(self) -> None:
        """Refuse a report's file that cannot be written, before anything is done.

        Raises:
            FlagEmpty: it has no name.
            FileNotWritten: no rights, or no such folder.
        """
        if self._report_file is not None:
            from pgmig.cli.report.file import require_writable

            require_writable(self._report_file)

    def asks(self) -> bool:
        """Whether somebody can answer: stdin and stderr are a terminal."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def is_live(self) -> bool:
        """Whether progress may be drawn on stderr."""
        return is_terminal(sys.stderr) and not (self.is_quiet or self._is_logging)

    def draws(self) -> bool:
        """Whether tables are drawn: stdout is a terminal."""
        return is_terminal(sys.stdout)

    def has_color_on_stderr(self) -> bool:
        """Whether what is drawn on stderr has colour."""
        return has_color(sys.stderr, self._color)

    def document(self, value: object, **more: object) -> None:
        """Print `value`, an object of fields, and `more` as the command's JSON document."""
        import msgspec

        fields = msgspec.to_builtins(value, enc_hook=_plain, str_keys=True)
        write_json({"command": self._command, **fields, **more})

    def event(self, name: str, **fields: object) -> None:
        """Print one event of a stream: a JSON document on a line of its own, at once."""
        import msgspec

        plain = msgspec.to_builtins(fields, enc_hook=_plain, str_keys=True)
        write_json_line({"event": name, "at": now(), **plain})

    def data(self, text: str) -> None:
        """Print a line of the result, as it is."""
        write(text + "\n")

    def line(self, *words: str | Cell) -> None:
        """Print a line of the result in words, with colour."""
        has_color = self._has_color(sys.stdout)
        self.data(" ".join(_styled(word, 0, has_color=has_color) for word in words))

    def talk(self, text: str) -> None:
        """Say something on stderr that is not the result."""
        if not self.is_quiet:
            told = inert(text) if self.form == "github" else text
            sys.stderr.write(clean(told) + "\n")

    def table(self, titles: Sequence[str], rows: Sequence[Row]) -> None:
        """Print a table: drawn by rich on a terminal, in aligned columns elsewhere."""
        if self.draws():
            from pgmig.cli.drawing import draw_table

            draw_table(titles, rows, has_color=self._has_color(sys.stdout))
            return
        has_color = self._has_color(sys.stdout)
        lines: list[Row] = [titles, *rows]
        widths = [max(len(_text(line[i])) for line in lines) for i in range(len(titles))]
        for line in lines:
            words = zip(line, widths, strict=True)
            cells = [_styled(word, width, has_color=has_color) for word, width in words]
            self.data("  ".join(cells).rstrip())

    def fits(self, titles: Sequence[str], rows: Sequence[Row]) -> bool:
        """Whether each row of a table has a line of its own where it would be drawn."""
        if not self.draws():
            return True
        widths = (max(len(_text(line[i])) for line in (titles, *rows)) for i in range(len(titles)))
        gaps = 2 * (len(titles) - 1)
        return sum(widths) + gaps <= shutil.get_terminal_size().columns

    def _has_color(self, stream: IO[str]) -> bool:
        return has_color(stream, self._color)


def write(data: str | bytes) -> None:
    """Write to stdout.

    Raises:
        OutputNotWritten: the disk is full, or the like; a reader that left is a BrokenPipeError.
    """
    try:
        if isinstance(data, str):
            sys.stdout.write(data)
        else:
            sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        from pgmig.errors import OutputNotWritten

        raise OutputNotWritten(reason=error.strerror or str(error)) from None


def has_color(stream: IO[str], color: str) -> bool:
    """Whether to colour `stream`; NO_COLOR (https://no-color.org) forbids it in `auto`."""
    if color == "auto":
        return is_terminal(stream) and not os.environ.get("NO_COLOR")
    return color == "always"


def is_terminal(stream: IO[str]) -> bool:
    """Whether the stream is a terminal that understands cursor movement."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write_json(fields: dict[str, Any]) -> None:
    """Print one JSON document of the versioned shape."""
    from pgmig.commands.document import document

    write(document(fields, indent=2) + "\n")


def write_json_line(fields: dict[str, Any]) -> None:
    """Print one JSON document of the versioned shape, on one line."""
    from pgmig.commands.document import document

    write(document(fields) + "\n")


def now() -> str:
    """This moment, as events carry it."""
    from datetime import UTC, datetime

    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def clean(text: str) -> str:
    """`text` without control characters: a name from a database must not steer a terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text)


def inert(text: str) -> str:
    """`text` in which GitHub's runner sees no workflow command, as it looks for in both streams.

    Source: actions/runner, src/Runner.Common/ActionCommand.cs: `::` after blanks, `##[` anywhere.
    """
    return _COMMAND.sub(lambda match: f"{match[1] or ''}: :" if match[2] else "## [", text)


def near(path: "Path") -> str:
    """`path` as one would type it here: relative when it is below the current folder."""
    here = path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _text(word: str | Cell) -> str:
    return clean(word.text if isinstance(word, Cell) else word)


def _styled(word: str | Cell, width: int, *, has_color: bool) -> str:
    text = _text(word).ljust(width)
    return click.style(text, fg=word.color) if has_color and isinstance(word, Cell) else text


def _plain(value: object) -> object:
    from pathlib import PurePath

    if isinstance(value, PurePath):
        return bytes(value).decode("utf-8", "surrogateescape")
    raise NotImplementedError(f"no JSON form of {type(value).__name__}")
