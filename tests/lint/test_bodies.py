"""Bodies that a change breaks are told, and no others: what only running can show is let be.

Each case is a schema of its own, made by one script and changed by a second one; what is expected
stands behind it: the routine that is told, and the statement.
"""

from pathlib import Path

import pytest

from pgmig.lint import judge
from pgmig.lint.course import observed
from pgmig.lint.rules.broken_routine import RULE
from pgmig.lint.rules.stale_routine import RULE as STALE
from pgmig.scripts import Script
from pgmig.scripts.directory import make_half
from pgmig.shadow.database import ShadowServer
from tests.fixtures.servers import Server

# Debian's plpgsql_check for 15; the other servers of these tests have none.
HAS_CHECK = Path("/usr/share/postgresql/15/extension/plpgsql_check.control").exists()

TABLE = "CREATE TABLE shop.orders (id bigint PRIMARY KEY, total numeric, state text);"


def body(text: str, kind: str = "FUNCTION shop.f() RETURNS numeric", rest: str = "") -> str:
    return f"CREATE {kind} LANGUAGE plpgsql {rest} AS $$ {text} $$;"


TOTAL = body("BEGIN RETURN (SELECT sum(total) FROM shop.orders); END")
TRIGGER = body("BEGIN NEW.state := 'new'; RETURN NEW; END", "FUNCTION shop.touch() RETURNS trigger")
OF_TABLES = body(
    "BEGIN IF TG_TABLE_NAME = 'orders' THEN NEW.state := 'new'; ELSE NEW.mood := 'good'; END IF;"
    " RETURN NEW; END",
    "FUNCTION shop.touch() RETURNS trigger",
)
PAIR = "CREATE TABLE shop.pair (a int, b int);"
FIRES = "CREATE TRIGGER t BEFORE INSERT ON shop.{} FOR EACH ROW EXECUTE FUNCTION shop.touch();"

# What was there, what changes, and what is told of it: the routine and the statement.
CASES: dict[str, tuple[str, str, tuple[str, int] | None]] = {
    "a column is dropped": (
        TOTAL,
        "SELECT 1; ALTER TABLE shop.orders DROP COLUMN total; SELECT 2;",
        ("f()", 2),
    ),
    "a column is renamed back": (
        TOTAL,
        "ALTER TABLE shop.orders RENAME total TO sum; ALTER TABLE shop.orders RENAME sum TO total;",
        None,
    ),
    "a function that is called is dropped": (
        "CREATE FUNCTION shop.g() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        + body("BEGIN RETURN shop.g(); END"),
        "ALTER TABLE shop.orders ADD COLUMN note text; DROP FUNCTION shop.g();",
        ("f()", 2),
    ),
    "a trigger function, for one of two tables": (
        "CREATE TABLE shop.line (id int, state text);"
        + TRIGGER
        + FIRES.format("orders")
        + FIRES.format("line"),
        "ALTER TABLE shop.line DROP COLUMN state;",
        ("touch()", 1),
    ),
    "a trigger function gets a table without the column": (
        "CREATE TABLE shop.line (id int);" + TRIGGER + FIRES.format("orders"),
        FIRES.format("line"),
        ("touch()", 1),
    ),
    "a trigger function that asks for the table": (
        OF_TABLES + FIRES.format("orders"),
        "CREATE TABLE shop.client (id int, mood text);" + FIRES.format("client"),
        None,
    ),
    "a trigger function without a table": ("SELECT 1;", TRIGGER, None),
    "transition tables": (
        body(
            "BEGIN PERFORM count(total) FROM fresh; RETURN NULL; END",
            "FUNCTION shop.touch() RETURNS trigger",
        )
        + "CREATE TRIGGER t AFTER INSERT ON shop.orders REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION shop.touch();",
        "ALTER TABLE shop.orders ADD COLUMN note text;",
        None,
    ),
    "a temporary table of its own": (
        "SELECT 1;",
        body(
            "DECLARE r record; BEGIN CREATE TEMP TABLE picked AS SELECT 1 AS a;"
            " SELECT * INTO r FROM picked; RETURN r.a; END"
        ),
        None,
    ),
    "a temporary table of its caller": (
        "SELECT 1;",
        body("DECLARE r record; BEGIN SELECT * INTO r FROM picked; RETURN r.a; END"),
        None,
    ),
    "beside a temporary table a column is dropped": (
        body(
            "BEGIN CREATE TEMP TABLE picked AS SELECT 1; INSERT INTO picked VALUES (2);"
            " RETURN (SELECT sum(total) FROM shop.orders); END"
        ),
        "ALTER TABLE shop.orders DROP COLUMN total;",
        ("f()", 1),
    ),
    "dynamic statements": (
        body(
            "DECLARE r record; BEGIN EXECUTE format('SELECT total FROM shop.%I', 'orders') INTO r;"
            " RETURN r.total; END"
        ),
        "ALTER TABLE shop.orders ADD COLUMN note text;",
        None,
    ),
    "arguments of any type": (
        "SELECT 1;",
        body("BEGIN RETURN lower($1); END", "FUNCTION shop.f(anyelement) RETURNS text"),
        None,
    ),
    "a path of its own": (
        "SELECT 1;",
        body(
            "BEGIN RETURN (SELECT sum(total) FROM orders); END",
            rest="SECURITY DEFINER SET search_path = shop",
        ),
        None,
    ),
    "a path of its own, and a column is dropped": (
        body(
            "BEGIN RETURN (SELECT sum(total) FROM orders); END",
            rest="SECURITY DEFINER SET search_path = shop",
        ),
        "ALTER TABLE shop.orders DROP COLUMN total;",
        ("f()", 1),
    ),
    "the path of the script": (
        "SELECT 1;",
        "SET search_path = shop;" + body("BEGIN RETURN (SELECT sum(total) FROM orders); END"),
        None,
    ),
    "a procedure that commits": (
        body("BEGIN DELETE FROM shop.orders; COMMIT; END", "PROCEDURE shop.f()"),
        "ALTER TABLE shop.orders DROP COLUMN total;",
        None,
    ),
    "a new body that is wrong": (
        "SELECT 1;",
        "SELECT 1;" + body("BEGIN RETURN (SELECT sum(totl) FROM shop.orders); END"),
        ("f()", 2),
    ),
    "a row that a function gives": (
        PAIR
        + body("BEGIN RETURN; END", "FUNCTION shop.g() RETURNS SETOF shop.pair")
        + body("BEGIN RETURN (SELECT b FROM shop.g()); END"),
        "ALTER TABLE shop.pair DROP COLUMN b;",
        ("f()", 1),
    ),
    "a view that goes with a column": (
        PAIR
        + "CREATE VIEW shop.sight AS SELECT b FROM shop.pair;"
        + body("BEGIN RETURN (SELECT b FROM shop.sight); END"),
        "ALTER TABLE shop.pair DROP COLUMN b CASCADE;",
        ("f()", 1),
    ),
    "an index that a body infers": (
        PAIR
        + "CREATE UNIQUE INDEX i ON shop.pair (a);"
        + body("BEGIN INSERT INTO shop.pair VALUES (1) ON CONFLICT (a) DO NOTHING; RETURN 1; END"),
        "DROP INDEX shop.i;",
        ("f()", 0),
    ),
    "a table that nobody names": (
        PAIR + body("BEGIN RETURN 1; END"),
        "ALTER TABLE shop.pair DROP COLUMN b;",
        None,
    ),
    "a replaced body": (
        TOTAL,
        "ALTER TABLE shop.orders DROP COLUMN total;"
        + body("BEGIN RETURN 0; END", "OR REPLACE FUNCTION shop.f() RETURNS numeric"),
        None,
    ),
}

