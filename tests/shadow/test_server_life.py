"""The local server lives through what happens to it: twice started, killed, robbed of its files."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgmig.shadow.server import LocalServer, ServerStatus, process
from tests.fixtures.servers import Program, Server

START = """
import sys
from pathlib import Path
from pgmig.shadow.server import LocalServer
print(LocalServer(Path(sys.argv[1]), int(sys.argv[2])).ensure())
"""


@pytest.fixture(scope="module")
def survivor(server: Server, server_directory: Path) -> LocalServer:
    """One server that the tests of this file maltreat in turn."""
    return LocalServer(server_directory / "own-survivor", server.major)


@pytest.fixture
def running(survivor: LocalServer) -> LocalServer:
    survivor.start()
    return survivor


@pytest.fixture
def foreign(running: LocalServer) -> Iterator[int]:
    """A living process of the server's account that has nothing to do with it."""
    state = running.place().home.stat()
    account = {"user": state.st_uid, "group": state.st_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "300"], **account) as sleeper:  # type: ignore[call-overload]  # mypy: ** of one type
        yield sleeper.pid
        sleeper.kill()


def pid_of(local: LocalServer) -> int:
    pid = local.status().pid
    assert pid is not None
    return pid


def kill(local: LocalServer) -> None:
    pid = pid_of(local)
    os.kill(pid, signal.SIGKILL)
    assert has_ended(pid)


def has_ended(pid: int) -> bool:
    """Also true of a process whose entry init has still to collect: it has no command line."""
    return process.wait_until(lambda: process.program(pid) is None, seconds=30)


def start_elsewhere(directory: Path, major: int) -> subprocess.Popen[str]:
    """Another process that starts the server; it prints whether it had to."""
    argv = [sys.executable, "-c", START, str(directory), str(major)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_running_server_is_not_started_again(running: LocalServer) -> None:
    pid = pid_of(running)
    assert not running.ensure()
    assert pid_of(running) == pid


def test_a_stopped_server_says_so_and_keeps_its_databases(
    running: LocalServer, psql: Program
) -> None:
    psql(running.url(), "-c", "DROP TABLE IF EXISTS kept", "-c", "CREATE TABLE kept ()")
    assert running.stop()
    assert not running.stop()
    status = running.status()
    assert (status.is_running, status.pid) == (False, None)
    assert running.ensure()
    assert psql(running.url(), "-Atc", "SELECT to_regclass('kept')").stdout == "kept\n"


def test_a_killed_server_starts_again(running: LocalServer, psql: Program) -> None:
    psql(running.url(), "-c", "DROP TABLE IF EXISTS kept", "-c", "CREATE TABLE kept ()")
    psql(running.url(), "-c", "CHECKPOINT")  # what is younger is lost: nothing here is durable
    kill(running)
    assert running.ensure()
    assert psql(running.url(), "-Atc", "SELECT to_regclass('kept')").stdout == "kept\n"


if sys.platform == "linux":  # only there is it shown whose a process is

    def test_a_backend_that_outlives_its_killed_server_does_not_block_the_next(
        running: LocalServer, server: Server, psql: Program
    ) -> None:
        endless = "DO $$ BEGIN LOOP END LOOP; END $$"
        count = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
        argv = [str(server.clients / "psql"), "-Xqd", running.url(), "-c", endless]
        with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as client:
            try:
                assert process.wait_until(
                    lambda: psql(running.url(), "-Atc", count).stdout == "2\n", seconds=30
                )
                kill(running)
                assert running.ensure()
                client.wait(timeout=30)
            finally:
                client.kill()
        assert psql(running.url(), "-Atc", count).stdout == "1\n"


def test_a_pid_file_of_a_dead_process_does_not_matter(running: LocalServer) -> None:
    running.stop()
    with subprocess.Popen(["true"]) as gone:
        pass
    write_pid_files(running, gone.pid)
    assert not running.status().is_running
    assert running.ensure()


def test_a_pid_file_of_a_living_foreign_process_does_not_matter(
    running: LocalServer, foreign: int
) -> None:
    running.stop()
    write_pid_files(running, foreign)
    assert not running.status().is_running
    assert not running.stop()
    assert running.ensure()
    os.kill(foreign, 0)  # it was left alone


def test_a_server_whose_socket_was_removed_starts_again(running: LocalServer) -> None:
    running.place().socket.unlink()
    assert running.ensure()
    assert running.status().is_running


@pytest.mark.parametrize("lost", ["data", "."])
def test_a_server_whose_files_were_removed_makes_new_ones(
    running: LocalServer, psql: Program, lost: str
) -> None:
    before = pid_of(running)
    subprocess.run(["rm", "-rf", str(running.place().home / lost)], check=False)
    subprocess.run(["rm", "-rf", str(running.place().data)], check=True)
    assert running.ensure()
    assert psql(running.url(), "-Atc", "SELECT 1").stdout == "1\n"
    assert has_ended(before)


def test_starts_at_once_give_one_server(own_directory: Path, server: Server) -> None:
    starters = [start_elsewhere(own_directory, server.major) for _ in range(3)]
    answers = [one.communicate(timeout=120) for one in starters]
    assert sorted(out.strip() for out, _ in answers) == ["False", "False", "True"], answers
    assert LocalServer(own_directory, server.major).status().is_running


def test_the_server_outlives_the_process_that_starts_it_and_holds_no_pipe(
    own_directory: Path, server: Server, psql: Program
) -> None:
    starter = start_elsewhere(own_directory, server.major)
    out, err = starter.communicate(timeout=60)  # returns only when nobody holds the pipes
    assert (out, err) == ("True\n", "")
    local = LocalServer(own_directory, server.major)
    assert psql(local.url(), "-Atc", "SELECT 1").stdout == "1\n"


def test_a_killed_initdb_leaves_nothing_that_is_trusted(
    own_directory: Path, server: Server, psql: Program
) -> None:
    local = LocalServer(own_directory, server.major)
    starter = start_elsewhere(own_directory, server.major)
    assert process.wait_until(lambda: bool(local.place().partials()), seconds=60)
    starter.kill()
    starter.communicate()
    assert local.ensure()
    assert psql(local.url(), "-Atc", "SELECT 1").stdout == "1\n"
    assert sorted(p.name for p in local.place().home.iterdir()) == ["data", "log", "socket"]


def test_remove_leaves_nothing_at_all(own_directory: Path, server: Server) -> None:
    local = LocalServer(own_directory, server.major)
    local.start()
    pid = pid_of(local)
    assert local.remove()
    assert not own_directory.exists()
    assert has_ended(pid)
    assert not local.remove()
    assert not own_directory.exists()


def test_half_a_removal_is_finished_by_the_next(own_directory: Path, server: Server) -> None:
    local = LocalServer(own_directory, server.major)
    local.start()
    local.stop()
    local.place().home.rename(local.place().trash())  # where a killed removal had come to
    assert local.ensure()
    assert not local.place().trashes()


def test_looking_creates_nothing(own_directory: Path, server: Server) -> None:
    local = LocalServer(own_directory, server.major)
    assert isinstance(local.status(), ServerStatus)
    assert not local.stop()
    assert local.url().startswith("postgresql://postgres@/postgres?host=%2F")
    assert not own_directory.exists()


def write_pid_files(local: LocalServer, pid: int) -> None:
    place = local.place()
    lines = f"{pid}\n{place.data}\n1700000000\n5432\n{place.sockets}\n\n  123456 7\nready   \n"
    for file in process.lock_files(place):
        file.write_text(lines)
        os.chown(file, place.home.stat().st_uid, place.home.stat().st_gid)
