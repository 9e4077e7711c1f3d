"""Which database a command speaks to, and how it tells that it cannot."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from pgmig import db
from pgmig.db.connect import pg_environment
from tests.cli.conftest import Ran, Run
from tests.fixtures.servers import Program, Server

NOT_NAMED = """\
error: no database is named
   at: {folder}
   do: pass --url, or set PGMIG_DATABASE_URL, DATABASE_URL, PGHOST and PGDATABASE, or url in \
pgmig.toml; for a local server: pgmig server start; --url "$(pgmig server url)"
"""


@pytest.mark.parametrize("command", ["status", "up", "down", "redo", "history", "snapshot"])
def test_no_database_at_all_is_told_with_the_ways_to_name_one(
    pgmig: Run, project: Path, command: str
) -> None:
    assert pgmig(command) == Ran(2, "", NOT_NAMED.format(folder=project))


def test_a_server_that_is_not_there(pgmig: Run, project: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        ran = pgmig("status", "--url", f"postgresql://u:secret@127.0.0.1:{port}/app")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: cannot connect: ")
    assert "Connection refused" in ran.err
    assert ran.err.endswith(
        f"\n   at: u@127.0.0.1:{port}/app\n"
        "   do: check that the server runs and listens at this address;"
        " --wait 60s waits for one that is starting or asleep\n"
    )
    assert "secret" not in ran.err


def test_a_database_that_is_not_there(pgmig: Run, project: Path, server: Server) -> None:
    ran = pgmig("status", "--url", server.url("nobody_made_it"))
    assert (ran.code, ran.out) == (1, "")
    assert 'database "nobody_made_it" does not exist' in ran.err
    assert ran.err.endswith("\n   do: check the name, or create it first\n")


@pytest.fixture
def guarded(server: Server, make_role: Callable[..., str], psql: Program) -> Iterator[str]:
    """A role that must give its password, `right`."""
    role = make_role("LOGIN PASSWORD 'right'")
    rules = server.local.place().data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all {role} scram-sha-256\n{before}")
    psql(server.url(), "-c", "SELECT pg_reload_conf()")
    yield role
    rules.write_text(before)
    psql(server.url(), "-c", "SELECT pg_reload_conf()")


def _as(url: str, role: str, password: str | None = None) -> str:
    who = role if password is None else f"{role}:{quote(password)}"
    return url.replace("postgres@", f"{who}@")


def test_a_wrong_password_is_told_and_not_shown(
    pgmig: Run, project: Path, guarded: str, database: str
) -> None:
    ran = pgmig("status", "-vv", "--json", "--url", _as(database, guarded, "wr0ng"))
    assert ran.code == 1
    assert "password authentication failed" in ran.err
    assert ran.err.endswith(
        "   do: check the user and the password (URL, PGPASSWORD or ~/.pgpass),"
        " and whether the role or its token has expired\n"
    )
    error = json.loads(ran.out)["error"]
    assert (error["kind"], error["exit_code"]) == ("ConnectionFailed", 1)
    assert "wr0ng" not in ran.err + ran.out


def test_a_password_that_is_missing(pgmig: Run, project: Path, guarded: str, database: str) -> None:
    ran = pgmig("status", "--url", _as(database, guarded))
    assert ran.code == 1
    assert ran.err.endswith("   do: give the password in the URL, in PGPASSWORD or in ~/.pgpass\n")


def test_a_password_from_the_env_file(
    pgmig: Run, project: Path, guarded: str, database: str
) -> None:
    (project / ".env").write_text("PGPASSWORD='right'\n")
    assert pgmig("status", "--url", _as(database, guarded)).code == 0
    assert pgmig("status", "--url", _as(database, guarded), PGPASSWORD="wrong").code == 1


def test_a_role_without_the_right_to_connect(
    pgmig: Run, project: Path, make_role: Callable[..., str], database: str, psql: Program
) -> None:
    role = make_role()
    name = database.partition("@/")[2].partition("?")[0]
    psql(database, "-c", f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')
    ran = pgmig("status", "--url", _as(database, role))
    assert ran.code == 1
    assert ran.err.endswith("   do: grant CONNECT on the database to this role\n")


def test_a_role_that_may_not_create_the_history(
    pgmig: Run, project: Path, server: Server, make_role: Callable[..., str], database: str
) -> None:
    role = make_role()
    ran = pgmig("up", "--url", _as(database, role))
    name = database.partition("@/")[2].partition("?")[0]
    target = f"{role}@{server.local.place().sockets}:5432/{name}"
    assert ran == Ran(
        4,
        "",
        f"error: role {role} may not write pgmig's history\n"
        f"   at: {target}\n"
        f"   do: GRANT CREATE ON DATABASE {name} TO {role}\n",
    )
    assert pgmig("status", "--url", _as(database, role)).code == 0


class OldServer:
    """Speaks just enough of the protocol to greet a client as PostgreSQL 13.4."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                with client:
                    self._greet(client)

    def _greet(self, client: socket.socket) -> None:
        while True:
            (length,) = struct.unpack("!i", client.recv(4, socket.MSG_WAITALL))
            (code,) = struct.unpack("!i", client.recv(length - 4, socket.MSG_WAITALL)[:4])
            if code == 196608:  # protocol 3.0; anything else asks for encryption first
                break
            client.sendall(b"N")
        words = {"server_version": "13.4", "client_encoding": "UTF8", "server_encoding": "UTF8"}
        answer = _message(b"R", struct.pack("!i", 0))
        for name, value in words.items():
            answer += _message(b"S", f"{name}\0{value}\0".encode())
        client.sendall(answer + _message(b"Z", b"I"))
        client.recv(1)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


