"""A snapshot is the same bytes each time, reads back as itself, and knows a new database."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgmig import db
from pgmig.catalog.fresh import fresh
from pgmig.commands.snapshot import read_tree, snapshot, write
from pgmig.ddl import ident_text, literal_text
from pgmig.plan import differences, plan
from pgmig.shadow.witness import statements
from pgmig.snapshot import decode, encode, fingerprint
from tests.fixtures.laws import Law, read
from tests.fixtures.servers import Program, Server

LEGACY = sorted((Path(__file__).parents[1] / "example" / "legacy").glob("*.sql"))


@pytest.fixture
def legacy(database: str, psql: Program) -> str:
    """The worked example's legacy database."""
    for file in LEGACY:
        psql(database, "-f", file)
    return database


def test_reading_twice_gives_the_same_bytes(legacy: str) -> None:
    first = snapshot(legacy)
    assert len(first.snapshot.objects) > 150
    assert first.text("json") == snapshot(legacy).text("json")
    assert first.text("sql") == snapshot(legacy).text("sql")


def test_a_stored_snapshot_reads_back_as_itself(legacy: str) -> None:
    taken = read(legacy)
    again = decode(encode(taken), path=Path("legacy.json"))
    assert again == taken
    assert list(again.objects) == list(taken.objects)
    assert fingerprint(again) == fingerprint(taken)


def test_a_new_database_holds_what_fresh_says(database: str) -> None:
    with closing(db.connect(database)) as conn:
        assert differences(read(database), fresh(conn)) == ()
    assert read(database).unmodelled == ()


def test_the_sql_form_makes_the_database_again(
    legacy: str, make_database: Callable[[], str], psql: Program
) -> None:
    copy = make_database()
    psql(copy, input=snapshot(legacy).text("sql").decode())
    assert plan(read(legacy), read(copy)).statements == ()
    assert fingerprint(read(copy)) == fingerprint(read(legacy))


ODD = r"""
CREATE SCHEMA "con";
CREATE SCHEMA "Con";
CREATE SCHEMA "no-schema";
CREATE SCHEMA "a/../b";
CREATE DOMAIN "con"."it's \ ""quoted"" " AS text;
CREATE TABLE "Con".orders (i int PRIMARY KEY);
CREATE TABLE "Con"."Orders" (i int PRIMARY KEY);
CREATE TABLE "Con"."ORDERS" (i int PRIMARY KEY REFERENCES "Con".orders);
CREATE TABLE "a/../b"."two
lines; -- été" (i int, "%s \ {x}" text DEFAULT E'two\n\\. lines');
CREATE VIEW "no-schema"."aux.sql" AS SELECT 1 AS "a:b", 'x'::text AS ":USER";
CREATE FUNCTION public.area() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.area(int, double precision) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.area(int[], VARIADIC "Con".orders[]) RETURNS int LANGUAGE sql
  BEGIN ATOMIC SELECT 1; SELECT 2; END;
CREATE FUNCTION public."area--integer"() RETURNS text LANGUAGE sql AS $$ SELECT '\ir x' $$;
CREATE VIEW public.two AS SELECT 1 AS i;
CREATE VIEW public.one AS SELECT i FROM public.two;
CREATE OR REPLACE VIEW public.two AS SELECT i FROM public.one WHERE false;
CREATE TABLE public.numbered (n serial);
"""


@pytest.mark.parametrize("example", ["legacy", "odd"])
def test_the_tree_makes_the_database_again(
    request: pytest.FixtureRequest, law: Law, tmp_path: Path, example: str
) -> None:
    url = request.getfixturevalue("legacy") if example == "legacy" else law.load(ODD)
    taken = snapshot(url)
    write(taken, tmp_path / "schema", "tree")
    by_psql, by_text = law.make_database(), law.make_database()
    law.psql(by_psql, "-f", tmp_path / "schema" / "load.sql")
    law.psql(by_text, "-1", input=read_tree(tmp_path / "schema"))
    for copy in (by_psql, by_text):
        again = read(copy)
        assert list(map(str, differences(again, taken.snapshot))) == []
        assert again.depends == taken.snapshot.depends
        assert statements(law.pg_dump(copy, "-s")) == statements(law.pg_dump(url, "-s"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.sql")}
    write(snapshot(by_psql), tmp_path / "schema", "tree")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.sql")} == before


def test_one_change_changes_the_fingerprint(database: str, psql: Program) -> None:
    psql(database, "-c", "CREATE TABLE t (a integer)")
    before = fingerprint(read(database))
    psql(database, "-c", "COMMENT ON COLUMN t.a IS 'x'")
    assert fingerprint(read(database)) != before


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@pytest.mark.pg(">= 18")
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(NAMES | st.text("aZ_0$ \"'\\.é", min_size=1, max_size=8))
def test_names_and_strings_are_quoted_as_the_server_quotes_them(server: Server, text: str) -> None:
    with closing(db.connect(server.url())) as conn:
        row = conn.execute("SELECT quote_ident(%s), quote_literal(%s)", (text, text)).fetchone()
    assert row == (ident_text(text), literal_text(text))


@pytest.mark.pg(">= 18")
def test_every_keyword_is_quoted_as_the_server_quotes_it(server: Server) -> None:
    with closing(db.connect(server.url())) as conn:
        rows = conn.execute("SELECT word, quote_ident(word) FROM pg_get_keywords()").fetchall()
    assert len(rows) > 400
    assert [(word, quoted) for word, quoted in rows if ident_text(word) != quoted] == []
