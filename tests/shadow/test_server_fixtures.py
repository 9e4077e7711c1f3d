"""The fixtures every other test stands on."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pgmig import db
from tests.fixtures.servers import Program, Server


def test_a_database_is_empty_and_of_the_major_under_test(
    server: Server, database: str, psql: Program
) -> None:
    shown = psql(database, "-Atc", "SHOW server_version_num").stdout
    assert int(shown) // 10000 == server.major
    assert (
        psql(database, "-Atc", "SELECT count(*) FROM pg_class WHERE oid >= 16384").stdout == "0\n"
    )


def test_psql_and_psycopg_meet_in_the_same_database(database: str, psql: Program) -> None:
    psql(database, input="CREATE TABLE note (id int); INSERT INTO note VALUES (7);")
    with db.connect(database) as conn:
        assert conn.execute(b"SELECT id FROM note").fetchall() == [(7,)]


def test_several_databases_are_apart(make_database: Callable[[], str], psql: Program) -> None:
    one, other = make_database(), make_database()
    psql(one, "-c", "CREATE TABLE only_here ()")
    assert psql(other, "-Atc", "SELECT to_regclass('only_here')").stdout == "\n"


def test_pg_dump_is_of_the_same_installation_or_newer(
    server: Server, database: str, psql: Program, pg_dump: Callable[..., str]
) -> None:
    psql(database, "-c", "CREATE TABLE note (id int)")
    dump = pg_dump(database, "--schema-only")
    assert "CREATE TABLE public.note" in dump
    written = re.search(r"^-- Dumped by pg_dump version (\d+)", dump, re.MULTILINE)
    assert written is not None
    if server.clients == server.bindir:
        assert int(written[1]) == server.major
    else:
        assert int(written[1]) > server.major


def test_a_role_may_log_in(server: Server, make_role: Callable[..., str], database: str) -> None:
    role = make_role("LOGIN")
    with db.connect(database.replace("//postgres@", f"//{role}@")) as conn:
        assert conn.execute(b"SELECT current_user").fetchall() == [(role,)]


@pytest.mark.pg(">= 18")
def test_a_mark_chooses_the_newer_majors(server: Server) -> None:
    assert server.major >= 18


@pytest.mark.pg("< 18")
def test_a_mark_chooses_the_older_majors(server: Server) -> None:
    assert server.major < 18


@pytest.mark.pg(">= 99")
def test_a_test_for_no_major_of_this_run_does_not_run(server: Server) -> None:
    raise AssertionError(server.major)


def test_the_server_runs_as_an_ordinary_account(server: Server) -> None:
    status = server.local.status()
    assert status.pid is not None
    owner = Path(f"/proc/{status.pid}").stat().st_uid
    assert owner != 0
