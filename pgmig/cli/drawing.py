"""Tables on a terminal, drawn by rich."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pgmig.cli.output import Cell, Row, clean


def draw_table(titles: Sequence[str], rows: Sequence[Row], *, has_color: bool) -> None:
    """Print a table as wide as the terminal allows; names are text, never markup."""
    table = Table(box=None, pad_edge=False, header_style="bold" if has_color else None)
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(_text(word) for word in row))
    Console(no_color=not has_color, highlight=False).print(table)


def _text(word: str | Cell) -> Text:
    if isinstance(word, Cell):
        return Text(clean(word.text), style=word.color)
    return Text(clean(word))
