"""`pgmig squash`: one script in the place of the first ones, which all databases can cross."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Program, Server

pytestmark = pytest.mark.newest

Shadowed = Callable[..., Ran]

# Scripts whose rows meet triggers, policies, keys, checks and a view that keeps rows.
SCRIPTS = {
    "0001_a": (
        "CREATE TABLE public.a (id serial PRIMARY KEY, n text);"
        r" INSERT INTO public.a (n) VALUES ('x'), (E'y\tz\\'), (NULL);",
        "DROP TABLE public.a;",
    ),
    "0002_b": (
        "CREATE FUNCTION public.is_known(int) RETURNS bool LANGUAGE plpgsql AS"
        " $$BEGIN RETURN EXISTS (SELECT FROM public.a WHERE id = $1); END$$;"
        ' CREATE TABLE public."A b" (id int GENERATED ALWAYS AS IDENTITY, a int REFERENCES'
        " public.a CHECK (public.is_known(a)), twice int GENERATED ALWAYS AS (a * 2) STORED);"
        ' INSERT INTO public."A b" (a) SELECT id FROM public.a ORDER BY id;'
        ' CREATE MATERIALIZED VIEW public.m AS SELECT count(*) FROM public."A b";',
        'DROP MATERIALIZED VIEW public.m; DROP TABLE public."A b";'
        " DROP FUNCTION public.is_known(int);",
    ),
    "0003_c": (
        "CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE EXCEPTION 'no'; END$$;"
        " CREATE TRIGGER no BEFORE INSERT ON public.a FOR EACH ROW EXECUTE FUNCTION public.no();"
        " ALTER TABLE public.a ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        " CREATE POLICY own ON public.a USING (n = CURRENT_USER);",
        "DROP POLICY own ON public.a; DROP TRIGGER no ON public.a; DROP FUNCTION public.no();"
        " ALTER TABLE public.a DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;",
    ),
    "0004_d": ("CREATE TABLE public.d (i int);", "DROP TABLE public.d;"),
    "0005_e": ("INSERT INTO public.d VALUES (1), (2);", "DELETE FROM public.d;"),
}


@pytest.fixture
def shadowed(pgmig_inside: Run, server: Server) -> Shadowed:
    """Runs pgmig with the server under test for shadow databases."""

    def run(command: str, *args: str) -> Ran:
        return pgmig_inside(command, "-q", "--shadow-url", server.url(), *args)

    return run


@pytest.fixture
def scripts(folder: Path) -> Path:
    """A folder with all of them."""
    for label, (up, down) in SCRIPTS.items():
        write_script(folder, label, up, down)
    return folder


def dumped(pg_dump: Callable[..., str], url: str) -> list[str]:
    options = ("-N", "pgmig", "--inserts")
    return [line for line in pg_dump(url, *options).splitlines() if "restrict" not in line]


def names(folder: Path) -> list[str]:
    found = (folder / "migrations").rglob("*.up.sql")
    return sorted(p.relative_to(folder / "migrations").as_posix() for p in found)


def test_databases_at_every_version_cross_two_checkpoints(
    scripts: Path,
    pgmig_inside: Run,
    shadowed: Shadowed,
    server: Server,
    make_database: Callable[[], str],
    pg_dump: Callable[..., str],
) -> None:
    def start(version: int) -> str:
        url = make_database()
        if version:
            assert pgmig_inside("up", str(version), "--url", url).code == 0
        return url

    old = [start(version) for version in (0, 1, 4, 5)]
    assert shadowed("verify", "--seal").code == 0
    first = shadowed("squash", "--to", "3", "First Three")
    assert first.out == (
        "migrations/0003_first_three.up.sql\n"
        "migrations/0003_first_three.down.sql\n"
        "it stands for 3 migrations, 0001_a to 0003_c: 11 objects and 6 rows\n"
        f"proved on PostgreSQL {server.major}: up, down, up, with the same schema and rows\n"
        "they are in migrations/squashed/0003/ now, for databases that ran some of them\n"
    )
    databases = [*old, start(3)]
    second = shadowed("squash", "--to", "0004", "--json")
    assert json.loads(second.out)["stands_for"] == ["0003_first_three", "0004_d"]
    assert names(scripts) == [
        "0004_checkpoint.up.sql",
        "0005_e.up.sql",
        *(f"squashed/0003/000{n}.up.sql" for n in ("1_a", "2_b", "3_c")),
        *(f"squashed/0004/000{n}.up.sql" for n in ("3_first_three", "4_d")),
    ]
    verified = shadowed("verify")
    assert verified.code == 0
    assert verified.out.splitlines()[-2:] == [
        "0004_checkpoint stands for 2 scripts, which lead to the same",
        "0003_first_three stands for 3 scripts, which lead to the same",
    ]
    for url in databases:
        assert pgmig_inside("up", "--url", url).code == 0
        assert pgmig_inside("status", "--check", "--url", url).code == 0
        assert dumped(pg_dump, url) == dumped(pg_dump, old[-1])
    for url in (old[0], old[1]):
        assert shadowed("drift", "--url", url).code == 0
        assert shadowed("drift", "--fingerprints", "--url", url).code == 0
        assert shadowed("diff", "--from", url, "--to", "migrations/").out.startswith("no diff")
    empty = dumped(pg_dump, make_database())
    for url in databases[-2:]:
        assert pgmig_inside("down", "0", "--url", url).code == 0
        assert dumped(pg_dump, url) == empty


def test_one_version_within_a_checkpoint_is_asked_for(
    scripts: Path,
    pgmig_inside: Run,
    shadowed: Shadowed,
    make_database: Callable[[], str],
    psql: Program,
) -> None:
    assert shadowed("squash", "--to", "4").code == 0
    fresh, other = make_database(), make_database()
    assert shadowed("diff", "--from", "migrations/@3", "--to", "migrations/@4").out.splitlines()[
        :2
    ] == [
        "1 difference from migrations/@3 to migrations/@4",
        "  table public.d: is missing",
    ]
    assert pgmig_inside("up", "--url", fresh).code == 0
    ran = pgmig_inside("goto", "2", "--url", fresh)
    assert ran.code == 2
    assert ran.err.startswith("error: version 2 is a part of 0004_checkpoint, which this database")
    assert pgmig_inside("goto", "0", "--url", fresh).code == 0
    assert pgmig_inside("goto", "2", "--url", fresh).code == 0
    status = json.loads(pgmig_inside("status", "--json", "--url", fresh).out)
    assert [each["label"] for each in status["versions"]] == [*SCRIPTS]
    assert status["current"] == 2
    assert pgmig_inside("goto", "5", "--url", fresh).code == 0
    # Another copy of a database that was adopted by what is squashed now.
    psql(other, "-c", SCRIPTS["0001_a"][0])
    adopted = shadowed("baseline", "a", "--url", other)
    assert (adopted.code, adopted.err) == (0, "")
    assert pgmig_inside("up", "--url", other).out.splitlines()[0].split()[:2] == ["up", "0002_b"]


def test_what_a_checkpoint_stands_for_is_watched(
    scripts: Path,
    pgmig_inside: Run,
    shadowed: Shadowed,
    make_database: Callable[[], str],
    pg_dump: Callable[..., str],
) -> None:
    url = make_database()
    assert pgmig_inside("up", "2", "--url", url).code == 0
    # PostgreSQL prints such a CHECK in another form once it has parsed its own text.
    reprinted = "CREATE TABLE public.d (i int, k varchar CHECK (k IN ('p', 'q')));"
    write_script(scripts, "0004_d", reprinted, "DROP TABLE public.d;")
    assert shadowed("squash", "--to", "4").code == 0
    assert shadowed("verify").code == 0
    folder = scripts / "migrations" / "squashed" / "0004"
    path = folder / "0003_c.up.sql"
    text = path.read_text()
    path.write_text(f"{text}\nCREATE TABLE public.more ();")
    told = shadowed("verify")
    assert told.code == 3
    assert told.out.splitlines()[-3:] == [
        "0004_checkpoint stands for 4 scripts, which do not lead to the same",
        "  edited since it was sealed: 0003_c.up.sql",
        "  table public.more: is missing",
    ]
    assert pgmig_inside("up", "--url", url).code == 4
    path.write_text(text)
    folder.rename(scripts / "elsewhere")
    for command in ("up", "status", "redo"):
        ran = pgmig_inside(command, "--url", url)
        assert ran.code == 7
        assert "the scripts that 0004_checkpoint stands for are not whole" in ran.err
    assert shadowed("verify").code == 3
    assert pgmig_inside("up", "--url", make_database()).code == 0
    down = pgmig_inside("down", "0", "--url", url)
    assert (down.code, down.out.count("with the text that history keeps")) == (0, 2)
    assert dumped(pg_dump, url) == dumped(pg_dump, make_database())


def test_what_cannot_be_squashed_is_refused_and_nothing_is_written(
    scripts: Path, shadowed: Shadowed
) -> None:
    write_script(scripts, "0006_f", "SELECT lo_create(7);", "SELECT 1;")
    signed = "SELECT lo_unlink(7); CREATE TABLE public.g AS SELECT CURRENT_USER::text AS who;"
    write_script(scripts, "0007_g", signed, "SELECT 1;")
    wide = "TRUNCATE public.g; INSERT INTO public.g SELECT repeat('x', 1000000)"
    write_script(scripts, "0008_h", f"{wide} FROM generate_series(1, 9);", "SELECT 1;")
    write_script(scripts, "0009_i", "SELECT 1/0;", "SELECT 1;")
    before = names(scripts)

    def told(*args: str) -> tuple[int, str]:
        ran = shadowed("squash", *args)
        assert names(scripts) == before
        return ran.code, ran.err.partition("\n   do:")[0]

    assert told("--to", "10") == (
        2,
        f"error: there is no version 10 in {scripts / 'migrations'}",
    )
    assert told("--to", "x")[0] == told("--to", "0")[0] == told()[0] == 2
    assert told("--to", "3", "Ä")[0] == 2
    assert told("--to", "3", "c") == (
        2,
        f"error: 0003_c.up.sql is there already\n   at: {scripts / 'migrations' / '0003_c.up.sql'}",
    )
    assert told("--to", "6")[1].endswith("\n      pgmig does not model large object 1 in all")
    assert told("--to", "7") == (
        4,
        "error: 0007_checkpoint does not leave what the scripts leave; no file was written:\n"
        "      the name of whoever runs them is in the rows of public.g",
    )
    assert told("--to", "8") == (
        4,
        "error: the scripts leave more rows than a checkpoint holds (8000000 characters):\n"
        "      public.A b: 3 rows\n      public.a: 3 rows\n      public.d: 2 rows\n"
        "      public.g: 9 rows",
    )
    assert told("--to", "9")[0] == 1
    kept = scripts / "migrations" / "squashed" / "0005" / "notes.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("of somebody")
    assert told("--to", "5") == (2, f"error: notes.txt is there already\n   at: {kept}")
    kept.unlink()
    dry = shadowed("squash", "--to", "5", "--dry-run")
    assert (dry.code, dry.out.splitlines()[-1]) == (0, "dry run: nothing was written")
    alone = shadowed("squash", "--to", "1")
    assert alone.out == "nothing to squash: there is only one of the migrations up to 1\n"
    assert names(scripts) == before
