"""`pgmig snapshot`: the data goes where it was asked for, the talk beside it."""

import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pgmig import db
from tests.cli.conftest import PGMIG, Ran, Run, environment, masked, plain
from tests.fixtures.servers import Program


@pytest.fixture
def filled(database: str, psql: Program) -> str:
    psql(database, input="CREATE TABLE public.a (i int PRIMARY KEY); CREATE VIEW v AS TABLE a;")
    return database


def test_the_snapshot_goes_to_stdout_and_the_counts_to_stderr(pgmig: Run, filled: str) -> None:
    ran = pgmig("snapshot", "--url", filled)
    assert ran.code == 0
    assert json.loads(ran.out)
    assert masked(ran.err).startswith("5 objects of TARGET: schema 1, extension 1, ")
    assert pgmig("snapshot", "-q", "--url", filled) == Ran(0, ran.out, "")
    assert pgmig("snapshot", "--json", "--url", filled).out == ran.out


def test_sql_makes_the_same_database_again(
    pgmig: Run,
    folder: Path,
    filled: str,
    make_database: Callable[[], str],
    psql: Program,
    pg_dump: Callable[..., str],
) -> None:
    ran = pgmig("snapshot", "-o", "made.sql", "--url", filled)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out).startswith("made.sql: 5 objects of TARGET: ")
    copy = make_database()
    psql(copy, "-f", folder / "made.sql")
    assert _statements(pg_dump(copy, "-s")) == _statements(pg_dump(filled, "-s"))


def _statements(dump: str) -> list[str]:
    return [line for line in dump.splitlines() if not line.startswith("\\")]


def test_json_reports_on_the_file(pgmig: Run, folder: Path, filled: str) -> None:
    ran = pgmig("snapshot", "--json", "-o", "made.json", "--url", filled)
    document = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert (document["pgmig"], document["command"]) == (1, "snapshot")
    assert (document["output"], document["unmodelled"]) == ("made.json", [])
    assert document["counts"]["table"] == 1
    assert json.loads((folder / "made.json").read_text())


def test_what_is_not_modelled_is_counted_and_named_with_v(
    pgmig: Run, filled: str, psql: Program
) -> None:
    psql(filled, "-c", "SELECT lo_create(0)")
    ran = pgmig("snapshot", "--url", filled)
    assert ran.code == 0
    assert ran.err.splitlines()[1:] == ["not modelled: 1 (-v names them)"]
    told = pgmig("snapshot", "-v", "--url", filled).err.splitlines()
    assert "not modelled: large object 1 in all" in told


def test_a_terminal_gets_a_summary(on_terminal: Run, pgmig: Run, filled: str) -> None:
    ran = on_terminal("snapshot", "--url", filled)
    shown = re.sub(r"\n +\S+:\d+/", "", masked(plain(ran.out)))
    assert ran.code == 0
    assert re.search(r"TARGET, PostgreSQL \d+\.\d+\n", shown.replace("\n", " ", 0))
    assert [line.split() for line in shown.splitlines()[2:]] == [
        ["kind", "objects"],
        ["schema", "1"],
        ["extension", "1"],
        ["table", "1"],
        ["key", "1"],
        ["view", "1"],
        ["all", "5"],
    ]
    asked = pgmig("snapshot", "--summary", "--url", filled)
    assert (asked.code, asked.err) == (0, "")
    assert [line.split() for line in masked(asked.out).splitlines()[2:]] == [
        line.split() for line in shown.splitlines()[2:]
    ]
    assert json.loads(plain(on_terminal("snapshot", "--format", "json", "-q", "--url", filled).out))


def test_json_reports_the_summary(pgmig: Run, filled: str) -> None:
    document = json.loads(pgmig("snapshot", "--summary", "--json", "--url", filled).out)
    assert (document["pgmig"], document["command"], document["output"]) == (1, "snapshot", None)
    assert document["counts"]["view"] == 1
    assert document["ignored"] == {}


