"""Statements in batches: every row once, whatever happens in between."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from pgmig import db
from pgmig.commands.down import down
from pgmig.commands.resolve import ask as ask_what
from pgmig.commands.resolve import resolve
from pgmig.commands.status import status
from pgmig.commands.up import up
from pgmig.engine import Listener, Pace, Step, run_script
from pgmig.errors import (
    BatchChanged,
    BatchRefused,
    KeyUnfit,
    OutcomeUntold,
    RunStoppedPartWay,
    StatementFailed,
    StatementNotBatched,
)
from pgmig.scripts import Script, read
from pgmig.scripts.directory import make_half
from pgmig.shadow.server import LocalServer, cluster
from pgmig.shadow.trace import run_traced
from tests.engine.conftest import Project
from tests.fixtures.pooler import pooler
from tests.fixtures.servers import Server

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
            f"INSERT INTO t{number}"
            f" SELECT g || ' ''\\', 0, {value} FROM generate_series(1, {rows}) g",
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


RANDOM_ROWS = """
CREATE TABLE t (a int, b text, v int, w text, PRIMARY KEY (a, b));
CREATE TABLE o (id int PRIMARY KEY, k int, n int);
CREATE TABLE r (a int, b text, n int);
SELECT setseed(0.5);
INSERT INTO t SELECT (random() * 9)::int, chr(97 + (random() * 25)::int) || g, (random() * 30)::int
FROM generate_series(1, 40) g;
INSERT INTO o SELECT g, (g * 7) % 11, (random() * 20)::int FROM generate_series(1, 11) g;
"""
SAME = [
    ("UPDATE t SET v = v * 2 + a WHERE v % 3 = 0 OR b > 'm'", "a,b"),
    ("UPDATE t AS x SET v = o.n FROM o WHERE o.k = x.a AND x.v IS DISTINCT FROM o.n", "a,b"),
    ("UPDATE ONLY t SET (v, w) = (SELECT n, 'q' FROM o WHERE k = t.a)", "b,a"),
    (
        "WITH m AS (SELECT k, max(n) AS n FROM o GROUP BY k) UPDATE t SET v = n FROM m WHERE k = a",
        "b,a",
    ),
    ("INSERT INTO r SELECT x.a, x.b, n FROM t x LEFT JOIN o ON o.k = x.a AND n > 5", "x.a,x.b"),
    ("INSERT INTO r SELECT a, b, generate_series(1, 2) FROM t WHERE v > 10 -- c\n", "a,b"),
    ("INSERT INTO r WITH q AS (SELECT avg(n)::int n FROM o) SELECT t.a, t.b, q.n FROM t, q", "a,b"),
    ("INSERT INTO r SELECT k, 'o', n FROM o WHERE EXISTS (SELECT FROM t WHERE t.a = o.k)", "id"),
]


def test_what_a_statement_does_in_batches_is_what_it_does_at_once(
    database: str, tmp_path: Path
) -> None:
    with closing(db.connect(database)) as admin, closing(db.connect(database)) as conn:

        def rows() -> list[object]:
            found = admin.execute("SELECT t FROM t ORDER BY 1; SELECT r FROM r ORDER BY 1")
            return [each.fetchall() for each in found.results()]

        admin.execute(RANDOM_ROWS)
        begun = rows()
        for statement, key in SAME:
            admin.execute("BEGIN")
            admin.execute(statement.encode())
            once = rows()
            admin.execute("ROLLBACK")
            assert once != begun
            for size in (1, 7, 40):
                text = f"-- pgmig: batch={size} key={key}\n{statement};"
                script = Script(1, "a", make_half(tmp_path / "0001_a.up.sql", text), None)
                run_script(conn, script, "up")
                assert rows() == once, (statement, size)
                admin.execute("DROP TABLE t, o, r")
                admin.execute(RANDOM_ROWS)


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


def test_a_stopped_run_goes_on_behind_the_last_batch(
    items: str, project: Project, ask: Ask
) -> None:
    backfill(project)
    with pytest.raises(RunStoppedPartWay) as stopped:
        up(items, project.directory, listener=stop_after(300))
    assert stopped.value.exit_code == 6
    assert "0 of its statements done, 300 rows of statement 1 (up to id = 300)" in str(
        stopped.value
    )
    assert ask(PROGRESS) == ["1|started|300"]
    told = status(items, project.directory)
    assert told.part_way is not None
    assert told.part_way.batched_words == "300 rows of statement 1 (up to id = 300)"
    assert (told.part_way.started, told.verdict) == (None, None)
    ask("INSERT INTO items VALUES (0), (1001)")
    backfill(project, directive="batch=700 key=items.id pause=1ms lag=off")
    heard = Batches()
    up(items, project.directory, listener=heard)
    assert [pace.rows for pace in heard.paces] == [1000, 1001]
    assert ask("SELECT done, count(*), min(id) FROM items GROUP BY 1 ORDER BY 1") == [
        *("0|1|0", "1|1001|1")  # what comes in behind the cursor is the application's
    ]


def test_a_batch_that_fails_tells_its_keys_and_goes_on_when_it_is_corrected(
    items: str, project: Project, ask: Ask
) -> None:
    path = backfill(project, "UPDATE items -- all\nSET done = done + 1 / (v - 250)")
    with pytest.raises(StatementFailed) as failed:
        up(items, project.directory)
    assert failed.value.sqlstate == "22012"
    assert failed.value.holds == (
        "0002_fill part-way: none of its statements is done, statement 1 failed in the batch"
        " behind id = 200 up to id = 300; 200 rows of it are done"
    )
    assert (failed.value.path, failed.value.line) == (path, 2)
    assert ask(PROGRESS) == ["1|failed|200"]
    backfill(project, "UPDATE items SET done = done + 1")
    up(items, project.directory)
    assert ask("SELECT count(*) FROM items WHERE done = 1 AND id > 200") == ["800"]
    assert ask("SELECT count(*) FROM items WHERE done = 1") == ["800"]
    assert ask(PROGRESS) == ["1|done|1000"]


def test_a_fault_of_the_text_is_told_with_its_place_before_the_first_batch(
    items: str, project: Project, ask: Ask
) -> None:
    backfill(project, "UPDATE items\nSET done = 1, nothing = 2 WHERE id > 5")
    with pytest.raises(StatementFailed, match="nothing") as failed:
        up(items, project.directory)
    assert (failed.value.line, failed.value.column) == (3, 15)
    assert ask(PROGRESS) == ["1|failed|"]
    backfill(project, "UPDATE items SET done = 1 WHERE id < 0 OR v::text = 'x' OR 1 / (v - 5) = 7")
    with pytest.raises(StatementFailed, match="division by zero"):
        up(items, project.directory)


def test_a_statement_that_is_part_way_must_stay_what_it_is_or_be_resolved(
    items: str, project: Project, ask: Ask
) -> None:
    backfill(project)
    with pytest.raises(RunStoppedPartWay):
        up(items, project.directory, listener=stop_after(300))
    changes = [
        (f"{FILL} WHERE true", "batch=100 key=id", "is another text now"),
        (FILL, "transaction=off", "has no `batch` above it any more"),
        (
            FILL,
            "batch=100 key=v",
            "goes through public.items by v now, not through public.items by id",
        ),
    ]
    ask("ALTER TABLE items ADD UNIQUE (v), ALTER v SET NOT NULL")
    for statement, directive, reason in changes:
        backfill(project, statement, directive)
        with pytest.raises(BatchChanged) as changed:
            up(items, project.directory)
        assert changed.value.what == (
            f"statement 1 of 0002_fill.up.sql has run in batches for 300 rows and {reason}"
        )
        assert (changed.value.exit_code, changed.value.line) == (7, 2)
        assert "`pgmig resolve 2 --statement 1 --redo`" in changed.value.do
    with pytest.raises(OutcomeUntold) as untold:
        ask_what(items, project.directory, 2, 1)
    assert untold.value.evidence == ("done: 300 rows of statement 1 (up to id = 300)",)
    resolve(items, 2, 1, is_done=False)
    backfill(project, FILL, "batch=600 key=v")
    with pytest.raises(RunStoppedPartWay):
        up(items, project.directory, listener=stop_after(600))
    assert ask("SELECT done, count(*) FROM items GROUP BY 1 ORDER BY 1") == [
        *("0|400", "1|300", "2|300")
    ]
    resolve(items, 2, 1, is_done=True)
    assert up(items, project.directory).after == 2
    assert ask("SELECT count(*) FROM items WHERE done = 0") == ["400"]


def test_statements_may_be_put_before_one_that_failed(
    items: str, project: Project, ask: Ask
) -> None:
    backfill(project, "UPDATE items SET done = done + 1 WHERE 1 / (v - 250) < 2")
    with pytest.raises(StatementFailed):
        up(items, project.directory)
    text = (
        "-- pgmig: batch=500 key=id\nUPDATE items SET v = 0 WHERE id = 250;\n"
        "-- pgmig: batch=100 key=id\nUPDATE items SET done = done + 1 WHERE 1 / (v - 250) < 2;"
    )
    project.add("0002_fill", text, "SELECT 1")
    heard = Batches()
    up(items, project.directory, listener=heard)
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["1|1000"]
    assert next(pace.rows for pace in heard.paces if pace.number == 2) == 300
    assert ask(PROGRESS) == ["1|done|1000", "2|done|1000"]


def test_a_cursor_is_never_another_statements(items: str, project: Project, ask: Ask) -> None:
    fails = "-- pgmig: batch=100 key=id\nUPDATE items SET done = done + 1 + 0 / (v - 250);\n"
    other = "-- pgmig: batch=100 key=id\nUPDATE items SET v = v + 10000;\n"
    project.add("0002_fill", fails + other, "SELECT 1")
    with pytest.raises(StatementFailed):
        up(items, project.directory)
    changes = (other, other + fails.replace("250", "-1"), fails.replace("250", "-1") + other * 2)
    for text in changes:
        project.add("0002_fill", text, "SELECT 1")
        with pytest.raises(BatchChanged, match=r"statement 1 of .* is another one now"):
            up(items, project.directory)
    # Two that have begun: one that was put before it, and stopped, keeps nothing from the other.
    before = "-- pgmig: batch=100 key=id\nUPDATE items SET v = v + 20000;\n"
    project.add("0002_fill", before + fails + other, "SELECT 1")
    with pytest.raises(RunStoppedPartWay):
        up(items, project.directory, listener=stop_after(400))
    assert [row.split("|")[:2] for row in ask(PROGRESS + " ORDER BY 1")] == [
        *(["1", "started"], ["2", "failed"])
    ]
    up(items, project.directory)
    assert ask("SELECT v - id, count(*) FROM items GROUP BY 1") == ["30000|1000"]
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["1|1000"]


def test_several_statements_that_failed_go_on_behind_what_is_put_before_them(
    items: str, project: Project, ask: Ask
) -> None:
    head = "-- pgmig: batch=100 key=id\n"
    first = f"{head}UPDATE items SET done = done + 1 + 0 / (v - 550);\n"
    second = f"{head}UPDATE items SET done = done + 10 + 0 / (v - 350);\n"
    mended = f"{head}UPDATE items SET v = -v;\n"
    for text in (first, second + first):
        project.add("0002_fill", text, "SELECT 1")
        with pytest.raises(StatementFailed):
            up(items, project.directory)
    project.add("0002_fill", mended + second + first, "SELECT 1")
    up(items, project.directory)
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["11|1000"]


def test_a_constraint_that_is_named_like_ours_and_waits_is_the_statements(
    items: str, project: Project, ask: Ask
) -> None:
    ask("CREATE TABLE progress (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
    ask("INSERT INTO progress VALUES (250)")
    backfill(project, "INSERT INTO progress SELECT id FROM items")
    with pytest.raises(StatementFailed) as failed:
        up(items, project.directory)
    assert failed.value.sqlstate == "23505"
    ask("DELETE FROM progress WHERE id = 250")
    up(items, project.directory)
    assert ask("SELECT count(*) FROM progress") == ["1000"]


def test_a_statement_goes_on_with_the_tables_that_it_began_with(
    items: str, project: Project, ask: Ask
) -> None:
    ask("CREATE SCHEMA two; CREATE TABLE two.copy (id int); CREATE TABLE copy (id int)")
    text = (
        "-- pgmig: transaction=off\nSELECT set_config('search_path', 'two, public', false);\n"
        "-- pgmig: batch=100 key=id\nINSERT INTO copy SELECT id FROM items;"
    )
    project.add("0002_fill", text, "SELECT 1")
    with pytest.raises(RunStoppedPartWay):
        up(items, project.directory, listener=stop_after(300))
    with pytest.raises(BatchChanged, match=r"found in \{two,public\}, and would as .*\{public\}"):
        up(items, project.directory)
    assert ask("SELECT (SELECT count(*) FROM copy), (SELECT count(*) FROM two.copy)") == ["0|300"]


def test_a_lock_that_is_held_is_waited_for_batch_by_batch(
    items: str, project: Project, ask: Ask
) -> None:
    backfill(project, directive="lock_timeout=100ms retries=9 batch=400 key=id waits=off")
    retries: list[str] = []
    with db.connect(items) as other:

        class Held(Batches):
            def on_batch(self, step: Step, pace: Pace) -> None:
                if pace.rows == 400:
                    other.execute("BEGIN; UPDATE items SET v = 0 WHERE id = 700")

            def on_retry(self, step: Step, reason: str, delay: float) -> None:
                retries.append(reason)
                other.execute("COMMIT")

        up(items, project.directory, listener=Held())
    assert retries == ["canceling statement due to lock timeout"]
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["1|1000"]


TABLES = """
CREATE TABLE plain (a int NOT NULL, b int NOT NULL, n int UNIQUE, g int GENERATED ALWAYS AS (b)
    STORED NOT NULL UNIQUE, p text NOT NULL, d int NOT NULL, x int);
