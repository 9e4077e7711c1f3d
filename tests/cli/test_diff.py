"""`pgmig diff`: files, words and exit codes."""

import json
import resource
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import PGMIG, Ran, Run, environment, masked, plain
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

OLD = """
CREATE SCHEMA shop;
CREATE TABLE shop.customers (id bigint PRIMARY KEY, note text);
CREATE TABLE shop.orders (
    id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES shop.customers, total integer
);
CREATE VIEW shop.big AS SELECT id, total FROM shop.orders WHERE total > 100;
COMMENT ON VIEW shop.big IS 'worth a look';
"""

CHANGE = """
DROP VIEW shop.big;
ALTER TABLE shop.orders ALTER total TYPE bigint, ADD made_at timestamptz;
CREATE VIEW shop.big AS SELECT id, total FROM shop.orders WHERE total > 100;
COMMENT ON VIEW shop.big IS 'worth a look';
ALTER TABLE shop.orders ADD CONSTRAINT total_ok CHECK (total >= 0);
CREATE INDEX orders_made ON shop.orders (made_at);
"""

DROPS = """
CREATE SCHEMA s;
CREATE TABLE s.a (id int PRIMARY KEY, x int, y text);
CREATE TABLE s.b (id int PRIMARY KEY);
"""
DROPPED = """
CREATE SCHEMA s;
CREATE TABLE s.a (id int PRIMARY KEY, z int);
"""

Diff = Callable[..., Ran]


@pytest.fixture
def diff(pgmig: Run, folder: Path, server: Server) -> Diff:
    """Runs pgmig diff on two states given as SQL."""

    def run(old: str, new: str, *args: str) -> Ran:
        (folder / "old.sql").write_text(old)
        (folder / "new.sql").write_text(new)
        states = ("--from", "old.sql", "--to", "new.sql")
        return pgmig("diff", *states, "--shadow-url", server.url(), *args)

    return run


def files(folder: Path) -> list[str]:
    directory = folder / "migrations"
    return sorted(path.name for path in directory.iterdir()) if directory.exists() else []


def shadows(server: Server, psql: Program) -> str:
    query = "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgmig\\_shadow\\_%'"
    return psql(server.url(), "-Atc", query).stdout.strip()


def test_scripts_for_a_live_table_apply_go_back_and_leave_no_difference(
    pgmig: Run,
    folder: Path,
    server: Server,
    database: str,
    make_database: Callable[[], str],
    psql: Program,
    pg_dump: Callable[..., str],
) -> None:
    shadow = ("--shadow-url", server.url())
    psql(database, input=OLD)
    assert pgmig("baseline", "--url", database, *shadow).code == 0
    wanted = make_database()
    psql(wanted, input=OLD + CHANGE)
    ran = pgmig("diff", "Widen total", "--to", wanted, *shadow)
    assert ran.code == 0, ran.err
    names = [f"000{n + 1}_widen_total_{n}.{half}.sql" for n in (1, 2, 3) for half in ("up", "down")]
    assert sorted(names) == files(folder)[2:-1]
    told = ran.out.splitlines()
    assert told[:3] == [
        "migrations/0002_widen_total_1.up.sql",
        "migrations/0002_widen_total_1.down.sql",
        "  way down: exact, if all values fit: table shop.orders: column total: a value of bigint"
        " may not be one of integer",
    ]
    assert any(line.startswith("proved on PostgreSQL ") for line in told)
    first = (folder / "migrations" / "0002_widen_total_1.up.sql").read_text()
    assert "\n-- view shop.big: made again: column total: type integer -> bigint;" in first
    assert "-- trace, by statement:\n-- 1: AccessExclusiveLock on shop.big" in first
    assert all(len(line) < 180 for line in first.splitlines())
    second = (folder / "migrations" / "0003_widen_total_2.up.sql").read_text()
    assert second.startswith("-- pgmig: transaction=off\n")

    before = pg_dump(database, "-s", "-N", "pgmig", "--restrict-key=x")
    assert pgmig("up", "--url", database).code == 0
    same = pgmig("diff", "--to", database, "--check", *shadow)
    assert (same.code, masked(same.out)) == (0, "no difference between migrations/ and TARGET\n")
    assert pgmig("verify", *shadow).code == 0
    assert pgmig("down", "1", "--url", database).code == 0
    assert pg_dump(database, "-s", "-N", "pgmig", "--restrict-key=x") == before


