"""Ctrl-C during a statement: cancelled on the server, rolled back, told what holds."""

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from pgmig import db
from pgmig.commands.status import status
from pgmig.commands.up import up
from pgmig.db.execute import send
from pgmig.errors import StatementFailed
from pgmig.scripts.large import LARGE
from tests.engine.conftest import Project
from tests.fixtures.servers import Program

Ask = Callable[[str], list[str]]

RUN = """
import sys
from pathlib import Path
from pgmig.commands.up import up
from pgmig.errors import PgmigError
try:
    up(sys.argv[1], Path(sys.argv[2]))
except PgmigError as error:
    print(error)
    sys.exit(error.exit_code)
"""
SLOW = "SELECT pg_sleep(60)"


def interrupt(database: str, project: Project, psql: Program) -> tuple[int, str]:
    """Runs `up` in a process of its own, sends it Ctrl-C while the server sleeps."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN, database, str(project.directory)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        psql(
            database,
            input="""
            DO $$ BEGIN
                LOOP
                    PERFORM pg_stat_clear_snapshot();
                    EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'
                        AND datname = current_database());
                END LOOP;
            END $$;""",
        )
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=30)
    return process.returncode, told


def nobody_is_left(ask: Ask) -> bool:
    """No backend of a runner, and no lock."""
    return ask(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE 'pgmig%' AND state <> 'idle'"
    ) + ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == ["0", "0"]


@pytest.mark.parametrize("size", [0, LARGE])
def test_the_first_script_is_rolled_back_and_nothing_was_changed(
    database: str, project: Project, psql: Program, ask: Ask, size: int
) -> None:
    text = f"CREATE TABLE a ();-- {size * 'x'}\n; {SLOW}; CREATE TABLE b ()"
    project.add("0001_slow", text, "SELECT 1")
    code, told = interrupt(database, project, psql)
    assert (code, told.splitlines()[0]) == (1, "stopped")
    assert "now: nothing was changed" in told
    assert ask("SELECT to_regclass('a')") == [""]
    assert nobody_is_left(ask)


def test_scripts_that_are_applied_stay_and_the_same_command_goes_on(
    database: str, project: Project, psql: Program, ask: Ask
) -> None:
    project.tables(1, 2)
    project.add("0003_slow", f"CREATE TABLE a (); {SLOW}", "SELECT 1")
    code, told = interrupt(database, project, psql)
    assert (code, told.splitlines()[0]) == (6, "stopped part-way")
    assert "now: 0001_t1 to 0002_t2 applied; nothing remains of 0003_slow" in told
    assert nobody_is_left(ask)
    project.add("0003_slow", "CREATE TABLE a ()", "SELECT 1")
    assert up(database, project.directory).after == 3


def test_a_script_without_a_transaction_goes_on_with_the_statement_that_was_stopped(
    database: str, project: Project, psql: Program, ask: Ask
) -> None:
    project.without_transaction("0001_slow", "CREATE TABLE a ()", SLOW, "CREATE TABLE b ()")
    code, told = interrupt(database, project, psql)
    assert (code, told.splitlines()[0]) == (6, "stopped part-way")
    assert "now: 0001_slow part-way up: 1 of its statements done" in told
    assert ask("SELECT statement, outcome FROM pgmig.progress ORDER BY 1") == ["1|done"]
    assert nobody_is_left(ask)
    found = status(database, project.directory).part_way
    assert found is not None
    assert [statement.outcome for statement in found.statements] == ["done"]
    project.without_transaction("0001_slow", "CREATE TABLE a ()", "SELECT 2", "CREATE TABLE b ()")
    assert up(database, project.directory).after == 1


def test_a_statement_that_the_server_cancels_itself_is_a_failure(
    database: str, project: Project
) -> None:
    project.add("0001_slow", f"SET LOCAL statement_timeout = 10; {SLOW}", "SELECT 1")
    with pytest.raises(StatementFailed, match="statement timeout") as failed:
        up(database, project.directory)
    assert failed.value.sqlstate == "57014"


def test_a_session_is_usable_after_a_copy_that_had_no_data(database: str) -> None:
    with db.connect(database) as conn:
        reply = send(conn, "CREATE TABLE a (id int); COPY a FROM stdin; SELECT 1")
        assert reply.completed == 1
        assert reply.fault is not None
        assert "holds no data for this COPY" in reply.fault.message
        assert send(conn, "SELECT 1; SELECT 2").completed == 2
