"""`pgmig doctor`: what it finds, that it goes on after a failure, and that it changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Program, Server

CATALOG = "SELECT count(*) FROM pg_class UNION ALL SELECT count(*) FROM pg_namespace"


def _found(ran: Ran) -> dict[str, list[str]]:
    """The state and the words of each check, by its name."""
    checks = json.loads(ran.out)["checks"]
    found: dict[str, list[str]] = {each["check"]: [] for each in checks}
    for each in checks:
        assert bool(each["do"]) or each["state"] in {"ok", "skipped"}
        found[each["check"]].append(f"{each['state']}: {each['what']}")
    return found


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def test_all_is_well_before_the_first_run_and_after_it(
    pgmig_inside: Run,
    project: Path,
    database: str,
    psql: Program,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGPASSWORD", "S3cret")
    before = psql(database, "-Atc", CATALOG).stdout
    ran = pgmig_inside("doctor", "--url", database)
    assert (ran.code, ran.err, "S3cret" in ran.out) == (0, "", False)
    assert "\nok      password    the one of PGPASSWORD, or of the service file\n" in ran.out
    assert "\nok      history     not there yet: the first run makes the schema pgmig\n" in ran.out
    assert psql(database, "-Atc", CATALOG).stdout == before
    assert pgmig_inside("up", "--url", database).code == 0
    ran = pgmig_inside("doctor", "--url", database, "--json", "--shadow-url", server.url())
    found = _found(ran)
    assert (ran.code, found["history"], found["scripts"]) == (
        0,
        ["ok: 2 applied, the last is 0002_bees"],
        ["ok: history and files agree, nothing is pending"],
    )
    assert found["shadow"][1] == "careful: shadow databases are made on the server of the target"
    shown = pgmig_inside("doctor", "--url", database, "--format", "markdown")
    assert shown.out.splitlines()[0].endswith("checks")


def test_what_a_weak_role_will_run_into(
    pgmig_inside: Run,
    project: Path,
    database: str,
    make_role: Callable[..., str],
    psql: Program,
    server: Server,
) -> None:
    role = make_role("LOGIN CONNECTION LIMIT 2")
    psql(
        database,
        "-c",
        "CREATE SCHEMA shop; CREATE TABLE shop.t (); CREATE VIEW shop.v AS SELECT 1;"
        f" ALTER ROLE {role} SET statement_timeout = '30s';"
        f" ALTER ROLE {role} SET default_transaction_read_only = on",
    )
    write_script(
        project,
        "0003_c",
        '-- pgmig: roles=postgres,nobody_made_it allow=drop-table\nCREATE EXTENSION "not-there";\n'
        "CREATE EXTENSION IF NOT EXISTS file_fdw;",
        "SELECT 1;",
    )
    url = database.replace("postgres@", f"{role}:S3cret@")
    (project / "pgmig.toml").write_text(
        f'url = "{url}"\nshadow_url = "postgresql://a:S3cret@b/c"\n[env.live]\nallow = ["drop"]\n'
    )
    ran = pgmig_inside("doctor", "--env", "live", "--json")
    found = _found(ran)
    assert (ran.code, "S3cret" in ran.out + ran.err) == (1, False)
    assert found["settings"][1] == (
        "careful: a password stands in url of the top level, shadow_url of the top level"
    )
    assert found["password"] == ["ok: the one in the connection string"]
    target = f"{role}@{server.local.place().sockets}:5432/{_name(url)}"
    assert found["database"] == [f"ok: {target}, named by url at the top level"]
    assert found["writes"] == ["wrong: transactions are read-only here"]
    assert found["timeouts"] == [
        "careful: statement_timeout is 30000 ms, from user: it ends a script that takes longer"
    ]
    assert found["connections"] == ["careful: the role has room for 2 more, and a run may take 3"]
    assert found["role"] == [f"ok: {role}, no superuser"]
    assert found["rights"][0] == f"careful: {role} may not make schemas in {_name(url)}"
    assert "shop" in found["rights"][1]
    assert found["rights"][2].endswith(f"that {role} is not: postgres (2)")
    assert found["history"][0].startswith("wrong: transactions are read-only here")
    assert found["roles"] == [
        "wrong: pending scripts name roles that the server does not have: nobody_made_it",
        "careful: pending scripts name roles that the deploying role is no member of: postgres",
    ]
    assert found["extensions"][0].startswith("wrong: pending scripts make extensions that the")
    assert found["extensions"][0].endswith(": not-there")
    assert found["extensions"][1].endswith("by PostgreSQL's own rules: file_fdw")
    assert found["protections"][1].startswith("wrong: 0003_c.up.sql says allow=drop-table")


@pytest.mark.newest
def test_a_server_that_is_away_leaves_the_other_checks(
    pgmig_inside: Run, project: Path, tmp_path: Path
) -> None:
    (project / "migrations" / "pgmig.sum").write_text(
        "pgmig.sum 1\n0009_gone up=" + "a" * 64 + "\n"
    )
    ran = pgmig_inside("doctor", "--json", "--url", f"postgresql://u:S3cret@/app?host={tmp_path}")
    found = _found(ran)
    assert (ran.code, "S3cret" in ran.out + ran.err) == (1, False)
    assert found["server"][0].startswith("wrong: cannot connect: ")
    assert found["target"] == [
        "skipped: nothing could be asked about the server, rights and history"
    ]
    assert found["migrations"][-1].startswith("wrong: pgmig.sum")
    assert "shadow" in found
    nothing = _found(pgmig_inside("doctor", "--json"))
    assert nothing["database"] == [f"wrong: no database is named ({project})"]
    assert "server" not in nothing
    (project / "pgmig.toml").write_text("urll = 1")
    assert pgmig_inside("doctor").code == 2


@pytest.mark.newest
def test_what_is_part_way_and_what_disagrees(
    pgmig_inside: Run, project: Path, database: str
) -> None:
    off = "-- pgmig: transaction=off\n"
    write_script(project, "0003_c", f"{off}CREATE TABLE public.c (); SELECT 1/0;", "SELECT 1;")
    assert pgmig_inside("up", "--url", database).code == 1
    write_script(project, "0001_a", "CREATE TABLE public.other ();", "DROP TABLE public.other;")
    found = _found(pgmig_inside("doctor", "--json", "--url", database))
    assert found["scripts"] == ["wrong: history and files disagree about 0001_a"]
    assert found["part-way"] == ["careful: 0003_c is part-way (up), 1 of its statements are done"]
