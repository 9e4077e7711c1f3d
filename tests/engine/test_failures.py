"""A failing statement is told with its place, what the server said, and what remains."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from pgmig import db
from pgmig.commands.up import up
from pgmig.engine import Listener, Options, Step
from pgmig.errors import (
    HistoryClosed,
    LeaseLost,
    RunConnectionLost,
    RunnerOvertaken,
    ServerRefused,
    StatementFailed,
)
from pgmig.scripts.large import LARGE
from tests.engine.conftest import Project
from tests.fixtures.servers import Program, Server

Ask = Callable[[str], list[str]]


def fail(database: str, project: Project, text: str, **options: int) -> StatementFailed:
    """How `text` fails when it is applied."""
    project.add("0001_bad", text, "SELECT 1")
    with pytest.raises(StatementFailed) as failed:
        up(database, project.directory, options=Options(**options))
    assert failed.value.exit_code == 1
    return failed.value


# The text, then line and column, then SQLSTATE.
FAULTS = {
    "unknown table": ("SELECT 1;\n\n  SELECT * FROM nowhere;\n", (3, 17), "42P01"),
    "syntax": ("SELECT 1;\nSELEC 2;\nSELECT 3;", (2, 1), "42601"),
    "syntax at the end": ("SELECT 1;\nSELECT 1 +", (2, 11), "42601"),
    "no position": (
        "CREATE TABLE a (id int CHECK (id > 0));\n\n"
        "-- the next one fails\n   INSERT INTO a VALUES (-1);\nSELECT 1;",
        (4, 4),
        "23514",
    ),
    "other letters": ("SELECT 'äöü€𝄞';\n/* ünï */ SELECT 'é', nowhere;", (2, 23), "42703"),
    "in a DO block": ("SELECT 1;\nDO $$\nBEGIN\n  PERFORM 1/0;\nEND $$;", (2, 1), "22012"),
    "in a function's body": (
        "SELECT 1;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT nope;\n$$;",
        (3, 10),
        "42703",
    ),
    "after an empty statement": (";;SELECT 1;;\n;SELECT 1/0;", (2, 2), "22012"),
    "after a rule that does nothing": (
        "CREATE TABLE r (id int);\nCREATE RULE nothing AS ON INSERT TO r DO INSTEAD NOTHING;\n"
        "INSERT INTO r VALUES (1);\nSELECT 1/0;",
        (4, 1),
        "22012",
    ),
    "after rows": (
        "SELECT generate_series(1, 5000);\nVALUES (1), (2);\nSELECT 1/0;",
        (3, 1),
        "22012",
    ),
    "after copied rows": (
        "CREATE TABLE c (id int);\nCOPY c FROM stdin;\n1\n2\n\\.\nSELECT nope;",
        (6, 8),
        "42703",
    ),
    "in copied rows": (
        "CREATE TABLE c (id int);\nCOPY c FROM stdin;\n1\nx\n\\.\nSELECT 1;",
        (2, 1),
        "22P02",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
@pytest.mark.parametrize("way", ["transaction", "statements", "large"])
def test_a_failing_statement_is_told_with_line_and_column(
    database: str, project: Project, case: str, way: str
) -> None:
    text, (line, column), sqlstate = FAULTS[case]
    head = "-- pgmig: transaction=off\n" if way == "statements" else ""
    tail = f";-- {'x' * LARGE}" if way == "large" else ""
    failed = fail(database, project, head + text + tail)
    assert (failed.line - bool(head), failed.column, failed.sqlstate) == (line, column, sqlstate)
    assert f"0001_bad.up.sql:{failed.line}:{column}" in str(failed)


def test_the_servers_words_and_the_statement_are_all_told(database: str, project: Project) -> None:
    failed = fail(
        database,
        project,
        "CREATE TABLE a (id int);\nINSERT INTO a (idd) VALUES (1);",
    )
    told = str(failed)
    assert failed.statement == "INSERT INTO a (idd) VALUES (1)"
    for part in (
        '0001_bad.up.sql: column "idd" of relation "a" does not exist (SQLSTATE 42703)',
        "sql: INSERT INTO a (idd) VALUES (1)",
        "now: 0001_bad rolled back, nothing of it remains",
        "do: correct 0001_bad.up.sql and run the command again",
    ):
        assert part in told


def test_detail_hint_and_context_are_told(database: str, project: Project) -> None:
    failed = fail(
        database,
        project,
        "DO $$ BEGIN RAISE 'no' USING DETAIL = 'a detail', HINT = 'a hint',"
        " ERRCODE = 'U0001'; END $$",
    )
    assert (failed.sqlstate, failed.message) == ("U0001", "no")
    assert (failed.detail, failed.hint) == ("a detail", "a hint")
    assert "PL/pgSQL function inline_code_block" in failed.context


def test_a_statement_is_told_as_it_is_written(database: str, project: Project) -> None:
    failed = fail(database, project, "SELECT 1 -- first\n  / 0;")
    assert failed.statement == "SELECT 1 -- first\n  / 0"
    assert "\n  sql: SELECT 1 -- first\n         / 0\n  now: " in str(failed)


@pytest.mark.parametrize(
    "text",
    [
        "ALTER ROLE nobody_here PASSWORD 'hunter2'",
        "ALTER ROLE nobody_here WITH LOGIN ENCRYPTED PASSWORD E'hunter2'",
        "CREATE USER MAPPING FOR nobody_here SERVER s OPTIONS (user 'u', password 'hunter2')",
        "SELECT 'host=h password=hunter2', nowhere",
        "DO $$ BEGIN EXECUTE 'ALTER ROLE nobody_here PASSWORD ' || $_$'hunter2'$_$; END $$",
    ],
)
def test_a_password_in_a_failing_statement_is_not_told(
    database: str, project: Project, text: str
) -> None:
    failed = fail(database, project, text)
    assert "hunter2" not in f"{failed} {vars(failed)}"


def test_a_long_statement_is_told_shortened(database: str, project: Project) -> None:
    failed = fail(database, project, f"SELECT\n   1/0,\n '{'x' * 5000}';")
    assert failed.statement.startswith("SELECT\n   1/0,\n 'xxx")
    assert failed.statement.endswith("x...")
    assert len(failed.statement) == 2003
    assert max(map(len, str(failed).splitlines())) < 300


def test_of_many_lines_the_first_are_shown(database: str, project: Project) -> None:
    failed = fail(database, project, "SELECT 1/0" + "\n, 2" * 20)
    assert failed.statement.count("\n") == 20
    assert str(failed).count("\n       , 2") == 9
    assert "\n       , 2\n       ...\n  now: " in str(failed)


def test_a_deferred_constraint_fails_at_the_end(database: str, project: Project) -> None:
    failed = fail(
        database,
        project,
        "CREATE TABLE a (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO a VALUES (1), (1);",
    )
    assert (failed.line, failed.sqlstate) == (0, "23505")
    assert "at the end of its transaction" in str(failed)


def test_a_statement_that_refuses_a_transaction_is_told_the_directive(
    database: str, project: Project
) -> None:
    failed = fail(
        database, project, "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY ON a (id)"
    )
    assert (failed.line, failed.sqlstate) == (2, "25001")
    assert "-- pgmig: transaction=off" in failed.do


def test_a_database_in_sql_ascii_counts_bytes_and_is_told_in_characters(
    make_database: Callable[[], str], server: Server, project: Project, psql: Program
) -> None:
    url = make_database()
    name = psql(url, "-Atc", "SELECT current_database()").stdout.strip()
    other = f"{name}_ascii"
    options = "ENCODING SQL_ASCII LOCALE 'C' TEMPLATE template0"
    options += " LOCALE_PROVIDER libc" if server.major >= 15 else ""
    psql(url, "-c", f"CREATE DATABASE {other} {options}")
    try:
        failed = fail(url.replace(name, other), project, "SELECT 'äöü', nowhere;")
        assert (failed.line, failed.column) == (1, 15)
    finally:
        psql(url, "-c", f"DROP DATABASE {other} WITH (FORCE)")


class Holder:
    """A session that keeps the table `busy` locked."""

    def __init__(self, url: str) -> None:
        self.conn = db.connect(url)

    def __enter__(self) -> "Holder":
        self.conn.execute("BEGIN")
        self.conn.execute("LOCK TABLE busy IN ACCESS SHARE MODE")
        return self

    def __exit__(self, *_: object) -> None:
        self.conn.close()

    def release(self) -> None:
        self.conn.execute("COMMIT")


def test_a_lock_timeout_is_tried_again(database: str, project: Project, psql: Program) -> None:
    psql(database, "-c", "CREATE TABLE busy (id int)")
    project.add("0001_alter", "PREPARE p AS SELECT 1; ALTER TABLE busy ADD b int;", "SELECT 1")
    retries: list[str] = []
    with Holder(database) as holder:

        class Wait(Listener):
            def on_retry(self, step: Step, reason: str, delay: float) -> None:
                retries.append(reason)
                holder.release()

        options = Options(lock_timeout=50, retries=2)
        assert up(database, project.directory, options=options, listener=Wait()).after == 1
    assert retries == ["canceling statement due to lock timeout"]


def test_a_lock_timeout_that_goes_on_is_told(
    database: str, project: Project, psql: Program
) -> None:
    psql(database, "-c", "CREATE TABLE busy (id int)")
    with Holder(database):
        text = "-- pgmig: lock_timeout=20ms retries=0\nALTER TABLE busy ADD b int;"
        failed = fail(database, project, text, retries=9)
    assert (failed.sqlstate, failed.line) == ("55P03", 2)
    assert "--lock-timeout" in failed.do


class Heard(Listener):
    """Keeps why a step was tried again."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def on_retry(self, step: Step, reason: str, delay: float) -> None:
        self.reasons.append(reason)


