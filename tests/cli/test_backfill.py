"""A statement in batches, as one sees it: events, status, resolve, verify."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, masked, write_script
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

FILL = "-- pgmig: batch=2 key=id lag=off\nUPDATE public.c SET v = 10 / (id - 6);\nSELECT 1;"


@pytest.fixture
def stopped(pgmig: Run, project: Path, database: str, psql: Program) -> Ran:
    """A run whose third batch of two rows has failed."""
    table = "CREATE TABLE public.c (id int PRIMARY KEY, v int)"
    write_script(
        project,
        "0003_c",
        f"{table}; INSERT INTO public.c SELECT generate_series(1, 9);",
        "DROP TABLE public.c;",
    )
    write_script(project, "0004_fill", FILL, "-- pgmig: batch=2 key=id\nUPDATE public.c SET v = 0;")
    return pgmig("up", "--json", "--url", database)


def test_what_batches_did_is_told_and_what_is_left_goes_on(
    stopped: Ran, pgmig: Run, project: Path, database: str, psql: Program
) -> None:
    assert stopped.code == 1
    told = [json.loads(line) for line in stopped.out.splitlines()]
    assert "warning" not in {event["event"] for event in told}
    (batch,) = [event for event in told if event["event"] == "batch"]
    assert (batch["label"], batch["number"], batch["total"], batch["rows"]) == (
        *("0004_fill", 1, 2, 2),
    )
    assert batch["is_done"] is False
    assert told[-1]["error"]["notes"]["now"] == (
        "0001_a to 0003_c applied; 0004_fill part-way: none of its statements is done, statement 1"
        " failed in the batch behind id = 4 up to id = 6; 4 rows of it are done"
    )
    status = pgmig("status", "--url", database)
    assert (
        "0004_fill is part-way (up), 0 of its statements are done and 4 rows of statement 1"
        " (up to id = 4): `pgmig up` goes on\n"
    ) in status.out
    asked = pgmig("resolve", "4", "--statement", "1", "--url", database)
    assert asked.code == 2
    assert "found: done: 4 rows of statement 1 (up to id = 4)" in asked.err
    psql(database, "-c", "DELETE FROM public.c WHERE id = 6")
    ran = pgmig("up", "-v", "--url", database)
    assert ran.code == 0
    assert "0004_fill: statement 1 of 2, 8 rows" in ran.err
    assert masked(ran.out).endswith("TARGET is at 0004_fill\n")


def test_verify_runs_batches_up_and_down(
    stopped: Ran, pgmig: Run, server: Server, project: Path
) -> None:
    assert stopped.code == 1
    shadow = ("--shadow-url", server.url())
    ran = pgmig("verify", *shadow)
    assert (ran.code, ran.out.splitlines()[3]) == (3, "0004_fill: wrong, unsealed")
    assert "failed in the batch" not in ran.out  # it is about the script, not about a database
    write_script(project, "0004_fill", FILL.replace("id - 6", "id"))
    assert pgmig("verify", *shadow).code == 0
    write_script(project, "0004_fill", FILL.replace("key=id", "key=no"))
    ran = pgmig("verify", *shadow)
    assert "public.c cannot be gone through by key=no: it has no column no" in ran.out
