"""`pgmig snapshot`: the data goes where it was asked for, the talk beside it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, masked
from tests.fixtures.servers import Program


@pytest.fixture
def filled(database: str, psql: Program) -> str:
    psql(database, input="CREATE TABLE public.a (i int PRIMARY KEY); CREATE VIEW v AS TABLE a;")
    return database


def test_the_snapshot_goes_to_stdout_and_the_counts_to_stderr(pgmig: Run, filled: str) -> None:
    ran = pgmig("snapshot", "--url", filled)
    assert ran.code == 0
    assert json.loads(ran.out)
    assert masked(ran.err).startswith("5 objects of TARGET: schema 1, extension 1, ")
    assert pgmig("snapshot", "-q", "--url", filled) == Ran(0, ran.out, "")
    assert pgmig("snapshot", "--json", "--url", filled).out == ran.out


def test_sql_makes_the_same_database_again(
    pgmig: Run,
    folder: Path,
    filled: str,
    make_database: Callable[[], str],
    psql: Program,
    pg_dump: Callable[..., str],
) -> None:
    ran = pgmig("snapshot", "-o", "made.sql", "--url", filled)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out).startswith("made.sql: 5 objects of TARGET: ")
    copy = make_database()
    psql(copy, "-f", folder / "made.sql")
    assert _statements(pg_dump(copy, "-s")) == _statements(pg_dump(filled, "-s"))


def _statements(dump: str) -> list[str]:
    return [line for line in dump.splitlines() if not line.startswith("\\")]


def test_json_reports_on_the_file(pgmig: Run, folder: Path, filled: str) -> None:
    ran = pgmig("snapshot", "--json", "-o", "made.json", "--url", filled)
    document = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert (document["pgmig"], document["command"]) == (1, "snapshot")
    assert (document["output"], document["unmodelled"]) == ("made.json", [])
    assert document["counts"]["table"] == 1
    assert json.loads((folder / "made.json").read_text())


def test_what_is_not_modelled_is_named(pgmig: Run, filled: str, psql: Program) -> None:
    psql(filled, "-c", "SELECT lo_create(0)")
    ran = pgmig("snapshot", "--url", filled)
    assert ran.code == 0
    assert ran.err.splitlines()[1:] == ["not modelled: large object 1 in all"]


def test_sql_to_stdout_and_json_exclude_each_other(pgmig: Run, filled: str) -> None:
    assert pgmig("snapshot", "--json", "--format", "sql", "--url", filled).code == 2


def test_a_file_that_cannot_be_written_is_told(pgmig: Run, folder: Path, filled: str) -> None:
    ran = pgmig("snapshot", "-o", "no/such/folder/made.json", "--url", filled)
    assert (ran.code, ran.out) == (1, "")
    assert "No such file or directory" in ran.err
    assert list(folder.iterdir()) == [folder / ".git"]
