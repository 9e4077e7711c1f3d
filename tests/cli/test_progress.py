"""What one sees of a statement that runs long: the server's own word, from a second session."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pgmig import db
from tests.cli.conftest import PGMIG, Run, environment, plain, write_script

INDEX = "-- pgmig: transaction=off\nCREATE INDEX CONCURRENTLY a_i ON public.a (i);"


@pytest.fixture
def blocked(pgmig: Run, project: Path, database: str) -> Iterator[db.Connection]:
    """A transaction that the index of the next script waits for."""
    assert pgmig("up", "--url", database).code == 0
    write_script(project, "0003_c", INDEX, "DROP INDEX public.a_i;")
    with db.connect(database, application_name="a client") as conn:
        conn.execute("BEGIN; INSERT INTO public.a VALUES (1)")
        yield conn


@contextmanager
def running(folder: Path, *args: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*PGMIG, *args],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process


def events(process: subprocess.Popen[str], until: Callable[[dict[str, Any]], bool]) -> Any:
    """The first event that is such a one."""
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if until(event):
            return event
    raise AssertionError(process.communicate())


def test_events_tell_what_the_server_says_and_never_keep_it_waiting(
    project: Path, database: str, blocked: db.Connection
) -> None:
    with running(project, "up", "--json", "--url", database) as process:
        seen = events(process, lambda event: bool(event.get("server")))
        assert (seen["event"], seen["label"]) == ("progress", "0003_c")
        assert seen["seconds"] > 1
        server = seen["server"]
        (client,) = server.pop("waits_for")
        assert client == f"a client (postgres, pid {blocked.info.backend_pid})"
        assert server == {
            "command": "CREATE INDEX CONCURRENTLY",
            "phase": "waiting for writers before build",
            "relation": "public.a",
            "done": 0,
            "total": 1,
            "unit": "sessions",
            "percent": 0,
        }
        blocked.execute("COMMIT")
        assert events(process, lambda event: event["event"] == "report")["after"] == 3
        assert process.wait() == 0


@pytest.mark.newest
def test_a_terminal_shows_what_the_server_says(
    project: Path, database: str, blocked: db.Connection, on_terminal: Run
) -> None:
    def let_go(shown: bytes) -> None:
        if b"waits for a client" in shown:
            blocked.execute("COMMIT")

    ran = on_terminal("up", "--url", database, meanwhile=let_go)
    assert ran.code == 0
    shown = plain(ran.out)
    assert "CREATE INDEX CONCURRENTLY on public.a, waiting for writers before build" in shown
    assert "up 0003_c, statement 1 of 1, " in shown


def test_a_watch_that_finds_no_session_left_makes_no_run_fail(
    pgmig: Run, project: Path, database: str, make_role: Callable[..., str]
) -> None:
    role = make_role("SUPERUSER LOGIN")
    limited = database.replace("postgres@", f"{role}@")
    with db.connect(database) as conn:
        conn.execute(f'ALTER ROLE "{role}" NOSUPERUSER CONNECTION LIMIT 1'.encode())
        conn.execute(f'GRANT CREATE ON DATABASE "{conn.info.dbname}" TO "{role}"'.encode())
    write_script(project, "0001_a", "SELECT pg_catalog.pg_sleep(1.5);", "SELECT 1;")
    ran = pgmig("up", "1", "--json", "--url", limited)
    assert (ran.code, ran.err) == (0, "")
    (seen, *_) = [json.loads(line) for line in ran.out.splitlines() if '"progress"' in line]
    assert seen["server"] is None


def test_a_run_goes_on_when_nobody_reads_its_events(
    project: Path, pgmig: Run, database: str
) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [*PGMIG, "up", "--json", "--url", database],
        cwd=project,
        env=environment(),
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "is at 0002_bees, nothing pending" in pgmig("status", "--url", database).out
