"""The migrations directory: names, headers, checksums, statements."""

from pgmig.scripts.directory import Directory, Gap, read
from pgmig.scripts.header import Header, directive_lines
from pgmig.scripts.position import position
from pgmig.scripts.script import Half, Script
from pgmig.scripts.split import Piece, split

__all__ = [
    "Directory",
    "Gap",
    "Half",
    "Header",
    "Piece",
    "Script",
    "directive_lines",
    "position",
    "read",
    "split",
]
