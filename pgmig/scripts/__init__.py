"""The migrations directory: names, headers, checksums, statements."""

from pgmig.scripts.directory import Directory, Gap, read
from pgmig.scripts.header import Header, directive_lines
from pgmig.scripts.position import position
from pgmig.scripts.script import Half, Script
from pgmig.scripts.split import Piece, split
from pgmig.scripts.sum_file import Edited, SumCheck, check_sum, require_seal, seal
from pgmig.scripts.write import make_directory, write_pair

__all__ = [
    "Directory",
    "Edited",
    "Gap",
    "Half",
    "Header",
    "Piece",
    "Script",
    "SumCheck",
    "check_sum",
    "directive_lines",
    "make_directory",
    "position",
    "read",
    "require_seal",
    "seal",
    "split",
    "write_pair",
]
