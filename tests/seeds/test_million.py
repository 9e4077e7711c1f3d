"""A million rows: put in, then one in a hundred changed; psql's own \\copy is the witness."""

from contextlib import closing
from pathlib import Path

import pytest

from pgmig import db
from pgmig.seeds.files import find
from pgmig.seeds.names import TableName
from pgmig.seeds.rules import Rules, TableWords
from pgmig.seeds.sync import sync
from tests.fixtures.servers import Program

ROWS = 1_000_000
SUM = "SELECT count(*), sum(pg_catalog.hashtextextended(t::text, 0)) FROM {table} t"


@pytest.mark.newest
def test_a_million_rows_are_what_psql_copies(database: str, psql: Program, tmp_path: Path) -> None:
    lines = [f'{n},"name, {n}",{n % 97}.50,\n' for n in range(ROWS)]
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    file = seeds / "public.big.csv"
    rules = Rules(tables={TableName("public", "big"): TableWords(missing="delete")})

    def seeded() -> tuple[int, int, int]:
        file.write_text("id,name,price,note\n" + "".join(lines))
        with closing(db.connect(database)) as conn:
            (report,) = sync(conn, find(seeds), rules)
        copy = f"\\copy witness FROM '{file}' WITH (FORMAT csv, HEADER)\n"
        psql(database, input="TRUNCATE witness;\n" + copy)
        sums = [psql(database, "-At", "-c", SUM.format(table=t)).stdout for t in ("big", "witness")]
        assert sums[0] == sums[1]
        return report.added, report.changed, report.removed

    table = "(id int PRIMARY KEY, name text NOT NULL, price numeric(8,2), note text)"
    psql(database, input=f"CREATE TABLE big {table};\nCREATE TABLE witness {table};\n")
    assert seeded() == (ROWS, 0, 0)
    for n in range(0, ROWS, 100):
        lines[n] = lines[n].replace(",\n", ',""\n')
    del lines[-5:]
    lines.insert(7, f"{ROWS},new,1,\n")
    assert seeded() == (1, ROWS // 100, 5)
