"""A role that owns nothing reads everything, and nothing planted on its search_path is called.

The trap is tests/fixtures/trap.sql: a schema before pg_catalog with thousands of functions,
aggregates, operators, types and relations named like those of pg_catalog. Each raises when it is
called, so that a command that works has called none.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from pgmig import db
from pgmig.catalog import reader
from pgmig.commands.down import down
from pgmig.commands.fingerprint import fingerprint
from pgmig.commands.history import history
from pgmig.commands.snapshot import fingerprint_of, snapshot
from pgmig.commands.status import status
from pgmig.commands.up import up
from pgmig.db.advisory import try_lock
from pgmig.engine import LOCK_KEY
from tests.fixtures.servers import Program

TRAP = Path(__file__).parents[1] / "fixtures" / "trap.sql"
LEGACY = sorted((Path(__file__).parents[1] / "example" / "legacy").glob("*.sql"))

# One of each way in which a query of ours could step into the trap.
STEPS = [
    "SELECT lower('X')",
    "SELECT format_type(23, NULL)",
    "SELECT pg_get_userbyid(10)",
    "SELECT array_agg(x) FROM generate_series(1, 2) x",
    "SELECT pg_catalog.count(x) FROM generate_series(1, 2) x",
    "SELECT string_agg('a'::pg_catalog.text, 'b')",
    "SELECT count(*) FROM pg_catalog.pg_class",
    "SELECT pg_catalog.jsonb_agg(1) FROM unnest(ARRAY['a'])",
    "SELECT jsonb_build_object('a', 1)",
    "SELECT concat_ws(',', 'a')",
    "SELECT coalesce(current_setting('work_mem'), '')",
    "SELECT 1 = 1",
    "SELECT 1 = 1::pg_catalog.oid",
    "SELECT 'a'::name = 'a'::pg_catalog.text",
    "SELECT 'a' || 'b'::pg_catalog.text",
    "SELECT 'a'::pg_catalog.text ~ 'a'",
    "SELECT 'a'::pg_catalog.text LIKE 'a'",
    "SELECT 1 IN (1, 2)",
    "SELECT 1 = ANY (ARRAY[1, 2])",
    "SELECT 1::pg_catalog.int8 << 32",
    "SELECT 'a'::text",
    "SELECT 'pg_class'::regclass",
    "SELECT 1::oid",
    "SELECT oid FROM pg_class",
    "SELECT rolname FROM pg_roles",
    "SELECT oid FROM pg_catalog.pg_class WHERE relkind = 'r'",
    "SELECT CASE relkind WHEN 'r' THEN 1 END FROM pg_catalog.pg_class",
]


@pytest.fixture
def trapped(database: str, psql: Program, make_role: Callable[..., str]) -> tuple[str, str]:
    """A database with the worked example and the trap: for a superuser, and for a plain role."""
    for file in [*LEGACY, TRAP]:
        psql(database, "-f", file)
    role = make_role("LOGIN NOINHERIT")
    psql(database, "-c", f"ALTER ROLE {role} SET search_path = trap, pg_catalog, public")
    return database, conninfo.make_conninfo(database, user=role)


def test_the_trap_raises_when_it_is_called(trapped: tuple[str, str]) -> None:
    with closing(psycopg.connect(trapped[1], autocommit=True)) as conn:
        for step in STEPS:
            with pytest.raises(psycopg.Error, match="value of type trigger"):
                conn.execute(step.encode())


def test_a_plain_role_in_the_trap_reads_what_a_superuser_reads(trapped: tuple[str, str]) -> None:
    superuser, plain = (snapshot(url) for url in trapped)
    assert len(plain.snapshot.objects) > 5_000
    assert plain.text("json") == superuser.text("json")
    assert plain.text("sql").split(b"\n", 1)[1] == superuser.text("sql").split(b"\n", 1)[1]
    assert plain.fingerprint() == superuser.fingerprint()


def test_the_fast_fingerprint_is_the_same_in_the_trap(
    trapped: tuple[str, str], tmp_path: Path
) -> None:
    superuser, plain = trapped

    def compute(conn: db.Connection) -> str:
        return fingerprint_of(conn, with_roles=True, scope=None)

    computed = fingerprint(plain, compute, cache=tmp_path / "kept")
    again = fingerprint(plain, compute, cache=tmp_path / "kept")
    assert (computed.is_kept, again.is_kept) == (False, True)
    assert again.value == computed.value
    assert computed.value == fingerprint(superuser, compute, cache=None).value


def test_a_second_session_in_the_trap_reads_what_a_superuser_reads(
    trapped: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    superuser, plain = trapped
    alone = snapshot(superuser).snapshot
    monkeypatch.setattr(reader, "_MANY", 0)
    assert snapshot(plain).snapshot == alone


def test_the_search_path_of_a_database_changes_nothing_either(
    trapped: tuple[str, str], psql: Program
) -> None:
    superuser = trapped[0]
    before = snapshot(superuser)
    name = conninfo.conninfo_to_dict(superuser)["dbname"]
    psql(superuser, "-c", f"ALTER DATABASE {name} SET search_path = trap, pg_catalog, public")
    after = snapshot(superuser)
    assert after.fingerprint() == before.fingerprint()
    assert [str(each) for each in after.snapshot.outside] == ["database setting search_path"]


def test_scripts_and_their_history_work_in_the_trap(
    trapped: tuple[str, str], psql: Program, tmp_path: Path
) -> None:
    superuser, plain = trapped
    role = conninfo.conninfo_to_dict(plain)["user"]
    name = conninfo.conninfo_to_dict(superuser)["dbname"]
    psql(superuser, "-c", f"GRANT CREATE ON DATABASE {name} TO {role}")
    (tmp_path / "0001_a.up.sql").write_text("CREATE SCHEMA own; CREATE TABLE own.t (a integer);")
    (tmp_path / "0001_a.down.sql").write_text("DROP TABLE own.t; DROP SCHEMA own;")
    (tmp_path / "0002_b.up.sql").write_text(
        "-- pgmig: transaction=off\nCREATE INDEX CONCURRENTLY i ON own.t (a);"
    )
    (tmp_path / "0002_b.down.sql").write_text("DROP INDEX own.i;")

    assert not status(plain, tmp_path).is_current
    assert up(plain, tmp_path).after == 2
    assert status(plain, tmp_path).is_current
    assert [entry.version for entry in history(plain).entries] == [1, 2]
    assert down(plain, tmp_path).after == 1


def test_the_holder_of_the_runner_lock_is_named_in_the_trap(
    trapped: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "0001_a.up.sql").write_text("SELECT 1;")
    (tmp_path / "0001_a.down.sql").write_text("SELECT 1;")
    with closing(db.connect(trapped[0])) as conn:
        assert try_lock(conn, LOCK_KEY)
        told = status(trapped[1], tmp_path)
    assert "pgmig" in str(told.runner)


def test_a_plain_role_connects_and_leaves_its_search_path_as_it_was(
    trapped: tuple[str, str],
) -> None:
    with closing(db.connect(trapped[1])) as conn:
        path = "SELECT pg_catalog.current_setting('search_path')"
        assert conn.execute(path).fetchone() == ("trap, pg_catalog, public",)
