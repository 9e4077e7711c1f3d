"""Materialized views that scripts leave without the rows that they had: `up` refreshes them."""

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from pgmig import db
from pgmig.commands.applying import read_scripts
from pgmig.commands.down import down
from pgmig.commands.redo import redo
from pgmig.commands.refresh import refresh
from pgmig.commands.status import status
from pgmig.commands.target import Target
from pgmig.commands.up import up
from pgmig.engine import Options, run_script
from pgmig.errors import HistoryClosed, RefreshFailed, StatementFailed
from tests.engine.conftest import Project
from tests.fixtures.pooler import pooler
from tests.fixtures.servers import Server

Ask = Callable[[str], list[str]]

BEFORE = """
CREATE TABLE t AS SELECT i FROM generate_series(1, 3) i;
CREATE MATERIALIZED VIEW m AS SELECT i FROM t;
CREATE MATERIALIZED VIEW reads AS SELECT count(*) AS c FROM m;
CREATE MATERIALIZED VIEW gone AS SELECT i FROM t;
CREATE MATERIALIZED VIEW empty AS SELECT i FROM t WITH NO DATA;
CREATE MATERIALIZED VIEW "it's \\" AS SELECT i FROM t;
"""
DROP = 'DROP MATERIALIZED VIEW IF EXISTS m, reads, gone, empty, author, "it\'s \\"; DROP TABLE t'
REBUILT = """
DROP MATERIALIZED VIEW reads; DROP MATERIALIZED VIEW m; DROP MATERIALIZED VIEW gone;
CREATE MATERIALIZED VIEW m AS SELECT i, i * 2 AS twice FROM t WITH NO DATA;
CREATE MATERIALIZED VIEW reads AS SELECT count(*) AS c, sum(twice) AS s FROM m WITH NO DATA;
CREATE MATERIALIZED VIEW author AS SELECT i FROM t WITH NO DATA;
REFRESH MATERIALIZED VIEW "it's \\" WITH NO DATA;
"""
MINE = ['public."it\'s \\"', "public.m", "public.reads"]
EMPTY = "SELECT relname FROM pg_class WHERE relkind = 'm' AND NOT relispopulated ORDER BY 1"
NOTED = "SELECT schema, name, history_id FROM pgmig.refresh ORDER BY 2"


@pytest.fixture
def rebuilding(database: str, project: Project) -> Project:
    """A project whose second script, which is pending, leaves views without their rows."""
    project.add("0001_views", BEFORE, DROP)
    up(database, project.directory)
    project.add("0002_rebuilt", REBUILT, "DROP MATERIALIZED VIEW author")
    return project


@pytest.mark.parametrize("way", ["one transaction", "transaction=off", "large", "pooled"])
def test_up_refreshes_what_a_script_left_without_its_rows(
    database: str, rebuilding: Project, ask: Ask, server: Server, way: str
) -> None:
    if way == "transaction=off":
        rebuilding.add("0002_rebuilt", f"-- pgmig: transaction=off\n{REBUILT}", "SELECT 1")
    elif way == "large":
        rebuilding.add("0002_rebuilt", f"{REBUILT}-- {'x' * 3_000_000}\n", "SELECT 1")
    rebuilding.table(3)
    if way == "pooled":
        with pooler(server, pool_size=4) as behind:
            report = up(behind.url(database), rebuilding.directory)
    else:
        report = up(database, rebuilding.directory)
    assert [(v.label, v.way, v.rows) for v in report.refreshed] == [
        (MINE[0], "plainly", 3),
        (MINE[1], "plainly", 3),
        (MINE[2], "plainly", 1),
    ]
    assert {v.because for v in report.refreshed} == {
        "a script left it without the rows that it had"
    }
    assert (report.after, report.due) == (3, ())
    assert ask("SELECT s FROM reads") == ["12"]
    # What its author made without rows stays so, and what is gone is forgotten.
    assert ask(EMPTY) == ["author", "empty"]
    assert ask(NOTED) == []
    assert up(database, rebuilding.directory).refreshed == ()


