"""`pgmig trace`: which scripts, on what, in which forms."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pgmig.commands.up import up
from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Server

pytestmark = pytest.mark.newest

Trace = Callable[..., Ran]


@pytest.fixture
def trace(pgmig: Run, server: Server) -> Trace:
    """Runs pgmig trace on the server under test."""

    def run(*args: str | Path) -> Ran:
        return pgmig("trace", "--shadow-url", server.url(), *args)

    return run


@pytest.fixture
def orders(folder: Path) -> Path:
    """A project whose second script changes what the first one makes."""
    write_script(
        folder,
        "0001_orders",
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, email text, total numeric);",
        "DROP TABLE public.orders;",
    )
    write_script(
        folder,
        "0002_change",
        "-- For the report.\n"
        "CREATE INDEX orders_email_idx ON public.orders (email);\n"
        "ALTER TABLE public.orders ALTER COLUMN total TYPE bigint;\n"
        "ALTER TABLE public.orders ADD COLUMN paid_at timestamptz;\n",
        "DROP INDEX public.orders_email_idx;",
    )
    return folder


def test_locks_rewrites_and_scans_are_told(trace: Trace, server: Server, orders: Path) -> None:
    ran = trace("2", "--rows", "1", "--json", "-q")
    assert ran.code == 0, ran.err
    (script,) = json.loads(ran.out)["scripts"]
    first, second, third = script["statements"]
    assert (script["label"], first["line"], second["line"]) == ("0002_change", 2, 3)
    assert first["locks"] == [
        {
            "relation": "public.orders",
            "kind": "table",
            "mode": "ShareLock",
            "indexes": [],
            "blocks": "writes",
        }
    ]
    assert (first["scans"], second["rewrites"]) == (["public.orders"], ["public.orders"])
    assert first["wal_bytes"] > 0
    assert third["rewrites"] == third["locks"] == []
    lines = trace("-q").out.splitlines()
    (index,) = [" ".join(line.split()) for line in lines if "CREATE INDEX" in line]
    assert "ShareLock on public.orders writes reads public.orders" in index
    (added,) = [" ".join(line.split()) for line in lines if "ADD COLUMN" in line]
    assert "as above reads and writes" in added
    assert lines[-1] == f"4 statements of 2 scripts, on PostgreSQL {server.major}"


def test_what_a_target_has_not_applied_runs_on_what_it_has(
    trace: Trace, server: Server, database: str, orders: Path
) -> None:
    directory = orders / "migrations"
    ran = trace("--pending", "--url", database)
    assert "has no history: every script is pending" in ran.err
    assert ran.out.count("\n0002_change:\n") == ran.out.count("0001_orders:\n") == 1
    up(database, directory, to=1)
    ran = trace("--pending", "--url", database, "-q")
    told = ran.out.splitlines()
    assert (ran.code, told[0]) == (0, "0002_change:")
    assert told[-1].startswith("3 statements of 1 script pending on ")
    assert told[-1].endswith(f", on PostgreSQL {server.major}")
    up(database, directory)
    assert trace("--pending", "--url", database, "-q").out.startswith("nothing pending on ")
    (directory / "0001_orders.up.sql").write_text("SELECT 1;")
    ran = trace("--pending", "--url", database, "-q")
    assert (ran.code, ran.out) == (7, "")
    assert "0001_orders.up.sql is not the text that was applied" in ran.err


def test_what_makes_no_sense_is_refused(trace: Trace, orders: Path) -> None:
    ran = trace("--pending", "2", "--url", "postgresql://nowhere")
    assert ran.code == 2
    assert "--pending says which scripts" in ran.err
    ran = trace("--pending")
    assert (ran.code, "no database is named" in ran.err) == (2, True)
    assert trace("0009").code == 2
    write_script(orders, "0003_bad", "SELECT 1;\nSELECT nix;", "SELECT 1;")
    ran = trace("3", "-q")
    assert (ran.code, ran.out) == (1, "")
    assert "0003_bad.up.sql:2:" in ran.err