def test_a_deadlock_is_tried_again(database: str, project: Project, psql: Program) -> None:
    psql(database, "-c", "CREATE TABLE a (); CREATE TABLE b ()")
    text = "SET deadlock_timeout = '500ms'; LOCK a; LOCK b; CREATE TABLE c ();"
    project.add("0001_locks", text, "DROP TABLE c")
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'b'::regclass"
    heard = Heard()
    with db.connect(database) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SET deadlock_timeout = '60s'")
        other.execute("BEGIN; LOCK b")
        running = pool.submit(up, database, project.directory, listener=heard)
        while other.execute(waits).fetchone() == (0,):
            pass
        other.execute("LOCK a; COMMIT")
        assert running.result().after == 1
    assert heard.reasons == ["deadlock detected"]


def test_a_serialization_failure_is_tried_again(
    database: str, project: Project, psql: Program
) -> None:
    psql(database, "-c", "CREATE TABLE a AS SELECT 1 AS n")
    text = (
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
        " SELECT * FROM a; SELECT pg_sleep(0.5); UPDATE a SET n = n * 10;"
    )
    project.add("0001_ten", text, "SELECT 1")
    sleeps = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    sleeps += " AND datname = current_database()"
    heard = Heard()
    with db.connect(database) as other, ThreadPoolExecutor(1) as pool:
        running = pool.submit(up, database, project.directory, listener=heard)
        while other.execute(sleeps).fetchone() == (0,):
            pass
        other.execute("UPDATE a SET n = n + 1")
        assert running.result().after == 1
        assert other.execute("SELECT n FROM a").fetchall() == [(20,)]
    assert heard.reasons == ["could not serialize access due to concurrent update"]


