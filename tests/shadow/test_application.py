"""What a script does to the statements of an application, statement by statement."""

from contextlib import closing
from pathlib import Path

import pytest

from pgmig import db
from pgmig.errors import QueriesUnreadable
from pgmig.scripts.directory import make_half
from pgmig.shadow.application import Effect, Onlooker, read_queries
from pgmig.shadow.trace import run_traced

SETUP = """
CREATE SCHEMA app;
CREATE TABLE app.orders (id int PRIMARY KEY, total numeric, note text);
"""

QUERIES = """\
SET search_path = app;
SELECT total FROM orders WHERE id = $1;
SELECT total * 2 FROM orders;
UPDATE orders SET note = $1 WHERE id = $2;
SELECT amount FROM orders;
SELECT * FROM gone;
WITH late AS (SELECT 1) SELECT * FROM orders;
CALL nothing();
"""

UP = """\
SET search_path = pg_catalog;
ALTER TABLE app.orders ALTER COLUMN id TYPE bigint;
ALTER TABLE app.orders RENAME COLUMN total TO amount;
ALTER TABLE app.orders DROP COLUMN note;
CREATE INDEX ON app.orders (amount);
"""

EFFECTS = [
    (2, "broken", 3, 'column "total" does not exist'),
    (3, "broken", 3, 'column "total" does not exist'),
    (4, "broken", 4, 'column "note" of relation "orders" does not exist'),
    (5, "made to work", 3, "it works from here on"),
    (
        7,
        "changed",
        4,
        "it gives (id bigint, amount numeric), not (id integer, total numeric, note text)",
    ),
]


def _told(effect: Effect) -> tuple[int, str, int | None, str]:
    return effect.query.line, effect.change, effect.statement, effect.told


@pytest.mark.parametrize("head", ["", "-- pgmig: transaction=off\n"])
def test_the_statement_that_breaks_a_query_is_named(
    database: str, tmp_path: Path, head: str
) -> None:
    file = tmp_path / "app.sql"
    file.write_text(QUERIES)
    queries = read_queries(file)
    assert [each.sql for each in queries.unchecked] == ["CALL nothing()"]
    onlooker = Onlooker(queries.checked)
    with closing(db.connect(database)) as conn:
        conn.execute(SETUP)
        onlooker.begin(conn)
        run_traced(
            database,
            make_half(tmp_path / "0007_x.up.sql", head + UP),
            watch=lambda session, trace: onlooker.see(session, trace.number),
        )
        found = onlooker.end(conn)
    assert [_told(each) for each in found] == EFFECTS
    ((gone, fault),) = [each for each in onlooker.failing if each[0].line == 6]
    assert (gone.sql, fault.message) == ("SELECT * FROM gone", 'relation "gone" does not exist')


def test_queries_come_from_what_pg_stat_statements_writes(tmp_path: Path) -> None:
    file = tmp_path / "stat.csv"
    file.write_text('calls,query\n7,"SELECT 1,\n  ""a"""\n1,COMMIT\n3,SELECT $1\n')
    queries = read_queries(file)
    assert [(each.sql, each.line) for each in queries.checked] == [
        ('SELECT 1,\n  "a"', 2),
        ("SELECT $1", 5),
    ]
    assert [each.line for each in queries.unchecked] == [4]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.sql", "-- nothing\n", "it holds no statement"),
        ("a.csv", "calls,text\n1,SELECT 1\n", "its header has no column query"),
        ("a.csv", "", "its header has no column query"),
    ],
)
def test_a_file_without_statements_is_refused(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(QueriesUnreadable) as raised:
        read_queries(tmp_path / name)
    assert raised.value.reason == reason
