"""The proof tells a difference of meaning from one of printing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from pgmig.commands.baseline import Options, baseline
from pgmig.errors import ProofFailed, ShadowTooOld, UnmodelledObjects
from pgmig.shadow.server import LocalServer, find
from tests.fixtures.servers import Program, Server

UNMODELLED = "CREATE TABLE t (a int); GRANT EXECUTE ON FUNCTION pg_ls_waldir() TO PUBLIC;"
MAY_PUBLIC = "SELECT has_function_privilege('public', 'pg_ls_waldir()', 'EXECUTE')"


def test_an_expression_that_prints_otherwise_beside_a_populated_view_is_proved(
    database: str, server: Server, psql: Program, tmp_path: Path
) -> None:
    psql(
        database,
        input="CREATE TABLE t (s varchar(5));"
        "CREATE VIEW v AS SELECT s FROM t WHERE s IN ('a', 'b');"
        "CREATE MATERIALIZED VIEW m AS SELECT s FROM t;",
    )
    made = baseline(database, tmp_path, Options(shadow_url=server.url()))
    assert [f"{each.key}: {each.field}" for each in made.reprinted] == ["view public.v: query"]


def test_what_is_not_modelled_stops_a_baseline_and_is_named(
    database: str, server: Server, psql: Program, tmp_path: Path
) -> None:
    psql(database, input=UNMODELLED)
    with pytest.raises(UnmodelledObjects) as refused:
        baseline(database, tmp_path, Options(shadow_url=server.url()))
    assert "pg_catalog.pg_ls_waldir()" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_modelled_is_left_out_where_it_is_allowed(
    database: str,
    make_database: Callable[[], str],
    server: Server,
    psql: Program,
    tmp_path: Path,
) -> None:
    psql(database, input=UNMODELLED)
    options = Options(shadow_url=server.url(), allow_unmodelled=True)
    assert baseline(database, tmp_path, options).unmodelled_statements == 1
    copy = make_database()
    psql(copy, "-f", tmp_path / "0001_baseline.up.sql")
    assert psql(copy, "-Atc", MAY_PUBLIC).stdout == "f\n"


def test_a_script_that_needs_what_is_not_modelled_fails_and_says_why(
    database: str, server: Server, psql: Program, tmp_path: Path
) -> None:
    psql(
        database,
        input="CREATE COLLATION c (LOCALE = 'C'); CREATE TABLE t (a text COLLATE c);"
        "UPDATE pg_collation SET collencoding = 8 WHERE collname = 'c'",  # no longer this one's
    )
    options = Options(shadow_url=server.url(), allow_unmodelled=True)
    with pytest.raises(ProofFailed, match="does not exist") as failed:
        baseline(database, tmp_path, options)
    assert failed.value.unmodelled == ("collation public.c",)
    assert "pgmig does not model (collation public.c)" in str(failed.value)
    assert "0001_baseline" not in str(failed.value)
    assert list(tmp_path.iterdir()) == []


def test_a_shadow_role_that_may_not_set_owners_fails_and_says_so(
    database: str,
    server: Server,
    psql: Program,
    make_role: Callable[..., str],
    tmp_path: Path,
) -> None:
    psql(database, input="CREATE TABLE t (a integer);")
    weak = make_role("LOGIN CREATEDB CREATEROLE")
    url = make_conninfo(server.url(), user=weak)
    with pytest.raises(ProofFailed, match="give --shadow-url of a superuser") as failed:
        baseline(database, tmp_path, Options(shadow_url=url))
    assert failed.value.lacks_rights


def test_a_database_that_switches_standard_strings_off_is_adopted(
    database: str, make_database: Callable[[], str], server: Server, psql: Program, tmp_path: Path
) -> None:
    text = r"SET standard_conforming_strings = on; CREATE TABLE t (a text DEFAULT 'x\y');"
    psql(database, input=text)
    name = psql(database, "-Atc", "SELECT current_database()").stdout.strip()
    psql(database, "-c", f'ALTER DATABASE "{name}" SET standard_conforming_strings = off')
    assert baseline(database, tmp_path, Options(shadow_url=server.url())).reprinted == ()


@pytest.mark.pg(">= 18")
@pytest.mark.parametrize("major", [one.major for one in find() if one.major == 15])
def test_a_shadow_server_older_than_the_database_is_refused(
    major: int, database: str, psql: Program, server_directory: Path, tmp_path: Path
) -> None:
    older = LocalServer(server_directory, major)
    psql(database, input="CREATE TABLE t (a integer);")
    with pytest.raises(ShadowTooOld, match="of version 15, older than the database's 18"):
        baseline(database, tmp_path, Options(shadow_url=older.start()))


@pytest.mark.pg("< 15")
def test_public_of_14_is_no_difference_on_a_newer_server(
    database: str, server: Server, psql: Program, server_directory: Path, tmp_path: Path
) -> None:
    newer = LocalServer(server_directory, max(one.major for one in find()))
    psql(database, input="CREATE TABLE t (a integer);")
    made = baseline(database, tmp_path, Options(shadow_url=newer.start()))
    assert made.shadow_major > server.major
    assert made.reprinted == ()


@pytest.mark.pg("< 15")
def test_the_superuser_that_owns_public_may_have_another_name(
    own_directory: Path, server: Server, psql: Program, tmp_path: Path
) -> None:
    other = LocalServer(own_directory, server.major)
    psql(other.start(), "-c", "CREATE ROLE r_owner SUPERUSER LOGIN")
    url = make_conninfo(other.url(), user="r_owner")
    psql(
        url,
        input="ALTER ROLE postgres RENAME TO admin; REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
        "CREATE TABLE t (a integer);",
    )
    made = baseline(url, tmp_path, Options(shadow_url=server.url()))
    assert made.roles == ("r_owner",)
    assert "admin" not in made.script.up.text