def test_both_ways_on_stdout_are_what_psql_runs(
    diff: Diff,
    folder: Path,
    database: str,
    psql: Program,
    pg_dump: Callable[..., str],
) -> None:
    up = diff(OLD, OLD + CHANGE, "--stdout")
    down = diff(OLD, OLD + CHANGE, "--stdout", "--down", "-q")
    assert (up.code, down.code, down.err) == (0, 0, "")
    assert files(folder) == []
    psql(database, input=OLD)
    before = pg_dump(database, "--restrict-key=x")
    psql(database, "-v", "ON_ERROR_STOP=1", input=up.out)
    assert "total bigint" in pg_dump(database, "-s")
    psql(database, "-v", "ON_ERROR_STOP=1", input=down.out)
    assert pg_dump(database, "--restrict-key=x") == before


def test_check_only_compares(diff: Diff, folder: Path) -> None:
    ran = diff(DROPS, DROPPED, "--check", "-q")
    assert (ran.code, ran.err) == (3, "")
    assert ran.out.splitlines()[:4] == [
        "3 differences from old.sql to new.sql",
        "  key b_pkey on s.b: should not be",
        "  table s.a: column x should not be; column y should not be; column z is missing",
        "  table s.b: should not be",
    ]
    assert files(folder) == []


def test_a_plan_as_json(diff: Diff) -> None:
    document = json.loads(diff(OLD, OLD + CHANGE, "--json", "--offline").out)
    assert document["command"] == "diff"
    assert [each["label"] for each in document["scripts"]] == ["0001_diff"]
    assert {each["mode"] for each in document["statements"]} == {"transaction"}
    assert all(each["reason"] for each in document["statements"])
    assert document["rows"] > 0


def test_what_would_be_lost_needs_consent_by_name(diff: Diff, folder: Path) -> None:
    ran = diff(DROPS, DROPPED, "trim")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.endswith(
        "error: this needs your consent; no file was written:\n"
        "      drop-table: table s.b: every row of the table is lost\n"
        "      drop-column: table s.a: every value of column x (integer) is lost\n"
        "      drop: table s.a: column x goes and z, made like it, comes: --rename 's.a.x=z'?\n"
        "      drop-column: table s.a: every value of column y (text) is lost\n"
        "   do: if that is what you want, say --allow drop-table --allow drop-column --allow drop;"
        " a rename is told with --rename OLD=NEW\n"
    )
    some = diff(DROPS, DROPPED, "trim", "--allow", "drop-column", "--allow", "drop-table", "-q")
    assert some.code == 4
    assert "drop-table" not in some.err
    assert files(folder) == []
    all_of_it = diff(DROPS, DROPPED, "trim", "--allow", "drop", "-q")
    assert all_of_it.code == 0
    assert (
        "  way down: structure only: table s.b: every row of the table is lost; " in all_of_it.out
    )
    up = (folder / "migrations" / "0001_trim.up.sql").read_text()
    assert up.startswith("-- pgmig: allow=drop,drop-column,drop-table\n-- drop-table: table s.b: ")


def test_what_looks_like_a_rename_is_asked_about_on_a_terminal(
    on_terminal: Run, folder: Path, server: Server
) -> None:
    (folder / "old.sql").write_text("CREATE TABLE public.a (id int PRIMARY KEY, x int);")
    (folder / "new.sql").write_text("CREATE TABLE public.b (id int PRIMARY KEY, x int);")
    args = ("diff", "other", "--from", "old.sql", "--to", "new.sql")
    # The table's new name shows that its key has another name too.
    ran = on_terminal(*args, "--shadow-url", server.url(), answer="y\ny\n")
    assert ran.code == 0, ran.out
    told = plain(ran.out)
    assert "table public.a goes and b, made like it, comes: is it a rename? [y/N]" in told
    assert "rename: public.a=b\nrename: public.b.a_pkey=b_pkey\n" in told
    up = (folder / "migrations" / "0001_other.up.sql").read_text()
    assert "ALTER TABLE public.a RENAME TO b;" in up
    assert "DROP" not in up
    (folder / "migrations" / "0001_other.up.sql").unlink()
    (folder / "migrations" / "0001_other.down.sql").unlink()
    no = on_terminal(*args, "--shadow-url", server.url(), answer="n\n")
    assert no.code == 4
    assert "drop-table: table public.a" in plain(no.out)