def test_a_folder_gets_a_tree(
    pgmig: Run,
    folder: Path,
    filled: str,
    make_database: Callable[[], str],
    psql: Program,
) -> None:
    ran = pgmig("snapshot", "-o", "schema/", "--url", filled)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out).startswith("schema/: 5 objects of TARGET: schema 1, ")
    copy = make_database()
    psql(copy, "-f", folder / "schema" / "load.sql")
    again = pgmig("snapshot", "-o", "schema", "--url", copy)
    assert masked(again.out) == masked(ran.out)
    psql(copy, "-c", "DROP VIEW v")
    assert pgmig("snapshot", "--format", "tree", "-o", "schema", "--url", copy).code == 0
    files = {str(file.relative_to(folder)) for file in (folder / "schema").rglob("*.sql")}
    assert files == {
        "schema/load.sql",
        "schema/public/table/a.sql",
        "schema/public/key/a.a_pkey.sql",
    }


def test_roles_come_first_when_asked_for(
    pgmig: Run, folder: Path, filled: str, psql: Program, make_role: Callable[..., str]
) -> None:
    role = make_role("LOGIN CREATEDB")
    psql(filled, "-c", f'ALTER TABLE a OWNER TO "{role}"')
    assert f'CREATE ROLE "{role}"' not in pgmig("snapshot", "--format", "sql", "--url", filled).out
    pgmig("snapshot", "--roles", "-o", "schema/", "--url", filled)
    listed = (folder / "schema/load.sql").read_text().split("\\ir ")[1:]
    assert listed[0].strip().startswith("no-schema/role/")
    document = json.loads(pgmig("snapshot", "--roles", "--url", filled).out)
    assert role in [each["name"] for each in document["objects"]["role"]]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--format", "tree"], "a tree is a folder of files"),
        (["--format", "json", "-o", "there/"], "json is one file and there/ a folder"),
        (["--format", "sql", "-o", "there"], "sql is one file and there a folder"),
        (["--format", "tree", "-o", "file"], "a tree is a folder and this a file"),
        (["-o", "file/"], "a tree is a folder and this a file"),
        (["-o", ""], "--output is empty"),
        (["--summary", "-o", "app.json"], "--summary goes without --output and --format"),
        (["--summary", "--format", "sql"], "--summary goes without --output and --format"),
    ],
)
def test_what_does_not_fit_together_is_told_before_anything_is_read(
    pgmig: Run, folder: Path, options: list[str], told: str
) -> None:
    (folder / "there").mkdir()
    (folder / "file").write_text("mine")
    ran = pgmig("snapshot", *options, "--url", "postgresql://nobody@localhost:1/nothing")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert (folder / "file").read_text() == "mine"
    assert list((folder / "there").iterdir()) == []


