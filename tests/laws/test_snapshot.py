"""A snapshot is the same bytes each time, reads back as itself, and knows a new database."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgmig import db
from pgmig.catalog.fresh import fresh
from pgmig.commands.snapshot import snapshot
from pgmig.ddl import ident_text, literal_text
from pgmig.plan import differences, plan
from pgmig.snapshot import decode, encode, fingerprint
from tests.fixtures.laws import read
from tests.fixtures.servers import Program, Server

LEGACY = sorted((Path(__file__).parents[2] / "seeds" / "legacy").glob("*.sql"))


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
    psql(copy, "-1", input=snapshot(legacy).text("sql").decode())
    assert plan(read(legacy), read(copy)).statements == ()
    assert fingerprint(read(copy)) == fingerprint(read(legacy))


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
