"""`pgmig server`: what it says and leaves."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgmig.shadow.server import find
from tests.cli.conftest import Ran, Run


@pytest.fixture
def servers(pgmig: Run) -> Iterator[Path]:
    """A directory for servers that any account may reach, empty of them at the end."""
    with tempfile.TemporaryDirectory(prefix="pgmig-cli-", dir="/tmp") as name:
        directory = Path(name)
        directory.chmod(0o711)
        yield directory / "servers"
        pgmig("server", "stop", "--remove", "--directory", directory / "servers")


def test_a_server_is_started_used_and_removed(pgmig: Run, servers: Path) -> None:
    env = {"PGMIG_SERVER_DIR": str(servers)}
    url = f"postgresql://postgres@/postgres?host={servers}/N/socket&port=5432"

    started = pgmig("server", "start", **env)
    assert started.code == 0
    words = re.fullmatch(r"PostgreSQL (\d+)\S* started, process (\d+)\n", started.err)
    assert words is not None
    major, process = words.groups()
    assert started.out.replace("%2F", "/") == url.replace("/N/", f"/{major}/") + "\n"
    assert pgmig("server", "url", **env).out == started.out
    assert pgmig("server", "url", "a b", **env).out == started.out.replace("/postgres?", "/a%20b?")

    again = pgmig("server", "start", **env)
    assert (again.code, again.out) == (0, started.out)
    assert "runs already" in again.err
    assert f"running  {process}" in pgmig("server", "status", **env).out

    assert pgmig("server", "stop", **env) == Ran(0, f"PostgreSQL {major} stopped\n", "")
    assert pgmig("server", "url", **env) == Ran(
        1,
        "",
        f"error: no local server runs\n   at: {servers}\n"
        "   do: `pgmig server start`, or say which one is meant with --major N\n",
    )
    assert pgmig("server", "url", "--major", major, **env).out == started.out
    assert pgmig("server", "stop", **env) == Ran(0, f"PostgreSQL {major} does not run\n", "")
    removed = pgmig("server", "stop", "--remove", **env)
    assert removed == Ran(0, f"PostgreSQL {major} stopped and removed\n", "")
    assert pgmig("server", "stop", **env) == Ran(0, "no server is here\n", "")
    assert not servers.exists()


def test_status_creates_nothing_and_has_a_json_form(pgmig: Run, servers: Path) -> None:
    ran = pgmig("server", "status", "--json", "--directory", servers)
    document = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert (document["pgmig"], document["command"]) == (1, "server status")
    assert [status["is_running"] for status in document["servers"]] == [False]
    assert not servers.exists()


def test_the_settings_file_says_which_server(pgmig: Run, folder: Path, servers: Path) -> None:
    (folder / "pgmig.toml").write_text(f'[server]\ndirectory = "{servers}"\nmajor = 77\n')
    ran = pgmig("server", "url")
    assert ran.out.replace("%2F", "/") == (
        f"postgresql://postgres@/postgres?host={servers}/77/socket&port=5432\n"
    )


def test_a_variable_that_is_not_set_is_no_matter_to_the_local_server(
    pgmig: Run, folder: Path, servers: Path
) -> None:
    text = 'url = "postgresql://u:${NOWHERE}@h/d"\nshadow_url = "${NOWHERE}"\n'
    (folder / "pgmig.toml").write_text(f'{text}[server]\ndirectory = "{servers}"\n')
    assert pgmig("status").code == 2
    assert pgmig("server", "stop") == Ran(0, "no server is here\n", "")


def test_a_major_that_is_not_here_is_named_with_those_that_are(pgmig: Run, servers: Path) -> None:
    ran = pgmig("server", "start", "--major", "77", "--directory", servers)
    assert ran.code == 2
    assert ran.err.startswith("error: PostgreSQL 77 is not on this machine, only ")


def test_a_folder_without_programs_is_wrong_configuration(pgmig: Run, servers: Path) -> None:
    ran = pgmig("server", "start", "--bindir", servers.parent, "--directory", servers)
    assert ran.code == 2
    assert str(servers.parent) in ran.err


if len({one.major for one in find()}) > 1:

    def test_without_a_major_every_server_is_meant(pgmig: Run, servers: Path) -> None:
        old, *_, new = sorted({one.major for one in find()})
        env = {"PGMIG_SERVER_DIR": str(servers)}
        older = pgmig("server", "start", "--major", str(old), **env)
        assert pgmig("server", "url", **env).out == older.out
        newer = pgmig("server", "start", **env)
        assert pgmig("server", "url", **env).out == newer.out

        document = json.loads(pgmig("server", "status", "--json", **env).out)
        assert [(one["major"], one["is_running"]) for one in document["servers"]] == [
            (old, True),
            (new, True),
        ]
        assert (
            pgmig("server", "stop", "--major", str(new), **env).out == f"PostgreSQL {new} stopped\n"
        )
        assert pgmig("server", "url", **env).out == older.out
        assert pgmig("server", "stop", "--remove", **env).out == (
            f"PostgreSQL {old} stopped and removed\nPostgreSQL {new} stopped and removed\n"
        )
        assert not servers.exists()


def test_a_start_that_is_refused_leaves_nothing(pgmig: Run, servers: Path) -> None:
    ran = pgmig("server", "start", "--user", "nobodyx", "--directory", servers)
    assert ran.code == 2
    assert ran.err.startswith("error: the local server cannot run as nobodyx: ")
    assert not servers.exists()


def test_a_directory_that_will_not_do_is_told_with_both_ways_to_name_another(
    pgmig: Run, servers: Path
) -> None:
    servers.write_text("a file")
    ran = pgmig("server", "start", "--directory", servers)
    assert ran.code == 2
    assert ran.err.endswith(
        "   do: name a folder that is yours alone and that you may write: --directory DIR, or"
        " PGMIG_SERVER_DIR\n"
    )
    servers.unlink()
