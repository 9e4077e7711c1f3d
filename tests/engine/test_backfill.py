"""Statements in batches: every row once, whatever happens in between."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from pgmig import db
from pgmig.commands.down import down
from pgmig.commands.resolve import resolve
from pgmig.commands.status import status
from pgmig.commands.up import up
from pgmig.engine import Listener, Options, Pace, Step
from pgmig.errors import (
    BatchChanged,
    BatchRefused,
    KeyUnfit,
    NothingToResolve,
    RunStoppedPartWay,
    StatementFailed,
)
from tests.engine.conftest import Project
from tests.fixtures.servers import Program

Ask = Callable[[str], list[str]]

ITEMS = (
    "CREATE TABLE items (id int PRIMARY KEY, done int NOT NULL DEFAULT 0, v int);"
    "INSERT INTO items SELECT g, 0, g FROM generate_series(1, 1000) g;"
)
FILL = "UPDATE items SET done = done + 1"
PROGRESS = "SELECT statement, outcome, before::json -> 'batch' -> 'rows' FROM pgmig.progress"


class Batches(Listener):
    """Keeps what it hears, and may do something after each batch."""

    def __init__(self, then: Callable[[Pace], object] = lambda pace: None) -> None:
        self.paces: list[Pace] = []
        self.reasons: list[str] = []
        self._then = then

    def on_batch(self, step: Step, pace: Pace) -> None:
        self.paces.append(pace)
        self._then(pace)

    def on_throttle(self, step: Step, reason: str) -> None:
        self.reasons.append(reason)


@pytest.fixture
def items(database: str, project: Project) -> str:
    """A database with a thousand items, from the first script."""
    project.add("0001_items", ITEMS, "DROP TABLE items")
    up(database, project.directory)
    return database


def backfill(project: Project, statement: str = FILL, directive: str = "batch=100 key=id") -> Path:
    return project.add("0002_fill", f"-- pgmig: {directive}\n{statement};\n", "SELECT 1")


def stop_after(rows: int) -> Batches:
    def stop(pace: Pace) -> None:
        if pace.rows == rows:
            raise KeyboardInterrupt

    return Batches(stop)


def test_each_batch_is_a_transaction_and_the_next_statement_comes_behind_the_last(
    items: str, project: Project, ask: Ask
) -> None:
    text = (
        "-- pgmig: transaction=off\nALTER TABLE items ADD t xid8;\n"
        "-- pgmig: batch=300 key=id\nUPDATE items SET done = done + 1, t = pg_current_xact_id();\n"
        "CREATE TABLE after AS SELECT count(*) FROM items WHERE done = 1;"
    )
    project.add("0002_fill", text, "SELECT 1")
    heard = Batches()
    up(items, project.directory, listener=heard)
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["1|1000"]
    assert ask("SELECT min(id), max(id), count(*) FROM items GROUP BY t ORDER BY 1") == [
        *("1|300|300", "301|600|300", "601|900|300", "901|1000|100")
    ]
    assert ask("SELECT * FROM after") == ["1000"]
    assert ask(PROGRESS) == ["1|done|", "2|done|1000", "3|done|"]
    assert [(p.rows, p.is_done) for p in heard.paces] == [
        *((300, False), (600, False), (900, False), (1000, True))
    ]
    assert heard.paces[0].about is not None
    assert heard.paces[0].rate > 0
    assert (heard.paces[-1].number, heard.paces[-1].total, heard.paces[-1].left) == (2, 3, 0.0)


# A table, the value of its column `a` in row g of 50, and the key; `b` is text and `x` is to be 1.
KEYS = [
    ("a int, PRIMARY KEY (a, b)", "g % 7", "b,a"),
    ("a uuid PRIMARY KEY", "md5(g::text)::uuid", "a"),
    ("a float8 PRIMARY KEY", "g / 3::float8", "a"),
    ("a timestamptz PRIMARY KEY", "'2026-03-29'::timestamptz + g * interval '0.7 h'", "a"),
    ('a "Odd" PRIMARY KEY', "(ARRAY['it''s', '\\', 'ü,\"'])[g]::\"Odd\"", "a"),
    ("a int, PRIMARY KEY (a, b)) PARTITION BY HASH (a", "g % 7", "a,b"),
    ("a int[] PRIMARY KEY", "ARRAY[g % 3, g]", "a"),
    ('a int, "A b" int GENERATED ALWAYS AS IDENTITY UNIQUE', "1", '"""A b"""'),
]


def test_any_unique_key_will_do_under_any_setting(
    database: str, project: Project, ask: Ask
) -> None:
    made = ["CREATE TYPE \"Odd\" AS ENUM ('it''s', '\\', 'ü,\"')"]
    fills = ["SET datestyle='German';SET extra_float_digits=0;SET timezone='Asia/Kolkata'"]
    for number, (columns, value, key) in enumerate(KEYS):
        rows = 3 if "Odd" in value else 50
        made += [
            f"CREATE TABLE t{number} (b text NOT NULL, x int, {columns})",
            *(
                f"CREATE TABLE t{number}_{part} PARTITION OF t{number}"
                f" FOR VALUES WITH (MODULUS 2, REMAINDER {part})"
                for part in range(2 if "PARTITION" in columns else 0)
            ),
            f"INSERT INTO t{number} SELECT g || ' ''\\', 0, {value} FROM generate_series(1, {rows}) g",
        ]
        fills.append(f"-- pgmig: batch=7 key={key}\nUPDATE t{number} AS u SET x = x + 1")
    made.append("CREATE UNIQUE INDEX ON t1 (b DESC, a DESC)")
    fills.append("-- pgmig: batch=7 key=a,b\nUPDATE t1 SET x = x + 1")
    project.add("0001_made", ";\n".join(made), "SELECT 1")
    project.add("0002_fill", "-- pgmig: transaction=off\n" + ";\n".join(fills), "SELECT 1")
    heard = Batches()
    up(database, project.directory, listener=heard)
    for number, (_, value, _) in enumerate(KEYS):
        expected = f"{2 if number == 1 else 1}|{3 if 'Odd' in value else 50}"
        assert ask(f"SELECT x, count(*) FROM t{number} GROUP BY 1") == [expected]
    assert sum(not pace.is_done for pace in heard.paces) == 7 * 8


def test_insert_select_goes_through_the_first_table_of_from(
    items: str, project: Project, ask: Ask
) -> None:
    project.add(
        "0002_fill",
        "-- pgmig: transaction=off\nCREATE TABLE kinds (k int, name text);"
        "INSERT INTO kinds VALUES (0, 'even'), (1, 'odd'), (1, 'uneven');\n"
        "CREATE TABLE copies (id int, name text, UNIQUE (id, name));\n"
        "-- pgmig: batch=100 key=i.id\n"
        "WITH k AS (SELECT * FROM kinds)\n"
        "INSERT INTO copies SELECT i.id, k.name -- one or two\n"
        "FROM items AS i LEFT JOIN k ON k.k = i.id % 2 WHERE i.id > 10 OR i.id = 1\n"
        "ON CONFLICT DO NOTHING;",
        "SELECT 1",
    )
    up(items, project.directory)
    assert ask("SELECT name, count(*), count(DISTINCT id) FROM copies GROUP BY 1 ORDER BY 1") == [
        *("even|495|495", "odd|496|496", "uneven|496|496")
    ]


def test_an_empty_table_is_done_at_once_and_rows_that_come_meanwhile_are_in(
    items: str, project: Project, ask: Ask
) -> None:
    ask("DELETE FROM items")
    backfill(project)
    heard = Batches()
    up(items, project.directory, listener=heard)
    assert [(pace.rows, pace.is_done) for pace in heard.paces] == [(0, True)]
    assert ask(PROGRESS) == ["1|done|0"]
    project.add("0003_more", f"-- pgmig: batch=2 key=id\n{FILL}", "SELECT 1")

    def more(pace: Pace) -> None:
        if pace.rows <= 6:
            ask(f"INSERT INTO items SELECT {pace.rows} * 10 + g FROM generate_series(1, 2) g")

    ask("INSERT INTO items VALUES (1), (2), (3)")
    heard = Batches(more)
    up(items, project.directory, listener=heard)
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["1|9"]
    assert heard.paces[-1].rows == 9


def test_a_way_down_may_run_in_batches_too(items: str, project: Project, ask: Ask) -> None:
    project.add("0002_fill", FILL, "-- pgmig: batch=400 key=id\nUPDATE items SET done = done - 1")
    up(items, project.directory)
    down(items, project.directory, to=1)
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["0|1000"]