def test_a_script_that_drops_the_history_is_rolled_back(
    database: str, project: Project, ask: Ask
) -> None:
    project.table(1)
    project.add("0002_drop", "DROP SCHEMA pgmig CASCADE", "SELECT 1")
    with pytest.raises(HistoryClosed, match=r"pgmig\.history") as failed:
        up(database, project.directory)
    assert failed.value.holds.startswith("0001_t1 applied; 0002_drop rolled back")
    assert ask("SELECT count(*) FROM pgmig.history") == ["1"]


def test_two_runners_that_both_believe_to_be_alone_cannot_both_commit(
    database: str, project: Project, ask: Ask, psql: Program
) -> None:
    project.table(1)
    project.add("0002_both", "SELECT pg_advisory_unlock_all(); SELECT pg_sleep(1)", "SELECT 1")
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(up, database, project.directory) for _ in range(2)]
        errors = [error for run in runs if (error := run.exception()) is not None]
    for error in errors:
        assert isinstance(error, RunnerOvertaken | LeaseLost)
        assert error.exit_code == 5
    assert ask("SELECT id, version FROM pgmig.history ORDER BY 1") == ["1|1", "2|2"]


def test_what_another_runner_wrote_is_not_taken_for_a_commit_of_ours(
    database: str, project: Project, ask: Ask, tmp_path: Path
) -> None:
    project.table(1)
    project.add("0002_mine", "CREATE TABLE mine (); SELECT pg_sleep(60)", "DROP TABLE mine")
    project.table(3)
    theirs = Project(tmp_path / "theirs")
    theirs.directory.mkdir()
    theirs.table(1)
    theirs.add("0002_theirs", "CREATE TABLE theirs ()", "DROP TABLE theirs")
    sleeper = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    sleeper += " AND datname = current_database()"

    class Waits(Listener):
        is_over = False

        def on_wait(self, holder: str) -> None:
            if self.is_over:  # the first one has come back, and holds the lock while it asks
                return
            self.is_over = True
            with db.connect(database) as conn:
                while not conn.execute(sleeper).fetchall():
                    pass
                conn.execute(f"SELECT pg_terminate_backend(pid) FROM ({sleeper}) AS s".encode())

    class Begins(Listener):
        def on_start(self, step: Step) -> None:
            if step.version == 2:
                others.append(pool.submit(up, database, theirs.directory, listener=Waits()))

    others: list[Future[object]] = []
    with ThreadPoolExecutor(2) as pool:
        with pytest.raises((RunnerOvertaken, RunConnectionLost)) as ended:
            up(database, project.directory, listener=Begins())
        names = ask("SELECT name FROM pgmig.history ORDER BY id")
        if isinstance(ended.value, RunnerOvertaken):  # the other was there before us
            assert names == ["0001_t1", "0002_theirs"]
        others[0].result()
    assert ask("SELECT name FROM pgmig.history ORDER BY id") == ["0001_t1", "0002_theirs"]
    assert ask("SELECT to_regclass('mine'), to_regclass('t3')") == ["|"]


