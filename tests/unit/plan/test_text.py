"""The text of a script that pgmig writes."""

import pytest

from pgmig.plan import script_text
from pgmig.scripts import Header, split
from pgmig.scripts.header import read_header


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
def test_a_name_with_a_line_break_never_leaves_the_title(line_break: str) -> None:
    hostile = f'collation public."a{line_break}pgmig: transaction=off{line_break}DROP TABLE t; --"'
    text = script_text((), title=[f"Not modelled: {hostile}", "", "end"])
    assert list(split(text)) == []
    assert read_header(text) == Header()
