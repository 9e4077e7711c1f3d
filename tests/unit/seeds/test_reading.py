"""Files of rows: the header, and the lines of their records."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgmig.errors import SeedHeaderBad
from pgmig.seeds.reading import Header, Records, read_header, records
from pgmig.seeds.stream import Sides


def written(folder: Path, content: bytes) -> Path:
    path = folder / "public.a.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "columns", "size", "lines"),
    [
        (b"a,b\n1,2\n", ("a", "b"), 4, 1),
        (b"a,b", ("a", "b"), 3, 1),
        (b"\xef\xbb\xbfa,b\r\n1,2", ("a", "b"), 8, 1),
        (b'"a""b","c,d","e\nf"\n1', ('a"b', "c,d", "e\nf"), 19, 2),
        ("ä\n".encode(), ("ä",), 3, 1),
    ],
)
def test_a_header_is_read_as_copy_reads_rows(
    tmp_path: Path, content: bytes, columns: tuple[str, ...], size: int, lines: int
) -> None:
    assert read_header(written(tmp_path, content)) == Header(columns, size, lines)


@pytest.mark.parametrize("content", [b"", b"\n", b" \n", b"a,\n", b"a\rb\r", b'"a\n1\n', b"a\0\n"])
def test_what_is_no_header_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SeedHeaderBad):
        read_header(written(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"a\n1\n2\n", [(2, 1), (3, 2)]),
        (b"a\n1\n2", [(2, 1), (3, 2)]),
        (b'a\n"1\n\n"\n"2\n"\n3\n', [(2, 1), (5, 3), (7, 4)]),
        (b'a\n1\n"2\n', [(2, 1), (3, 3)]),
        (b'a\r\n1\r\n"\r\n\n"\r\n3\r\n', [(2, 1), (3, 3), (6, 4)]),
    ],
)
def test_records_are_counted_in_lines_as_the_server_counts_them(
    tmp_path: Path, content: bytes, found: list[tuple[int, int]]
) -> None:
    path = written(tmp_path, content)
    assert list(records(path, read_header(path))) == found


LINES = st.lists(st.sampled_from([b"%d\n" % n for n in range(40)]), max_size=60)


@settings(deadline=None)
@given(here=LINES, there=LINES, at_once=st.integers(1, 20), is_ended=st.booleans())
def test_lines_are_the_same_or_left_over(
    tmp_path_factory: pytest.TempPathFactory,
    here: list[bytes],
    there: list[bytes],
    at_once: int,
    is_ended: bool,  # noqa: FBT001
) -> None:
    content = b"a\n" + b"".join(here)
    path = written(tmp_path_factory.getbasetemp(), content if is_ended else content[:-1])
    with closing(Records(path, Header(("a",), 2, 1))) as file:
        batches = [there[n : n + at_once] for n in range(0, len(there), at_once)]
        found = Sides(file).part(batches)
    assert found is not None
    assert [here[number - 1] for number in found.numbers] == [*found.here]
    same = Counter(here) - Counter(found.here)
    assert same == Counter(there) - Counter(found.there)
    assert same.total() == found.same == len(here) - len(found.here)