RENAMED = """
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('sad', 'glad');
CREATE TYPE s.place AS (town text);
CREATE TABLE s.a (id int PRIMARY KEY, x int CONSTRAINT x_ok CHECK (x > 0), m s.mood, p s.place);
CREATE TABLE s.b (a int REFERENCES s.a);
CREATE VIEW s.v AS SELECT id, x, m FROM s.a;
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT max(x) FROM s.a';
"""


def test_renames_of_everything_at_once_keep_rows_and_dependents(diff: Diff, folder: Path) -> None:
    renames = """
    ALTER TABLE s.a RENAME x TO y; ALTER TABLE s.a RENAME CONSTRAINT x_ok TO y_ok;
    ALTER TABLE s.a RENAME TO c; ALTER TYPE s.mood RENAME VALUE 'sad' TO 'low';
    ALTER TYPE s.place RENAME ATTRIBUTE town TO city; ALTER VIEW s.v RENAME TO w;
    ALTER FUNCTION s.f() RENAME TO g; ALTER SCHEMA s RENAME TO t;
    """
    hints = ("s.a=c", "s.a.x=y", "s.a.x_ok=y_ok", "s.mood.sad=low", "s.place.town=city", "s.v=w")
    told = [word for hint in (*hints, "s.f()=g", "s=t") for word in ("--rename", hint)]
    ran = diff(RENAMED, RENAMED + renames, "names", *told)
    assert ran.code == 0, ran.err
    assert "look at it: routine t.g() still says x, which --rename s.a.x=y ends" in ran.out
    assert "danger" not in ran.out
    up = (folder / "migrations" / "0001_names.up.sql").read_text()
    assert [line for line in up.splitlines() if line and not line.startswith("--")] == [
        "ALTER TABLE s.a RENAME COLUMN x TO y;",
        "ALTER TABLE s.a RENAME CONSTRAINT x_ok TO y_ok;",
        "ALTER TYPE s.mood RENAME VALUE 'sad' TO 'low';",
        "ALTER TYPE s.place RENAME ATTRIBUTE town TO city;",
        "ALTER TABLE s.a RENAME TO c;",
        "ALTER VIEW s.v RENAME TO w;",
        "ALTER FUNCTION s.f() RENAME TO g;",
        "ALTER SCHEMA s RENAME TO t;",
    ]


@pytest.mark.parametrize(
    ("hint", "reason"),
    [
        ("s.nothing=a", "the state that is has nothing of that name"),
        ("s.a.x=nothing", "the state that should be has no s.a.nothing"),
        ("s.a", "it is not OLD=NEW with a NEW of one name"),
    ],
)
def test_a_hint_that_leads_nowhere_is_refused(
    diff: Diff, folder: Path, hint: str, reason: str
) -> None:
    ran = diff(RENAMED, RENAMED, "names", "--rename", hint, "-q")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"error: --rename '{hint}': {reason}\n"
        "   do: give the old name in full and the new one alone, as in"
        " public.orders.total=amount\n"
    )
    assert files(folder) == []


def test_a_label_that_is_used_at_once_takes_two_scripts_or_a_new_type(
    diff: Diff, folder: Path
) -> None:
    old = "CREATE TYPE public.m AS ENUM ('a'); CREATE TABLE public.t (m public.m DEFAULT 'a');"
    new = "CREATE TYPE public.m AS ENUM ('a', 'b'); CREATE TABLE public.t (m public.m DEFAULT 'b');"
    online = diff(old, new, "label")
    assert online.code == 0, online.err
    assert files(folder)[:4] == [
        "0001_label_1.down.sql",
        "0001_label_1.up.sql",
        "0002_label_2.down.sql",
        "0002_label_2.up.sql",
    ]
    offline = diff(old, new, "--offline", "--stdout")
    assert offline.code == 0, offline.err
    assert "ALTER TYPE public.m " in offline.out


