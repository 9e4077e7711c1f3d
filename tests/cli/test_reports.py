"""Reports of commands: Markdown for a pull request, annotations on lines, failures."""

import json
import subprocess
from pathlib import Path

import pytest

from pgmig.cli.options import FORMATS
from tests.cli.conftest import Run, write_script
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

_A = "CREATE TABLE public.a_table (i int, note text);\n"


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@x.example", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_verify_annotates_the_line_of_the_statement_that_fails(
    pgmig_inside: Run, server: Server, folder: Path
) -> None:
    write_script(folder, "0001_a", _A, "DROP TABLE public.a_table;")
    write_script(
        folder,
        "0002_b",
        "ALTER TABLE public.a_table ADD j int;",
        "-- back\nALTER TABLE public.a_table DROP j;\nDROP TABLE\n  public.nothing;",
    )
    write_script(folder, "0003_c", _A.replace("a_table", "c"), "SELECT 1;")
    shadow = ("--shadow-url", server.url())

    ran = pgmig_inside("verify", "-q", *shadow, "--format", "github", "--report", "report.md")

    assert (ran.code, ran.err) == (3, "")
    assert ran.out.splitlines() == [
        "::error file=migrations/0002_b.down.sql,line=3,col=1,title=0002_b%3A down::table"
        ' "nothing" does not exist (SQLSTATE 42P01)%0Ain: DROP TABLE   public.nothing',
        "::error file=migrations/0003_c.down.sql,line=1,title=0003_c%3A down::"
        "table public.c: should not be",
        "::error file=migrations/0003_c.up.sql,line=1,col=1,title=0003_c%3A up again::"
        'relation "c" already exists (SQLSTATE 42P07)%0A'
        "in: CREATE TABLE public.c (i int, note text)",
        f"::error title=pgmig verify::1 script of 3 proved on PostgreSQL {server.major}",
    ]
    report = (folder / "report.md").read_text()
    assert report.startswith("### ❌ `pgmig verify`: 1 script of 3 proved")
    assert "| `0003_c` | down | table public.c: should not be |  |" in report
    assert "- not sealed yet: `0001_a`, `0002_b`, `0003_c`" in report


def test_sealed_looks_at_names_numbers_and_seals_without_a_server(
    pgmig_inside: Run, server: Server, project: Path
) -> None:
    sealing = pgmig_inside("verify", "--seal", "-q", "--shadow-url", server.url())
    assert (sealing.code, pgmig_inside("verify", "--sealed").code) == (0, 0)
    directory = project / "migrations"
    (directory / "0002_bees.down.sql").write_text("SELECT 2;")
    for half in ("up", "down"):
        (directory / f"0001_a.{half}.sql").rename(directory / f"0005_e.{half}.sql")
    write_script(project, "0003_bad", "-- pgmig: lock_timeout=soon\nSELECT 1;", "SELECT 1;")
    write_script(project, "0002_late", "SELECT 1;", "SELECT 1;")

    ran = pgmig_inside("verify", "--sealed", "--format", "json")
    marked = pgmig_inside("verify", "--sealed", "--format", "github")

    assert (ran.code, marked.code) == (3, 3)
    document = json.loads(ran.out)
    found = [(Path(each["path"]).name, each["line"]) for each in document["wrong"]]
    assert found == [
        ("0003_bad.up.sql", 1),
        ("0002_late.up.sql", None),
        ("0002_bees.down.sql", None),
        ("0002_late.up.sql", None),
        ("0005_e.up.sql", None),
        ("pgmig.sum", 2),
    ]
    assert [(each["first"], each["last"]) for each in document["gaps"]] == [(3, 4)]
    assert "::error file=migrations/0003_bad.up.sql,line=1,col=" in marked.out
    assert "::error file=migrations/0002_bees.down.sql,line=1::" in marked.out
    assert "::error file=migrations/pgmig.sum,line=2::0001_a is sealed" in marked.out
    both = pgmig_inside("verify", "--sealed", "--seal")
    assert both.code == 2


