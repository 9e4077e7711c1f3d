"""`pgmig snapshot --data`: rows go to files, whole and in one order, or not at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, masked
from tests.fixtures.servers import Program

_SCHEMA = """
CREATE SCHEMA shop;
CREATE TABLE shop.country (
    code text PRIMARY KEY, name text NOT NULL, note text,
    loud text GENERATED ALWAYS AS (upper(code)) STORED);
INSERT INTO shop.country VALUES
    ('de', 'Germany', E'two\\nlines'), ('AT', '"Austria", a', NULL), ('ch', 'x', '');
CREATE TABLE shop.place (id int PRIMARY KEY);
CREATE TABLE shop.town (mayor text) INHERITS (shop.place);
INSERT INTO shop.place VALUES (10), (9);
INSERT INTO shop.town VALUES (7, 'z'), (7, 'A');
CREATE TABLE shop.event (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE shop.event_20 PARTITION OF shop.event DEFAULT;
INSERT INTO shop.event VALUES (2, '0044-03-15 BC'), (1, 'infinity');
CREATE VIEW shop.v AS SELECT 1;
"""


@pytest.fixture
def filled(database: str, psql: Program) -> str:
    psql(database, input=_SCHEMA)
    return database


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in sorted(folder.iterdir())}


def test_rows_are_written_in_one_order_and_a_second_time_the_same(
    pgmig_inside: Run, folder: Path, filled: str, psql: Program
) -> None:
    ran = pgmig_inside("snapshot", "--data", "shop.*", "--url", filled)
    assert ran.code == 0
    assert [line.split() for line in ran.out.splitlines()] == [
        ["file", "rows"],
        ["seeds/shop.country.csv", "3", "new"],
        ["seeds/shop.event.csv", "2", "new"],
        ["seeds/shop.place.csv", "2", "new"],
        ["seeds/shop.town.csv", "2", "new"],
    ]
    assert "shop.town has no key: pgmig seed will ask for one\n" in ran.err
    assert _texts(folder / "seeds") == {
        "shop.country.csv": 'code,name,note\nAT,"""Austria"", a",\nch,x,""\n'
        'de,Germany,"two\nlines"\n',
        "shop.event.csv": "id,at\n1,infinity\n2,0044-03-15 BC\n",
        "shop.place.csv": "id\n9\n10\n",
        "shop.town.csv": "id,mayor\n7,A\n7,z\n",
    }
    psql(filled, "-c", "INSERT INTO shop.place VALUES (11)")
    words = ("shop.event_20, shop.event,shop.place", "--json", "--url", filled)
    again = json.loads(pgmig_inside("snapshot", "--data", *words).out)
    assert [(each["table"], each["change"]) for each in again["tables"]] == [
        ("shop.event", "same"),
        ("shop.place", "changed"),
    ]
    # A partition's own name alone chooses it.
    ran = pgmig_inside("snapshot", "--data", "shop.event_20", "-o", "other/", "--url", filled)
    assert (ran.code, [*_texts(folder / "other")]) == (0, ["shop.event_20.csv"])


def test_files_own_the_key_and_the_columns_that_the_settings_name(
    pgmig_inside: Run, folder: Path, filled: str
) -> None:
    (folder / "pgmig.toml").write_text(
        'ignore.patterns = ["table:shop.p*", "table:shop.t*"]\n'
        'seeds.directory = "rows"\n'
        'seeds.tables."shop.country".columns = ["note"]\n'
    )
    assert pgmig_inside("snapshot", "--data", "shop.*", "--url", filled).code == 0
    texts = _texts(folder / "rows")
    assert [*texts] == ["shop.country.csv", "shop.event.csv"]
    assert texts["shop.country.csv"] == 'code,note\nAT,\nch,""\nde,"two\nlines"\n'
    (folder / "pgmig.toml").write_text('seeds.tables."shop.country".columns = ["nota"]\n')
    ran = pgmig_inside("snapshot", "--data", "shop.*", "--url", filled)
    assert (ran.code, ran.out) == (2, "")
    assert "shop.country has no column nota that can be written; the nearest is note" in ran.err


def test_what_cannot_be_written_leaves_every_file_as_it_was(
    pgmig_inside: Run, folder: Path, filled: str, psql: Program
) -> None:
    seeds = folder / "seeds"

    def refused(tables: str, *words: str) -> str:
        ran = pgmig_inside("snapshot", "--data", tables, *words, "--url", filled)
        assert (ran.code > 0, ran.out) == (True, "")
        return masked(ran.err)

    assert "shop.contry matches no table; the nearest is shop.country" in refused("shop.contry")
    assert "pg_catalog.pg_class matches no table" in refused("pg_catalog.pg_class")
    assert "there is no name" in refused("shop.*,")
    for words in (["--summary"], ["--fingerprint"], ["--format", "sql"], ["--schema", "shop"]):
        assert "--data goes with --output alone" in refused("shop.*", *words)
    psql(filled, "-c", "CREATE TABLE shop.nothing ()")
    assert "shop.nothing cannot be carried: it has no column" in refused("shop.*")
    assert not seeds.exists()

    psql(filled, "-c", "DROP TABLE shop.nothing")
    seeds.mkdir()
    (seeds / "shop.country.csv").write_text("old")
    (seeds / "shop.place.sql").write_text("SELECT 1;")
    assert "shop.place are in statements already: shop.place.sql" in refused("shop.*")
    psql(filled, "-c", "CREATE TABLE shop.zoo (id int) PARTITION BY LIST (id)")
    psql(filled, "-c", "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w")
    psql(filled, "-c", "CREATE FOREIGN TABLE shop.far PARTITION OF shop.zoo DEFAULT SERVER s")
    assert "its partition shop.far is a foreign table" in refused("shop.country,shop.zoo")
    assert _texts(seeds) == {"shop.country.csv": "old", "shop.place.sql": "SELECT 1;"}


def test_rows_that_a_policy_would_hide_are_refused_and_nothing_is_left_behind(
    pgmig_inside: Run, folder: Path, filled: str, psql: Program, make_role: Callable[..., str]
) -> None:
    role = make_role("NOLOGIN")
    psql(
        filled,
        input=f"""
GRANT USAGE ON SCHEMA shop TO {role};
GRANT SELECT ON shop.country, shop.place TO {role};
ALTER TABLE shop.place ENABLE ROW LEVEL SECURITY;
""",
    )
    words = ("--data", "shop.country,shop.place", "--url", filled, "--role", role)
    ran = pgmig_inside("snapshot", *words)
    assert ran.code == 1
    assert "row-level security policy" in ran.err
    assert not (folder / "seeds").exists()
