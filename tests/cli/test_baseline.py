"""`pgmig baseline`: files, words and exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, masked
from tests.fixtures.servers import Program, Server


@pytest.fixture
def legacy(database: str, psql: Program) -> str:
    psql(database, input="CREATE TABLE public.a (i int PRIMARY KEY);")
    return database


def test_a_database_is_adopted_and_made_again(
    pgmig: Run,
    folder: Path,
    server: Server,
    legacy: str,
    make_database: Callable[[], str],
) -> None:
    shadow = ("--shadow-url", server.url())
    ran = pgmig("baseline", "legacy", "--url", legacy, *shadow)
    assert ran.code == 0
    out = masked(ran.out)
    assert out.startswith(
        "migrations/0001_legacy.up.sql\n"
        "migrations/0001_legacy.down.sql\n"
        f"4 objects of TARGET, proved on PostgreSQL {server.major}\n"
        "recorded there as applied: 0001_legacy\n"
    )
    assert masked(ran.err).startswith("reading TARGET\n")
    status = pgmig("status", "--check", "--url", legacy)
    assert status.code == 0
    assert "0001_legacy  baseline" in status.out
    assert "baseline" in pgmig("history", "--url", legacy).out

    copy = make_database()
    assert pgmig("up", "--url", copy).code == 0
    again = pgmig("baseline", "--url", legacy, *shadow)
    assert (again.code, again.out) == (7, "")
    assert again.err.startswith("error: ")
    refused = pgmig("down", "--url", legacy)
    assert refused.code == 4
    assert "--allow data-loss" in refused.err


def test_what_is_not_modelled_is_refused_unless_allowed(
    pgmig: Run, folder: Path, server: Server, legacy: str, psql: Program
) -> None:
    psql(legacy, "-c", "SELECT lo_create(0)")
    shadow = ("--shadow-url", server.url(), "--url", legacy)
    ran = pgmig("baseline", "--json", *shadow)
    assert ran.code == 4
    assert "large object 1 in all" in ran.err
    assert json.loads(ran.out)["error"]["kind"] == "UnmodelledObjects"
    assert not (folder / "migrations").exists()
    allowed = pgmig("baseline", "-q", "--json", "--allow", "unmodelled", "--roles", *shadow)
    document = json.loads(allowed.out)
    assert (allowed.code, allowed.err, document["command"]) == (0, "", "baseline")
    assert document["up"] == str(folder / "migrations" / "0001_baseline.up.sql")
    assert document["roles_file"] == str(folder / "migrations" / "roles.sql")
    assert document["unmodelled"] == [{"kind": "large object", "identity": "1 in all"}]
