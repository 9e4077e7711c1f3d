"""What must hold of every run: both ways, alone or in company, killed or not."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pgmig import db
from pgmig.commands.down import down
from pgmig.commands.goto import goto
from pgmig.commands.history import history
from pgmig.commands.redo import redo
from pgmig.commands.status import status
from pgmig.commands.up import up
from pgmig.engine import Listener, Step, runner_lock
from pgmig.errors import RunConnectionLost, StatementFailed
from tests.engine.conftest import Project
from tests.fixtures.servers import Program

Ask = Callable[[str], list[str]]
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"


def test_up_then_down_then_up_again_ends_where_the_first_up_did(
    database: str, project: Project, pg_dump: Callable[..., str]
) -> None:
    project.tables(1, 2, 3)
    schema = ("-s", "-N", "pgmig", "--restrict-key=x")
    empty = pg_dump(database, *schema)
    assert [step.label for step in up(database, project.directory).steps] == [
        "0001_t1",
        "0002_t2",
        "0003_t3",
    ]
    full = pg_dump(database, *schema)
    assert full != empty
    back = down(database, project.directory, to=0)
    assert [step.version for step in back.steps] == [3, 2, 1]
    assert (back.before, back.after) == (3, 0)
    assert pg_dump(database, *schema) == empty
    up(database, project.directory)
    assert pg_dump(database, *schema) == full


def test_history_tells_what_ran_in_which_order(database: str, project: Project) -> None:
    project.table(1)
    project.without_transaction("0002_two", "CREATE TABLE a ()", "CREATE TABLE b ()")
    up(database, project.directory)
    down(database, project.directory)
    entries = history(database).entries
    assert [(e.id, e.version, e.label, e.direction) for e in entries] == [
        (1, 1, "0001_t1", "up"),
        (2, 2, "0002_two", "up"),
        (3, 2, "0002_two", "down"),
    ]
    assert [(e.is_transactional, e.statements, e.outcome) for e in entries] == [
        (True, 1, "applied"),
        (False, 2, "applied"),
        (True, 1, "applied"),
    ]
    assert all(e.started_at <= e.finished_at and e.kind == "script" for e in entries)


def test_history_keeps_both_texts(database: str, project: Project, ask: Ask) -> None:
    project.add("0001_odd", "SELECT 'it''s a \\ ünïcode';", "SELECT $$down$$;")
    up(database, project.directory)
    query = "SELECT up_text, down_text, role = current_user FROM pgmig.history"
    assert ask(query) == ["SELECT 'it''s a \\ ünïcode';|SELECT $$down$$;|t"]


def test_a_second_up_does_nothing_and_needs_no_lock(database: str, project: Project) -> None:
    project.tables(1)
    up(database, project.directory)
    with db.connect(database) as conn, runner_lock(conn, 0, Listener()):
        assert up(database, project.directory).steps == ()


def test_commands_that_only_read_create_nothing(database: str, project: Project, ask: Ask) -> None:
    project.tables(1, 2)
    assert [v.label for v in status(database, project.directory).pending] == ["0001_t1", "0002_t2"]
    assert history(database).entries == ()
    would = up(database, project.directory, is_dry_run=True)
    assert [(s.label, s.seconds) for s in would.steps] == [("0001_t1", None), ("0002_t2", None)]
    assert would.after == would.before == 0
    assert ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgmig'") == ["0"]
    assert ask(TABLES) == []


def test_up_and_down_stop_at_the_version_asked_for(
    database: str, project: Project, ask: Ask
) -> None:
    project.tables(1, 2, 3, 4)
    assert up(database, project.directory, to=3).after == 3
    assert ask(TABLES) == ["t1", "t2", "t3"]
    assert down(database, project.directory).after == 2
    assert down(database, project.directory, to=1).after == 1
    assert goto(database, project.directory, 4).after == 4
    assert goto(database, project.directory, 2).after == 2
    assert goto(database, project.directory, 2).steps == ()
    assert goto(database, project.directory, 0).after == 0
    assert ask(TABLES) == []


def test_redo_takes_the_last_one_down_and_runs_its_file_again(
    database: str, project: Project, ask: Ask
) -> None:
    project.tables(1, 2)
    up(database, project.directory)
    project.add("0002_t2", "CREATE TABLE t2 (id int, more text);", "DROP TABLE t2;")
    report = redo(database, project.directory)
    assert [(s.label, s.direction, s.source) for s in report.steps] == [
        ("0002_t2", "down", "history"),
        ("0002_t2", "up", "file"),
    ]
    assert (report.before, report.after) == (2, 2)
    assert ask("SELECT attname FROM pg_attribute WHERE attrelid = 't2'::regclass AND attnum > 0")
    assert status(database, project.directory).is_current


def test_down_uses_the_stored_text_when_the_file_is_gone(
    database: str, project: Project, ask: Ask
) -> None:
    project.tables(1, 2)
    up(database, project.directory)
    for half in ("up", "down"):
        (project.directory / f"0002_t2.{half}.sql").unlink()
    report = down(database, project.directory)
    assert [(s.label, s.source) for s in report.steps] == [("0002_t2", "history")]
    assert ask(TABLES) == ["t1"]


def test_a_backend_killed_in_a_script_leaves_nothing_of_it(
    database: str, project: Project, ask: Ask, psql: Program
) -> None:
    project.table(1)
    project.add(
        "0002_slow",
        "CREATE TABLE half (id int); SELECT pg_sleep(60); CREATE TABLE other (id int);",
        "DROP TABLE half, other;",
    )
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(up, database, project.directory)
        kill_when_sleeping(database, psql)
        with pytest.raises(RunConnectionLost, match=r"0002_slow.up.sql") as lost:
            running.result()
    assert "0001_t1 applied; 0002_slow rolled back, nothing of it remains" in str(lost.value)
    assert lost.value.exit_code == 6
    assert ask(TABLES) == ["t1"]
    assert [v.label for v in status(database, project.directory).pending] == ["0002_slow"]
    project.add("0002_slow", "CREATE TABLE half (id int)", "DROP TABLE half")
    assert up(database, project.directory).after == 2


def kill_when_sleeping(database: str, psql: Program) -> None:
    """Terminates the backend that runs pg_sleep, as soon as there is one."""
    psql(
        database,
        input="""
        DO $$ BEGIN
            LOOP
                PERFORM pg_stat_clear_snapshot();
                EXIT WHEN (SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'PgSleep'
                        AND application_name LIKE 'pgmig%');
            END LOOP;
        END $$;""",
    )


def test_runners_started_together_apply_each_script_once(
    database: str, project: Project, ask: Ask
) -> None:
    project.tables(*range(1, 11))
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(up, database, project.directory) for _ in range(4)]
        steps = [step.version for run in runs for step in run.result().steps]
    assert sorted(steps) == list(range(1, 11))
    assert ask("SELECT count(*), count(DISTINCT version) FROM pgmig.history") == ["10|10"]
    assert ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == ["0"]


def test_an_index_is_built_concurrently_while_another_runner_waits(
    database: str, project: Project, ask: Ask
) -> None:
    project.table(1)
    project.without_transaction("0002_index", "CREATE INDEX CONCURRENTLY i ON t1 (id)")
    waits = threading.Event()
    first_holds = threading.Event()

    class First(Listener):
        def on_steps(self, steps: tuple[Step, ...]) -> None:
            first_holds.set()
            assert waits.wait(30)

    class Second(Listener):
        def on_wait(self, holder: str) -> None:
            assert "pgmig up" in holder
            waits.set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(up, database, project.directory, listener=First())
        assert first_holds.wait(30)
        second = pool.submit(up, database, project.directory, listener=Second())
        assert first.result(60).after == 2
        assert second.result(60).steps == ()
    assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == ["t"]


def test_a_failed_script_leaves_the_ones_before_it(
    database: str, project: Project, ask: Ask
) -> None:
    project.table(1)
    project.add("0002_bad", "CREATE TABLE kept (id int); SELECT 1/0;", "SELECT 1")
    project.table(3)
    with pytest.raises(StatementFailed) as failed:
        up(database, project.directory)
    assert failed.value.holds == ("0001_t1 applied; 0002_bad rolled back, nothing of it remains")
    assert ask(TABLES) == ["t1"]
    assert ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == ["0"]
