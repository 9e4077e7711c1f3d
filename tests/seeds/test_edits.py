"""Files that were edited at random, read beside their table or compared in the server: the same."""

import random
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import db
from pgmig.db.execute import run
from pgmig.seeds.files import find
from pgmig.seeds.rules import Rules, TableWords, parse_rules
from pgmig.seeds.sync import Options, sync
from tests.fixtures.servers import Program
from tests.seeds.test_sync import tally

ROWS = 300
VALUES = ("", '""', "x", '"a, b"', '"two\nlines"', '"say ""it"""', "1.0", "\\.", '"\\."', "ä")


@pytest.mark.parametrize("missing", ["delete", "report"])
def test_files_edited_at_random(database: str, psql: Program, tmp_path: Path, missing: str) -> None:
    dice = random.Random(missing)
    file = tmp_path / "public.a.csv"
    words = TableWords(missing="delete" if missing == "delete" else "report")
    rules = parse_rules({"public.a": words}, missing=None, triggers=None)
    with closing(db.connect(database)) as conn:
        run(conn, "CREATE TABLE a (i int PRIMARY KEY, t text)")
        records = {i: f"{i},{dice.choice(VALUES)}" for i in range(ROWS)}
        for trial in range(8):
            _write(file, records, dice, is_sorted=trial % 4 < 3)
            ways = (Options(is_dry_run=True, beside=0), Options(is_dry_run=True), Options(beside=0))
            told = {tuple(map(tally, sync(conn, find(tmp_path), rules, way))) for way in ways}
            assert len(told) == 1
            look = "COPY (SELECT i, t FROM a ORDER BY i) TO STDOUT (FORMAT csv)"
            there = psql(database, "-c", look).stdout
            again = Rules()
            assert [each.is_nothing for each in sync(conn, find(tmp_path), again)] == [True]
            if missing == "delete":
                psql(database, "-c", "CREATE TABLE b (LIKE a)")
                psql(database, "-c", f"\\copy b FROM '{file}' CSV HEADER")
                assert there == psql(database, "-c", look.replace("FROM a", "FROM b")).stdout
                psql(database, "-c", "DROP TABLE b")
            _edit(records, dice)


def _edit(records: dict[int, str], dice: random.Random) -> None:
    for _ in range(dice.choice((0, 1, 5, 40))):
        i = dice.randrange(2 * ROWS)
        if i in records and dice.random() < 0.5:
            del records[i]
        else:
            records[i] = f"{i},{dice.choice(VALUES)}"


def _write(file: Path, records: dict[int, str], dice: random.Random, *, is_sorted: bool) -> None:
    keys = sorted(records)
    if not is_sorted:
        dice.shuffle(keys)
    file.write_text("i,t\n" + "\n".join(records[key] for key in keys))
