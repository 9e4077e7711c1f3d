"""Lines of a COPY, read as values."""

import pytest

from pgmig.db.copying import values_of


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (b"a\t\\N\t\n", ("a", None, "")),
        (b"\\\\N\t\\\\\\N\n", ("\\N", "\\N")),
        (b"x\\ty\\nz\\r\\b\\f\\v\\\\t\n", ("x\ty\nz\r\b\f\v\\t",)),
        ("é\t\u2028\n".encode(), ("é", "\u2028")),
    ],
)
def test_a_line_is_read_as_copy_writes_it(line: bytes, values: tuple[str | None, ...]) -> None:
    assert values_of(line) == values
