"""Pairs and files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgmig.errors import (
    DirectoryMissing,
    FileNotWritten,
    HalfMissing,
    ScriptExists,
    ScriptMisnamed,
    UnknownDirective,
    VersionTaken,
)
from pgmig.scripts import make_directory, read, write_pair
from pgmig.scripts.write import write_file, write_new
from tests.fixtures.rights import full_disk_at, without_rights_on


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that anybody can reach: pytest's own are closed to other users."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def names(directory: Path) -> list[str]:
    return sorted(file.name for file in directory.iterdir())


def test_a_pair_reads_back_as_the_script_that_was_returned(tmp_path: Path) -> None:
    script = write_pair(tmp_path, 7, "add_t", "CREATE TABLE é ();\n", "DROP TABLE é;\n")
    assert names(tmp_path) == ["0007_add_t.down.sql", "0007_add_t.up.sql"]
    assert read(tmp_path).scripts == (script,)
    assert script.label == "0007_add_t"


def test_files_get_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("")
    script = write_pair(tmp_path, 1, "a", "SELECT 1;", "SELECT 2;")
    assert script.up.path.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_an_irreversible_script_is_one_file(tmp_path: Path) -> None:
    script = write_pair(tmp_path, 1, "a", '-- pgmig: irreversible="x"\nSELECT 1;', None)
    assert names(tmp_path) == ["0001_a.up.sql"]
    assert read(tmp_path).scripts == (script,)


def test_a_number_may_have_more_digits(tmp_path: Path) -> None:
    assert write_pair(tmp_path, 7, "a", "SELECT 1;", "SELECT 2;", width=6).label == "000007_a"


def test_nothing_is_written_that_read_would_refuse(tmp_path: Path) -> None:
    with pytest.raises(UnknownDirective):
        write_pair(tmp_path, 1, "a", "SELECT 1;", "-- pgmig: x=1\nSELECT 2;")
    with pytest.raises(HalfMissing):
        write_pair(tmp_path, 1, "a", "SELECT 1;", None)
    for version, name in ((0, "a"), (1, "A"), (1, ""), (1, "../a")):
        with pytest.raises(ScriptMisnamed):
            write_pair(tmp_path, version, name, "SELECT 1;", "SELECT 2;")
    assert names(tmp_path) == []


def test_a_number_that_is_taken_is_refused(tmp_path: Path) -> None:
    write_pair(tmp_path, 1, "a", "SELECT 1;", "SELECT 2;")
    with pytest.raises(VersionTaken, match=r"0001_a\.down\.sql and 0001_b\.up\.sql"):
        write_pair(tmp_path, 1, "b", "SELECT 3;", "SELECT 4;")
    with pytest.raises(ScriptExists):
        write_pair(tmp_path, 1, "a", "SELECT 3;", "SELECT 4;")
    assert names(tmp_path) == ["0001_a.down.sql", "0001_a.up.sql"]
    assert read(tmp_path).scripts[0].up.text == "SELECT 1;"


def test_a_file_that_is_there_is_never_overwritten_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(ScriptExists) as caught:
        write_new({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert caught.value.path == tmp_path / "b"
    assert names(tmp_path) == ["b"]
    assert (tmp_path / "b").read_text() == "mine"


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DirectoryMissing):
        write_pair(tmp_path / "gone", 1, "a", "SELECT 1;", "SELECT 2;")
    with pytest.raises(FileNotWritten, match="No such file or directory"):
        write_new({tmp_path / "gone" / "a": b""})


def test_a_full_disk_leaves_no_half_and_no_temporary_file(tmp_path: Path) -> None:
    long = "SELECT 1;\n" * 10_000
    for up, down, culprit in (("SELECT 1;", long, "down"), (long, "SELECT 1;", "up")):
        with full_disk_at(20_000), pytest.raises(FileNotWritten) as caught:
            write_pair(tmp_path, 1, "a", up, down)
        assert caught.value.path == tmp_path / f"0001_a.{culprit}.sql"
        assert caught.value.exit_code == 1
        assert "free space" in caught.value.do
        assert names(tmp_path) == []
    write_pair(tmp_path, 1, "a", "SELECT 1;", long)


def test_a_folder_that_is_not_writable_is_named(open_directory: Path) -> None:
    with without_rights_on(open_directory), pytest.raises(FileNotWritten) as caught:
        write_pair(open_directory, 1, "a", "SELECT 1;", "SELECT 2;")
    assert "Permission denied" in caught.value.what
    assert caught.value.where == str(open_directory / "0001_a.up.sql")
    assert names(open_directory) == []


class InterruptedFiles(dict[Path, bytes]):
    """Files of which the last never comes: Ctrl-C while they are handed over."""

    def items(self):  # type: ignore[no-untyped-def,override]
        yield from list(super().items())[:-1]
        raise KeyboardInterrupt


def test_an_interrupt_leaves_no_half_and_no_temporary_file(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_new(InterruptedFiles({tmp_path / "a": b"1", tmp_path / "b": b"2"}))
    assert names(tmp_path) == []


def test_a_file_is_replaced_in_one_piece(tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    write_file(file, b"old")
    write_file(file, b"new")
    assert (file.read_bytes(), names(tmp_path)) == (b"new", ["snapshot.json"])


def test_a_file_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    file = tmp_path / "snapshot.json"
    write_file(file, b"old")
    with full_disk_at(100), pytest.raises(FileNotWritten):
        write_file(file, b"new" * 1000)
    assert (file.read_bytes(), names(tmp_path)) == (b"old", ["snapshot.json"])


@pytest.mark.parametrize("name", ["a", "a" * 250, "a" * 300])
def test_a_place_where_no_file_can_be_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    path = tmp_path / "file" / name if name == "a" else tmp_path / name
    for write in (lambda: write_file(path, b"new"), lambda: write_new({path: b"new"})):
        with pytest.raises(FileNotWritten) as caught:
            write()
        assert caught.value.where == str(path)
    assert names(tmp_path) == ["file"]


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    write_file(link, b"new")
    write_file(link, b"newer")
    assert link.is_symlink()
    assert file.read_bytes() == b"newer"
    assert names(tmp_path) == ["file", "link"]


def test_what_is_no_file_is_written_into_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, [b"in ", b"pieces"])
    assert os.read(reader, 100) == b"in pieces"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    make_directory(tmp_path / "a" / "migrations")
    make_directory(tmp_path / "a" / "migrations")
    assert names(tmp_path / "a") == ["migrations"]
    (tmp_path / "file").write_text("")
    with pytest.raises(FileNotWritten):
        make_directory(tmp_path / "file" / "migrations")