def test_a_folder_of_somebody_else_is_left_alone(pgmig: Run, folder: Path, filled: str) -> None:
    (folder / "schema").mkdir()
    (folder / "schema/notes.txt").write_text("mine")
    ran = pgmig("snapshot", "-o", "schema", "--url", filled)
    assert (ran.code, ran.out) == (4, "")
    assert "schema holds what pgmig snapshot did not write: notes.txt" in ran.err
    assert [path.name for path in (folder / "schema").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("output", ["app.json", "app.sql", "schema/"])
def test_a_full_disk_leaves_what_was_there(folder: Path, filled: str, output: str) -> None:
    (folder / "app.json").write_text("old")
    (folder / "app.sql").write_text("old")
    done = subprocess.run(
        ["prlimit", "--fsize=100", *PGMIG, "snapshot", "-o", output, "--url", filled],
        cwd=folder,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be written: File too large" in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == [".git", "app.json", "app.sql"]
    assert (folder / "app.json").read_text() == (folder / "app.sql").read_text() == "old"


@pytest.fixture
def slow(filled: str) -> Iterator[Callable[[float], None]]:
    """Lets a reader of the database wait: for so many seconds from then on, or for the test."""
    with db.connect(filled) as holder:
        holder.execute("BEGIN")
        # Not pg_trigger: a session that begins while the relation cache has no file needs it.
        holder.execute("LOCK TABLE pg_catalog.pg_policy")

        def release(seconds: float) -> None:
            holder.execute(b"SELECT pg_sleep(%f)" % seconds)
            holder.execute("COMMIT")

        yield release
        holder.execute("ROLLBACK")


@pytest.mark.parametrize("output", ["app.json", "app.sql", "schema/"])
def test_an_interrupt_leaves_no_file_and_no_session(
    folder: Path, filled: str, slow: object, psql: Program, output: str
) -> None:
    with subprocess.Popen(
        [*PGMIG, "snapshot", "-o", output, "--url", filled],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        psql(
            filled,
            input="""
            DO $$ BEGIN
                LOOP
                    PERFORM pg_stat_clear_snapshot();
                    EXIT WHEN clock_timestamp() > now() + interval '60 s'
                        OR EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                        AND datname = current_database() AND application_name = 'pgmig');
                END LOOP;
            END $$;""",
        )
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (1, "", "error: interrupted\n")
    assert [path.name for path in folder.iterdir()] == [".git"]
    psql(
        filled,
        input="""
        DO $$ BEGIN
            LOOP
                PERFORM pg_stat_clear_snapshot();
                EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity
                    WHERE wait_event_type = 'Lock' AND datname = current_database());
            END LOOP;
        END $$;""",
    )


def test_a_long_read_tells_its_progress_on_a_terminal_alone(
    on_terminal: Run, pgmig: Run, filled: str, slow: Callable[[float], None]
) -> None:
    with ThreadPoolExecutor() as pool:
        terminal = pool.submit(on_terminal, "snapshot", "--url", filled)
        piped = pool.submit(pgmig, "snapshot", "--summary", "--url", filled)
        slow(5)
    assert "reading: " in plain(terminal.result().out)
    assert (terminal.result().code, piped.result().code, piped.result().err) == (0, 0, "")


def test_sql_to_stdout_and_json_exclude_each_other(pgmig: Run, filled: str) -> None:
    assert pgmig("snapshot", "--json", "--format", "sql", "--url", filled).code == 2


def test_a_file_that_cannot_be_written_is_told(pgmig: Run, folder: Path, filled: str) -> None:
    ran = pgmig("snapshot", "-o", "no/such/folder/made.json", "--url", filled)
    assert (ran.code, ran.out) == (1, "")
    assert "No such file or directory" in ran.err
    assert list(folder.iterdir()) == [folder / ".git"]


@pytest.mark.parametrize("output", ["file/made.json", "a" * 300])
def test_a_place_where_no_file_can_be_is_told(
    pgmig: Run, folder: Path, filled: str, output: str
) -> None:
    (folder / "file").write_text("mine")
    ran = pgmig("snapshot", "-o", output, "--url", filled)
    assert (ran.code, ran.out) == (1, "")
    assert re.match(
        r"error: [^\n]*cannot be written: (Not a directory|File name too long)", ran.err
    )
    assert (folder / "file").read_text() == "mine"


def test_the_readme_shows_what_the_program_prints(
    pgmig: Run, folder: Path, database: str, psql: Program
) -> None:
    root = Path(__file__).parents[2]
    for file in sorted((root / "tests" / "example" / "legacy").glob("*.sql")):
        psql(database, "-f", file)
    text = (root / "README.md").read_text().split("## Snapshots\n")[1].split("\n## ")[0]
    summary, listed = re.findall(r"^```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (field,) = re.findall(r"^```json\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    ran = pgmig("snapshot", "--summary", "--url", database)
    assert ran.out.splitlines()[2:] == summary.splitlines()[2:]
    assert field in pgmig("snapshot", "--url", database).out
    pgmig("snapshot", "-o", "schema/", "--url", database)
    files = {str(file.relative_to(folder)) for file in (folder / "schema").rglob("*.sql")}
    assert {*listed.split()} <= files
