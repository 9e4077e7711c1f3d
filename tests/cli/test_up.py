"""`pgmig up`: what it says when it applies, refuses, fails and is stopped."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pgmig import db
from pgmig.engine import LOCK_KEY
from tests.cli.conftest import PGMIG, Ran, Run, environment, masked, plain, write_script
from tests.fixtures.servers import Program


def test_pending_scripts_are_applied_once(pgmig: Run, project: Path, database: str) -> None:
    first = pgmig("up", "--url", database)
    assert (first.code, first.err) == (0, "")
    assert masked(first.out) == (
        "up    0001_a     DURATION\nup    0002_bees  DURATION\n2 applied, TARGET is at 0002_bees\n"
    )
    again = pgmig("up", "--url", database)
    assert (again.code, masked(again.out), again.err) == (
        0,
        "nothing to do: TARGET is at 0002_bees\n",
        "",
    )


def test_a_dry_run_shows_what_would_run_and_creates_nothing(
    pgmig: Run, project: Path, database: str, psql: Program
) -> None:
    write_script(project, "0003_c", "-- pgmig: transaction=off\nSELECT 1; SELECT 2;", "SELECT 3;")
    ran = pgmig("up", "--dry-run", "--url", database)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out) == (
        "up    0001_a     1 statement\n"
        "up    0002_bees  1 statement\n"
        "up    0003_c     2 statements, without a transaction\n"
        "dry run: nothing ran, TARGET is as it was\n"
    )
    created = "SELECT count(*) FROM pg_namespace WHERE nspname = 'pgmig'"
    assert psql(database, "-Atc", created).stdout == "0\n"


def _events(out: str) -> list[dict[str, Any]]:
    """The lines of a stream, without the times at which they were written."""
    events = [json.loads(line) for line in out.splitlines()]
    assert all(event.pop("pgmig") == 1 and event.pop("at") for event in events)
    return events


def test_json_tells_a_run_as_events_and_ends_with_its_report(
    pgmig: Run, project: Path, database: str
) -> None:
    text = "-- pgmig: transaction=off\nSELECT 1;\nSELECT 2;"
    write_script(project, "0002_bees", text, "SELECT 3;")
    ran = pgmig("up", "--json", "--url", database)
    assert (ran.code, ran.err) == (0, "")
    events = _events(ran.out)
    first = {"version": 1, "label": "0001_a", "direction": "up"}
    second = {"version": 2, "label": "0002_bees", "direction": "up"}
    report = events.pop()
    for event in (*events, *report["steps"]):
        assert event.pop("seconds", 1) > 0
    assert events == [
        {"event": "run-started", "steps": [first, second]},
        {"event": "step-started", **first, "number": 1, "total": 2},
        {"event": "step-done", **first, "retries": 0},
        {"event": "step-started", **second, "number": 2, "total": 2},
        {"event": "statement", **second, "number": 1, "total": 2},
        {"event": "statement", **second, "number": 2, "total": 2},
        {"event": "step-done", **second, "retries": 0},
    ]
    steps = report.pop("steps")
    assert masked(report.pop("target")) == "TARGET"
    assert report == {
        "event": "report",
        "command": "up",
        "before": 0,
        "after": 2,
        "is_dry_run": False,
        "label": "0002_bees",
        "refreshed": [],
        "due": [],
    }
    common = {"source": "file", "done_before": 0, "retries": 0}
    assert steps == [
        {**first, **common, "is_transactional": True, "statements": 1},
        {**second, **common, "is_transactional": False, "statements": 2},
    ]


FAILED = """\
error: 0003_c.up.sql: relation "public.nowhere" does not exist (SQLSTATE 42P01)
   at: {folder}/migrations/0003_c.up.sql:2:18
  sql: INSERT INTO public.nowhere VALUES (1)
  now: 0001_a to 0002_bees applied; 0003_c rolled back, nothing of it remains
   do: correct 0003_c.up.sql and run the command again