def test_without_refreshing_they_are_due_until_somebody_does(
    database: str, rebuilding: Project, ask: Ask
) -> None:
    left = Options(is_refreshing=False)
    report = up(database, rebuilding.directory, options=left)
    assert (report.refreshed, report.due) == ((), tuple(MINE))
    assert up(database, rebuilding.directory, options=left).due == tuple(MINE)
    assert up(database, rebuilding.directory, is_dry_run=True).due == tuple(MINE)
    found = status(database, rebuilding.directory, has_leftovers=True)
    assert (found.due, found.is_current) == (tuple(MINE), False)
    assert found.unpopulated == (MINE[0], "public.author", "public.empty", *MINE[1:])
    assert [v.label for v in refresh(database, ["reads"]).views] == MINE[1:]
    assert ask(NOTED) == ["public|it's \\|2"]
    ask('DROP MATERIALIZED VIEW "it\'s \\"')
    found = status(database, rebuilding.directory)
    assert (found.due, found.is_current, found.unpopulated) == ((), True, None)
    assert up(database, rebuilding.directory).refreshed == ()


def test_a_refresh_that_fails_undoes_no_script_and_is_due_again(
    database: str, rebuilding: Project, ask: Ask
) -> None:
    rebuilding.add("0003_zero", "CREATE VIEW v AS SELECT 1 / i AS i FROM t", "DROP VIEW v")
    rebuilding.add(
        "0004_m",
        "DROP MATERIALIZED VIEW reads; DROP MATERIALIZED VIEW m;"
        " CREATE MATERIALIZED VIEW m AS SELECT i FROM v WITH NO DATA; UPDATE t SET i = 0;",
        "SELECT 1",
    )
    seen: list[str] = []
    options = Options(at_end=lambda conn: seen.append(conn.info.dbname))
    with pytest.raises(RefreshFailed) as failed:
        up(database, rebuilding.directory, options=options)
    told = str(failed.value)
    assert told.startswith("public.m was not refreshed: division by zero (SQLSTATE 22012)")
    assert 'now: 0002_rebuilt to 0004_m applied; refreshed: public."it\'s \\"' in told
    assert "do: see to the cause, then `pgmig refresh public.m`" in told
    assert status(database, rebuilding.directory).due == ("public.m",)
    assert len(seen) == 1
    ask("UPDATE t SET i = 1")
    assert [v.label for v in up(database, rebuilding.directory).refreshed] == ["public.m"]


