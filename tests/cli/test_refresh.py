"""`pgmig refresh`, and what up and status say of materialized views without rows."""

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import PGMIG, Run, environment, masked, write_script
from tests.fixtures.servers import Program

SETUP = """
CREATE SCHEMA shop;
CREATE TABLE shop.sale AS SELECT i FROM generate_series(1, 1200) i;
CREATE MATERIALIZED VIEW shop.daily AS SELECT i FROM shop.sale;
CREATE UNIQUE INDEX ON shop.daily (i);
CREATE MATERIALIZED VIEW shop.total AS SELECT count(*) AS n FROM shop.daily;
"""
NO_KEY = "plainly: it has no unique index on columns alone, without WHERE"


@pytest.fixture
def shop(database: str, psql: Program) -> str:
    psql(database, "-q", "-c", SETUP)
    return database


def test_refresh_tells_what_it_did_how_and_why(pgmig_inside: Run, shop: str, psql: Program) -> None:
    ran = pgmig_inside("refresh", "--url", shop)
    assert (ran.code, ran.err) == (0, "")
    assert [line.split("  ") for line in re.sub(r" {2,}", "  ", masked(ran.out)).splitlines()] == [
        ["view", "way", "rows", "took"],
        ["shop.daily", "concurrently", "1,200", "DURATION"],
        ["shop.total", "plainly", "1", "DURATION", NO_KEY],
        ["2 of 2 materialized views refreshed, TARGET"],
    ]
    ran = pgmig_inside("refresh", "--stale", "--url", shop)
    assert masked(ran.out) == "nothing to do: TARGET, none of 2 materialized views is stale\n"
    psql(shop, "-c", "DELETE FROM shop.sale WHERE i = 7")
    ran = pgmig_inside("refresh", "--stale", "--dry-run", "--json", "--url", shop)
    report = json.loads(ran.out)
    assert [(v["label"], v["because"], v["rows"]) for v in report["views"]] == [
        ("shop.daily", "its query gives other rows now", None),
        ("shop.total", "it reads shop.daily", None),
    ]
    assert pgmig_inside("refresh", "daily", "--dry-run", "--url", shop).out.endswith("as it was\n")
    ran = pgmig_inside("refresh", "shop.dayly", "--url", shop)
    assert ran.code == 2
    assert "there is no materialized view shop.dayly" in ran.err
    assert "near it: shop.daily" in ran.err
    ran = pgmig_inside("refresh", "--concurrently", "--url", shop)
    assert (ran.code, "concurrently: shop.total" in ran.err) == (4, True)


def test_up_and_status_tell_of_views_without_rows(
    pgmig_inside: Run, folder: Path, shop: str
) -> None:
    emptied = "REFRESH MATERIALIZED VIEW shop.total WITH NO DATA;"
    author = "CREATE MATERIALIZED VIEW public.e AS SELECT 1 AS i WITH NO DATA;"
    write_script(folder, "0001_a", emptied + author, "DROP MATERIALIZED VIEW public.e")
    ran = pgmig_inside("up", "--no-refresh", "--url", shop)
    assert (ran.code, ran.err) == (0, "")
    assert "left without rows (--no-refresh): shop.total\n" in ran.out
    ran = pgmig_inside("status", "--check", "--url", shop)
    assert ran.code == 3
    assert "left without their rows by a script: shop.total; do: pgmig up\n" in ran.out
    assert "public.e" not in ran.out
    ran = pgmig_inside("status", "-v", "--url", shop)
    assert "without rows until they are refreshed: public.e; do: pgmig refresh\n" in ran.out
    ran = pgmig_inside("up", "--dry-run", "--url", shop)
    assert "would be refreshed: shop.total\n" in ran.out
    events = [json.loads(x) for x in pgmig_inside("up", "--json", "--url", shop).out.splitlines()]
    assert [(e["event"], e.get("view")) for e in events] == [
        ("run-started", None),
        ("refresh-started", "shop.total"),
        ("refresh-done", "shop.total"),
        ("report", None),
    ]
    assert [view["rows"] for view in events[-1]["refreshed"]] == [1]
    write_script(folder, "0002_b", emptied, "SELECT 1")
    ran = pgmig_inside("up", "--url", shop)
    assert "refreshed shop.total, 1 row, DURATION\n1 applied, TARGET is at 0002_b\n" in masked(
        ran.out
    )
    assert pgmig_inside("status", "--check", "--url", shop).code == 0


def test_ctrl_c_leaves_the_view_as_it_was(
    folder: Path, shop: str, psql: Program, pgmig_inside: Run
) -> None:
    psql(
        shop,
        "-c",
        "CREATE FUNCTION slow() RETURNS int LANGUAGE sql AS 'SELECT pg_sleep(60); SELECT 1';"
        "CREATE MATERIALIZED VIEW shop.zz AS SELECT slow() AS i WITH NO DATA;",
    )
    with subprocess.Popen(
        [*PGMIG, "refresh", "--url", shop],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        psql(
            shop,
            input="""DO $$ BEGIN LOOP
                PERFORM pg_stat_clear_snapshot();
                EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'
                    AND datname = current_database()
                    AND application_name = 'pgmig refresh shop.zz');
            END LOOP; END $$;""",
        )
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 6
    assert "stopped while shop.zz was refreshed" in err
    assert "now: refreshed: shop.daily, shop.total; shop.zz is as it was" in err
    left = psql(
        shop,
        "-At",
        "-c",
        "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),"
        " (SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pgmig%'"
        " AND datname = current_database())",
    )
    assert left.stdout == "0|0\n"
