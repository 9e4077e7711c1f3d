"""`pgmig verify`: every script tried from nothing, what it says and seals."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from pgmig.shadow.database import open_server
from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

Verify = Callable[..., Ran]


@pytest.fixture
def verify(pgmig: Run, server: Server) -> Verify:
    """Runs pgmig verify on the server under test."""

    def run(*args: str) -> Ran:
        return pgmig("verify", "--shadow-url", server.url(), *args)

    return run


def test_good_scripts_are_proved_and_sealed(verify: Verify, server: Server, project: Path) -> None:
    ran = verify()
    assert ran == Ran(
        0,
        "0001_a: proved, unsealed\n"
        "0002_bees: proved, unsealed\n"
        f"2 scripts of 2 proved on PostgreSQL {server.major}\n",
        "trying 0001_a\ntrying 0002_bees\n",
    )
    assert not (project / "migrations" / "pgmig.sum").exists()
    sealed = verify("--seal", "-q")
    assert (sealed.code, sealed.err) == (0, "")
    assert sealed.out.endswith("\nsealed: 0001_a, 0002_bees\n")
    text = (project / "migrations" / "pgmig.sum").read_text()
    assert text.startswith("pgmig.sum 1\n0001_a up=")
    assert verify("--seal", "-q").out == (
        f"0001_a: proved\n0002_bees: proved\n2 scripts of 2 proved on PostgreSQL {server.major}\n"
    )
    assert (project / "migrations" / "pgmig.sum").read_text() == text


def test_each_thing_that_is_wrong_is_named_and_the_next_script_goes_on(
    verify: Verify, folder: Path
) -> None:
    write_script(folder, "0001_a", "CREATE TABLE public.a (i int);", "DROP TABLE public.a;")
    write_script(folder, "0002_fails", "CREATE TABLE public.b ();", "DROP TABLE public.nothing;")
    write_script(
        folder, "0003_forgets", "ALTER TABLE public.a ADD j int, ADD k int;", "SELECT 1; SELECT 2;"
    )
    write_script(
        folder,
        "0004_leaves",
        "ALTER TABLE public.a ADD l int; COMMENT ON TABLE public.a IS 'x';",
        "ALTER TABLE public.a DROP l;",
    )
    write_script(
        folder,
        "0005_alone",
        "CREATE TABLE public.c (i int); CREATE TABLE public.d ();",
        "-- pgmig: transaction=off\nDROP TABLE public.d;\nDROP TABLE public.nothing;",
    )
    write_script(
        folder,
        "0006_twice",
        "CREATE TABLE public.e AS SELECT 1 AS i; DO $$ BEGIN"
        " IF (SELECT last_value FROM public.runs) > 1 THEN CREATE TABLE public.f (); END IF;"
        " PERFORM nextval('public.runs'); END $$;",
        "DROP TABLE public.e; DO $$ BEGIN PERFORM nextval('public.runs'); END $$;",
    )
    write_script(folder, "0007_no_way_down", "CREATE TABLE public.g ();")
    write_script(folder, "0008_last", "CREATE TABLE public.h ();", "DROP TABLE public.h;")
    (folder / "migrations" / "0001_a.up.sql").write_text(
        "CREATE TABLE public.a (i int); CREATE SEQUENCE public.runs;"
    )
    (folder / "migrations" / "0001_a.down.sql").write_text(
        "DROP TABLE public.a; DROP SEQUENCE public.runs;"
    )
    (folder / "migrations" / "0007_no_way_down.up.sql").write_text(
        '-- pgmig: irreversible="on purpose"\nCREATE TABLE public.g ();'
    )
    ran = verify("-q")
    assert (ran.code, ran.err) == (3, "")
    assert ran.out.splitlines() == [
        "0001_a: proved, unsealed",
        "0002_fails: wrong, unsealed",
        '  down: table "nothing" does not exist (SQLSTATE 42P01)',
        "    in: DROP TABLE public.nothing",
        "0003_forgets: wrong, unsealed",
        "  down: table public.a: column j should not be; column k should not be",
        '  up again: column "j" of relation "a" already exists (SQLSTATE 42701)',
        "    in: ALTER TABLE public.a ADD j int, ADD k int",
        "0004_leaves: wrong, unsealed",
        "  down: table public.a: comment is 'x', should be none",
        "0005_alone: wrong, unsealed",
        '  down: table "nothing" does not exist (SQLSTATE 42P01)',
        "    in: DROP TABLE public.nothing",
        "0006_twice: wrong, unsealed",
        "  up again: table public.f: should not be",
        "0007_no_way_down: proved; it has no way down, unsealed",
        "0008_last: proved, unsealed",
        ran.out.splitlines()[-2],
        "wrong: 0002_fails, 0003_forgets, 0004_leaves, 0005_alone, 0006_twice",
    ]
    assert ran.out.splitlines()[-2].startswith("3 scripts of 8 proved on PostgreSQL ")


def test_what_stands_after_a_way_up_that_fails_is_not_reached(
    verify: Verify, project: Path
) -> None:
    write_script(project, "0003_c", "ALTER TABLE public.b ADD i int;\nCREATE TABLE public.a ();")
    write_script(project, "0004_d", "CREATE TABLE public.d ();", "DROP TABLE public.d;")
    (project / "migrations" / "0003_c.down.sql").write_text("ALTER TABLE public.b DROP i;")
    ran = verify("-q")
    assert ran.code == 3
    assert ran.out.splitlines()[2:6] == [
        "0003_c: wrong, unsealed",
        '  up: relation "a" already exists (SQLSTATE 42P07)',
        "    in: CREATE TABLE public.a ()",
        "0004_d: not reached",
    ]


def test_edited_and_removed_scripts_are_named_until_they_are_sealed_again(
    verify: Verify, project: Path
) -> None:
    assert verify("--seal").code == 0
    write_script(project, "0002_bees", "CREATE TABLE public.b (i int);", "DROP TABLE public.b;")
    edited = verify("-q")
    assert edited.code == 3
    assert edited.out.endswith(
        "0002_bees: proved, edited\n"
        f"{edited.out.splitlines()[-2]}\n"
        "edited since they were sealed: 0002_bees\n"
    )
    again = verify("--seal", "-q")
    assert (again.code, again.out.splitlines()[-1]) == (0, "sealed: 0002_bees")
    assert verify().code == 0
    (project / "migrations" / "0002_bees.up.sql").unlink()
    (project / "migrations" / "0002_bees.down.sql").unlink()
    gone = verify("-q")
    assert gone.code == 3
    assert gone.out.splitlines()[-1] == "sealed and gone: 0002_bees"


def test_a_sealed_script_that_leads_elsewhere_is_wrong(
    verify: Verify, server: Server, project: Path
) -> None:
    assert verify("--seal").code == 0
    path = project / "migrations" / "pgmig.sum"
    first, line, *rest = path.read_text().splitlines()
    path.write_text("\n".join([first, f"{line[:-4]}0000", *rest, ""]))
    ran = verify("-q")
    assert ran.code == 3
    assert ran.out.splitlines()[:2] == [
        "0001_a: wrong",
        "  it leads to another schema than the one that pgmig.sum has for it",
    ]
    again = verify("--seal", "-q")
    assert again.code == 0
    assert again.out.startswith("0001_a: proved, leads to another schema than it was sealed with\n")
    assert again.out.endswith("\nsealed: 0001_a\n")
    assert path.read_text().splitlines()[1] == line


def test_the_last_script_is_compared_with_a_state(verify: Verify, project: Path) -> None:
    (project / "same.sql").write_text("CREATE TABLE public.a (i int); CREATE TABLE public.b ();")
    (project / "more.sql").write_text("CREATE TABLE public.a (i int, j int);")
    same = verify("--against", "same.sql", "-q")
    assert (same.code, same.out.splitlines()[-1]) == (0, "they lead to same.sql")
    other = verify("--against", "more.sql", "-q")
    assert other.code == 3
    assert other.out.splitlines()[-3:] == [
        "2 differences from more.sql",
        "  table public.a: column j is missing",
        "  table public.b: should not be",
    ]


def test_a_report_as_json(verify: Verify, server: Server, project: Path) -> None:
    write_script(project, "0003_c", "CREATE TABLE public.c ();", "SELECT 1;")
    ran = verify("--json", "-q")
    document = json.loads(ran.out)
    assert ran.code == 3
    assert (document["command"], document["is_good"]) == ("verify", False)
    assert document["major"] == server.major
    assert [each["is_proved"] for each in document["scripts"]] == [True, True, False]
    assert document["scripts"][2]["faults"][0] == {
        "step": "down",
        "findings": ["table public.c: should not be"],
        "path": None,
        "line": None,
        "column": None,
    }


def test_roles_of_the_header_exist_and_no_database_stays(
    verify: Verify, server: Server, folder: Path, make_role: Callable[..., str], psql: Program
) -> None:
    role = make_role()
    psql(server.url(), "-c", f"DROP ROLE {role}")
    up = f"-- pgmig: roles={role}\nCREATE TABLE public.a (); GRANT SELECT ON public.a TO {role};"
    write_script(folder, "0001_a", up, "DROP TABLE public.a;")
    ran = verify("-q")
    psql(server.url(), "-c", f"CREATE ROLE {role}")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("0001_a: proved")
    query = "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgmig\\_shadow\\_%'"
    assert psql(server.url(), "-Atc", query).stdout == "0\n"


def test_a_role_of_two_proofs_goes_with_the_last_of_them(
    server: Server, make_role: Callable[..., str], psql: Program
) -> None:
    role = make_role()
    psql(server.url(), "-c", f"DROP ROLE {role}")

    def is_there() -> bool:
        query = f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"
        return psql(server.url(), "-Atc", query).stdout == "1\n"

    with open_server(server.major, shadow_url=server.url()) as shadow:
        first, second = shadow.roles([role]), shadow.superusers([role])
        first.__enter__()
        with second:
            first.__exit__(None, None, None)
            assert is_there()
        assert not is_there()
    psql(server.url(), "-c", f"CREATE ROLE {role}")


def test_seals_hold_on_a_server_whose_superuser_has_another_name(
    verify: Verify,
    pgmig: Run,
    server: Server,
    folder: Path,
    make_role: Callable[..., str],
) -> None:
    chief, builder = make_role("LOGIN SUPERUSER"), make_role("LOGIN CREATEDB")
    making = f"CREATE TABLE public.a (); GRANT SELECT ON public.a TO {builder};"
    write_script(folder, "0001_a", f"-- pgmig: roles={builder}\n{making}", "DROP TABLE public.a;")
    assert verify("--seal").code == 0

    def as_role(role: str, *more: str) -> Ran:
        url = make_conninfo(server.url(), user=role)
        return pgmig("verify", "--shadow-url", url, "-q", *more)

    proved = f"1 script of 1 proved on PostgreSQL {server.major}\n"
    assert as_role(chief) == Ran(0, f"0001_a: proved\n{proved}", "")
    assert as_role(builder) == Ran(
        0,
        "0001_a: proved\n"
        f"  not compared with pgmig.sum: its fingerprint was made as role {builder}\n{proved}",
        "",
    )
    (folder / "goal.sql").write_text(f"{making} CREATE TABLE public.b ();")
    chiefs = make_conninfo(server.url(), user=chief)
    words = ("diff", "b", "--from", "migrations/", "--to", "goal.sql", "--shadow-url", chiefs)
    assert pgmig(*words).code == 0
    assert (verify().code, as_role(chief).code) == (0, 0)
    sums = folder / "migrations" / "pgmig.sum"
    sums.write_text(re.sub("=(f1[^:]*):....", r"=\1:0000", sums.read_text()))
    assert as_role(chief).code == 3  # it is really compared
