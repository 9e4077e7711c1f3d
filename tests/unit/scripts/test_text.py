"""From the bytes of a file to the text that runs and is summed."""

from hashlib import sha256
from pathlib import Path

import pytest

from pgmig.errors import NulInScript, ScriptNotUtf8, ScriptUnreadable
from pgmig.scripts import read
from pgmig.scripts.text import checksum, decode, read_text
from tests.unit.scripts.conftest import Write

FILE = Path("0001_a.up.sql")


def test_the_checksum_is_sha256_of_the_text(migrations: Write) -> None:
    text = "SELECT 'é';\n"
    path = migrations({"0001_a": (text, "SELECT 1;")})
    assert read(path).scripts[0].up.checksum == sha256(text.encode()).hexdigest()


def test_a_byte_order_mark_is_taken_off_and_not_summed() -> None:
    marked = decode(b"\xef\xbb\xbfSELECT 1;", path=FILE)
    assert marked == "SELECT 1;"
    assert checksum(marked) == checksum(decode(b"SELECT 1;", path=FILE))


def test_a_file_that_git_gave_crlf_runs_and_sums_as_the_lf_file() -> None:
    assert decode(b"-- a\r\nSELECT\r\n 1;\r\n", path=FILE) == "-- a\nSELECT\n 1;\n"


@pytest.mark.parametrize("data", [b"SELECT 'a\r\nb';\n", b"a\rb\n", b"a\r", b"a\n\r\nb\n"])
def test_a_file_with_mixed_line_ends_runs_as_it_is(data: bytes) -> None:
    assert decode(data, path=FILE) == data.decode()


def test_what_is_not_utf8_is_refused_with_its_byte_and_line(migrations: Write) -> None:
    path = migrations(
        {"0001_a.up.sql": b"-- caf\xc3\xa9\nSELECT 'caf\xe9';", "0001_a.down.sql": ""}
    )
    with pytest.raises(ScriptNotUtf8, match=r"byte 0xe9 at offset 20") as caught:
        read(path)
    assert (caught.value.line, caught.value.offset, caught.value.byte) == (2, 20, 0xE9)
    assert caught.value.where == f"{path / '0001_a.up.sql'}:2"
    assert caught.value.exit_code == 2


def test_utf16_is_refused_for_its_mark() -> None:
    with pytest.raises(ScriptNotUtf8, match="byte 0xff at offset 0"):
        decode("SELECT 1;".encode("utf-16"), path=FILE)


def test_a_nul_is_refused_with_its_place() -> None:
    with pytest.raises(NulInScript) as caught:
        decode(b"SELECT 1;\n a\0", path=FILE)
    assert (caught.value.line, caught.value.column) == (2, 3)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptUnreadable, match="No such file or directory"):
        read_text(tmp_path / "0001_a.up.sql")
