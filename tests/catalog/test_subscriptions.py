"""A subscription is named with every attribute, and nobody is told its connection string."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import catalog, db
from pgmig.commands.baseline import Options, baseline
from tests.fixtures.servers import Program, Server

CREATE = """
CREATE SUBSCRIPTION "Sub" CONNECTION 'password=secret' PUBLICATION "Q", p
    WITH (connect = false, enabled = false, slot_name = 'its', streaming = on);
COMMENT ON SUBSCRIPTION "Sub" IS 'it''s';
"""

# By the first major that has the option.
OPTIONS = {
    14: "streaming = on, enabled = false, slot_name = 'its', binary = false, "
    "synchronous_commit = off",
    15: "two_phase = false, disable_on_error = false",
    16: "password_required = true, run_as_owner = false, origin = any",
    17: "failover = false",
}


@pytest.fixture
def subscribed(database: str, psql: Program) -> Iterator[str]:
    psql(database, input=CREATE)
    yield database
    # A database with a subscription cannot be dropped, nor one with a slot without its publisher.
    psql(database, "-c", 'ALTER SUBSCRIPTION "Sub" SET (slot_name = NONE)')
    psql(database, "-c", 'DROP SUBSCRIPTION "Sub"')


def named(conn: db.Connection) -> list[str]:
    return [str(each) for each in catalog.read(conn).unmodelled]


def test_a_subscription_is_named_as_its_statement_would_say_it(
    subscribed: str, server: Server
) -> None:
    options = ", ".join(text for since, text in OPTIONS.items() if since <= server.major)
    with closing(db.connect(subscribed)) as conn:
        ((owner,),) = conn.execute("SELECT quote_ident(current_user)").fetchall()
        assert named(conn) == [
            f'subscription "Sub" PUBLICATION "Q", p WITH ({options}), owner {owner}, '
            "comment 'it''s'"
        ]


def test_a_role_without_privileges_is_told_the_same_and_no_secret(
    subscribed: str, make_role: Callable[..., str]
) -> None:
    with closing(db.connect(subscribed)) as conn:
        told = named(conn)
        conn.execute(f'SET SESSION AUTHORIZATION "{make_role()}"'.encode())
        assert named(conn) == told
    assert "secret" not in "".join(told)


def test_the_subscriptions_of_another_database_are_not_named(
    subscribed: str, make_database: Callable[[], str]
) -> None:
    with closing(db.connect(make_database())) as conn:
        assert named(conn) == []


def test_a_baseline_names_a_subscription_and_neither_tells_nor_copies_it(
    subscribed: str, psql: Program, server: Server, tmp_path: Path
) -> None:
    # PostgreSQL prints this check in another form once it was parsed again, so that pg_dump's own
    # copy is made too; a database that has a subscription could not be dropped.
    psql(subscribed, "-c", "CREATE TABLE t (a varchar(5) CHECK (a IN ('x', 'y')))")
    options = Options(allow_unmodelled=True, with_roles=True, local=server.local)
    made = baseline(subscribed, tmp_path, options)
    assert made.reprinted
    assert '-- Not modelled: subscription "Sub" PUBLICATION' in made.script.up.text
    assert "secret" not in "".join(path.read_text() for path in tmp_path.iterdir())