def test_a_view_that_one_script_makes_and_the_next_empties_is_noticed(
    database: str, project: Project, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    project.table(1)
    project.add("0002_m", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS i", "DROP MATERIALIZED VIEW m")
    project.add("0003_m", "REFRESH MATERIALIZED VIEW m WITH NO DATA", "SELECT 1")
    project.table(4)
    assert [v.label for v in up(database, project.directory).refreshed] == ["public.m"]
    assert ask("SELECT name FROM pgmig.refresh") == []
    # A script that begins with SET TRANSACTION, and one that fails.
    project.add(
        "0005_m",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; REFRESH MATERIALIZED VIEW m WITH NO DATA",
        "REFRESH MATERIALIZED VIEW m WITH NO DATA",
    )
    project.add("0006_fails", "REFRESH MATERIALIZED VIEW m WITH NO DATA; SELECT 1/0", "SELECT 1")
    with caplog.at_level("WARNING"), pytest.raises(StatementFailed) as failed:
        up(database, project.directory)
    assert caplog.messages == ["without rows until `pgmig refresh` or `pgmig up`: public.m"]
    assert (failed.value.line, failed.value.column) == (1, 43)
    assert ask("SELECT name FROM pgmig.refresh") == ["m"]
    (project.directory / "0006_fails.up.sql").unlink()
    (project.directory / "0006_fails.down.sql").unlink()
    assert [v.label for v in redo(database, project.directory).refreshed] == ["public.m"]
    assert [v.label for v in down(database, project.directory).refreshed] == ["public.m"]


def test_a_script_that_keeps_the_note_out_is_told_as_such(
    database: str, project: Project, ask: Ask
) -> None:
    project.add("0001_m", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS i", "SELECT 1")
    up(database, project.directory)
    project.add("0002_drops", "DROP TABLE pgmig.refresh", "SELECT 1")
    with pytest.raises(HistoryClosed, match=r'"pgmig.refresh" does not exist'):
        up(database, project.directory)
    assert ask("SELECT count(*) FROM pgmig.history") == ["1"]


RUN = """
import os, signal, sys
from pathlib import Path
from pgmig.commands.up import up
from pgmig.engine import Listener

class Killed(Listener):
    def on_refresh(self, view):
        os.kill(os.getpid(), signal.SIGKILL)

    def on_statement(self, step, number, total):
        if number == 4:
            os.kill(os.getpid(), signal.SIGKILL)

up(sys.argv[1], Path(sys.argv[2]), listener=Killed())
"""


@pytest.mark.parametrize("header", ["", "-- pgmig: transaction=off\n"])
def test_a_kill_between_the_script_and_the_refresh_loses_none(
    database: str, rebuilding: Project, ask: Ask, header: str
) -> None:
    rebuilding.add("0002_rebuilt", f"{header}{REBUILT}", "SELECT 1")
    killed = subprocess.run(
        [sys.executable, "-c", RUN, database, str(rebuilding.directory)], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert ask("SELECT max(id) FROM pgmig.history") == ["1" if header else "2"]
    # A script that is part-way has noted all that had rows, and nothing is due yet.
    assert len(ask(NOTED)) == (4 if header else 3)
    assert status(database, rebuilding.directory).due == (() if header else tuple(MINE))
    assert [v.label for v in up(database, rebuilding.directory).refreshed] == MINE
    assert ask(NOTED) == []


def test_a_script_that_is_part_way_remembers_what_had_rows_when_nothing_has_any_more(
    database: str, project: Project, ask: Ask
) -> None:
    project.add("0001_m", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS i", "SELECT 1")
    up(database, project.directory)
    text = "-- pgmig: transaction=off\nREFRESH MATERIALIZED VIEW m WITH NO DATA; SELECT {}"
    project.add("0002_m", text.format("1/0"), "SELECT 1")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    assert status(database, project.directory).due == ()
    project.add("0002_m", text.format("1"), "SELECT 1")
    assert [v.label for v in up(database, project.directory).refreshed] == ["public.m"]


@pytest.mark.parametrize("form", [1, 2])
def test_a_history_of_an_earlier_format_gets_the_table_with_the_first_write(
    database: str, rebuilding: Project, ask: Ask, make_role: Callable[..., str], form: int
) -> None:
    reader, deployer, stranger = (make_role("NOLOGIN") for _ in range(3))
    ask(f"""DROP TABLE pgmig.refresh, pgmig.forecast; UPDATE pgmig.meta SET format = {form};
        GRANT USAGE ON SCHEMA pgmig TO {reader}, {deployer};
        GRANT SELECT ON ALL TABLES IN SCHEMA pgmig TO {reader};
        GRANT ALL ON ALL TABLES IN SCHEMA pgmig TO {deployer};
        GRANT CREATE ON SCHEMA public TO {deployer};
        ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {stranger}, {reader};""")
    if form == 1:
        ask("""DROP TABLE pgmig.heartbeat; ALTER TABLE pgmig.progress DROP COLUMN before;
            ALTER TABLE pgmig.lease ADD COLUMN heartbeat_at timestamptz;
            ALTER TABLE pgmig.history ALTER COLUMN up_text SET NOT NULL;""")
    found = status(database, rebuilding.directory, has_leftovers=True)
    assert (found.due, found.unpopulated) == ((), ("public.empty",))
    assert refresh(database, ["m"]).views[0].rows == 3
    assert ask("SELECT to_regclass('pgmig.refresh') IS NULL") == ["t"]
    assert [v.label for v in up(database, rebuilding.directory).refreshed] == MINE
    assert ask("SELECT format FROM pgmig.meta") == ["3"]
    assert ask(
        f"SELECT bool_and(has_table_privilege('{reader}', c.oid, 'SELECT')) FROM pg_class c"
        " WHERE relnamespace = 'pgmig'::regnamespace AND relkind = 'r'"
    ) == ["t"]
    for role in (reader, stranger):
        assert (
            ask(
                f"SELECT relname FROM pg_class WHERE relnamespace = 'pgmig'::regnamespace"
                f" AND relkind = 'r' AND (has_table_privilege('{role}', oid, 'INSERT')"
                f" OR has_table_privilege('{stranger}', oid, 'SELECT'))"
            )
            == []
        ), role
    rebuilding.table(3)
    assert up(Target(database, role=deployer), rebuilding.directory).after == 3


@pytest.mark.parametrize("way", ["one transaction", "transaction=off", "pooled"])
def test_a_script_that_reads_what_the_one_before_it_emptied_finds_its_rows(
    database: str, rebuilding: Project, ask: Ask, server: Server, way: str
) -> None:
    header = "-- pgmig: transaction=off\n" if way == "transaction=off" else ""
    rebuilding.table(3)
    rebuilding.add("0004_reads", f"{header}CREATE TABLE copied AS SELECT * FROM reads", "SELECT 1")
    rebuilding.table(5)
    if way == "pooled":
        with pooler(server, pool_size=4) as behind:
            report = up(behind.url(database), rebuilding.directory)
    else:
        report = up(database, rebuilding.directory)
    assert (report.after, report.due) == (5, ())
    assert [v.label for v in report.refreshed] == MINE
    assert ask("SELECT s FROM copied") == ["12"]
    assert ask("SELECT id, version FROM pgmig.history") == [f"{i}|{i}" for i in range(1, 6)]
    # It has rows again, so that what a later script does to it is noticed.
    rebuilding.add("0006_m", "REFRESH MATERIALIZED VIEW m WITH NO DATA", "SELECT 1")
    assert [v.label for v in up(database, rebuilding.directory).refreshed] == ["public.m"]


def test_what_is_due_from_an_earlier_run_is_refreshed_before_the_next_script(
    database: str, rebuilding: Project, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    left = Options(is_refreshing=False)
    rebuilding.add("0003_reads", "CREATE TABLE copied AS SELECT * FROM reads", "SELECT 1")
    with caplog.at_level("WARNING"), pytest.raises(StatementFailed) as failed:
        up(database, rebuilding.directory, options=left)
    assert (failed.value.sqlstate, failed.value.do) == (
        "55000",
        "`pgmig refresh`, then run the command again",
    )
    assert ask(NOTED)[1:] == ["public|m|2", "public|reads|2"]
    rebuilding.add("0004_fails", "SELECT currval(pg_get_serial_sequence('s', 'i'))", "SELECT 1")
    ask("CREATE TABLE s (i int GENERATED ALWAYS AS IDENTITY)")
    with pytest.raises(StatementFailed, match="currval"):
        up(database, rebuilding.directory)
    assert ask("SELECT s FROM copied") == ["12"]
    assert ask(NOTED) == []
    # One that cannot be refreshed stops no script: the next may be what it needs.
    rebuilding.add("0004_zero", "CREATE VIEW v AS SELECT 1 / i AS i FROM t", "DROP VIEW v")
    rebuilding.add("0005_m", "CREATE MATERIALIZED VIEW n AS SELECT i FROM v", "SELECT 1")
    rebuilding.add("0006_m", "REFRESH MATERIALIZED VIEW n WITH NO DATA; UPDATE t SET i = 0", "")
    for half in ("up", "down"):
        (rebuilding.directory / f"0004_fails.{half}.sql").unlink()
    with pytest.raises(RefreshFailed):
        up(database, rebuilding.directory)
    rebuilding.add("0007_t", "UPDATE t SET i = 1", "SELECT 1")
    assert [v.label for v in up(database, rebuilding.directory).refreshed] == ["public.n"]


def test_redo_fills_what_its_way_down_drops(database: str, project: Project, ask: Ask) -> None:
    made = "CREATE MATERIALIZED VIEW m AS SELECT 1 AS i"
    project.add("0001_m", made, "DROP MATERIALIZED VIEW m")
    up(database, project.directory)
    project.add("0001_m", f"{made} WITH NO DATA", "DROP MATERIALIZED VIEW m")
    assert [v.label for v in redo(database, project.directory).refreshed] == ["public.m"]
    ask("REFRESH MATERIALIZED VIEW m WITH NO DATA")
    assert redo(database, project.directory).refreshed == ()


def test_a_replay_in_a_database_of_its_own_reads_what_up_would_have_refreshed(
    database: str, rebuilding: Project, ask: Ask
) -> None:
    rebuilding.add("0003_reads", "CREATE TABLE copied AS SELECT * FROM reads", "SELECT 1")
    scripts = read_scripts(rebuilding.directory).scripts[1:]
    with db.connect(database) as conn:
        for script in scripts:
            run_script(conn, script, "up")
        assert ask("SELECT s FROM copied") == ["12"]
        assert ask(EMPTY) == ["author", "empty", "it's \\", "m", "reads"]
        rebuilding.add("0004_fails", "SELECT lastval()", "SELECT 1")
        with pytest.raises(StatementFailed, match="lastval"):
            run_script(conn, read_scripts(rebuilding.directory).scripts[-1], "up")
