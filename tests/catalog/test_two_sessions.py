"""A large database is read by two sessions that see one moment."""

from contextlib import closing

import pytest

from pgmig import catalog, db
from pgmig.catalog import reader
from pgmig.db import Connection
from pgmig.errors import ConnectionFailed
from tests.fixtures.servers import Program

SCHEMA = """
CREATE TABLE t (a integer PRIMARY KEY, b text DEFAULT 'x' CHECK (b <> ''));
CREATE INDEX i ON t (lower(b));
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
"""


@pytest.fixture
def large(database: str, psql: Program, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small database that counts as a large one."""
    monkeypatch.setattr(reader, "_MANY", 0)
    psql(database, input=SCHEMA)
    return database


def test_two_sessions_read_what_one_reads(large: str) -> None:
    opened: list[Connection] = []

    def second() -> Connection:
        opened.append(db.connect(large))
        return opened[-1]

    with closing(db.connect(large)) as conn:
        assert catalog.read(conn, second=second) == catalog.read(conn)
    assert len(opened) == 1
    assert opened[0].closed


def test_where_no_second_session_is_to_be_had_one_reads_it_all(large: str) -> None:
    def refused() -> Connection:
        raise ConnectionFailed(target="here", reason="too many clients", do="")

    with closing(db.connect(large)) as conn:
        assert catalog.read(conn, second=refused) == catalog.read(conn)


def test_both_sessions_see_one_moment(large: str, psql: Program) -> None:
    def second() -> Connection:
        # Committed after the first session's snapshot and before the second's first query.
        psql(large, input="CREATE TABLE late (a integer); CREATE VIEW w AS SELECT 1 AS a;")
        return db.connect(large)

    with closing(db.connect(large)) as conn:
        before = catalog.read(conn)
        found = catalog.read(conn, second=second)
        after = catalog.read(conn)
    assert found.objects.keys() == before.objects.keys()
    assert after.objects.keys() != before.objects.keys()


def test_a_reading_that_is_interrupted_leaves_no_session_behind(large: str) -> None:
    opened: list[Connection] = []

    def second() -> Connection:
        opened.append(db.connect(large))
        return opened[-1]

    def interrupt(kind: str, done: int, total: int) -> None:
        if done == total - 1:
            raise KeyboardInterrupt

    with closing(db.connect(large)) as conn:
        with pytest.raises(KeyboardInterrupt):
            catalog.read(conn, second=second, on_progress=interrupt)
        assert all(each.closed for each in opened)
        assert catalog.read(conn).objects
