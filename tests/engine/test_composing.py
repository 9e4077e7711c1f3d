"""Literals in a message are those of the driver, and read back as what they were."""

from decimal import Decimal

import pytest
from psycopg import sql

from pgmig import db
from pgmig.db.execute import compose, fetch_each
from pgmig.errors import ServerRefused

VALUES = (
    None,
    True,
    False,
    0,
    7,
    -7,
    2**62,
    "",
    "it's",
    "back\\slash",
    "{name} and %s",
    "ÄÖ✓",
    Decimal("1.5"),
    ["a", "b'c"],
)


@pytest.mark.newest
def test_a_literal_is_that_of_the_driver(database: str) -> None:
    with db.connect(database) as conn:
        for value in VALUES:
            found = compose(conn, "SELECT 1 -{value}", value=value)
            assert found == sql.SQL("SELECT 1 -{}").format(sql.Literal(value)).as_string(conn)


@pytest.mark.newest
def test_several_queries_are_one_message_that_fails_as_a_whole(database: str) -> None:
    with db.connect(database) as conn:
        assert fetch_each(conn, "SELECT 1", "SET lock_timeout = 5", "SELECT 2 WHERE false") == [
            [(1,)],
            [],
            [],
        ]
        with pytest.raises(ServerRefused):
            fetch_each(conn, "CREATE TABLE t ()", "SELECT 1 / 0")
        assert fetch_each(conn, "SELECT to_regclass('t')") == [[(None,)]]
