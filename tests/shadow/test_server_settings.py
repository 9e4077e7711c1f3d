"""How the local server is set up: private, quick, and as every other one."""

import os
import stat
from pathlib import Path

import pytest

from pgmig import db
from pgmig.errors import ServerDirectoryUnusable
from pgmig.shadow.server import LocalServer
from tests.fixtures.servers import Program, Server


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        ("lc_messages", "C"),
        ("fsync", "off"),
        ("max_locks_per_transaction", "512"),
    ],
)
def test_a_setting_is_as_promised(server: Server, psql: Program, name: str, value: str) -> None:
    assert psql(server.url(), "-Atc", f'SHOW "{name}"').stdout == f"{value}\n"


def test_text_is_ordered_by_code_point_and_knows_letters_of_unicode(
    database: str, psql: Program
) -> None:
    query = "SELECT 'Z' < 'a', upper('é'), 'é' ~ '[[:alpha:]]'"
    assert psql(database, "-Atc", query).stdout == "t|É|t\n"


def test_only_the_account_of_the_server_may_enter_its_files(server: Server) -> None:
    place = server.local.place()
    for folder in (place.home, place.data, place.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid == Path(f"/proc/{server.local.status().pid}").stat().st_uid


def test_no_password_reaches_the_log(server: Server, psql: Program) -> None:
    failing = "CREATE ROLE nobody_gets_this PASSWORD 'open-sesame' NO SUCH OPTION"
    assert psql(server.url(), "-c", failing, check=False).returncode != 0
    log = server.local.place().log.read_text()
    assert "syntax error" in log
    assert "sesame" not in log


if Path("/proc/self/environ").exists():  # only Linux shows it

    def test_the_environment_of_the_caller_stays_with_the_caller(
        own_directory: Path, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("DATABASE_URL", "PGMIG_DATABASE_URL", "GITHUB_TOKEN", "PGPASSWORD"):
            monkeypatch.setenv(name, "postgresql://me:open-sesame@db/app")
        monkeypatch.setenv("PGOPTIONS", "-c fsync=on")
        local = LocalServer(own_directory, server.major)
        local.start()
        environment = Path(f"/proc/{local.status().pid}/environ").read_text()
        assert "sesame" not in environment
        names = {word.partition("=")[0] for word in environment.split("\0")}
        assert not {name for name in names if name.startswith(("PGMIG_", "GITHUB_"))}
        assert not names & {"DATABASE_URL", "PGPASSWORD", "PGOPTIONS"}


@pytest.mark.pg("== 15")
@pytest.mark.parametrize("name", ["with blank", "it's", "50%&=ü", "a,comma", "x" * 90])
def test_any_path_will_do(own_directory: Path, server: Server, psql: Program, name: str) -> None:
    own_directory.mkdir(mode=0o711)
    local = LocalServer(own_directory / name, server.major)
    url = local.start()
    try:
        assert psql(url, "-Atc", "SELECT 1").stdout == "1\n"
        with db.connect(local.url("template1")) as conn:
            assert conn.execute(b"SHOW data_directory").fetchall() == [(str(local.place().data),)]
        assert len(os.fsencode(local.place().socket)) <= 103
    finally:
        assert local.remove()
    assert not local.place().sockets.exists()
    assert list(own_directory.iterdir()) == []


def test_a_path_that_a_shell_would_read_is_refused(own_directory: Path, server: Server) -> None:
    with pytest.raises(ServerDirectoryUnusable, match=r"pg_ctl cannot work in a path"):
        LocalServer(own_directory / "$HOME", server.major).start()


def test_a_file_in_the_way_is_named(own_directory: Path, server: Server) -> None:
    own_directory.write_text("")
    with pytest.raises(ServerDirectoryUnusable, match="File exists") as caught:
        LocalServer(own_directory, server.major).start()
    assert caught.value.path == str(own_directory)
    assert caught.value.exit_code == 2
    own_directory.unlink()
