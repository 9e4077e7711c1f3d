"""`pgmig plan`: what a run would do is told before it, and nothing of it is done."""

import json
import os
import re
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import pytest
from psycopg.conninfo import make_conninfo

from pgmig import db
from pgmig.commands.plan import live
from pgmig.commands.plan.options import Options
from pgmig.commands.plan.planning import plan as plan_of
from pgmig.commands.plan.values import Sort
from pgmig.shadow.server import LocalServer
from tests.cli.conftest import Ran, Run, masked, write_script
from tests.fixtures.servers import Program, Server

ROOT = Path(__file__).parents[2]
REWRITES = "PGMIG_GOLDEN" in os.environ  # the fixtures take such variables away

FIRST = """
CREATE TABLE public.customers (id int PRIMARY KEY);
CREATE TABLE public.orders (
    id int PRIMARY KEY, customer int, email text, note varchar(50), qty text, mood text, big bigint,
    span int4range, state text, body text
);
CREATE FUNCTION public.is_slow(int) RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(60) IS NULL';
CREATE SEQUENCE public.numbers;
CREATE TABLE public.parts (i int) PARTITION BY LIST (i);
CREATE TABLE public.parts_1 PARTITION OF public.parts FOR VALUES IN (1);
CREATE TABLE public.parts_rest PARTITION OF public.parts DEFAULT;
CREATE DOMAIN public.positive AS int;
CREATE TABLE public.amounts (id int PRIMARY KEY, amount public.positive);
INSERT INTO public.customers VALUES (1), (2);
"""

ROWS = """
INSERT INTO public.orders VALUES
    (1, 1, 'a', 'short', '1', 'good', 1, '[1,2)', NULL),
    (2, 2, 'a', 'much too long', 'two', 'bad', 9999999999, '[1,3)', 'x'),
    (3, 3, 'b', 'short', '3', 'odd', 3, '[7,8)', 'x'),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x');
UPDATE public.orders SET body = (
    SELECT string_agg(md5(g::text), '') FROM generate_series(1, 200) g) WHERE id = 4;
SELECT setval('public.numbers', 100000);
INSERT INTO public.parts VALUES (1), (2), (NULL);
INSERT INTO public.amounts VALUES (1, 5), (2, -5);
ANALYZE;
"""

# The statistics hear of rows behind the session that wrote them (monitoring-stats.html): a plan
# that begins before they do takes these for rows that are written meanwhile.
TOLD_OF_ROWS = """
SELECT pg_stat_get_tuples_inserted('public.customers'::regclass) = 2
    AND pg_stat_get_tuples_inserted('public.orders'::regclass) = 4
    AND pg_stat_get_tuples_updated('public.orders'::regclass) = 1
"""