def test_a_pull_request_is_compared_with_its_base(
    pgmig_inside: Run, server: Server, project: Path
) -> None:
    (project / ".git").rmdir()
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "base")
    write_script(
        project,
        "0003_change",
        "ALTER TABLE public.a ADD \"@team|x\" text DEFAULT '`'; DROP TABLE public.b;",
        'ALTER TABLE public.a DROP "@team|x"; CREATE TABLE public.b ();',
    )
    words = ("diff", "--from", "git:main", "--to", "migrations/", "--shadow-url", server.url())

    checked = pgmig_inside(*words, "-q", "--check", "--format", "markdown")
    refused = pgmig_inside(*words, "-q", "--format", "markdown")
    proved = pgmig_inside(*words, "-q", "--format", "markdown", "--allow", "drop")

    assert checked.code == 3
    assert "### ⚠️ `pgmig diff`: 2 differences from" in checked.out
    row = "| table `public.a` | column `@team\\|x` is new |  | ``type text, default '`'::text`` |"
    assert row in checked.out
    assert "| `drop-table` | table `public.b` | every row of the table is lost |" in checked.out
    assert "Compared only: no statement ran." in checked.out
    assert refused.code == 4
    assert refused.out.startswith("### ❌ `pgmig diff`: ")
    assert proved.code == 0
    lock = "| AccessExclusiveLock on `public.b` (blocks reads and writes) |"
    assert lock in proved.out
    assert f"Proved on PostgreSQL {server.major}: up, down, up, with " in proved.out
    assert "<summary><code>0004_diff.up.sql</code></summary>\n\n```sql\n" in proved.out


def test_drift_shows_both_values_and_the_way_back(
    pgmig_inside: Run, server: Server, folder: Path, database: str, psql: Program
) -> None:
    write_script(folder, "0001_a", _A, "DROP TABLE public.a_table;")
    assert pgmig_inside("up", "-q", "--url", database).code == 0
    psql(database, "-c", "ALTER TABLE public.a_table ALTER i TYPE bigint, ADD extra text")
    words = ("drift", "-q", "--url", database, "--shadow-url", server.url())

    ran = pgmig_inside(*words, "--format", "markdown", "--report", "report.md")
    marked = pgmig_inside(*words, "--format", "github")
    away = "postgresql://app:hunter2@127.0.0.1:1/shop"
    lost = pgmig_inside("drift", "-q", "--url", away, "--format", "markdown")

    assert (ran.code, marked.code) == (3, 3)
    assert (folder / "report.md").read_text() == ran.out
    row = "| table `public.a_table` | column i type | `bigint` | `integer` |"
    assert row in ran.out
    assert "| column extra is not in the history | `type text` |  |" in ran.out
    assert "<summary>what would bring it back</summary>\n\n```sql\nBEGIN;" in ran.out
    assert "- drop-column: table" in ran.out
    assert marked.out.startswith("::error title=table public.a_table::changed: column")
    assert lost.code == 1
    assert "- at: `app@127.0.0.1:1/shop`" in lost.out
    assert "hunter2" not in lost.out


@pytest.mark.parametrize("form", FORMATS)
def test_a_failure_is_told_in_the_form_that_was_asked_for(
    pgmig_inside: Run, folder: Path, form: str
) -> None:
    write_script(folder, "0001_a", "-- pgmig: transactin=off\nSELECT 1;", "SELECT 1;")

    ran = pgmig_inside("verify", "-q", "--format", form, "--report", "report.md")

    assert (ran.code, ran.err.startswith("error: unknown directive transactin")) == (2, True)
    report = (folder / "report.md").read_text()
    assert report.startswith("### ❌ `pgmig verify`: unknown directive transactin\n\n- at: `migra")
    place = "file=migrations/0001_a.up.sql,line=1,col=11"
    match form:
        case "json":
            assert json.loads(ran.out)["error"]["kind"] == "UnknownDirective"
        case "markdown":
            assert ran.out == report
        case "github":
            assert ran.out.startswith(f"::error {place}::unknown directive transactin%0Ado: use")
        case _:
            assert ran.out == ""


def test_no_value_of_an_option_is_taken_for_the_command(pgmig_inside: Run, folder: Path) -> None:
    (folder / "pgmig.toml").write_text("[env.plan]\n")
    ran = pgmig_inside("--env", "up", "status", "--json", "--report", "report.md")
    assert json.loads(ran.out)["error"]["facts"] == {"name": "up", "known": ["plan"]}
    report = (folder / "report.md").read_text()
    assert report.startswith("### ❌ `pgmig status`: no settings for the environment up")
    ran = pgmig_inside("up", "--report", "none.md", "--format", "markdown")
    assert (ran.code, ran.out, (folder / "none.md").exists()) == (2, "", False)
    assert pgmig_inside("diff", "odd", "--stdout").err.startswith("error: NAME writes files")
