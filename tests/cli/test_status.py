"""`pgmig status` and `pgmig history`: what they show, and the exit codes of --check."""

import json
from pathlib import Path

from pgmig import db
from pgmig.engine import LOCK_KEY
from tests.cli.conftest import Ran, Run, masked, plain, write_script

PENDING = """\
version    state    applied  by
0001_a     pending
0002_bees  pending
TARGET, PostgreSQL {server}, is without migrations, 2 pending
"""
HALF = """\
version    state    applied  by
0001_a     applied  TIME  postgres
0002_bees  pending
TARGET, PostgreSQL {server}, is at 0001_a, 1 pending
"""
CURRENT = """\
version    state    applied  by
0001_a     applied  TIME  postgres
0002_bees  applied  TIME  postgres
TARGET, PostgreSQL {server}, is at 0002_bees, nothing pending
"""


def _squeezed(text: str) -> str:
    """Masked, without the blanks that the width of a time makes."""
    return masked(text).replace("applied                   by", "applied  by")


def _server(pgmig: Run, database: str) -> str:
    return str(json.loads(pgmig("status", "--json", "--url", database).out)["server_version"])


def test_status_tells_what_is_applied_and_what_is_pending(
    pgmig: Run, project: Path, database: str
) -> None:
    server = _server(pgmig, database)

    def shows(text: str, *, code: int) -> None:
        ran = pgmig("status", "--check", "--url", database)
        assert (ran.code, ran.err) == (code, "")
        assert _squeezed(ran.out) == text.format(server=server)
        assert pgmig("status", "--url", database).code == 0

    shows(PENDING, code=3)
    pgmig("up", "1", "--url", database)
    shows(HALF, code=3)
    pgmig("up", "--url", database)
    shows(CURRENT, code=0)


def test_status_names_what_up_would_refuse(pgmig: Run, project: Path, database: str) -> None:
    write_script(project, "0005_e", "SELECT 5;", "SELECT 5;")
    pgmig("up", "--url", database)
    write_script(project, "0001_a", "SELECT 'another text';")
    write_script(project, "0002_bees", "CREATE TABLE public.b ();", "SELECT 'another';")
    write_script(project, "0003_c", "SELECT 3;", "SELECT 3;")
    for half in ("up", "down"):
        (project / "migrations" / f"0005_e.{half}.sql").unlink()
    ran = pgmig("status", "--check", "--url", database)
    assert (ran.code, ran.err) == (7, "")
    lines = [line.split("  ") for line in masked(ran.out).splitlines()[1:5]]
    assert [(words[0].strip(), words[-1]) for words in lines] == [
        ("0001_a", "edited after it was applied"),
        ("0002_bees", "way down edited; going down uses the one that was applied"),
        ("0003_c", "numbered below the current version"),
        ("0005_e", "its file is missing"),
    ]
    advice, last = masked(ran.out).splitlines()[-2:]
    assert advice == (
        "do: restore the edited files and make the change in a new script;"
        " restore the missing files from version control;"
        " give the late scripts numbers above the current version with `pgmig rebase`,"
        " or apply them as they are with `pgmig up --out-of-order`"
    )
    assert last.endswith("is at 0005_e, 1 pending")


def test_status_names_the_numbers_that_no_script_has(
    pgmig: Run, project: Path, database: str
) -> None:
    write_script(project, "0004_d", "SELECT 4;", "SELECT 4;")
    write_script(project, "0009_i", "SELECT 9;", "SELECT 9;")
    out = pgmig("status", "--url", database).out
    assert "\nno script has 0003, between 0002_bees and 0004_d\n" in out
    assert "\nno script has 0005 to 0008, between 0004_d and 0009_i\n" in out


def test_status_in_json(pgmig: Run, project: Path, database: str) -> None:
    pgmig("up", "1", "--url", database)
    ran = pgmig("status", "--json", "--check", "--url", database)
    document = json.loads(ran.out)
    assert (ran.code, ran.err) == (3, "")
    assert list(document)[:2] == ["pgmig", "command"]
    assert (document["pgmig"], document["command"]) == (1, "status")
    assert (document["current"], document["is_current"]) == (1, False)
    assert [(v["label"], v["is_applied"]) for v in document["versions"]] == [
        ("0001_a", True),
        ("0002_bees", False),
    ]
    assert document["directory"] == str(project / "migrations")