# Of these the server itself knows, whatever it has.
PLAIN: dict[str, tuple[str, str, tuple[str, int] | None]] = {
    "a string of SQL": (
        "CREATE FUNCTION shop.f() RETURNS numeric LANGUAGE sql AS 'SELECT total FROM shop.orders';",
        "SELECT 1; ALTER TABLE shop.orders RENAME total TO sum;",
        ("f()", 2),
    ),
    "a string of SQL, of the path of its script": (
        "SELECT 1;",
        "SET search_path = shop; CREATE FUNCTION f() RETURNS numeric LANGUAGE sql"
        " AS 'SELECT total FROM orders';",
        None,
    ),
    "the type of a variable": (
        body("DECLARE x shop.orders.total%TYPE; BEGIN RETURN x; END"),
        "ALTER TABLE shop.orders DROP COLUMN total;",
        ("f()", 1),
    ),
}


def script(version: int, text: str) -> Script:
    half = make_half(Path(f"{version:05d}_x.up.sql"), text)
    return Script(version, "x", half, None)


def told(
    server: Server, cases: dict[str, tuple[str, str, tuple[str, int] | None]]
) -> dict[str, tuple[str, int] | None]:
    schemas = {name: f"shop{number:02d}" for number, name in enumerate(cases, start=10)}
    old: list[Script] = []
    new: list[Script] = []
    for number, (name, schema) in enumerate(schemas.items()):
        before, after, _ = cases[name]
        made = f"CREATE SCHEMA shop;{TABLE}{before}".replace("shop", schema)
        old.append(script(number + 1, made))
        new.append(script(number + 101, after.replace("shop", schema)))
    place = ShadowServer(server.url("postgres"), server.major, is_ours=False)
    course = observed(place, old, new)
    assert not [each.faults for each in course.scripts if each.faults]
    judged = judge(course, {}, rules=(RULE,))
    found: dict[str, tuple[str, int] | None] = {}
    for name, linted in zip(schemas, judged, strict=True):
        first, *more = [*linted.findings, None]
        assert not more[:-1], (name, linted.findings)
        found[name] = None
        if first is not None:
            routine = first.message.partition(" ")[0].partition(".")[2]
            found[name] = (routine, first.statement or 0)
    names = {each.label for each in judge(course, {}, rules=(STALE,)) if each.findings}
    assert names == set()
    return found


@pytest.mark.newest
def test_the_server_knows_of_strings_of_sql_and_of_types(server: Server) -> None:
    assert told(server, PLAIN) == {name: each for name, (*_, each) in PLAIN.items()}


if HAS_CHECK:

    @pytest.mark.pg(">= 15")
    @pytest.mark.pg("< 16")
    def test_statements_within_plpgsql_are_checked_where_the_server_can(server: Server) -> None:
        cases = CASES | PLAIN
        assert told(server, cases) == {name: each for name, (*_, each) in cases.items()}