"""


def test_a_failing_statement_is_told_with_its_place_and_what_holds(
    pgmig: Run, project: Path, database: str
) -> None:
    text = "CREATE TABLE public.c ();\n     INSERT INTO public.nowhere VALUES (1);\n"
    write_script(project, "0003_c", text, "SELECT 1;")
    ran = pgmig("up", "--json", "--url", database)
    assert (ran.code, ran.err) == (1, FAILED.format(folder=project))
    *_, last, told = _events(ran.out)
    assert (last["event"], last["label"], told["event"]) == ("step-started", "0003_c", "error")
    error = told["error"]
    assert error["kind"] == "StatementFailed"
    assert error["facts"]["sqlstate"] == "42P01"
    assert (error["facts"]["line"], error["facts"]["column"]) == (2, 18)


def test_live_progress_leaves_only_the_report_on_a_terminal(
    on_terminal: Run, project: Path, database: str
) -> None:
    ran = on_terminal("up", "--url", database)
    assert ran.code == 0
    assert "\x1b[" in ran.out
    *_, titles, first, second, total, last = [
        line.split() for line in masked(plain(ran.out)).splitlines()
    ]
    assert titles == ["migration", "statements", "took", "retries"]
    assert first == ["up", "0001_a", "1", "DURATION"]
    assert second == ["up", "0002_bees", "1", "DURATION"]
    assert total == ["total", "2", "DURATION"]
    assert " ".join(last) == "2 applied, TARGET is at 0002_bees"


# --- what is refused ------------------------------------------------------------------------


def test_outside_a_project_there_is_nothing_to_apply(pgmig: Run, folder: Path) -> None:
    assert pgmig("up", "--url", "postgresql://nowhere") == Ran(
        2,
        "",
        "error: no project here: no pgmig.toml and no migrations directory in this folder or"
        " above\n"
        f"   at: {folder}\n"
        "   do: go to the project's folder, name it with --config or --migrations, or start one"
        " with `pgmig new NAME`\n",
    )


def test_an_empty_directory_is_told(pgmig: Run, folder: Path, database: str) -> None:
    (folder / "migrations").mkdir()
    ran = pgmig("up", "--url", database)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"error: {folder}/migrations holds no scripts\n"
        "   do: write the first one with `pgmig new NAME`, or name another directory with"
        " `--migrations`\n"
    )


def test_a_directory_that_is_not_there_is_told(pgmig: Run, folder: Path, database: str) -> None:
    ran = pgmig("up", "--url", database, "--migrations", "db/scripts")
    assert (ran.code, ran.out) == (2, "")
    assert f"{folder}/db/scripts" in ran.err


def test_a_directory_that_cannot_be_read_is_told(
    pgmig_without_rights: Run, folder: Path, database: str
) -> None:
    (folder / "migrations").mkdir(mode=0o000)
    ran = pgmig_without_rights("up", "--url", database)
    assert (ran.code, ran.out) == (2, "")
    assert "Permission denied" in ran.err
    assert f"{folder}/migrations" in ran.err


def test_a_version_that_does_not_exist_is_wrong_usage(
    pgmig: Run, project: Path, database: str
) -> None:
    assert pgmig("up", "7", "--url", database) == Ran(
        2,
        "",
        f"error: there is no version 7 in {project}/migrations\n"
        "   do: name one that is there; the nearest is 0002_bees\n",
    )


def test_an_applied_script_that_was_edited_stops_everything(
    pgmig: Run, project: Path, database: str
) -> None:
    pgmig("up", "1", "--url", database)
    write_script(project, "0001_a", "CREATE TABLE public.a (i bigint);")
    ran = pgmig("up", "--url", database)
    assert (ran.code, ran.out) == (7, "")
    assert ran.err.startswith("error: 0001_a.up.sql is not the text that was applied\n")


def test_a_number_below_the_last_applied_one_is_refused(
    pgmig: Run, project: Path, database: str
) -> None:
    write_script(project, "0004_d", "CREATE TABLE public.d ();", "DROP TABLE public.d;")
    pgmig("up", "--url", database)
    write_script(project, "0003_c", "CREATE TABLE public.c ();", "DROP TABLE public.c;")
    ran = pgmig("up", "--url", database)
    assert (ran.code, ran.out) == (7, "")
    assert "0003_c" in ran.err
    assert "0004_d" in ran.err


@pytest.mark.parametrize("option", ["--lock-timeout", "--runner-timeout"])
def test_a_duration_without_a_unit_is_wrong_usage(pgmig: Run, project: Path, option: str) -> None:
    assert pgmig("up", option, "5", "--url", "postgresql://nowhere") == Ran(
        2,
        "",
        "error: '5' is not a duration\n"
        f"   at: {option}\n"
        "   do: write a number and its unit without a space: 200ms, 5s, 2min or 1h\n",
    )


# --- what makes it wait ---------------------------------------------------------------------


def test_another_runner_is_waited_for_and_named(pgmig: Run, project: Path, database: str) -> None:
    with db.connect(database, application_name="another runner") as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
        ran = pgmig("up", "--runner-timeout", "100ms", "--url", database)
        assert (ran.code, ran.out) == (5, "")
        assert ran.err.startswith("waiting for another runner: ")
        assert "error: " in ran.err
        quiet = pgmig("up", "-q", "--runner-timeout", "100ms", "--url", database)
        assert quiet.err.startswith("error: ")


def test_a_locked_table_is_tried_again_and_then_told(
    pgmig: Run, project: Path, database: str
) -> None:
    pgmig("up", "--url", database)
    text = "-- pgmig: retries=1\nALTER TABLE public.a ADD c int;"
    write_script(project, "0003_c", text, "ALTER TABLE public.a DROP c;")
    with db.connect(database) as conn, conn.transaction():
        conn.execute("LOCK TABLE public.a")
        ran = pgmig("up", "--lock-timeout", "50ms", "--url", database)
    assert (ran.code, ran.out) == (1, "")
    assert re.match(r"0003_c: .*; trying again in \d+\.\d s\n", ran.err)
    assert "55P03" in ran.err
    assert "0003_c rolled back" in ran.err


# --- Ctrl-C ---------------------------------------------------------------------------------


def _start(folder: Path, database: str) -> subprocess.Popen[str]:
    """`pgmig up`, once its statement sleeps in the server."""
    process = subprocess.Popen(
        [*PGMIG, "up", "--url", database],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    sleeping = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event = 'PgSleep'"
    )
    with db.connect(database) as conn:
        while conn.execute(sleeping).fetchone() is None:
            assert process.poll() is None
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_statement_and_the_same_command_goes_on(
    pgmig: Run, project: Path, database: str, psql: Program, number: signal.Signals
) -> None:
    slow = write_script(project, "0003_c", "SELECT pg_sleep(600);", "SELECT 1;")
    process = _start(project, database)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert Ran(process.returncode, out, masked(err)) == Ran(
        6,
        "",
        "error: stopped part-way\n"
        "   at: TARGET\n"
        "  now: 0001_a to 0002_bees applied; nothing remains of 0003_c\n"
        "   do: the same command goes on from here\n",
    )
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    assert psql(database, "-Atc", others).stdout == "0\n"
    slow.write_text("SELECT 1;")
    ran = pgmig("up", "--url", database)
    assert masked(ran.out) == "up    0003_c  DURATION\n1 applied, TARGET is at 0003_c\n"


def _waiting(folder: Path, *args: str) -> Iterator[subprocess.Popen[str]]:
    """`pgmig up`, once it has said on stderr what it waits for."""
    process = subprocess.Popen(
        [*PGMIG, "up", *args],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        assert process.stderr.readline()
        yield process


@pytest.mark.newest
@pytest.mark.parametrize(
    ("waits_for", "holds"),
    [
        ("server", "nothing was changed"),
        ("runner", "nothing was changed"),
        ("lock", "0001_a to 0002_bees applied; nothing remains of 0003_c"),
    ],
)
def test_a_signal_ends_each_wait(project: Path, database: str, waits_for: str, holds: str) -> None:
    write_script(project, "0003_c", "-- pgmig: retries=9\nALTER TABLE public.z ADD c int;", "S")
    url = database if waits_for != "server" else "host=127.0.0.1 port=1 user=u dbname=d"
    with db.connect(database) as conn:
        conn.execute("CREATE TABLE public.z ()")
        if waits_for == "runner":
            conn.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
        conn.execute("BEGIN; LOCK TABLE public.z")
        args = ("--url", url, "--wait", "1h", "--lock-timeout", "1ms")
        for process in _waiting(project, *args):
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    code, what = (6, "stopped part-way") if waits_for == "lock" else (1, "stopped")
    assert (process.returncode, out) == (code, "")
    assert (f"error: {what}\n" in err, f"\n  now: {holds}\n" in err) == (True, True)


@pytest.mark.newest
def test_a_second_signal_does_not_wait_for_a_server_that_stands_still(
    pgmig: Run, project: Path, database: str, psql: Program
) -> None:
    pgmig("up", "--url", database)
    write_script(project, "0003_c", "SELECT pg_sleep(600);", "SELECT 1;")
    process = _start(project, database)
    asleep = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    backend = int(psql(database, "-Atc", asleep).stdout)
    os.kill(backend, signal.SIGSTOP)
    try:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        os.kill(backend, signal.SIGCONT)
    assert (process.returncode, out) == (6, "")
    assert "now: not known: the connection is gone\n" in err


SLOW = """\
CREATE PROCEDURE public.slow() LANGUAGE plpgsql AS $$
BEGIN COMMIT; PERFORM pg_catalog.pg_sleep(600); END $$;
CALL public.slow();
"""


def test_after_a_kill_the_operator_says_what_became_of_a_statement(
    pgmig: Run, project: Path, database: str, psql: Program
) -> None:
    pgmig("up", "--url", database)
    text = f"-- pgmig: transaction=off\n{SLOW}"
    write_script(project, "0003_c", text, "DROP PROCEDURE public.slow;")
    process = _start(project, database)
    process.kill()
    process.communicate()
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    psql(database, "-c", end)

    resolve = "pgmig resolve 3 --statement 2"
    assert (f"look, then `{resolve} --done` or `{resolve} --redo`\n") in pgmig(
        "status", "--url", database
    ).out
    stuck = pgmig("up", "--url", database)
    assert stuck.code == 6
    assert "`pgmig resolve 3 --statement 2 --done` or `--redo`" in stuck.err
    wrong = pgmig("resolve", "3", "--statement", "1", "--done", "--url", database)
    assert wrong.code == 2
    assert pgmig("resolve", "3", "--statement", "2", "--url", database).code == 2
    assert pgmig("resolve", "0003", "--statement", "2", "--done", "--url", database) == Ran(
        0, "statement 2 of version 3 is done\n", ""
    )
    done = pgmig("up", "--url", database)
    assert masked(done.out) == "up    0003_c  DURATION\n1 applied, TARGET is at 0003_c\n"


def test_a_script_that_is_part_way_is_told_by_status_and_dry_run(
    pgmig: Run, project: Path, database: str
) -> None:
    off = "-- pgmig: transaction=off\n"
    path = write_script(project, "0003_c", f"{off}CREATE TABLE c (); SELECT 1/0;", "SELECT 1;")
    assert pgmig("up", "--url", database).code == 1
    told = "0003_c is part-way (up), 1 of its statements are done: "
    assert f"\n{told}`pgmig up` goes on\n" in pgmig("status", "--url", database).out
    dry = pgmig("up", "--dry-run", "--url", database)
    assert dry.out.startswith(
        "up    0003_c  2 statements, without a transaction, goes on with statement 2\n"
    )
    path.unlink()
    path.with_name("0003_c.down.sql").unlink()
    assert f"\n{told}restore 0003_c.up.sql\n" in pgmig("status", "--url", database).out
    refused = pgmig("up", "--url", database)
    assert refused.code == 7
    assert refused.err == (
        "error: 0003_c is part-way up and its file is missing\n"
        f"   at: {path}\n"
        "  now: 1 of its statements are done and kept\n"
        "   do: restore 0003_c.up.sql, then `pgmig up`\n"
    )


def test_with_vv_every_statement_is_logged_without_its_text(
    pgmig: Run, project: Path, database: str
) -> None:
    sql = "CREATE TABLE public.c ();\n\nSET app.secret TO hunter2;\nSELECT 'hunter2';"
    write_script(project, "0003_c", sql, "SELECT 1;")
    write_script(
        project,
        "0004_d",
        f"-- pgmig: transaction=off\n{sql.replace('c (', 'd (')}",
        "DROP TABLE d;",
    )
    ran = pgmig("up", "-vv", "--url", database)
    assert (ran.code, "hunter2" in ran.err) == (0, False)
    lines = [
        line.partition(" up 000")[2] for line in ran.err.splitlines() if ": statement " in line
    ]
    assert [re.sub(r"[0-9.]+ s$", "TIME", line) for line in lines if line[:1] in "34"] == [
        "3_c: statement 1, line 1, CREATE TABLE PUBLIC, answered after TIME",
        "3_c: statement 2, line 3, SET APP, answered after TIME",
        "3_c: statement 3, line 4, SELECT, answered after TIME",
        "4_d: statement 1, line 2, CREATE TABLE PUBLIC in TIME",
        "4_d: statement 2, line 4, SET APP in TIME",
        "4_d: statement 3, line 5, SELECT in TIME",
    ]
    again = pgmig("redo", "-v", "--url", database)
    assert (again.code, "statement" in again.err) == (0, False)