def test_a_query_of_ours_that_the_server_refuses_is_told(
    database: str, project: Project, psql: Program
) -> None:
    project.table(1)
    up(database, project.directory)
    psql(database, "-c", "ALTER TABLE pgmig.history DROP COLUMN role")
    with pytest.raises(ServerRefused, match='column "role" does not exist'):
        up(database, project.directory)


def test_copied_rows_arrive_in_their_order(
    database: str, project: Project, ask: Ask, tmp_path: Path
) -> None:
    rows = "".join(f"{n}\tü{n}\n" for n in range(1, 30001))
    text = (
        "CREATE TABLE a (id int, name text); COPY a FROM stdin;\n"
        f"{rows}\\.\n"
        "CREATE TABLE b (id int); COPY b (id) FROM STDIN WITH (FORMAT csv);\n7\n8\n\\.\n"
        "COPY b TO STDOUT; COPY b FROM stdin;\n\\.\nINSERT INTO b VALUES (9);"
    )
    project.add("0001_copy", text, "DROP TABLE a, b")
    project.add("0002_copy", "-- pgmig: transaction=off\nDROP TABLE a, b;" + text, "SELECT 1")
    for version in (1, 2):
        up(database, project.directory, to=version)
        assert ask("SELECT count(*), sum(id), max(name) FROM a") == ["30000|450015000|ü9999"]
        assert ask("SELECT id FROM b ORDER BY 1") == ["7", "8", "9"]
