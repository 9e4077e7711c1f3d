"""What a script does to the statements of an application, statement by statement."""

from contextlib import closing
from pathlib import Path

import pytest

from pgmig import db
from pgmig.errors import QueriesUnreadable
from pgmig.scripts.directory import make_half
from pgmig.shadow.application import Effect, Onlooker, read_queries
from pgmig.shadow.inserted import target_of
from pgmig.shadow.queries import numbered
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
COPY orders TO STDOUT;
INSERT INTO orders (id, total) VALUES (:id, :total);
INSERT INTO orders VALUES (1, 2);
SELECT id FROM orders WHERE id = %s AND note <> %(note)s;
"""

UP = """\
SET search_path = pg_catalog;
ALTER TABLE app.orders ALTER COLUMN id TYPE bigint;
ALTER TABLE app.orders RENAME COLUMN total TO amount;
ALTER TABLE app.orders DROP COLUMN note;
CREATE INDEX ON app.orders (amount);
ALTER TABLE app.orders ADD COLUMN state text NOT NULL;
"""

EFFECTS = [
    (2, "broken", 3, 'column "total" does not exist'),
    (3, "broken", 3, 'column "total" does not exist'),
    (4, "broken", 4, 'column "note" of relation "orders" does not exist'),
    (5, "made to work", 3, "it works from here on"),
    (
        7,
        "changed",
        2,
        "it gives (id bigint, amount numeric, state text), not (id integer, total numeric, note"
        " text)",
    ),
    (9, "broken", 3, 'column "total" of relation "orders" does not exist'),
    (10, "broken", 6, "it gives no value for state: NOT NULL without a default"),
    (11, "broken", 4, 'column "note" does not exist'),
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
    assert [each.sql for each in queries.unchecked] == ["COPY orders TO STDOUT"]
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
    file.write_text(
        'calls,query\n7,"SELECT 1,\n  ""a"""\n1,COMMIT\n3,SELECT $1\n4,SELECT $1\n'
        "1,SELECT 'cut\n2,<insufficient privilege>\n1,CALL f($1)\n"
    )
    queries = read_queries(file)
    assert [(each.sql, each.line) for each in queries.checked] == [
        ('SELECT 1,\n  "a"', 2),
        ("SELECT $1", 5),
        ("CALL f($1)", 9),
    ]
    assert [(each.sql, each.line) for each in queries.unchecked] == [("SELECT 'cut", 7)]
    file = tmp_path / "stat.json"
    file.write_text('[{"calls": 7, "query": "SELECT 1"}, "SELECT 2"]')
    assert [each.sql for each in read_queries(file).checked] == ["SELECT 1", "SELECT 2"]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT %s, %s, 5 %% 2, 'x %s'", "SELECT $1, $2, 5 % 2, 'x %s'"),
        ("SELECT %(a)s, %(b)s, %(a)s", "SELECT $1, $2, $1"),
        ("SELECT :a, x::int, y[1:n] WHERE b=:b", "SELECT $1, x::int, y[1:n] WHERE b=$2"),
        ("SELECT ?, a ?| b, a ?? b -- ?", "SELECT $1, a ?| b, a ? b -- ?"),
    ],
)
def test_placeholders_of_drivers_become_numbers(sql: str, expected: str) -> None:
    assert numbered(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('INSERT INTO t (a, "B") VALUES (f(1, 2), 3)', ("c",)),
        ("INSERT INTO s.t AS x (a) SELECT 1", ("B", "c")),
        ("INSERT INTO t VALUES (f(1, 2), 3)", ("c",)),
        ("INSERT INTO t VALUES (1)", ("B", "c")),
        ("INSERT INTO t DEFAULT VALUES", ("a", "B", "c")),
        ("INSERT INTO t (SELECT 1, 2)", ()),
        ("INSERT INTO t TABLE u", ()),
        ("SELECT 1", None),
    ],
)
def test_an_insert_gives_values_for_some_columns(
    sql: str, expected: tuple[str, ...] | None
) -> None:
    found = target_of(sql)
    columns = ("a", "B", "c")
    assert (found and found.lacks(columns, columns)) == expected


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.sql", "-- nothing\n", "it holds no statement"),
        ("a.csv", "calls,text\n1,SELECT 1\n", "its header has no column query"),
        ("a.csv", "", "its header has no column query"),
        ("a.json", '[{"sql": "SELECT 1"}]', "entry 1 has no text query"),
    ],
)
def test_a_file_without_statements_is_refused(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(QueriesUnreadable) as raised:
        read_queries(tmp_path / name)
    assert raised.value.reason == reason
