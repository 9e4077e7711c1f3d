"""Reports: what a command found, in a form that Markdown and annotations are made from."""

from pgmig.cli.report.form import (
    Block,
    Code,
    Folded,
    Items,
    Level,
    Name,
    Note,
    Report,
    Table,
    Text,
    Verdict,
    Words,
)

__all__ = [
    "Block",
    "Code",
    "Folded",
    "Items",
    "Level",
    "Name",
    "Note",
    "Report",
    "Table",
    "Text",
    "Verdict",
    "Words",
]
