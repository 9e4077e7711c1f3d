"""Line and column of an offset, as editors count them: both from 1, columns in characters."""

from pathlib import Path


def position(text: str, offset: int) -> tuple[int, int]:
    """The line and column of `text[offset]`; lines end at LF, as psql counts them."""
    return position_from(1, 1, text, offset)


def position_from(line: int, column: int, text: str, end: int, start: int = 0) -> tuple[int, int]:
    """The line and column of `text[end]`, where those of `text[start]` are known."""
    breaks = text.count("\n", start, end)
    if breaks:
        return line + breaks, end - text.rfind("\n", start, end)
    return line, column + end - start


def place(path: Path | None, text: str, offset: int) -> str:
    """`file:line:column`, or `line:column` of a text that is in no file."""
    line, column = position(text, offset)
    return f"{path}:{line}:{column}" if path else f"{line}:{column}"
