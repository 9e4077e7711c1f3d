"""Line and column of an offset, as editors count them: both from 1, columns in characters."""

from pathlib import Path


def position(text: str, offset: int) -> tuple[int, int]:
    """The line and column of `text[offset]`; lines end at LF, as psql counts them."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def place(path: Path | None, text: str, offset: int) -> str:
    """`file:line:column`, or `line:column` of a text that is in no file."""
    line, column = position(text, offset)
    return f"{path}:{line}:{column}" if path else f"{line}:{column}"
