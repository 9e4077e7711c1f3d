"""`pgmig diff --data`: files, words and exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

UP = """
CREATE SCHEMA shop;
CREATE TABLE shop.plan (code text PRIMARY KEY, price int, note text);
CREATE TABLE shop.customer (id int PRIMARY KEY, plan text REFERENCES shop.plan ON DELETE CASCADE);
INSERT INTO shop.plan VALUES ('free', 0), ('pro', 10), ('old', 5);
"""
DOWN = "DROP TABLE shop.customer; DROP TABLE shop.plan; DROP SCHEMA shop;"
PLANS = "code,price\nfree,0\npro,12\nteam,30\n"

Diff = Callable[..., Ran]


@pytest.fixture
def diff(pgmig_inside: Run, folder: Path, server: Server) -> Diff:
    write_script(folder, "0001_shop", UP, DOWN)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "shop.plan.csv").write_text(PLANS)

    def run(*args: str) -> Ran:
        return pgmig_inside("diff", *args, "--data", "--shadow-url", server.url())

    return run


def test_rows_become_a_script_that_verify_takes(
    diff: Diff, pgmig_inside: Run, folder: Path, server: Server, database: str, psql: Program
) -> None:
    kept = "not in the files, and kept: 1 row of shop.plan: (old)"
    listed = diff("--check")
    assert listed.code == 3
    assert listed.out.splitlines() == [
        "the rows of migrations/ are not those of seeds/",
        "  shop.plan: 1 row added, 1 row changed",
        kept,
        "write the script with `pgmig diff NAME --data`",
    ]
    ran = diff("New plans")
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "migrations/0002_new_plans.up.sql",
            "migrations/0002_new_plans.down.sql",
            "  way down: exact",
            f"proved on PostgreSQL {server.major}: up, down, up, with 2 rows",
            kept,
        ],
    )
    same = diff()
    assert (same.code, same.out.splitlines()) == (
        0,
        ["no difference between the rows of migrations/ and seeds/", kept],
    )
    assert pgmig_inside("verify", "--shadow-url", server.url()).code == 0

    # psql runs them too, in a transaction or not.
    query = "SELECT string_agg(code || price, ' ' ORDER BY code) FROM shop.plan"
    psql(database, input=UP)
    psql(database, "-1", "-f", folder / "migrations" / "0002_new_plans.up.sql")
    assert psql(database, "-Atc", query).stdout == "free0 old5 pro12 team30\n"
    psql(database, "-f", folder / "migrations" / "0002_new_plans.down.sql")
    assert psql(database, "-Atc", query).stdout == "free0 old5 pro10\n"


def test_what_is_shown_is_a_script_or_a_document(
    diff: Diff, folder: Path, database: str, psql: Program
) -> None:
    up, down = diff("--stdout"), diff("--stdout", "--down")
    psql(database, input=UP)
    psql(database, input=up.out + down.out + up.out)
    assert psql(database, "-Atc", "SELECT price FROM shop.plan WHERE code = 'pro'").stdout == "12\n"

    ran = diff("--json", "--on-conflict", "keep")
    found = json.loads(ran.out)
    assert (ran.code, found["is_same"], found["rows"]) == (0, False, 2)
    assert found["tables"] == [
        {
            "table": "shop.plan",
            "key": ["code"],
            "added": [["team"]],
            "changed": [{"key": ["pro"], "columns": {"price": ["10", "12"]}}],
            "removed": [],
        }
    ]
    assert found["missing"] == [{"table": "shop.plan", "rows": 1, "keys": [["old"]]}]
    assert "WARNING" in found["scripts"][0]["up"]
    assert [each.name for each in (folder / "migrations").iterdir() if "0002" in each.name] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "empty"), "--data has states of its own and changes no schema"),
        (("--offline",), "--data has states of its own and changes no schema"),
    ],
)
def test_what_makes_no_sense_is_refused(diff: Diff, words: tuple[str, ...], said: str) -> None:
    ran = diff(*words)
    assert ran.code == 2
    assert said in ran.err


def test_on_conflict_is_about_rows(pgmig_inside: Run, project: Path) -> None:
    ran = pgmig_inside("diff", "--on-conflict", "keep")
    assert ran.code == 2
    assert "--on-conflict goes with --data" in ran.err


@pytest.mark.parametrize("mode", ["fail", "keep", "file"])
def test_rows_that_others_would_go_with_are_left(
    diff: Diff, pgmig_inside: Run, folder: Path, database: str, psql: Program, mode: str
) -> None:
    (folder / "pgmig.toml").write_text('[seeds]\nmissing = "delete"\n')
    assert diff("plans", "--on-conflict", mode).code == 0
    assert pgmig_inside("up", "1", "--url", database).code == 0
    psql(database, "-c", "INSERT INTO shop.customer VALUES (1, 'old')")
    ran = pgmig_inside("up", "--url", database)
    if mode == "keep":
        assert ran.code == 0
        assert "(1): (old) is referred to by shop.customer" in ran.err
        count = "SELECT count(*) FROM shop.plan NATURAL JOIN shop.customer WHERE code = plan"
        assert psql(database, "-Atc", count).stdout == "1\n"
        return
    assert ran.code == 1
    assert (
        "shop.plan: changed by somebody else (1): (old) is referred to by shop.customer" in ran.err
    )


def test_a_reader_of_events_hears_of_rows_that_stay(
    diff: Diff, pgmig_inside: Run, database: str, psql: Program
) -> None:
    assert diff("plans", "--on-conflict", "keep").code == 0
    assert pgmig_inside("up", "1", "--url", database).code == 0
    psql(database, "-c", "UPDATE shop.plan SET price = 11 WHERE code = 'pro'")
    ran = pgmig_inside("up", "--url", database, "--json")
    events = [json.loads(line) for line in ran.out.splitlines()]
    (warning,) = [each for each in events if each["event"] == "warning"]
    said = "shop.plan: changed by somebody else, stay as they are (1): (pro) was changed"
    assert (warning["label"], warning["text"]) == ("0002_plans", said)
