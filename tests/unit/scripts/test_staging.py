"""Files that are put in their places together."""

import os
import resource
from pathlib import Path

import pytest

from pgmig.errors import FileNotWritten
from pgmig.scripts.staging import Staging


def _names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_files_are_new_changed_or_the_same_and_those_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(b"1")
    (tmp_path / "changed").write_bytes(b"2")
    os.utime(tmp_path / "same", (1, 1))
    with Staging() as staging:
        for name, data in (("same", b"1"), ("changed", b"3"), ("new", b"4")):
            with staging.file(tmp_path / name) as stream:
                stream.write(data)
        assert not (tmp_path / "new").exists()
        changes = staging.place()
    assert {path.name: change for path, change in changes.items()} == {
        "same": "same",
        "changed": "changed",
        "new": "new",
    }
    assert (tmp_path / "same").stat().st_mtime == 1
    assert (tmp_path / "changed").read_bytes() == b"3"
    assert _names(tmp_path) == ["changed", "new", "same"]


def test_what_is_not_placed_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"1")
    with Staging() as staging:
        with staging.file(tmp_path / "old") as stream:
            stream.write(b"2")
        with pytest.raises(KeyboardInterrupt), staging.file(tmp_path / "new") as stream:
            raise KeyboardInterrupt
    assert (tmp_path / "old").read_bytes() == b"1"
    assert _names(tmp_path) == ["old"]


def test_one_that_cannot_be_placed_takes_the_others_back(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    with Staging() as staging:
        for name in ("a", "b", "c"):
            with staging.file(tmp_path / name) as stream:
                stream.write(b"2")
        (tmp_path / "c").mkdir()
        (tmp_path / "c" / "in the way").touch()
        with pytest.raises(FileNotWritten):
            staging.place()
    assert (tmp_path / "a").read_bytes() == b"1"
    assert _names(tmp_path) == ["a", "c"]


def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, kept[1]))
    try:
        with Staging() as staging:
            with pytest.raises(FileNotWritten, match="large"), staging.file(tmp_path / "a") as file:
                file.write(b"x" * 100_000)
            assert staging.place() == {}
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
    assert _names(tmp_path) == []
