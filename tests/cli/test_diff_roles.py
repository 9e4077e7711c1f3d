"""Migrations compared with a database run as the roles that ran them there, or would."""

from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

LEGACY = """
CREATE SCHEMA app;
CREATE TABLE app.old (i int PRIMARY KEY);
CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
"""
PLAIN = """
CREATE SCHEMA shop;
CREATE TABLE shop.a (i int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE VIEW shop.v AS SELECT i FROM shop.a;
CREATE TYPE shop.mood AS ENUM ('x');
CREATE FUNCTION shop.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
"""
BACK = "DROP SCHEMA shop CASCADE;"
MORE = """
CREATE SEQUENCE shop.s;
CREATE TABLE shop.b (i int REFERENCES shop.a, s shop.mood);
CREATE DOMAIN shop.d AS int CHECK (VALUE > 0);
CREATE MATERIALIZED VIEW shop.m AS SELECT i FROM shop.a;
CREATE PROCEDURE shop.p() LANGUAGE sql AS '';
"""

Check = Callable[..., Ran]


@pytest.fixture(params=["this server", "a server without the roles"])
def shadow(request: pytest.FixtureRequest, server: Server) -> dict[str, str]:
    """Settings that name the shadow server."""
    if request.param == "this server":
        return {"SHADOW_DATABASE_URL": server.url()}
    own: Path = request.getfixturevalue("own_directory")
    return {"PGMIG_SERVER_DIR": str(own)}


@pytest.fixture
def check(pgmig: Run, shadow: dict[str, str]) -> Check:
    """Compares the migrations with a database."""

    def run(url: str) -> Ran:
        return pgmig("diff", "--check", "--from", "migrations/", "--to", url, **shadow)

    return run


@pytest.fixture
def deploy(database: str, make_role: Callable[..., str], psql: Program) -> str:
    """A role without any right but to make schemas, with default privileges; its URL."""
    role, reader = make_role(), make_role("NOLOGIN")
    name = conninfo_to_dict(database)["dbname"]
    psql(database, "-c", f'GRANT CREATE ON DATABASE "{name}" TO {role}')
    own = make_conninfo(database, user=role)
    psql(own, "-c", LEGACY)
    for what in ("SELECT ON TABLES", "USAGE ON TYPES", "SELECT ON SEQUENCES"):
        psql(own, "-c", f"ALTER DEFAULT PRIVILEGES GRANT {what} TO {reader}")
    psql(own, "-c", "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC")
    return own


def test_what_a_plain_role_deployed_on_a_baseline_does_not_differ(
    pgmig: Run,
    folder: Path,
    database: str,
    deploy: str,
    check: Check,
    shadow: dict[str, str],
    psql: Program,
    make_role: Callable[..., str],
) -> None:
    assert pgmig("baseline", "--url", deploy, **shadow).code == 0
    write_script(folder, "0002_plain", PLAIN, BACK)
    assert pgmig("up", "--url", deploy).code == 0
    for url in (deploy, database, make_conninfo(database, user=make_role())):
        ran = check(url)
        assert (ran.code, ran.out[:13]) == (0, "no difference"), ran.out + ran.err
    back = pgmig("diff", "--check", "--from", deploy, "--to", "migrations/", **shadow)
    assert back.code == 0, back.out + back.err
    against = pgmig("verify", "--against", deploy, **shadow)
    assert against.code == 0, against.out + against.err
    psql(database, "-c", "ALTER TABLE shop.a OWNER TO postgres")
    assert check(deploy).code == 3