def test_status_on_a_terminal_is_the_same_table(
    on_terminal: Run, pgmig: Run, project: Path, database: str
) -> None:
    pgmig("up", "1", "--url", database)
    shown = on_terminal("status", "--url", database, COLUMNS="120")
    assert shown.code == 0
    assert "\x1b[32mapplied" in shown.out
    assert _squeezed(plain(shown.out)).split() == (
        HALF.format(server=_server(pgmig, database)).split()
    )


def test_names_from_a_database_do_not_steer_the_terminal(
    on_terminal: Run, pgmig: Run, project: Path, database: str
) -> None:
    hostile = "\x1b]0;owned\x07"
    write_script(project, "0003_c", f'SELECT 1/0 AS "{hostile}";', "SELECT 1;")
    assert "\x1b]0" not in on_terminal("up", "--url", database).out
    assert "\\x1b]0;owned\\x07" in pgmig("up", "--url", database).err


def test_history_tells_what_ran(pgmig: Run, project: Path, database: str) -> None:
    empty = pgmig("history", "--url", database)
    assert (empty.code, masked(empty.out), empty.err) == (0, "TARGET has no history\n", "")
    pgmig("up", "--url", database)
    pgmig("down", "--url", database)
    ran = pgmig("history", "--url", database)
    assert (ran.code, ran.err) == (0, "")
    lines = masked(ran.out).splitlines()
    assert lines[0].split() == ["when", "did", "version", "by", "took", "pgmig"]
    assert [line.split()[:5] for line in lines[1:]] == [
        ["TIME", "up", "0001_a", "postgres", "DURATION"],
        ["TIME", "up", "0002_bees", "postgres", "DURATION"],
        ["TIME", "down", "0002_bees", "postgres", "DURATION"],
    ]


def test_history_needs_no_project_and_may_be_limited(
    pgmig: Run, project: Path, database: str, tmp_path_factory: object
) -> None:
    pgmig("up", "--url", database)
    elsewhere = project / "elsewhere"
    (elsewhere / ".git").mkdir(parents=True)
    ran = pgmig("history", "--limit", "1", "--json", "--url", database, cwd=elsewhere)
    document = json.loads(ran.out)
    assert (ran.code, ran.err, document["command"]) == (0, "", "history")
    assert [entry["label"] for entry in document["entries"]] == ["0002_bees"]
    assert pgmig("history", "--limit", "0", "--url", database) == Ran(
        2,
        "",
        "error: invalid value for '--limit': 0 is not in the range x>=1\n"
        "   do: `pgmig history --help`\n",
    )


def test_status_names_what_crashes_have_left_when_it_is_asked_for_more(
    pgmig: Run, project: Path, database: str
) -> None:
    twice = "CREATE TABLE public.a AS SELECT 1 AS i FROM generate_series(1, 2);"
    write_script(project, "0001_a", twice, "DROP TABLE public.a;")
    index = "-- pgmig: transaction=off\nCREATE UNIQUE INDEX CONCURRENTLY a_i ON public.a (i);"
    write_script(project, "0002_bees", index, "DROP INDEX public.a_i;")
    assert pgmig("up", "--url", database).code == 1
    left = "\nleft by a crash: invalid index public.a_i of public.a; do: "
    assert left in pgmig("status", "-v", "--url", database).out
    assert left not in pgmig("status", "--url", database).out
    (found,) = json.loads(pgmig("status", "--json", "--url", database).out)["leftovers"]
    assert (found["kind"], found["name"]) == ("invalid index", "public.a_i")


def test_status_names_the_runner_that_is_at_work(pgmig: Run, project: Path, database: str) -> None:
    with db.connect(database, application_name="pgmig up 0002_bees") as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
        out = pgmig("status", "--url", database).out
    assert "\na runner is at work: pgmig up 0002_bees (postgres from a local socket, pid " in out


def test_a_late_script_that_is_part_way_goes_on_out_of_order(
    pgmig: Run, project: Path, database: str
) -> None:
    write_script(project, "0004_d", "SELECT 1", "SELECT 1")
    assert pgmig("up", "--url", database).code == 0
    text = "-- pgmig: transaction=off\nSELECT 1; SELECT {};"
    write_script(project, "0003_c", text.format("1/0"), "SELECT 1")
    assert pgmig("up", "--out-of-order", "--url", database).code == 1
    told = pgmig("status", "--url", database).out
    assert "1 of its statements are done: `pgmig up --out-of-order` goes on" in told
    assert "rebase" not in told
    write_script(project, "0003_c", text.format("1"), "SELECT 1")
    assert pgmig("up", "--out-of-order", "--url", database).code == 0