# Each statement, the sort of its check, how many rows fail it, and some of them. What a script
# takes back itself is demanded all the same.
DEMANDS = [
    ("ALTER TABLE public.orders ALTER customer SET NOT NULL", "null", 1, ("id=4",)),
    ("ALTER TABLE public.orders ADD UNIQUE (email)", "duplicate", 1, ("id=1 and id=2",)),
    (
        "ALTER TABLE public.orders ADD FOREIGN KEY (customer) REFERENCES public.customers",
        "orphan",
        1,
        ("id=3",),
    ),
    ("ALTER TABLE public.orders ADD CONSTRAINT few CHECK (id < 3)", "check", 2, ("id=3", "id=4")),
    ("ALTER TABLE public.orders ADD EXCLUDE USING gist (span WITH &&)", "overlap", 2, ()),
    ("ALTER TABLE public.orders ALTER note TYPE varchar(5)", "cast", 1, ("id=2",)),
    ("CREATE TYPE public.mood AS ENUM ('good', 'bad')", "", 0, ()),
    (
        "ALTER TABLE public.orders ALTER mood TYPE public.mood USING mood::public.mood",
        "cast",
        1,
        ("id=3",),
    ),
    ("ALTER TABLE public.orders ALTER big TYPE int", "cast", None, ()),
    ("ALTER TABLE public.orders ADD fresh int NOT NULL", "value", None, ()),
    ("CREATE TABLE public.parts_2 PARTITION OF public.parts FOR VALUES IN (2)", "bound", 1, ()),
    ("ALTER TABLE public.parts ALTER i SET NOT NULL", "null", 1, ()),
    (
        "ALTER DOMAIN public.positive ADD CONSTRAINT is_positive CHECK (VALUE > 0)",
        "check",
        1,
        ("id=2",),
    ),
    (
        "ALTER TABLE public.orders ADD part int GENERATED ALWAYS AS (8 / (id - 1)) STORED",
        "computed",
        None,
        (),
    ),
    ("CREATE INDEX by_body ON public.orders (body)", "width", 1, ("id=4",)),
    ("ALTER SEQUENCE public.numbers AS smallint", "sequence", 1, ("last value 100000",)),
    ("ALTER TABLE public.orders ADD CONSTRAINT slow CHECK (public.is_slow(id))", "check", None, ()),
    (
        "CREATE UNIQUE INDEX late ON public.orders ((state || customer)) WHERE id > 1",
        "",
        0,
        (),
    ),
    ("ALTER TABLE public.orders ADD CONSTRAINT gone UNIQUE (state) DEFERRABLE", "duplicate", 1, ()),
    ("ALTER TABLE public.orders DROP CONSTRAINT gone", "", 0, ()),
    (
        "ALTER TABLE public.orders ADD CONSTRAINT apart EXCLUDE USING gist"
        " (int4range(id, id + 2) WITH &&)",
        "overlap",
        4,
        (),
    ),
    ("ALTER TABLE public.amounts ADD CONSTRAINT few CHECK (amount < 0) NOT VALID", "", 0, ()),
    ("UPDATE public.amounts SET id = id", "unproved", 1, ("id=1",)),
]

Plan = Callable[..., Ran]