def test_what_a_plain_role_will_deploy_is_its_own(
    pgmig: Run,
    folder: Path,
    database: str,
    deploy: str,
    check: Check,
    shadow: dict[str, str],
    make_database: Callable[[], str],
    psql: Program,
) -> None:
    """The scripts that diff writes are proved, and lead there when that role runs them."""
    assert pgmig("baseline", "--url", deploy, **shadow).code == 0
    write_script(folder, "0002_plain", PLAIN, BACK)
    psql(deploy, "-c", PLAIN)
    ran = check(deploy)
    assert (ran.code, ran.out[:13]) == (0, "no difference"), ran.out + ran.err
    psql(deploy, "-c", MORE)
    ran = pgmig("diff", "More", "--to", deploy, **shadow)
    assert ran.code == 0, ran.err
    fresh = make_database()
    role, name = conninfo_to_dict(deploy)["user"], conninfo_to_dict(fresh)["dbname"]
    psql(fresh, "-c", f'ALTER DATABASE "{name}" OWNER TO {role}')
    assert pgmig("up", "--url", make_conninfo(fresh, user=role)).code == 0
    ran = pgmig("diff", "--check", "--from", fresh, "--to", deploy, **shadow)
    assert (ran.code, ran.out[:13]) == (0, "no difference"), ran.out + ran.err
    assert check(make_conninfo(fresh, user=role)).code == 0


@pytest.mark.parametrize("options", ["LOGIN", "LOGIN SUPERUSER"])
def test_without_a_history_the_role_that_asks_has_made_it(
    folder: Path,
    database: str,
    check: Check,
    make_role: Callable[..., str],
    psql: Program,
    options: str,
) -> None:
    """A name without a schema means what the role's own search_path says."""
    role = make_role(options)
    name = conninfo_to_dict(database)["dbname"]
    psql(database, "-c", f'GRANT CREATE ON DATABASE "{name}" TO {role}')
    psql(database, "-c", f'ALTER ROLE {role} IN DATABASE "{name}" SET search_path = shop')
    own = make_conninfo(database, user=role)
    text = PLAIN + "CREATE TABLE unnamed (i int);"
    write_script(folder, "0001_plain", text, BACK)
    psql(own, input=text)
    ran = check(own)
    assert (ran.code, ran.out[:13]) == (0, "no difference"), ran.out + ran.err


def test_a_script_that_the_role_may_not_run_is_told_with_the_role(
    pgmig: Run, folder: Path, deploy: str, server: Server
) -> None:
    write_script(folder, "0001_rights", "CREATE ROLE nobody_else;", "DROP ROLE nobody_else;")
    shadow = {"SHADOW_DATABASE_URL": server.url()}
    ran = pgmig("diff", "--from", "migrations/", "--to", deploy, **shadow)
    role = conninfo_to_dict(deploy)["user"]
    assert ran.code == 1
    assert f"   as: {role}\n" in ran.err
    assert f"   do: use the local server, or make {role} a superuser of the shadow's" in ran.err


def test_a_file_that_names_no_owner_changes_none(
    pgmig_inside: Run,
    folder: Path,
    database: str,
    make_role: Callable[..., str],
    psql: Program,
    server: Server,
) -> None:
    role = make_role()
    legacy = LEGACY + "".join(
        f"ALTER {what} OWNER TO {role};"
        for what in ("SCHEMA app", "TABLE app.old", "FUNCTION app.f()")
    )
    psql(database, "-c", legacy)
    (folder / "schema.sql").write_text(LEGACY)
    compare = ("diff", "--to", "schema.sql", "--shadow-url", server.url())
    assert pgmig_inside(*compare, "--from", database, "--check").code == 0
    more = "GRANT SELECT ON app.old TO PUBLIC; CREATE TABLE app.new (j serial);"
    (folder / "schema.sql").write_text(f"{LEGACY}{more}")
    write_script(folder, "0001_a", legacy, "SELECT 1;")
    for old in (database, "migrations/"):
        ran = pgmig_inside(*compare, "--from", old, "--stdout", "-q")
        assert [
            each for each in ran.out.splitlines() if each[:2] not in {"--", "", "  ", ");"}
        ] == [
            "CREATE SEQUENCE app.new_j_seq AS integer;",
            "CREATE TABLE app.new (",
            "ALTER SEQUENCE app.new_j_seq OWNED BY app.new.j;",
            "GRANT SELECT ON TABLE app.old TO PUBLIC;",
        ], ran.err
        assert "roles=" not in ran.out