@pytest.fixture
def old_server() -> Iterator[OldServer]:
    server = OldServer()
    yield server
    server.stop()


def test_a_server_older_than_14(pgmig: Run, project: Path, old_server: OldServer) -> None:
    url = f"postgresql://u:secret@127.0.0.1:{old_server.port}/app"
    assert pgmig("status", "--url", url) == Ran(
        1,
        "",
        "error: PostgreSQL 13.4 is too old: pgmig needs 14 or newer\n"
        f"   at: u@127.0.0.1:{old_server.port}/app\n"
        "   do: upgrade the server, or point pgmig at another one\n",
    )


def test_a_connection_string_that_cannot_be_read_is_not_repeated(pgmig: Run, project: Path) -> None:
    ran = pgmig("status", "-vv", "--url", "postgresql://u:secret@h/d?no_such_word=secret")
    assert ran.code == 2
    assert "\nerror: the connection string cannot be read: invalid URI query" in ran.err
    assert "secret" not in ran.err


@pytest.mark.parametrize("url", [
    "postgresql://app:Sek/ret@h/db",
    "postgresql://u:sek@ret@127.0.0.1:1/db",
    "postgresql://u:sek?ret@127.0.0.1:1/db",
    "postgresql://u:sek#/ret@127.0.0.1:1/db",
    "mysql://u:sekret@h/db",
    "sekret",
])  # fmt: skip
@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_no_piece_of_a_password_is_shown(
    pgmig: Run, project: Path, url: str, json_too: tuple[str, ...]
) -> None:
    ran = pgmig("status", "-vv", *json_too, "--url", url)
    assert ran.code == 2
    assert "error: the connection string cannot be read: " in ran.err
    assert "sek" not in (ran.err + ran.out).lower()
    assert "ret" not in ran.err + ran.out


@pytest.mark.parametrize(
    ("url", "reason", "do"),
    [
        ("service=nowhere", 'definition of service "nowhere" not found', "define the service in "),
        ("host=/tmp port=abc", 'invalid integer value "abc"', "give a port from 1 to 65535 "),
    ],
)
def test_a_setting_of_the_connection_that_cannot_be(
    pgmig: Run, project: Path, url: str, reason: str, do: str
) -> None:
    ran = pgmig("status", "--url", url)
    assert ran.code == 2
    assert ran.err.startswith("error: cannot connect: ")
    assert reason in ran.err
    assert f"\n   do: {do}" in ran.err


def test_a_role_that_may_not_log_in(
    pgmig: Run, project: Path, make_role: Callable[..., str], database: str
) -> None:
    ran = pgmig("status", "--url", _as(database, make_role("NOLOGIN")))
    assert ran.code == 1
    assert "is not permitted to log in" in ran.err
    assert ran.err.endswith(
        "   do: connect as another role, or let this one: ALTER ROLE ... LOGIN\n"
    )


def test_a_socket_in_a_closed_directory(pgmig_without_rights: Run, project: Path) -> None:
    closed = project / "closed"
    closed.mkdir(mode=0)
    ran = pgmig_without_rights("status", "--url", f"host={closed} dbname=postgres user=postgres")
    assert ran.code == 1
    assert "failed: Permission denied" in ran.err
    assert "\n   do: run as an account that may enter the socket's directory" in ran.err


@pytest.mark.parametrize(
    ("args", "env", "dotenv"),
    [
        (("--url", "{url}"), {"DATABASE_URL": "nonsense"}, ""),
        ((), {"PGMIG_DATABASE_URL": "{url}", "DATABASE_URL": "nonsense"}, ""),
        ((), {"DATABASE_URL": "{url}"}, "DATABASE_URL=nonsense"),
        ((), {}, "export DATABASE_URL='{url}'"),
        (("--env", "here"), {"DATABASE_URL": "nonsense"}, ""),
        ((), {"PGMIG_ENV": "here"}, ""),
    ],
)
def test_the_database_is_found(
    pgmig: Run,
    project: Path,
    database: str,
    args: tuple[str, ...],
    env: dict[str, str],
    dotenv: str,
) -> None:
    (project / "pgmig.toml").write_text('url = "nonsense"\n[env.here]\nurl = "${HERE}"\n')
    (project / ".env").write_text(dotenv.format(url=database))
    given = {name: value.format(url=database) for name, value in env.items()}
    words = [word.format(url=database) for word in args]
    assert pgmig("status", *words, HERE=database, **given).code == 0


def test_the_database_is_found_by_the_variables_of_libpq(
    pgmig: Run, project: Path, server: Server, database: str
) -> None:
    host = str(server.local.place().sockets)
    name = database.partition("@/")[2].partition("?")[0]
    (project / ".env").write_text(f"PGHOST={host}\nPGDATABASE={name}\nPGUSER=postgres\n")
    assert pgmig("status").code == 0


def test_common_options_stand_before_the_command_or_after_it(
    pgmig: Run, project: Path, database: str
) -> None:
    before = pgmig("--url", database, "--json", "status")
    after = pgmig("status", "--url", database, "--json")
    assert before == after
    assert before.code == 0
    assert pgmig("--url", "nonsense", "status", "--url", database).code == 0


@pytest.mark.newest
def test_a_socket_that_a_url_names_is_not_exchanged_for_an_address(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "services").write_text("[elsewhere]\nhostaddr=127.0.0.1\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.setenv("PGSERVICE", "elsewhere")
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    monkeypatch.setenv("PGHOST", "localhost")
    monkeypatch.setenv("PGPORT", "1")
    with closing(db.connect(database)) as conn:
        assert conn.info.host.startswith("/")
        assert conn.execute("SELECT inet_server_addr()").fetchone() == (None,)
    assert pg_environment(database)["PGHOSTADDR"] == ""
