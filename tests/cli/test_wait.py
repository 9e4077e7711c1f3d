"""`--wait`: what is waited for, and what is not."""

import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from pgmig.shadow.server import LocalServer
from tests.cli.conftest import PGMIG, Run, environment
from tests.fixtures.servers import Server

STARTING = ("57P03", "das Datenbanksystem startet")
NO_ROOM = ("53300", "sorry, too many clients already")
NO_DATABASE = ("3D000", "Datenbank »app« existiert nicht")


class Refusing:
    """A server that refuses each session in turn with the next of its answers, then the last."""

    def __init__(self, *answers: tuple[str, str]) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://u@127.0.0.1:{self.listening.getsockname()[1]}/app?sslmode=disable"
        self.left = list(answers)
        self.asked = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                session, _ = self.listening.accept()
                with session:
                    session.recv(8192)
                    self.asked += 1
                    code, text = self.left.pop(0) if len(self.left) > 1 else self.left[0]
                    fields = f"SFATAL\0VFATAL\0C{code}\0M{text}\0\0".encode()
                    session.sendall(b"E" + struct.pack("!I", len(fields) + 4) + fields)


@pytest.fixture
def starting() -> Iterator[Refusing]:
    server = Refusing(*(6 * [STARTING]), NO_DATABASE)
    with closing(server.listening):
        yield server


def test_a_server_that_is_starting_is_waited_for_in_every_language(
    pgmig: Run, project: Path, starting: Refusing
) -> None:
    ran = pgmig("up", "--wait", "60s", "--url", starting.url)
    assert (ran.code, ran.out) == (1, "")
    waits, error, *_ = ran.err.splitlines()
    assert waits.startswith("waiting for the server: connection failed: ")
    assert waits.endswith("das Datenbanksystem startet")
    assert error.startswith("error: cannot connect: ")
    assert error.endswith("existiert nicht")
    assert starting.asked > 6


def test_without_wait_nothing_is_waited_for(pgmig: Run, project: Path, starting: Refusing) -> None:
    assert pgmig("status", "--url", starting.url).code == 1
    assert starting.asked == 1


def test_a_wait_ends_with_what_is_the_matter(pgmig: Run, project: Path) -> None:
    server = Refusing(NO_ROOM)
    with closing(server.listening):
        ran = pgmig("drift", "--wait", "300ms", "--url", server.url)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("waiting for the server: ")
    assert ran.err.count("too many clients already") == 2
    assert server.asked > 2


def test_a_database_that_is_not_there_is_not_waited_for(
    pgmig: Run, project: Path, server: Server
) -> None:
    ran = pgmig("up", "--wait", "1h", "--url", server.url("nobody_made_it"))
    assert ran.code == 1
    assert ran.err.startswith("error: cannot connect: ")


@pytest.mark.newest
def test_up_goes_on_once_the_server_is_there(
    project: Path, server: Server, own_directory: Path
) -> None:
    local = LocalServer(own_directory, server.major)
    local.start()
    url = local.url("postgres")
    local.stop()
    (project / "pgmig.toml").write_text('wait = "60s"')
    process = subprocess.Popen(
        [*PGMIG, "up", "--url", url],
        cwd=project,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("waiting for the server: ")
        local.start()
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert "2 applied" in out
