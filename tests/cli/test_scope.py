"""What is somebody else's is left out, told, and not missed by the proof."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.fixtures.laws import Law, read
from tests.fixtures.servers import Program

# As a managed service leaves a database.
MANAGED = """
CREATE SCHEMA auth;
CREATE SCHEMA storage;
CREATE SCHEMA extensions;
CREATE EXTENSION hstore SCHEMA extensions;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
COMMENT ON TABLE auth.users IS 'theirs';
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
CREATE TABLE storage.objects (id uuid, owner uuid REFERENCES auth.users);
CREATE FUNCTION extensions.issue() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER issue_it ON ddl_command_end EXECUTE FUNCTION extensions.issue();
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, h extensions.hstore);
CREATE VIEW public.people AS SELECT id, email FROM auth.users;
CREATE POLICY own ON public.profiles USING (id = auth.uid());
CREATE TABLE public.tmp_a (a serial, b integer GENERATED ALWAYS AS IDENTITY);
CREATE INDEX ON public.tmp_a (b);
GRANT SELECT ON public.profiles TO r_other, r_reader;
"""
NEEDS = [
    "foreign key profiles_id_fkey on public.profiles needs ignored key users_pkey on auth.users",
    "foreign key profiles_id_fkey on public.profiles needs ignored table auth.users",
    "policy own on public.profiles needs ignored routine auth.uid()",
    "table public.profiles needs ignored extension hstore",
    "view public.people needs ignored table auth.users",
]
SETTINGS = """
[ignore]
patterns = ["table:public.tmp_*", "role:r_other"]
presets = ["supabase"]
"""


@pytest.fixture
def managed(law: Law) -> str:
    return law.load(MANAGED)


def test_a_snapshot_says_what_it_leaves_out(pgmig: Run, managed: str) -> None:
    words = ("--preset", "supabase", "--exclude", "table:public.tmp_*", "--url", managed)
    ran = pgmig("snapshot", *words)
    document = json.loads(ran.out)
    assert ran.code == 0
    assert ran.err.splitlines()[1:] == [
        "ignored: 14 (-v names them)",
        "what is ignored is needed: 5 (-v names them)",
    ]
    assert document["ignored"]["patterns"] == ["exclude table:public.tmp_*", "preset supabase"]
    assert len(document["ignored"]["objects"]) == 14
    assert [table["name"] for table in document["objects"]["table"]] == ["profiles"]
    verbose = pgmig("snapshot", "-v", *words).err.splitlines()
    assert "ignored: table auth.users" in verbose
    assert [line for line in verbose if line.startswith("what is ignored")] == [
        f"what is ignored is needed: {need}" for need in NEEDS
    ]


def test_one_schema_alone(pgmig: Run, managed: str) -> None:
    ran = pgmig("snapshot", "-q", "--schema", "auth", "--url", managed)
    objects = json.loads(ran.out)["objects"]
    assert {kind: len(each) for kind, each in objects.items()} == {
        "schema": 1,
        "routine": 1,
        "table": 1,
        "key": 1,
    }


def test_roles_whose_privileges_are_left_out_are_counted_and_named(
    pgmig: Run, managed: str
) -> None:
    words = ("--exclude", "role:r_other", "--url", managed)
    ran = pgmig("snapshot", *words)
    assert "r_other" not in json.dumps(json.loads(ran.out)["objects"])
    assert json.loads(ran.out)["ignored"]["roles"] == ["r_other"]
    assert ran.err.splitlines()[1:] == ["ignored: 1 (-v names them)"]
    verbose = pgmig("snapshot", "-v", *words).err.splitlines()
    assert "ignored: privileges of role r_other" in verbose


def test_a_pattern_that_matches_nothing_is_told(pgmig: Run, managed: str) -> None:
    ran = pgmig("snapshot", "--exclude", "nowhere.*", "--schema", "pub*", "--url", managed)
    assert ran.code == 0
    assert ran.err.splitlines()[0] == "warning: the pattern nowhere.* matches nothing"
    assert ran.err.count("matches nothing") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--exclude", "tabel:x"), "error: 'tabel:x' is no pattern: there is no kind 'tabel'"),
        (("--exclude", ""), "error: '' is no pattern: there is no name"),
        (("--schema", ""), "error: '' is no pattern: there is no name"),
        (("--schema", " a"), "error: ' a' is no pattern: a blank stands around the name"),
        (("--schema", '"A"'), "is no pattern: a name has no quotes here"),
        (("--preset", "x"), "do: choose of: cloudsql, rds, supabase"),
    ],
)
def test_a_word_that_means_nothing_is_wrong_usage(
    pgmig: Run, database: str, words: tuple[str, ...], told: str
) -> None:
    for also in ((), ("--fingerprint",)):
        ran = pgmig("snapshot", *words, *also, "--url", database)
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err


def test_a_baseline_is_of_what_the_settings_do_not_ignore(
    pgmig: Run,
    folder: Path,
    managed: str,
    make_database: Callable[[], str],
    psql: Program,
    server_directory: Path,
) -> None:
    (folder / "pgmig.toml").write_text(SETTINGS)
    ran = pgmig("baseline", "--json", "--url", managed, PGMIG_SERVER_DIR=str(server_directory))
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert (document["objects"], document["needs"]) == (7, NEEDS)
    assert "r_other" not in document["roles"]
    up = next(folder.glob("migrations/*.up.sql"))
    assert "-- Needed and not made here: table auth.users" in up.read_text()
    assert "CREATE TABLE auth" not in up.read_text()
    assert "tmp_a" not in up.read_text()

    copy = make_database()
    psql(copy, input=MANAGED.partition("CREATE TABLE public.profiles")[0])
    psql(copy, "-1", "-f", up)
    made = {str(key) for key in read(copy).objects}
    assert {"view public.people", "policy own on public.profiles"} <= made


def test_what_cannot_be_left_out_fails_the_proof(
    pgmig: Run, folder: Path, law: Law, server_directory: Path
) -> None:
    url = law.load("CREATE TABLE public.a (i integer CHECK (i > 0))")
    (folder / "pgmig.toml").write_text('[ignore]\npatterns = ["check:*"]\n')
    ran = pgmig("baseline", "--url", url, PGMIG_SERVER_DIR=str(server_directory))
    assert ran.code == 4
    assert "pg_dump has only" in ran.err
    assert not (folder / "migrations").exists()