CREATE INDEX ON plain (a);
CREATE UNIQUE INDEX part ON plain (b) WHERE x > 1;
CREATE UNIQUE INDEX patterned ON plain (p text_pattern_ops);
CREATE UNIQUE INDEX mixed ON plain (a DESC, d ASC);
CREATE UNIQUE INDEX expression ON plain ((d + 1));
CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child () INHERITS (parent);
CREATE VIEW seen AS SELECT * FROM items;
CREATE TABLE ruled (id int PRIMARY KEY, x int);
CREATE RULE also AS ON UPDATE TO ruled DO ALSO DELETE FROM items;
CREATE TABLE target (x bigint);
CREATE VIEW own AS SELECT * FROM items;
CREATE VIEW acting AS SELECT count(*) AS x FROM plain;
CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER act INSTEAD OF INSERT ON acting FOR EACH ROW EXECUTE FUNCTION act();
CREATE TABLE split (id bigint PRIMARY KEY, x int) PARTITION BY RANGE (id);
CREATE TABLE split_1 PARTITION OF split FOR VALUES FROM (0) TO (100);
CREATE TABLE split_2 PARTITION OF split DEFAULT;
"""

UNFIT = [
    ("UPDATE plain SET x = 1", "none", "public.plain", "it has no column none"),
    (
        "UPDATE plain SET x = 1",
        "n",
        "public.plain",
        "n may be NULL, and rows with NULL would be left out",
    ),
    ("UPDATE plain SET x = 1", "g", "public.plain", "g is generated, so that UPDATE may change it"),
    ("UPDATE plain SET x = 1", "d", "public.plain", "no index is on exactly these columns"),
    ("UPDATE plain SET x = 1", "a", "public.plain", "the index plain_a_idx is not unique"),
    (
        "UPDATE plain SET x = 1",
        "b",
        "public.plain",
        "the index part is about some rows only (WHERE)",
    ),
    (
        "UPDATE plain SET x = 1",
        "p",
        "public.plain",
        "the index patterned has another operator class or collation than its columns",
    ),
    (
        "UPDATE plain SET x = 1",
        "d,a",
        "public.plain",
        "the index mixed has columns that are sorted up and others that are sorted down",
    ),
    ("UPDATE parent SET id = id", "id", "", ""),
    (
        "INSERT INTO target SELECT 1 FROM parent",
        "id",
        "public.parent",
        "tables inherit from it, whose keys may be equal to its own",
    ),
    ("INSERT INTO target SELECT 1 FROM seen", "id", "public.seen", "it is a view"),
]

NEEDS_ALL = [
    ("INSERT INTO target SELECT count(*) FROM items", "aggregates"),
    ("INSERT INTO target SELECT max(i.id) FROM items i", "aggregates"),
    ("INSERT INTO target SELECT sum(i.v) FROM items i JOIN items j USING (id)", "aggregates"),
    ("INSERT INTO target SELECT rank() OVER (ORDER BY v) FROM items", "window functions"),
    ("UPDATE ruled SET x = 1", "a rule (CREATE RULE) on its table"),
    ("INSERT INTO items SELECT id + 5000 FROM items", "INSERT into public.items, which it reads"),
    ("INSERT INTO own (done) SELECT v FROM items", "INSERT into public.items, which it reads"),
    ("INSERT INTO acting SELECT v FROM items", "INSERT of public.acting, a view"),
    (
        "INSERT INTO target SELECT i.id FROM items i LEFT JOIN target t ON t.x = i.id",
        "INSERT into public.target, which it reads",
    ),
    (
        "INSERT INTO split SELECT id FROM items WHERE id NOT IN (SELECT id FROM split_1)",
        "INSERT into public.split, which it reads",
    ),
    (
        "UPDATE items SET v = p.v FROM items p WHERE p.id = items.id - 1",
        "UPDATE of public.items, which it reads",
    ),
    (
        "UPDATE items SET v = v - (SELECT avg(v) FROM seen)",
        "UPDATE of public.items, which it reads",
    ),
    (
        "UPDATE split SET x = 5 WHERE EXISTS (SELECT FROM split s WHERE s.id > 3)",
        "UPDATE of public.split, which it reads",
    ),
]

ALLOWED = [
    "INSERT INTO target SELECT (SELECT max(v) FROM items) FROM items AS i WHERE false",
    "INSERT INTO target SELECT n.n FROM items AS i JOIN (SELECT v, count(*) AS n FROM items"
    " GROUP BY v) n ON n.v = i.id",
    "INSERT INTO target SELECT s FROM ONLY items AS i, generate_series(1, 2) s FOR UPDATE",
]


def test_what_cannot_run_in_batches_is_refused_by_name(
    items: str, project: Project, ask: Ask
) -> None:
    ask(TABLES)
    for statement, key, table, reason in UNFIT:
        directive = f"batch=100 key={key}"
        path = backfill(project, statement, directive)
        if not reason:
            with pytest.raises(StatementNotBatched):
                up(items, project.directory)
            continue
        with pytest.raises(KeyUnfit) as unfit:
            up(items, project.directory)
        assert (unfit.value.table, unfit.value.reason) == (table, reason)
        assert (unfit.value.exit_code, unfit.value.where) == (4, f"{path}:1")
        assert unfit.value.holds == (
            "0002_fill part-way: none of its statements is done, statement 1 has not begun"
        )
    for statement, found in NEEDS_ALL:
        backfill(project, statement)
        with pytest.raises(BatchRefused) as refused:
            up(items, project.directory)
        assert (refused.value.found, refused.value.exit_code) == (found, 4)
    assert ask("SELECT count(*) FROM target") == ["0"]
    assert ask("SELECT count(*) FROM pgmig.progress") == ["0"]
    text = "".join(f";\n-- pgmig: batch=100 key=i.id\n{statement}" for statement in ALLOWED)
    project.add("0002_fill", f"-- pgmig: transaction=off\nSELECT 1{text}", "SELECT 1")
    up(items, project.directory)
    assert ask("SELECT count(*) FROM target") == ["3000"]


def test_batches_wait_while_sessions_wait_for_locks(items: str, project: Project, ask: Ask) -> None:
    backfill(project, directive="batch=400 key=id waits=1")
    with (
        closing(db.connect(items)) as holder,
        closing(db.connect(items)) as first,
        closing(db.connect(items)) as second,
        ThreadPoolExecutor() as pool,
    ):
        holder.execute("BEGIN")
        holder.execute("CREATE TABLE held ()")
        holder.execute("SELECT pg_advisory_xact_lock(1)")
        waiters = [
            pool.submit(each.execute, "SELECT pg_advisory_lock_shared(1)")
            for each in (first, second)
        ]
        while ask("SELECT count(*) FROM pg_locks WHERE NOT granted") != ["2"]:
            time.sleep(0.01)

        class Waits(Batches):
            def on_throttle(self, step: Step, reason: str) -> None:
                super().on_throttle(step, reason)
                assert ask("SELECT count(*) FROM items WHERE done > 0") == ["0"]
                holder.execute("COMMIT")

        heard = Waits()
        up(items, project.directory, listener=heard)
        for waiter in waiters:
            waiter.result()
    assert heard.reasons == ["2 sessions wait for a lock, more than 1"]
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["1|1000"]


@pytest.fixture
def replicated(
    server: Server, own_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], list[str]]:
    """The database postgres of a server that standbys may read from: psql's answers."""
    monkeypatch.setitem(vars(cluster)["_SETTINGS"], "wal_level", "replica")
    monkeypatch.setitem(vars(cluster)["_SETTINGS"], "max_wal_senders", "2")
    local = LocalServer(own_directory, server.major)
    local.start()

    def run(query: str) -> list[str]:
        url = local.url()
        done = server.run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", query)
        return done.stdout.splitlines()

    run(f"SET synchronous_commit = on; {ITEMS} CREATE ROLE plain LOGIN SUPERUSER")
    return run