def test_a_failed_proof_says_where_and_writes_nothing(
    diff: Diff, folder: Path, server: Server, psql: Program
) -> None:
    guard = """
    CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no new tables here'; END $$;
    """
    trigger = (
        "CREATE EVENT TRIGGER no ON ddl_command_end WHEN TAG IN ('CREATE TABLE')"
        " EXECUTE FUNCTION public.no();"
    )
    ran = diff(guard + trigger, guard + "CREATE TABLE public.a ();" + trigger, "table")
    assert (ran.code, ran.out) == (4, "")
    assert "error: the proof failed at 0001_table up; no file was written:\n" in ran.err
    assert "no new tables here (SQLSTATE P0001)\n" in ran.err
    assert "in: CREATE TABLE public.a" in ran.err
    assert files(folder) == []
    assert shadows(server, psql) == "0"


def test_rows_that_the_new_state_refuses_are_told(diff: Diff) -> None:
    old = "CREATE TABLE public.a (i int, t text);"
    ran = diff(old, "CREATE TABLE public.a (i int NOT NULL, t text);", "tight")
    assert ran.code == 0, ran.err
    assert "it stops where public.a holds such a row: null value in column" in ran.out
    assert "danger: narrowing: table public.a: column i: a row may have no value" in ran.out


def test_what_pgmig_does_not_model_is_refused_by_name(
    pgmig: Run, folder: Path, server: Server, database: str, psql: Program
) -> None:
    psql(database, "-c", "SELECT lo_create(0)")
    args = ("diff", "--from", "empty", "--to", database, "--shadow-url", server.url(), "-q")
    ran = pgmig(*args)
    assert ran.code == 4
    assert "large object 1 in all" in ran.err
    allowed = pgmig(*args, "--allow", "unmodelled")
    assert allowed.code == 0
    assert allowed.out.startswith("no difference between empty and ")


def test_roles_that_only_the_target_names_are_in_the_header(
    pgmig: Run,
    folder: Path,
    server: Server,
    database: str,
    make_role: Callable[..., str],
    psql: Program,
) -> None:
    role = make_role()
    psql(database, input=f"CREATE TABLE public.a (); GRANT SELECT ON public.a TO {role};")
    shadow = ("--shadow-url", server.url())
    ran = pgmig("diff", "grants", "--from", "empty", "--to", database, *shadow)
    assert ran.code == 0, ran.err
    up = (folder / "migrations" / "0001_grants.up.sql").read_text()
    assert up.startswith("-- pgmig: roles=")
    assert role in up.splitlines()[0]


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (("name", "--stdout"), "NAME writes files; leave it out with --stdout and --check"),
        (("name", "--check"), "NAME writes files; leave it out with --stdout and --check"),
        (("--down",), "--down says what --stdout prints"),
        (("--stdout", "--check"), "--stdout and --check are two things to ask for"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(
    pgmig: Run, args: tuple[str, ...], what: str
) -> None:
    ran = pgmig("diff", *args)
    assert (ran.code, ran.out) == (2, "")
    assert what[1:] in ran.err


def test_a_state_that_is_none_is_refused(pgmig: Run) -> None:
    ran = pgmig("diff", "--from", "nothing.sql", "--to", "empty")
    assert ran.code == 2
    assert ran.err.startswith("error: nothing.sql is no state: there is no such file or folder\n")


def test_a_full_disk_leaves_no_file(folder: Path, server: Server) -> None:
    (folder / "new.sql").write_text("CREATE TABLE public.a ();")

    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150))

    done = subprocess.run(
        [*PGMIG, "diff", "a", "--from", "empty", "--to", "new.sql", "--shadow-url", server.url()],
        cwd=folder,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        preexec_fn=fill_disk,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "File too large" in done.stderr
    assert files(folder) == []


def test_an_interruption_leaves_no_file_and_no_database(
    folder: Path, server: Server, psql: Program
) -> None:
    (folder / "new.sql").write_text("CREATE TABLE public.a AS SELECT 1 AS i FROM pg_sleep(0);")
    process = subprocess.Popen(
        [*PGMIG, "diff", "a", "--from", "empty", "--to", "new.sql", "--shadow-url", server.url()],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "up, down and up again" in line:
            process.send_signal(signal.SIGINT)
            break
    told = process.stderr.read()
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert told.endswith("error: interrupted\n")
    assert files(folder) == []
    assert shadows(server, psql) == "0"
