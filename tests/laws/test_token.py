"""The change token changes when the fingerprint does, and rests when nothing happens."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from pgmig import db
from pgmig.db.token import catalogs
from pgmig.shadow.server import LocalServer
from tests.fixtures.changes import FILES
from tests.fixtures.observed import Observe, token
from tests.fixtures.servers import Program, Server

TRAP = Path(__file__).parents[1] / "fixtures" / "trap.sql"

# Rows, statistics, the state of replication, secrets, and what is the whole cluster's and in no
# record: no fingerprint depends on them.
NO_SCHEMA = {
    "pg_authid",  # pg_roles
    "pg_largeobject",
    "pg_largeobject_metadata",
    "pg_parameter_acl",
    "pg_replication_origin",
    "pg_shdepend",
    "pg_statistic",
    "pg_statistic_ext_data",
    "pg_subscription_rel",
    "pg_user_mapping",  # pg_user_mappings
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_change_of_the_fingerprint_leaves_the_token_alone(file: Path, observe: Observe) -> None:
    assert [str(each.change) for each in observe(file) if each.is_untold] == []


@pytest.mark.parametrize(
    "work",
    [
        "VACUUM (FREEZE, ANALYZE)",
        "ANALYZE",
        "INSERT INTO t SELECT generate_series(1, 1000)",
        "SELECT nextval('q')",
        "CREATE TEMPORARY TABLE x (a serial PRIMARY KEY, b text CHECK (b <> '')) ON COMMIT DROP",
        "CREATE TEMPORARY TABLE x (a serial PRIMARY KEY, b text CHECK (b <> ''));"
        " CREATE TEMPORARY VIEW y AS TABLE x",
    ],
)
def test_work_that_is_no_change_of_the_schema_leaves_it_alone(
    database: str, psql: Program, work: str
) -> None:
    psql(database, input="CREATE TABLE t (a integer PRIMARY KEY); CREATE SEQUENCE q;")
    with closing(db.connect(database)) as conn, closing(db.connect(database)) as other:
        before = token(conn)
        other.execute(work.encode())

        assert token(conn) == before
        assert token(other) == before


def test_two_databases_and_two_uses_have_tokens_of_their_own(
    make_database: Callable[[], str],
) -> None:
    with closing(db.connect(make_database())) as one, closing(db.connect(make_database())) as two:
        assert token(one) != token(two)
        assert token(one) != token(one, "schema:x")


def test_a_restart_changes_it(server: Server, own_directory: Path) -> None:
    local = LocalServer(own_directory, server.major)
    seen: set[str] = set()
    for _ in range(2):
        local.start()
        with closing(db.connect(local.url("postgres"))) as conn:
            seen.add(token(conn))
        local.stop()

    assert len(seen) == 2


def test_a_role_without_rights_has_one_and_steps_into_no_trap(
    database: str, make_role: Callable[..., str], psql: Program
) -> None:
    psql(database, "-f", TRAP)
    psql(database, input="REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    role = make_role()
    psql(database, "-c", f"ALTER ROLE {role} SET search_path = trap, pg_catalog, public")
    with closing(db.connect(make_conninfo(database, user=role))) as conn:
        before = token(conn)

        assert token(conn) == before


def test_every_catalog_is_counted_or_known_to_hold_no_schema(database: str) -> None:
    with closing(db.connect(database)) as conn:
        there = {
            row[0]
            for row in conn.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'pg_catalog'::regnamespace"
            )
        }
        counted = {*catalogs(conn.info.server_version)}

    assert there - counted - NO_SCHEMA == set()
    assert counted - there == {"pg_roles", "pg_user_mappings"}
    assert counted & NO_SCHEMA == set()