def test_batches_wait_for_a_standby_that_is_behind(
    replicated: Ask, project: Project, server: Server, own_directory: Path, tmp_path: Path
) -> None:
    url = LocalServer(own_directory, server.major).url()
    backfill(project, directive="batch=400 key=id lag=256kB")
    source = make_conninfo(url, application_name="behind")
    receiver = subprocess.Popen(
        [server.bindir / "pg_receivewal", "-D", tmp_path, "--synchronous", "-d", source],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while replicated("SELECT count(flush_lsn) FROM pg_stat_replication") != ["1"]:
            assert receiver.poll() is None
            time.sleep(0.02)
        os.kill(receiver.pid, signal.SIGSTOP)
        # It takes what comes until it has really stopped; how far behind it is then, nobody knows.
        replicated("CREATE TABLE big AS SELECT repeat('x', 300) FROM generate_series(1, 5000) g")

        class Waits(Batches):
            def on_throttle(self, step: Step, reason: str) -> None:
                super().on_throttle(step, reason)
                assert replicated("SELECT count(*) FROM items WHERE done > 0") == ["0"]
                os.kill(receiver.pid, signal.SIGCONT)

        heard = Waits()
        up(url, project.directory, listener=heard)
        (reason,) = heard.reasons
        assert re.fullmatch("the standby behind is .+ behind, more than 256 kB", reason)
        project.add("0003_again", f"-- pgmig: batch=400 key=id\n{FILL}", "SELECT 1")
        replicated(
            "ALTER ROLE plain NOSUPERUSER; ALTER TABLE items OWNER TO plain;"
            "GRANT ALL ON SCHEMA pgmig TO plain; GRANT ALL ON ALL TABLES IN SCHEMA pgmig TO plain"
        )
        heard = Batches()
        up(make_conninfo(url, user="plain"), project.directory, listener=heard)
        assert heard.reasons == [
            "how far standbys are behind is unknown: this role may not see it, as one with"
            " pg_read_all_stats may"
        ]
    finally:
        receiver.kill()
        receiver.wait()
    assert replicated("SELECT done, count(*) FROM items GROUP BY 1") == ["2|1000"]


def test_behind_a_pooler_a_backfill_is_the_same(
    items: str, project: Project, ask: Ask, server: Server
) -> None:
    backfill(project)
    with pooler(server, pool_size=3) as found:
        through = found.url(items)
        with pytest.raises(RunStoppedPartWay):
            up(through, project.directory, listener=stop_after(300))
        up(through, project.directory)
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["1|1000"]
    assert ask(PROGRESS) == ["1|done|1000"]


def test_a_shadow_database_sees_batches_too(items: str, project: Project, ask: Ask) -> None:
    backfill(project, directive="batch=100 key=id pause=1h")
    (_, script) = read(project.directory).scripts
    traced = run_traced(items, script.up)
    assert ask("SELECT done, count(*) FROM items GROUP BY 1") == ["1|1000"]
    assert len(traced.statements) == 1
