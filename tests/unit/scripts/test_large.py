"""Large files, read in windows of a few bytes: what comes out is what small ones give."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pgmig.errors import (
    BadScript,
    DirectiveMisplaced,
    NulInScript,
    PgmigError,
    ScriptChanged,
    ScriptNotUtf8,
)
from pgmig.scripts import Half, Piece, split
from pgmig.scripts.directory import make_half, read_half
from pgmig.scripts.large import LargeText, check
from pgmig.scripts.parts import parts, split_part
from pgmig.scripts.text import checksum, decode
from pgmig.scripts.window import split_large

FILES = sorted((Path(__file__).parent / "sql").glob("*.sql"))
DATA = (
    "-- head\nSELECT 'é';\nCOPY t (a, b) FROM STDIN; -- data\n1\tit's; \\N\n\\.x\n\\\\.\n\\.\n"
    "SELECT 1;\ncopy t from stdin;\n\\.\nSELECT $é$;\n$é$ /* ; */ ; COPY t FROM STDIN;\n1\n\\."
)
TOKENS = [
    ";",
    "'",
    '"',
    "$$",
    "(",
    ")",
    "/*",
    "*/",
    "--",
    "\n",
    "\r\n",
    "é",
    "\u3000",
    "E'",
    "a ",
    "1",
]
TOKENS += [
    "\\'",
    "''",
    "COPY t FROM STDIN;\n",
    "\\.",
    "\n\\.\n",
    "\ufeff",
    "- ",
    "SELECT ",
    "END",
    "$a$",
]
TOKENS += ["CREATE FUNCTION f() BEGIN ATOMIC ", "SET standard_conforming_strings = ", "\\x"]


BLOCKS = st.integers(1, 12)  # bytes


def seen(pieces: Callable[[], Iterator[Piece]]) -> list[object]:
    """What a splitter gives up to its end or its error."""
    found: list[object] = []
    try:
        for piece in pieces():
            data = ["".join(blocks) for blocks in piece.data]
            found.append((piece.sql, piece.line, piece.column, piece.words, data))
    except BadScript as error:
        found.append((type(error), error.what, error.line, error.column))
    return found


def seen_in_parts(source: LargeText) -> list[object]:
    """The same of a file that is cut into parts first."""

    def pieces() -> Iterator[Piece]:
        for part in list(parts(source, lambda _: None)):
            found = list(split_part(source, part))
            assert len(found) == part.count
            for piece in found:
                assert (piece.copy_data is None) == (part.data is None)
                data = None if part.data is None else partial(source.part, *part.data)
                yield replace(piece, copy_data=None, blocks=data)

    return seen(pieces)


def whole(path: Path) -> str:
    return decode(path.read_bytes(), path=path)


def large(path: Path, block: int) -> LargeText:
    return check(path, lambda _: None, block=block)


@pytest.mark.parametrize("block", [1, 7, 64, 100_000])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_large_file_has_the_statements_of_its_text(file: Path, block: int) -> None:
    text = whole(file)
    source = large(file, block)
    assert source.checksum == checksum(text)
    assert source.text == text
    assert seen(lambda: split_large(source)) == seen(lambda: split(text, path=file))


@pytest.mark.parametrize("block", range(1, 24))
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_data_of_copies_is_read_where_it_is(
    tmp_path: Path, block: int, ending: str, mark: str
) -> None:
    path = tmp_path / "0001_a.up.sql"
    path.write_bytes((mark + DATA.replace("\n", ending)).encode())
    source = large(path, block)
    assert (source.text, source.checksum) == (whole(path), checksum(whole(path)))
    assert seen(lambda: split_large(source)) == seen(lambda: split(DATA, path=path))
    assert seen(lambda: iter(list(split_large(source)))) == seen(lambda: split(DATA, path=path))
    assert seen_in_parts(source) == seen(lambda: split(DATA, path=path))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(TOKENS), max_size=24).map("".join), BLOCKS)
def test_any_text_is_cut_alike_in_windows_of_any_size(tmp_path: Path, sql: str, block: int) -> None:
    assume(not sql.startswith("\ufeff\ufeff"))
    path = tmp_path / "any.sql"
    path.write_bytes(sql.encode())
    source = large(path, block)
    text = whole(path)
    assert (source.text, source.checksum) == (text, checksum(text))
    assert seen(lambda: split_large(source)) == seen(lambda: split(text, path=path))
    small, found = seen(lambda: split(text, path=path)), seen_in_parts(source)
    assert found == small or found == small[-1:]  # an error comes before any part
    as_small = make_half_or_error(path, text)
    assert halves_agree(as_small, path)


def make_half_or_error(path: Path, text: str) -> Half | PgmigError:
    try:
        return make_half(path, text)
    except PgmigError as error:
        return error


def halves_agree(small: Half | PgmigError, path: Path) -> bool:
    try:
        half = read_half(path, large=0)
    except PgmigError as error:
        return isinstance(small, PgmigError) and str(small) == str(error)
    return isinstance(small, Half) and (half.header, half.checksum, half.is_empty) == (
        small.header,
        small.checksum,
        small.is_empty,
    )


@pytest.mark.parametrize(
    "sql",
    [
        "-- pgmig: lock_timeout=2s\n/* more */ SELECT 1;\n",
        "-- pgmig: irreversible=\"no\"\nSELECT '\n-- pgmig: retries=3\n';\n",
        "SELECT 1;\n  -- pgmig: retries=3\nSELECT 2;",
        "SELECT 1 /* -- pgmig: */; COPY t FROM STDIN;\n-- pgmig: a\n\\.\n--  PGMIG  : retries=3\n",
        "-- pgmig: nonsense=1\nSELECT 1;",
        "-- nothing\n;; /* here */",
        "/* never",
        "SELECT 1;\n-- pgmig: retries=3\nSELECT '",
    ],
)
@pytest.mark.parametrize("size", [1, 1200])
def test_directives_of_large_files_are_found_where_they_stand(
    tmp_path: Path, sql: str, size: int
) -> None:
    path = tmp_path / "0001_a.up.sql"
    for text in (sql, "-- pgmig: retries=2\n" + f"-- {size * 'x'}\n" * 1000 + sql):
        path.write_text(text, newline="")
        assert halves_agree(make_half_or_error(path, text), path)


def test_a_misplaced_directive_of_a_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "0001_a.up.sql"
    path.write_text("SELECT 1;\n" * 300_000 + "  -- pgmig: retries=3\nSELECT 2;\n")
    with pytest.raises(DirectiveMisplaced) as caught:
        read_half(path, large=0)
    assert (caught.value.line, caught.value.column) == (300_001, 3)


@pytest.mark.parametrize("block", [1, 5, 4096])
@pytest.mark.parametrize("data", [b"a\n\xc3\xa9\n b\xff", b"a\xc3", b"\xef\xbb\xbfa\n\xe2\x82x"])
def test_bytes_that_are_no_text_are_named(tmp_path: Path, data: bytes, block: int) -> None:
    path = tmp_path / "0001_a.up.sql"
    path.write_bytes(data)
    with pytest.raises(ScriptNotUtf8) as expected:
        whole(path)
    with pytest.raises(ScriptNotUtf8) as caught:
        large(path, block)
    assert str(caught.value) == str(expected.value)
    assert caught.value.line == expected.value.line


@pytest.mark.parametrize("block", [1, 5, 4096])
def test_a_nul_is_named(tmp_path: Path, block: int) -> None:
    path = tmp_path / "0001_a.up.sql"
    path.write_bytes("é\nSELECT 'é\0';".encode())
    with pytest.raises(NulInScript) as caught:
        large(path, block)
    assert (caught.value.line, caught.value.column) == (2, 10)


@pytest.mark.parametrize(
    "change", [b"SELECT 2;\n", b"SELECT 1;\nSELECT 2;\n", b"", b"SELECT \xff;\n"]
)
def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path, change: bytes) -> None:
    path = tmp_path / "0001_a.up.sql"
    path.write_bytes(b"SELECT 1;\n")
    half = read_half(path, large=0)
    path.write_bytes(change)
    os.utime(path, (0, 0))  # the clock of a file may be coarse
    with pytest.raises(ScriptChanged):
        _ = half.text
    with pytest.raises(ScriptChanged):
        list(half.statements())