@pytest.fixture
def pgmig(pgmig_inside: Run, server_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pgmig with the server under test as the local one."""
    monkeypatch.setenv("PGMIG_SERVER_DIR", str(server_directory))
    return pgmig_inside


@pytest.fixture
def plan(pgmig: Run) -> Plan:
    """Runs `pgmig plan`."""

    def run(url: str, *args: str | Path) -> Ran:
        return pgmig("plan", "-q", "--url", url, *args)

    return run


@pytest.fixture
def applied(pgmig: Run, folder: Path, database: str, psql: Program) -> str:
    """A database at the first script, with rows that no script has written."""
    write_script(folder, "0001_first", FIRST, "SELECT 1;")
    assert pgmig("up", "-q", "--url", database).code == 0
    psql(database, input=ROWS)
    deadline = time.monotonic() + 20
    while psql(database, "-Atc", TOLD_OF_ROWS).stdout != "t\n":
        assert time.monotonic() < deadline, "the statistics never hear of the rows"
        time.sleep(0.05)
    return database


def _document(ran: Ran) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ran.out)
    return document


def _lines(dump: str) -> list[str]:
    """What pg_dump says, but for the key that it makes up each time."""
    return [line for line in dump.split("\n") if "restrict " not in line]


def _as_script(statements: list[str]) -> str:
    return "".join(f"{each};\n" for each in statements)


def test_violations_are_found_before_statement_one_under_access_share_alone(
    plan: Plan, applied: str, folder: Path, pg_dump: Callable[..., str], psql: Program
) -> None:
    write_script(folder, "0002_demands", _as_script([each[0] for each in DEMANDS]), "SELECT 1;")
    tables = "public.orders, public.customers, public.parts, public.amounts"
    before = _lines(pg_dump(applied))
    with closing(db.connect(applied)) as other:
        # EXCLUSIVE lets ACCESS SHARE through and nothing else (explicit-locking.html).
        other.execute(f"BEGIN; LOCK TABLE {tables} IN EXCLUSIVE MODE".encode())
        ran = plan(applied, "--json", "--check-timeout", "200ms")
    document = _document(ran)
    assert ran.code == 4
    assert document["verdict"] == "no"
    assert document["base"] == "history"
    found = {
        each["line"]: each
        for each in document["checks"]
        if each["outcome"] != "passed" and each["sort"] in get_args(Sort)
    }
    wanted = {line: each for line, each in enumerate(DEMANDS, start=1) if each[1]}
    assert found.keys() == wanted.keys()
    for line, (statement, sort, count, examples) in wanted.items():
        check = found[line]
        assert (check["sort"], check["count"]) == (sort, count), statement
        assert not examples or tuple(check["examples"]) == examples, statement
        is_slow = "is_slow" in statement
        assert check["outcome"] == ("unknown" if is_slow else "failed"), statement
        assert (check["reason"] == "no answer within 0.2 s") == is_slow, statement
    assert _lines(pg_dump(applied)) == before
    assert "much too long" not in ran.out


def test_every_sort_of_check_is_seeded() -> None:
    assert {each[1] for each in DEMANDS if each[1]} == {*get_args(Sort)}


def test_rows_that_meet_all_demands_pass(
    plan: Plan, applied: str, folder: Path, psql: Program
) -> None:
    write_script(folder, "0002_demands", _as_script([each[0] for each in DEMANDS[:6]]), "SELECT 1;")
    psql(applied, input="DELETE FROM public.orders WHERE id > 1;")
    ran = plan(applied, "--json", "--patience", "1min")
    document = _document(ran)
    assert {each["outcome"] for each in document["checks"]} == {"passed"}
    assert (ran.code, document["verdict"], document["reasons"]) == (0, "go", [])


# What scripts make of rows, with the sort of its check and what comes of that.
MADE = [
    ("ALTER TABLE public.orders ALTER big TYPE varchar(3)", "cast", "failed"),
    ("ALTER TABLE public.orders ALTER note TYPE varchar(5) USING trim(note)", "cast", "failed"),
    ("ALTER TABLE public.orders ADD same int DEFAULT 0 UNIQUE", "duplicate", "failed"),
    ("ALTER TABLE public.orders ADD low int DEFAULT 0 CHECK (low > 0)", "check", "failed"),
    (
        "ALTER TABLE public.orders ADD part int GENERATED ALWAYS AS (8 / (id - 1)) STORED",
        "computed",
        "failed",
    ),
    ("CREATE INDEX ON public.orders ((qty::int))", "computed", "failed"),
    ("ALTER TABLE public.orders ADD CHECK (tableoid IS NOT NULL)", "check", "unknown"),
    ("ALTER TABLE public.orders ADD own bigserial UNIQUE", "", ""),
]


def test_what_scripts_make_of_rows_is_checked_as_they_make_it(
    plan: Plan, applied: str, folder: Path
) -> None:
    for version, each in enumerate(MADE, start=2):
        write_script(folder, f"{version:04}_made", each[0] + ";", "SELECT 1;")
    ran = plan(applied, "--json")
    found = {
        int(each["script"][:4]): (each["sort"], each["outcome"])
        for each in _document(ran)["checks"]
    }
    assert found == {number: each[1:] for number, each in enumerate(MADE, start=2) if each[1]}
    assert ran.code == 4


REPAIRS = """-- pgmig: transaction=off
ALTER TABLE public.orders RENAME TO sales;
ALTER TABLE public.sales RENAME state TO status;
UPDATE public.sales SET status = 'new' WHERE status IS NULL;
ALTER TABLE public.sales ALTER status SET NOT NULL;
ALTER TABLE public.sales ALTER qty TYPE int USING (CASE qty WHEN 'two' THEN '2' ELSE qty END)::int;
CREATE UNIQUE INDEX CONCURRENTLY by_email ON public.sales (email);
"""


@pytest.mark.newest
def test_what_scripts_rename_mend_and_cast_themselves_is_understood(
    plan: Plan, applied: str, folder: Path
) -> None:
    write_script(folder, "0002_repairs", REPAIRS, "SELECT 1;")
    document = _document(plan(applied, "--json"))
    told = [
        (each["line"], each["sort"], each["relation"], each["outcome"], each["is_repaired"])
        for each in document["checks"]
    ]
    assert told == [
        (5, "null", "public.orders", "failed", True),
        (6, "cast", "public.orders", "passed", True),
        (7, "duplicate", "public.orders", "failed", False),  # the UPDATE names another column
        (7, "width", "public.orders", "passed", True),
    ]
    assert document["verdict"] == "no"


WATCHED = """
CREATE TABLE public.parents (id int PRIMARY KEY, said text);
CREATE TABLE public.children (id int PRIMARY KEY, parent int, z int,
    above int REFERENCES public.parents ON DELETE CASCADE);
CREATE TABLE public.split (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE public.split_1 PARTITION OF public.split FOR VALUES FROM (0) TO (10);
CREATE TABLE public.audited (id int PRIMARY KEY);
CREATE FUNCTION public.mend() RETURNS trigger LANGUAGE plpgsql
    AS $$BEGIN UPDATE public.children SET z = 0; RETURN NEW; END$$;
CREATE FUNCTION public.mends() RETURNS void LANGUAGE sql AS 'UPDATE public.children SET z = 0';
CREATE FUNCTION public.calls() RETURNS void LANGUAGE sql AS 'SELECT public.mends()';
CREATE TRIGGER mend AFTER INSERT ON public.audited EXECUTE FUNCTION public.mend();
CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql
    AS $$BEGIN RAISE EXCEPTION 'append only'; END$$;
CREATE TRIGGER no BEFORE TRUNCATE ON public.audited EXECUTE FUNCTION public.no();
CREATE TABLE public.seeded (id int PRIMARY KEY, a int);
INSERT INTO public.seeded VALUES (1, NULL);
"""

WATCHED_ROWS = """
INSERT INTO public.parents VALUES (1, 'x'), (2, 'X');
INSERT INTO public.children VALUES (1, 1, 0, NULL), (2, 7, NULL, 2);
INSERT INTO public.split VALUES (1, NULL);
UPDATE public.seeded SET a = 1;
"""

FILL_Z = "ALTER TABLE public.children ALTER z SET NOT NULL"
REFER = "ALTER TABLE public.children ADD FOREIGN KEY (parent) REFERENCES public.parents"

# What stands before a demand, the demand, and how that may end.
COURSES = [
    ("SELECT 1", FILL_Z, "no"),
    ("UPDATE public.children SET parent = 1", FILL_Z, "no"),  # of another column
    ("UPDATE public.children SET z = 0", FILL_Z, "careful"),
    ("ALTER TABLE public.children ADD y int; SELECT public.calls()", FILL_Z, "careful"),
    ("DELETE FROM public.parents WHERE id = 2", FILL_Z, "careful"),
    ("INSERT INTO public.audited VALUES (1)", FILL_Z, "careful"),
    ("INSERT INTO public.parents VALUES (7)", REFER, "careful"),
    (
        "DO $$BEGIN UPDATE public.children SET z = 0;"
        " ALTER TABLE public.children ALTER z SET NOT NULL; END$$",
        "SELECT 1",
        "careful",
    ),
    ("UPDATE public.split_1 SET a = 1", "ALTER TABLE public.split ALTER a SET NOT NULL", "careful"),
    (
        "ALTER TABLE public.split DETACH PARTITION public.split_1",
        "ALTER TABLE public.split ALTER a SET NOT NULL",
        "careful",
    ),
    (
        "UPDATE public.parents SET said = lower(said)",
        "CREATE UNIQUE INDEX ON public.parents (said)",
        "careful",
    ),
    ("SELECT 1", "CREATE UNIQUE INDEX ON public.parents (said)", "go"),
    (
        "ALTER TABLE public.children ADD CONSTRAINT filled CHECK (z IS NOT NULL) NOT VALID",
        "UPDATE public.children SET parent = 1",
        "careful",
    ),
    (
        "ALTER TABLE public.children ADD CONSTRAINT counted CHECK (id > 0) NOT VALID",
        "UPDATE public.children SET parent = 1",
        "go",
    ),
    # A view has no rows; a table that refers to none, and more rows to refer to, harm nothing.
    (
        "CREATE VIEW public.shown AS SELECT said FROM public.parents; DROP VIEW public.shown",
        "CREATE UNIQUE INDEX ON public.parents (said)",
        "go",
    ),
    (
        "CREATE TABLE public.kinds (kind text PRIMARY KEY); INSERT INTO public.kinds VALUES ('a')",
        "ALTER TABLE public.children ADD kind text REFERENCES public.kinds",
        "go",
    ),
    # What a script has written is mended on the target, and cannot be truncated in the shadow.
    ("SELECT 1", "ALTER TABLE public.seeded ALTER a SET NOT NULL", "careful"),
    (FILL_Z, "UPDATE public.children SET z = z WHERE z IS NOT NULL", "no"),
]


@pytest.mark.newest
def test_a_check_decides_nothing_once_a_statement_before_it_may_change_the_rows(
    plan: Plan, pgmig: Run, folder: Path, database: str, psql: Program
) -> None:
    write_script(folder, "0001_watched", WATCHED, "SELECT 1;")
    assert pgmig("up", "-q", "--url", database).code == 0
    psql(database, input=WATCHED_ROWS)
    for before, demand, wanted in COURSES:
        write_script(folder, "0002_demand", f"{before};\n{demand};", "SELECT 1;")
        ran = plan(database, "--json", "--patience", "1min")
        assert _document(ran)["verdict"] == wanted, (before, demand, ran.out)


GOOD = """ALTER TABLE public.orders ADD CONSTRAINT many CHECK (id > 0);
CREATE INDEX ON public.customers (id);
"""

BACK = "ALTER TABLE public.orders DROP CONSTRAINT many; DROP INDEX public.customers_id_idx;"

TOLD = """careful - TARGET, PostgreSQL N, is at 0001_first: 0002_good would run, and nobody is \
blocked for longer than a moment
  careful: 0002_good:1: blocks reads and writes on public.orders (N kB, 4 rows) while it reads \
the table: less than a second
  careful: 0002_good:2: blocks writes on public.customers (N kB, 2 rows) while it reads the \
table: less than a second

0002_good (2 statements)
  1: ALTER TABLE public.orders ADD CONSTRAINT many CHECK (id > 0)
    blocks reads and writes on public.orders (N kB, 4 rows) while it reads the table: less than a \
second
  2: CREATE INDEX ON public.customers (id)
    blocks writes on public.customers (N kB, 2 rows) while it reads the table: less than a second
  rows: yes - every row of public.orders meets many: (id > 0)

tried on PostgreSQL N, on the history; times are reckoned with 100 MB/s
"""


def _numbered(text: str) -> str:
    return re.sub(r"PostgreSQL [^,]+", "PostgreSQL N", re.sub(r"\d+ kB", "N kB", masked(text)))


@pytest.mark.newest
def test_a_plan_is_told_in_every_form(plan: Plan, applied: str, folder: Path) -> None:
    write_script(folder, "0002_good", GOOD, "SELECT 1;")
    assert _numbered(plan(applied, "--patience", "0s").out) == TOLD
    ran = plan(applied, "--format", "github", "--report", folder / "report.md")
    lines = ran.out.splitlines()
    assert lines[0].startswith(
        "::notice file=migrations/0002_good.up.sql,line=1,title=pgmig plan::blocks reads and writes"
    )
    assert lines[-1].startswith("::notice title=pgmig plan::go: ")
    report = (folder / "report.md").read_text()
    assert report.startswith("### ✅ `pgmig plan`: go: ")
    assert "| 2 | `CREATE INDEX ON public.customers (id)` | Share | blocks writes on " in report


@pytest.mark.newest
def test_up_runs_what_a_plan_saw_and_nothing_else(
    pgmig: Run,
    plan: Plan,
    applied: str,
    folder: Path,
    make_database: Callable[..., str],
    psql: Program,
) -> None:
    file = folder / "plan.json"
    second = write_script(folder, "0002_good", GOOD, BACK)
    third = write_script(folder, "0003_more", "CREATE TABLE public.more ();", "SELECT 1;")
    assert plan(applied, "2", "--out", file).code == 0

    def refused(url: str = applied, *args: str) -> str:
        ran = pgmig("up", "-q", "--url", url, "--plan", file, *args)
        assert ran.code == 4, ran.err
        return ran.err.partition("\n")[0].partition("error: ")[2]

    assert "the plan is for another database: " in refused(make_database(applied))
    second.write_text(GOOD + "SELECT 1;")
    assert refused() == "0002_good.up.sql is not the text that was planned"
    second.write_text(GOOD)
    assert "not in the plan: 0003_more" in refused(applied, "3")
    kept = file.read_text()
    file.write_text(kept.replace('"rows": 4', '"rows": 5'))
    assert refused() == "plan.json was edited: its fields and its checksum do not agree"
    file.write_text(json.dumps(json.loads(kept)))  # another layout is the same plan
    assert pgmig("up", "-q", "--url", applied, "--plan", file).code == 0
    assert psql(applied, "-Atc", "SELECT max(version) FROM pgmig.history").stdout == "2\n"
    # What a plan has is done: the same plan again has nothing to do.
    assert pgmig("up", "-q", "--url", applied, "--plan", file).code == 0
    assert plan(applied, "--out", file).code == 0
    assert pgmig("down", "-q", "--yes", "--url", applied).code == 0
    assert refused().startswith("the database has moved since the plan was made")
    third.write_text("ALTER TABLE public.orders ALTER state SET NOT NULL;")
    assert plan(applied, "--out", file).code == 4
    assert refused().startswith(
        "the plan says no: 0003_more: NULL in state of public.orders: 1 row"
    )
    file.write_text('{"command": "status"}')
    ran = pgmig("up", "--url", applied, "--plan", file)
    assert (ran.code, "it is another document" in ran.err) == (2, True)


@pytest.mark.parametrize("by", ["login", "role"])
def test_rights_that_the_deploying_role_lacks_are_found(
    plan: Plan,
    pgmig: Run,
    folder: Path,
    database: str,
    make_role: Callable[..., str],
    psql: Program,
    server: Server,
    by: str,
) -> None:
    deployer = make_role("LOGIN CREATEROLE")
    psql(
        database,
        input=f"GRANT CREATE ON SCHEMA public TO {deployer}; CREATE SCHEMA closed;"
        f"DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO {deployer}',"
        " current_database()); END $$;",
    )
    url = make_conninfo(database, user=deployer) if by == "login" else database
    args = () if by == "login" else ("--role", deployer)
    write_script(folder, "0001_mine", "CREATE TABLE public.mine (i int);", "SELECT 1;")
    assert pgmig("up", "-q", "--url", url, *args).code == 0
    psql(database, input="CREATE TABLE public.theirs ();")
    allowed = f"CREATE SCHEMA own; ALTER TABLE public.mine OWNER TO {deployer};"
    write_script(folder, "0002_allowed", allowed, "SELECT 1;")
    write_script(folder, "0003_theirs", "\nALTER TABLE public.theirs ADD i int;", "SELECT 1;")
    off = "-- pgmig: transaction=off\nCREATE TABLE own.a ();\nCREATE TABLE closed.b ();\n"
    write_script(folder, "0004_closed", off + "CREATE TABLE own.c ();\n", "SELECT 1;")
    write_script(folder, "0005_own", "CREATE INDEX ON public.theirs (i);", "SELECT 1;")
    # On a server that is not pgmig's own nothing stays that would keep the role from being dropped.
    ran = plan(url, "--json", "--shadow-url", server.url(), *args)
    document = _document(ran)
    denied = [
        (each["script"], each["line"], each["text"].partition(": ")[2])
        for each in document["reasons"]
        if each["verdict"] == "no"
    ]
    assert ran.code == 4
    assert denied == [
        ("0003_theirs", 2, "must be owner of table theirs (SQLSTATE 42501)"),
        ("0004_closed", 3, "permission denied for schema closed (SQLSTATE 42501)"),
        ("0005_own", 1, "must be owner of table theirs (SQLSTATE 42501)"),
    ]
    assert document["base"] == "schema"  # somebody made a table by hand
    left = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'pgmig\\_shadow\\_%'"
    assert psql(database, "-Atc", left).stdout == "0\n"


@pytest.fixture
def options(server_directory: Path, server: Server) -> Options:
    """As the command has them."""
    return Options(local=LocalServer(server_directory, server.major))


@pytest.mark.newest
def test_whoever_holds_a_lock_that_a_statement_waits_for_is_named(
    applied: str, folder: Path, options: Options, psql: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "OPEN_SECONDS", 0)
    write_script(folder, "0002_good", GOOD, "SELECT 1;")
    off = "-- pgmig: transaction=off\nCREATE INDEX CONCURRENTLY quick ON public.orders (email);"
    write_script(folder, "0003_alone", off, "SELECT 1;")
    write_script(folder, "0004_rows", "UPDATE public.customers SET id = id;", "SELECT 1;")
    broken = "CREATE UNIQUE INDEX CONCURRENTLY broken ON public.orders (email)"
    assert psql(applied, "-c", broken, check=False).returncode == 1
    with (
        closing(db.connect(applied, application_name="report")) as other,
        closing(db.connect(applied, application_name="writer")) as writer,
    ):
        other.execute("BEGIN; SELECT FROM public.orders, public.customers")
        writer.execute("BEGIN; LOCK TABLE public.customers IN ROW SHARE MODE")
        made = plan_of(applied, folder / "migrations", options)
        pid = other.info.backend_pid
    (changing,) = made.scripts[-1].statements
    assert changing.forecast[0].startswith("reads and changes public.customers")
    waits, row, left = made.reasons
    assert (waits.verdict, waits.script, waits.line) == ("careful", "0002_good", 1)
    assert waits.text.startswith(f"waits for report of postgres (pid {pid}, open for ")
    assert "which has AccessShareLock on public.orders; so does one more" in waits.text
    assert (row.verdict, row.script, row.line) == ("careful", "0004_rows", 1)
    assert row.text.startswith("may wait for writer of postgres (pid ")
    assert "which has RowShareLock on public.customers and may have rows locked" in row.text
    assert left.text == "left by a crash: invalid index public.broken of public.orders"


@pytest.mark.newest
def test_what_the_server_says_of_room_writes_and_libraries_is_told(
    applied: str, folder: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LONG_ENOUGH", 0)
    up = "ALTER TABLE public.orders ALTER id TYPE bigint;\nCREATE EXTENSION pg_stat_statements;"
    write_script(folder, "0002_wide", up, "SELECT 1;")
    made = plan_of(applied, folder / "migrations", options)
    (orders,) = (each for each in made.tables if each.name == "public.orders")
    assert (orders.writes, orders.since) == (0.0, None)
    assert made.checks == ()  # each int is a bigint, and keys stay keys
    (room,) = made.rooms
    assert (room.tablespace, room.needed) == ("", orders.whole)
    assert room.free is not None
    assert room.free > room.needed
    (reason,) = made.reasons
    assert "pg_stat_statements is not in shared_preload_libraries" in reason.text


@pytest.mark.newest
def test_a_check_without_an_answer_is_not_known(
    applied: str, folder: Path, options: Options
) -> None:
    write_script(folder, "0002_good", GOOD, "SELECT 1;")
    with closing(db.connect(applied)) as other:
        other.execute("BEGIN; LOCK TABLE public.orders IN ACCESS EXCLUSIVE MODE")
        made = plan_of(applied, folder / "migrations", options)
    (check,) = made.checks
    assert (check.outcome, check.reason) == ("unknown", "somebody else has it locked")
    assert made.verdict == "careful"


@pytest.mark.newest
def test_a_script_that_is_part_way_goes_on_where_it_is(
    applied: str, folder: Path, options: Options, pgmig: Run, psql: Program
) -> None:
    text = """-- pgmig: transaction=off
ALTER TABLE public.orders ADD later int;
ALTER TABLE public.orders ALTER state SET NOT NULL;
"""
    write_script(folder, "0002_half", text, "SELECT 1;")
    assert pgmig("up", "-q", "--url", applied).code == 1
    made = plan_of(applied, folder / "migrations", options)
    (script,) = made.scripts
    assert (made.base, script.done, made.verdict) == ("schema", 1, "no")
    assert [(each.number, each.line) for each in script.statements] == [(2, 3)]
    psql(applied, input="UPDATE public.orders SET state = 'x';")
    assert plan_of(applied, folder / "migrations", options).verdict == "go"


@pytest.mark.newest
def test_without_a_shadow_nothing_is_promised(
    plan: Plan, applied: str, folder: Path, pgmig: Run
) -> None:
    ran = plan(applied)
    assert (ran.code, ran.out.startswith("go - ")) == (0, True)
    write_script(folder, "0002_bad", "SELECT 1/0;", "SELECT 1;")
    write_script(folder, "0003_bad", "CREATE TABLE public.orders ();", "SELECT 1;")
    ran = plan(applied, "--no-shadow")
    assert (ran.code, ran.out.startswith("careful - ")) == (0, True)
    ran = plan(applied, "--json")
    reasons = _document(ran)["reasons"]
    assert (ran.code, [(each["script"], each["verdict"], each["text"]) for each in reasons]) == (
        4,
        [
            ("0002_bad", "no", "it fails: division by zero (SQLSTATE 22012)"),
            ("0003_bad", "no", 'it fails: relation "orders" already exists (SQLSTATE 42P07)'),
        ],
    )


def test_queries_of_the_application_are_kept_from_breaking(
    pgmig: Run, plan: Plan, folder: Path, database: str
) -> None:
    write_script(folder, "0001_a", "CREATE TABLE public.a (x int, y int);", "DROP TABLE public.a;")
    assert pgmig("up", "--url", database).code == 0
    up = "ALTER TABLE public.a ADD z int;\nALTER TABLE public.a RENAME x TO w;\n"
    write_script(folder, "0002_b", up, "ALTER TABLE public.a RENAME w TO x;")
    (folder / "app.sql").write_text(
        "SELECT x FROM a;\nSELECT y FROM a;\nSELECT z FROM a;\nSELECT gone FROM a;\n"
        "COPY a TO STDOUT;\n"
    )
    ran = plan(database, "--queries", "app.sql", "--out", "plan.json")
    assert ran.code == 4, ran.err
    assert 'no: 0002_b:2: breaks app.sql:1: column "x" does not exist (SELECT x FROM a)' in ran.out
    assert "neither expand nor contract: breaks 1 query and makes 1 query work" in ran.out
    assert "not looked at, as only running tells: app.sql:5 (COPY a TO STDOUT)" in ran.out
    assert "works neither before nor after: app.sql:4 (SELECT gone FROM a): column" in ran.out
    document = json.loads((folder / "plan.json").read_text())
    found = [
        (each["place"], each["change"], each["line"]) for each in document["scripts"][0]["queries"]
    ]
    assert found == [("app.sql:1", "broken", 2), ("app.sql:3", "made to work", 1)]
    assert pgmig("up", "--plan", "plan.json", "--url", database).code == 4

    (folder / "app.sql").write_text("SELECT y FROM a;\n")
    ran = plan(database, "--queries", "app.sql")
    assert (ran.code, "expand: the application goes on as it is" in ran.out) == (0, True)


def test_a_query_that_is_broken_for_a_moment_is_told(
    pgmig: Run, plan: Plan, folder: Path, database: str
) -> None:
    write_script(folder, "0001_a", "CREATE TABLE public.a (x int);", "DROP TABLE public.a;")
    assert pgmig("up", "--url", database).code == 0
    write_script(folder, "0002_b", "ALTER TABLE public.a RENAME x TO w;", "SELECT 1;")
    write_script(folder, "0003_c", "ALTER TABLE public.a RENAME w TO x;", "SELECT 1;")
    (folder / "app.sql").write_text("SELECT x FROM a;\n")
    ran = plan(database, "--queries", "app.sql")
    assert ran.code == 0, ran.err
    assert "careful: 0002_b:1: breaks app.sql:1, until 0003_c: column" in ran.out


@pytest.mark.newest
@pytest.mark.pg(">= 18")
def test_the_forecast_of_the_readme_is_what_plan_prints(
    pgmig: Run, plan: Plan, folder: Path, database: str, psql: Program
) -> None:
    page = ROOT / "README.md"
    text = page.read_text()
    section = text.split("## Know before you run\n")[1].split("\n## ")[0]
    sql, shown = (section.split(f"```{kind}\n")[1].split("```")[0] for kind in ("sql", "text"))
    table = (
        "CREATE TABLE public.orders (id int PRIMARY KEY, customer int, total numeric NOT NULL,"
        " note text);"
    )
    write_script(folder, "0041_orders", table, "DROP TABLE public.orders;")
    assert pgmig("up", "--url", database).code == 0
    psql(
        database,
        input="INSERT INTO public.orders SELECT g, nullif(g % 500, 7), g % 1000, repeat('x', 400)"
        " FROM generate_series(1, 200000) g; VACUUM ANALYZE public.orders;"
        " SELECT pg_stat_force_next_flush();",
    )
    write_script(folder, "0042_checked_orders", sql, "SELECT 1;")
    ran = plan(database)
    assert ran.code == 4
    head, rest = ran.out.split("\n", 1)
    name = "deployer@db.example:5432/app, PostgreSQL 18.6"
    printed = f"no - {name}, is{head.partition(', is')[2]}\n{rest}"
    if REWRITES:
        page.write_text(text.replace(shown, printed))
    assert shown == printed
