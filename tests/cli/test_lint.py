"""`pgmig lint`: which scripts, in which forms, and how it ends."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Server

pytestmark = pytest.mark.newest

ROOT = Path(__file__).parents[2]
CRATES = ROOT.parent / "shared" / "real" / "crates_io" / "migrations"
GOLDEN = Path(__file__).parents[1] / "lint" / "golden"

Lint = Callable[..., Ran]


@pytest.fixture
def lint(pgmig: Run, server: Server) -> Lint:
    """Runs pgmig lint on the server under test."""

    def run(*args: str | Path, cwd: Path | None = None) -> Ran:
        where = {"cwd": cwd} if cwd else {}
        return pgmig("lint", "--shadow-url", server.url(), "-q", *args, **where)

    return run


@pytest.fixture
def orders(folder: Path) -> Path:
    """A project whose second script has three findings, one of them allowed."""
    write_script(
        folder,
        "0001_orders",
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, email text, total numeric);",
        "DROP TABLE public.orders;",
    )
    write_script(
        folder,
        "0002_change",
        "-- For the report.\n"
        "CREATE INDEX orders_email_idx ON public.orders (email);\n"
        '-- pgmig: allow=column-type,table-rewrite reason="a, ""small"" table"\n'
        "ALTER TABLE public.orders ALTER COLUMN total TYPE bigint;\n"
        "ALTER TABLE public.orders ADD COLUMN paid_at timestamp;\n",
        "DROP INDEX public.orders_email_idx;",
    )
    return folder


def test_findings_stand_at_their_lines_and_errors_end_with_3(
    lint: Lint, server: Server, orders: Path
) -> None:
    assert lint() == Ran(
        3,
        "migrations/0002_change.up.sql:2:1: error: an index of public.orders is built while writes"
        " wait [blocking-index]\n"
        "  do: CREATE INDEX CONCURRENTLY, in a script with `-- pgmig: transaction=off`\n"
        "migrations/0002_change.up.sql:5:1: warning: public.orders.paid_at is of type timestamp"
        " without time zone [timestamp-without-zone]\n"
        "  do: timestamptz\n"
        f"2 scripts: 1 error, 1 warning, 2 allowed (PostgreSQL {server.major})\n",
        "",
    )
    assert lint("0001_orders").code == 0
    ran = lint("2", "--json")
    report = json.loads(ran.out)
    assert (ran.code, report["is_good"], report["scripts"]) == (3, False, ["0002_change"])
    assert [(e["rule"], e["line"], e["statement"]) for e in report["findings"]] == [
        ("blocking-index", 2, 1),
        ("timestamp-without-zone", 5, 3),
    ]
    assert {e["rule"]: e["reason"] for e in report["allowed"]} == {
        "column-type": 'a, "small" table',
        "table-rewrite": 'a, "small" table',
    }


def test_settings_say_how_bad_a_rule_is(lint: Lint, orders: Path) -> None:
    (orders / "pgmig.toml").write_text(
        '[lint.rules]\nblocking-index = "warning"\ntimestamp-without-zone = "off"\n'
        'down-differs = "error"\n'
    )
    ran = lint()
    assert ran.code == 3
    assert ": warning: an index of public.orders" in ran.out
    assert "[down-differs]" in ran.out
    assert "without time zone" not in ran.out
    (orders / "pgmig.toml").write_text('[lint.rules]\nblockin-index = "off"\n')
    ran = lint()
    assert ran.code == 2
    assert (
        "unknown rule lint.rules.blockin-index; the nearest known one is blocking-index" in ran.err
    )


def test_a_rule_that_nobody_knows_is_refused_where_it_stands(lint: Lint, orders: Path) -> None:
    write_script(
        orders, "0003_x", "SELECT 1;\n-- pgmig: allow=blocking-indx reason=x\nSELECT 2;", "SELECT 1"
    )
    ran = lint()
    assert ran.code == 2
    assert "0003_x.up.sql:2:11" in ran.err
    write_script(orders, "0003_x", "SELECT 1;\n-- pgmig: allow=cascade\nSELECT 2;", "SELECT 1")
    assert "needs a reason beside a statement" in lint().err


def test_scripts_are_named_by_file_label_or_number(lint: Lint, orders: Path) -> None:
    assert lint("migrations/0001_orders.down.sql").code == 0
    assert lint("0001_orders", "migrations/0001_orders.up.sql", "1").out.startswith("1 script:")
    for name in ("0009", "0002_changes", "elsewhere/0002_change.up.sql"):
        ran = lint(name)
        assert (ran.code, ran.out) == (2, "")
        assert f"no script is called {name}" in ran.err
    assert lint("--no-shadow").out == ("2 scripts: nothing found (text alone, nothing ran)\n")


def test_only_scripts_that_a_commit_lacks(lint: Lint, orders: Path) -> None:
    def git(*args: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(["git", *who, *args], cwd=orders, check=True, capture_output=True)

    (orders / ".git").rmdir()
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "nothing")
    assert json.loads(lint("--since", "HEAD", "--json").out)["scripts"] == [
        "0001_orders",
        "0002_change",
    ]
    git("add", ".")
    git("commit", "-q", "-m", "two")
    assert lint("--since", "HEAD") == Ran(0, "no script to lint\n", "")
    write_script(orders, "0003_gone", "DROP TABLE public.orders;", "SELECT 1;")
    ran = lint("--since", "HEAD", "--json")
    assert json.loads(ran.out)["scripts"] == ["0003_gone"]
    assert [e["rule"] for e in json.loads(ran.out)["findings"]] == ["drop-table"]
    assert lint("--since", "no-such-branch").code != 0


def test_a_script_that_fails_is_told_and_those_behind_it_are_not_reached(
    lint: Lint, orders: Path
) -> None:
    write_script(orders, "0003_wrong", "SELECT 1;\nSELECT no_such;", "SELECT 1;")
    write_script(orders, "0004_next", "SELECT 1;", "SELECT 1;")
    ran = lint("3", "4")
    assert ran.code == 3
    assert '0003_wrong.up.sql:2:1: error: up: column "no_such" does not exist' in ran.out
    assert "not reached: 0004_next\n" in ran.out
    (orders / "pgmig.toml").write_text('[lint.rules]\nup-fails = "off"\n')
    allowed = "-- pgmig: allow=up-fails\n\nSELECT 1;\nSELECT no_such;"
    write_script(orders, "0003_wrong", allowed, "SELECT 1;")
    ran = lint("3")
    assert (ran.code, "0003_wrong.up.sql:4:1: error: up: " in ran.out) == (3, True)


def test_sarif_has_a_rule_and_a_place_for_each_result(lint: Lint, orders: Path) -> None:
    ran = lint("--format", "sarif")
    assert ran.code == 3
    document = json.loads(ran.out)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert document["version"] == "2.1.0"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {
            "uri": "migrations/0002_change.up.sql",
            "uriBaseId": "SRCROOT",
        }
    assert {r["ruleId"]: r.get("suppressions") for r in run["results"]} == {
        "blocking-index": None,
        "timestamp-without-zone": None,
        "column-type": [{"kind": "inSource", "justification": 'a, "small" table'}],
        "table-rewrite": [{"kind": "inSource", "justification": 'a, "small" table'}],
    }
    github = lint("--format", "github").out.splitlines()
    assert github[0].startswith("::error file=migrations/0002_change.up.sql,line=2,col=1,")
    assert "| `0002_change` | 2 | error |" in lint("--format", "markdown").out


def golden(name: str, ran: Ran, unseen: tuple[str, ...] = ()) -> None:
    """Compare the findings with the file of that name; PGMIG_GOLDEN writes it.

    Lines that begin with one of `unseen` are in the file, and this server does not tell them.
    """
    findings = json.loads(ran.out)["findings"]
    lines = [
        f"{e['script']}:{e['line']}: {e['severity']}: {e['rule']}: {e['message']}" for e in findings
    ]
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("PGMIG_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    assert lines == [e for e in path.read_text().splitlines() if not e.startswith(unseen)]


def test_the_findings_of_the_worked_example(lint: Lint) -> None:
    golden("example", lint("--json", cwd=ROOT))


if CRATES.is_dir():

    @pytest.mark.thorough
    @pytest.mark.pg("< 18")
    def test_the_findings_of_a_real_project(lint: Lint, server: Server) -> None:
        with psycopg.connect(server.url("postgres")) as conn:
            has_check = conn.execute(
                "SELECT 1 FROM pg_available_extensions WHERE name = 'plpgsql_check'"
            ).fetchone()
        # A trigger whose column the next script makes: only plpgsql_check reads its body.
        unseen = () if has_check else ("0077_dumped_migration_76:16",)
        golden("crates_io", lint("--json", "--migrations", CRATES), unseen)


def test_queries_of_the_application_are_rules_of_their_own(lint: Lint, orders: Path) -> None:
    (orders / "app.csv").write_text(
        "query,calls\nSELECT total FROM orders,7\n"
        '"SELECT id\nFROM orders",7\nSELECT nix FROM orders,1\n'
    )
    write_script(
        orders,
        "0003_drop",
        "ALTER TABLE public.orders RENAME TO sales;\n"
        "ALTER TABLE public.sales RENAME TO orders;\n"
        "ALTER TABLE public.orders ALTER COLUMN id TYPE numeric;\n"
        "ALTER TABLE public.orders DROP COLUMN total;\n",
        "SELECT 1;",
    )
    ran = lint("--queries", "app.csv", "0003", "--json")
    findings = json.loads(ran.out)["findings"]
    found = [(e["rule"], e["severity"], e["line"], e["message"]) for e in findings]
    assert [each for each in found if each[0].endswith("-query")] == [
        (
            "changed-query",
            "warning",
            3,
            "app.csv:3 is not what it was: it gives (id numeric), not (id bigint)",
        ),
        (
            "broken-query",
            "error",
            4,
            'app.csv:2 does not work any more: column "total" does not exist',
        ),
    ]
    assert lint("--queries", "app.csv", "--no-shadow").code == 2
    assert lint("--queries", "none.csv").code == 2


def test_what_is_not_retryable_fails_when_it_goes_on(
    lint: Lint, pgmig: Run, database: str, folder: Path
) -> None:
    made = "CREATE TABLE public.orders (id int PRIMARY KEY);"
    write_script(folder, "0001_orders", made, "SELECT 1;")
    for label, first, rows in (
        ("0002_two", "CREATE TABLE public.two AS SELECT 1 AS id;", 5),
        ("0003_three", "SELECT 1 AS id INTO TEMP three;", 4),
    ):
        rest = f"SELECT 1 / ({rows} - count(*)) FROM public.orders;\nSELECT id FROM {label[5:]};\n"
        write_script(folder, label, f"-- pgmig: transaction=off\n{first}\n{rest}", "SELECT 1;")
    found = json.loads(lint("--json").out)["findings"]
    assert [(e["script"], e["line"]) for e in found if e["rule"] == "not-retryable"] == [
        ("0003_three", 2)
    ]
    assert pgmig("up", "1", "--url", database).code == 0
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("INSERT INTO public.orders SELECT generate_series(1, 5)")
        assert "division by zero" in pgmig("up", "--url", database).err
        conn.execute("DELETE FROM public.orders WHERE id = 5")
        ran = pgmig("up", "--url", database)
        assert "0002_two applied" in ran.err
        assert "division by zero" in ran.err
        conn.execute("DELETE FROM public.orders WHERE id = 4")
        assert 'relation "three" does not exist' in pgmig("up", "--url", database).err
