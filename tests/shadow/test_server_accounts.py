"""Who runs the local server: never root, no account that was not there, and nobody's guest."""

import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgmig.errors import BadServerAccount, ServerDirectoryUnusable
from pgmig.shadow.server import LocalServer, majors
from tests.fixtures.servers import Program, Server

# A plain user's process; the interpreter itself may lie where only root can read it.
AS_PLAIN_USER = """
import os, sys
import msgspec
from pathlib import Path
from pgmig.errors import PgmigError
from pgmig.shadow.server import LocalServer
os.environ.pop("HOME", None)
os.environ.update(word.split("=", 1) for word in sys.argv[4:])
os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
local = LocalServer(None, int(sys.argv[2]))
try:
    answer = getattr(local, sys.argv[3])()
except PgmigError as error:
    answer = {"error": str(error), "code": error.exit_code}
print(msgspec.json.encode(answer).decode())
"""


@pytest.fixture
def executable_directory() -> Iterator[Path]:
    """A directory on disk: programs in memory (/dev/shm) may be forbidden to run."""
    with tempfile.TemporaryDirectory(prefix="pgmig-test-", dir="/tmp") as outer:
        Path(outer).chmod(0o711)
        directory = Path(outer) / "server"
        yield directory
        for major in majors(directory):
            LocalServer(directory, major).remove()


def as_plain_user(uid: int, major: int, verb: str, *environment: str) -> object:
    argv = [sys.executable, "-c", AS_PLAIN_USER, str(uid), str(major), verb, *environment]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_root_gives_the_server_to_an_account_that_is_there(server: Server) -> None:
    status = server.local.status()
    assert status.user in ("postgres", "nobody")
    assert Path(f"/proc/{status.pid}").stat().st_uid == pwd.getpwnam(status.user).pw_uid


def test_the_account_of_the_settings_is_taken_and_kept(own_directory: Path, server: Server) -> None:
    LocalServer(own_directory, server.major, user="nobody").start()
    local = LocalServer(own_directory, server.major)
    assert local.status().user == "nobody"
    local.stop()
    local.start()
    assert Path(f"/proc/{local.status().pid}").owner() == "nobody"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("no_such_account", "there is no such account"), ("root", "does not run as root")],
)
def test_an_account_that_will_not_do_is_refused(
    own_directory: Path, server: Server, name: str, reason: str
) -> None:
    with pytest.raises(BadServerAccount, match=reason) as caught:
        LocalServer(own_directory, server.major, user=name).start()
    assert caught.value.exit_code == 2


def test_programs_that_the_account_cannot_reach_are_copied(
    executable_directory: Path, server: Server, tmp_path: Path, psql: Program
) -> None:
    closed = tmp_path / "closed"
    package = server.bindir.parents[1]
    closed.mkdir(mode=0o700)
    prefix = closed / package.name / server.bindir.parent.name
    shutil.copytree(server.bindir.parent, prefix, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)

    local = LocalServer(executable_directory, bindir=prefix / "bin")
    assert psql(local.start(), "-Atc", "SELECT 1").stdout == "1\n"
    psql(local.url(), "-c", "CREATE EXTENSION hstore")
    status = local.status()
    assert status.major == server.major
    assert Path(status.bindir or "").is_relative_to(executable_directory)
    assert local.remove()
    assert not executable_directory.exists()


def test_a_folder_the_account_may_not_enter_is_named(own_directory: Path, server: Server) -> None:
    own_directory.mkdir(mode=0o700)
    local = LocalServer(own_directory / "inside", server.major)
    with pytest.raises(ServerDirectoryUnusable) as caught:
        local.start()
    assert f"may not enter {own_directory}" in caught.value.reason


def test_an_empty_folder_of_root_is_opened_just_enough(own_directory: Path, server: Server) -> None:
    own_directory.mkdir(mode=0o700)
    LocalServer(own_directory, server.major).start()
    assert stat.S_IMODE(own_directory.stat().st_mode) == 0o711


def test_a_folder_of_another_user_is_refused(own_directory: Path, server: Server) -> None:
    own_directory.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(own_directory, nobody.pw_uid, nobody.pw_gid)
    with pytest.raises(ServerDirectoryUnusable, match="it belongs to another user"):
        LocalServer(own_directory, server.major).start()


def test_a_folder_that_everybody_may_write_is_refused(own_directory: Path, server: Server) -> None:
    own_directory.mkdir()
    own_directory.chmod(0o1777)
    with pytest.raises(ServerDirectoryUnusable, match="everybody may write into it"):
        LocalServer(own_directory, server.major).start()


@pytest.mark.pg("== 15")
def test_a_plain_user_runs_it_in_the_cache_folder(own_directory: Path, server: Server) -> None:
    nobody = pwd.getpwnam("nobody")
    own_directory.mkdir()
    os.chown(own_directory, nobody.pw_uid, nobody.pw_gid)
    home = f"HOME={own_directory}"
    assert as_plain_user(nobody.pw_uid, server.major, "ensure", home) is True
    status = as_plain_user(nobody.pw_uid, server.major, "status", home)
    assert isinstance(status, dict)
    assert status["user"] == "nobody"
    assert status["directory"] == str(own_directory / ".cache" / "pgmig" / "15")
    assert Path(f"/proc/{status['pid']}").owner() == "nobody"
    assert as_plain_user(nobody.pw_uid, server.major, "remove", home) is True
    assert list((own_directory / ".cache").iterdir()) == []


def test_a_folder_that_a_plain_user_cannot_write_is_named(
    own_directory: Path, server: Server
) -> None:
    own_directory.mkdir(mode=0o755)
    inside = own_directory / "inside"
    uid = pwd.getpwnam("nobody").pw_uid
    answer = as_plain_user(uid, server.major, "start", f"PGMIG_SERVER_DIR={inside}")
    assert answer == {
        "error": "the local server cannot use its directory: Permission denied\n"
        f"   at: {inside}\n"
        "   do: name a folder that is yours alone and that you may write: --directory DIR, or"
        " PGMIG_SERVER_DIR",
        "code": 2,
    }


def test_a_user_id_without_an_account_is_told_so(own_directory: Path, server: Server) -> None:
    uid = max(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid < 60000) + 1
    own_directory.mkdir()
    os.chown(own_directory, uid, uid)
    answer = as_plain_user(uid, server.major, "start", f"HOME={own_directory}")
    assert isinstance(answer, dict)
    assert f"cannot run as user id {uid}: this user id has no account" in answer["error"]
