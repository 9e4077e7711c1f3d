"""Where the local server's files are, and what its URL says, without starting any."""

import os
from pathlib import Path

import pytest

from pgmig import db
from pgmig.shadow.server import LocalServer, default_directory, layout, process


def test_the_variable_names_the_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PGMIG_SERVER_DIR", str(tmp_path / "here"))
    assert default_directory() == tmp_path / "here"
    assert LocalServer(major=17).place().data == tmp_path / "here" / "17" / "data"


def test_root_keeps_servers_where_another_account_can_reach_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("PGMIG_SERVER_DIR", raising=False)
    assert default_directory() == Path("/var/tmp/pgmig-0")


def test_a_user_keeps_servers_in_the_cache_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("PGMIG_SERVER_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_directory() == tmp_path / "pgmig"


def test_the_url_means_the_socket_and_the_database(tmp_path: Path) -> None:
    local = LocalServer(tmp_path, 17)
    assert db.describe_url(local.url("my app/ü?")).endswith("/my app/ü?")
    assert db.describe_url(local.url()) == f"postgres@{tmp_path}/17/socket:5432/postgres"


@pytest.mark.parametrize("name", ["x" * 100, "a,b"])
def test_a_path_that_no_socket_can_have_gets_a_short_one(name: str) -> None:
    place = layout.layout(Path("/tmp") / name, 17)
    assert place.sockets.parent == Path("/tmp")
    assert place.sockets == layout.layout(Path("/tmp") / name, 17).sockets
    assert place.sockets != layout.layout(Path("/tmp") / name, 18).sockets


def test_the_longest_path_of_a_socket_is_used_to_its_end() -> None:
    room = 103 - len("/tmp//17/socket/.s.PGSQL.5432")
    for length, parent in ((room, "socket"), (room + 1, None)):
        place = layout.layout(Path("/tmp") / ("x" * length), 17)
        assert (place.sockets.name == "socket") == (parent is not None)
        assert len(os.fsencode(place.socket)) <= 103


def test_majors_are_the_folders_with_a_number(tmp_path: Path) -> None:
    for name in ("18", "15", "15.lock", "binaries-18-18.6", "trash-15-0badcafe"):
        (tmp_path / name).mkdir()
    assert layout.majors(tmp_path) == (15, 18)
    assert layout.majors(tmp_path / "nowhere") == ()


@pytest.mark.parametrize("text", ["", "\n", "no number\n", "-1\n", "0\n", "1 2\n", "²\n"])
def test_a_spoilt_pid_file_names_no_process(tmp_path: Path, text: str) -> None:
    (tmp_path / "postmaster.pid").write_text(text)
    assert process.written_pid(tmp_path / "postmaster.pid") is None
