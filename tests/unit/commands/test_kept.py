"""Fingerprints are kept in a small file, and losing it is no error."""

import json
import stat
from pathlib import Path

import pytest

from pgmig.commands import kept


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/pgmig/fingerprints.json"),
        ({"HOME": "/h"}, "/h/.cache/pgmig/fingerprints.json"),
        ({"XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/pgmig/fingerprints.json"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/pgmig/fingerprints.json"),
        ({}, None),
        ({"HOME": ""}, None),
    ],
)
def test_the_file_is_in_the_cache_folder_of_the_user(
    environ: dict[str, str], expected: str | None
) -> None:
    assert kept.cache_file(environ) == (Path(expected) if expected else None)


def test_what_is_kept_is_found_by_its_token_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pgmig" / "fingerprints.json"
    kept.keep(path, "one", "f1:1")
    kept.keep(path, "two", "f1:2")
    kept.keep(path, "one", "f1:3")

    assert kept.find(path, "one") == "f1:3"
    assert kept.find(path, "two") == "f1:2"
    assert kept.find(path, "three") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "fingerprints.json"
    for number in range(250):
        kept.keep(path, f"token {number}", "f1:0")

    assert kept.find(path, "token 49") is None
    assert kept.find(path, "token 50") == "f1:0"
    assert path.stat().st_size < 50_000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        json.dumps({"format": 2, "kept": [["token", "f1:1"]]}).encode(),
        json.dumps({"format": 1, "kept": [["token"]]}).encode(),
    ],
)
def test_a_file_that_cannot_be_used_is_written_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fingerprints.json"
    path.write_bytes(content)

    assert kept.find(path, "token") is None
    kept.keep(path, "token", "f1:2")
    assert kept.find(path, "token") == "f1:2"


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "pgmig" / "fingerprints.json"
    kept.keep(path, "token", "f1:1")
    kept.keep(None, "token", "f1:1")

    assert kept.find(path, "token") is None
    assert kept.find(None, "token") is None
