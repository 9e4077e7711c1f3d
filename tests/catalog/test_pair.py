"""Two databases that are read together are what they are when each is read alone."""

from collections.abc import Callable
from contextlib import ExitStack, closing

import psycopg
import pytest

from benchmarks.schema import schema
from pgmig import catalog, db
from pgmig.errors import ReadFailed
from pgmig.model import Snapshot
from pgmig.plan import differences
from tests.fixtures.servers import Program

CHANGES = (
    "ALTER TABLE app.t4 ADD COLUMN note text",
    "ALTER TABLE app.t5 ALTER COLUMN mail TYPE text",
    "CREATE INDEX ON app.t6 (made)",
    "COMMENT ON COLUMN app.t7.amount IS 'in francs'",
    "REVOKE INSERT ON app.t8 FROM bench_reader",
    "DROP TABLE app.t1",
)


@pytest.fixture
def filled(database: str, psql: Program) -> str:
    """A database with some of everything."""
    psql(database, input="".join(f"{text};" for text in schema(20)))
    return database


def _pair(old: str, new: str) -> tuple[Snapshot, Snapshot]:
    with ExitStack() as stack:
        conns = [stack.enter_context(closing(db.connect(url))) for url in (old, new)]
        for conn in conns:
            stack.enter_context(db.reading(conn))
        found = catalog.read_pair(conns[0], conns[1])
        assert all(len(each.depends) for each in found)
    return found


def _alone(url: str) -> Snapshot:
    with closing(db.connect(url)) as conn:
        return catalog.read(conn)


def test_equal_databases_share_their_records(
    filled: str, make_database: Callable[..., str]
) -> None:
    copy = make_database(filled)
    old, new = _pair(filled, copy)
    assert old == _alone(filled)
    assert new == _alone(copy)
    assert old.objects == new.objects
    assert all(new.objects[key] is record for key, record in old.objects.items())


def test_databases_that_differ_are_told_apart(
    filled: str, make_database: Callable[..., str], psql: Program
) -> None:
    other = make_database(filled)
    psql(other, input=";".join(CHANGES))
    old, new = _pair(filled, other)
    alone = _alone(filled), _alone(other)
    assert (old, new) == alone
    assert differences(old, new) == differences(*alone)
    assert differences(old, new)


def test_a_session_that_fails_ends_the_reading_of_both(
    filled: str, make_database: Callable[..., str]
) -> None:
    copy = make_database(filled)
    with closing(db.connect(filled)) as one, closing(db.connect(copy)) as two:
        two.execute("SET default_transaction_isolation = 'serializable'")
        two.close()
        with pytest.raises((ReadFailed, psycopg.Error)):
            catalog.read_pair(one, two)
