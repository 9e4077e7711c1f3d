"""`pgmig seed`: what it says, whom it waits for, and what it leaves when it is stopped."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import db
from pgmig.commands.seed import Options, seed
from pgmig.commands.target import Target
from pgmig.db.execute import run as execute
from pgmig.engine import LOCK_KEY
from pgmig.errors import RunnerBusy, SeedConnectionLost, SeedTableRefused, TargetReadOnly
from pgmig.seeds.rules import Rules
from tests.cli.conftest import PGMIG, Run, environment, masked
from tests.fixtures.pooler import pooler
from tests.fixtures.servers import Program, Server

TABLES = """
CREATE TABLE country (code char(2) PRIMARY KEY, name text, id int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE city (name text PRIMARY KEY, country char(2) REFERENCES country);
INSERT INTO country VALUES ('it', 'Italia'), ('xx', NULL);
"""


@pytest.fixture
def seeds(folder: Path) -> Path:
    """The files of a project, with one for an environment."""
    (folder / "pgmig.toml").write_text("[env.dev]\n[seeds]\nmissing = 'report'\n")
    seeds = folder / "seeds"
    (seeds / "dev").mkdir(parents=True)
    (seeds / "public.country.csv").write_text("code,name\nde,Germany\nit,Italy\n")
    (seeds / "public.city.csv").write_text("name,country\nRoma,it\n")
    (seeds / "dev" / "public.city.csv").write_text("name,country\nTest,de\n")
    (seeds / "README.md").write_text("Where they are from.\n")
    return seeds


def test_what_a_run_says(pgmig_inside: Run, seeds: Path, database: str, psql: Program) -> None:
    psql(database, input=TABLES)
    table = (
        "table           added  changed  removed  same  missing\n"
        "public.country  1      1        0        0     1\n"
        "public.city     1      0        0        0\n"
    )
    rows = "public.country (it): name Italia -> Italy\n"
    missing = "public.country: no file has 1 row: (xx)\n"
    tried = pgmig_inside("seed", "--dry-run", "--url", database)
    assert (tried.code, tried.err) == (0, "")
    assert masked(tried.out) == (
        f"{table}{rows}{missing}"
        "dry run: 2 added, 1 changed, and all rolled back; TARGET is as it was\n"
    )
    done = pgmig_inside("seed", "--url", database)
    assert (
        masked(done.out) == f"{table}{missing}2 added, 1 changed in 2 tables of TARGET, DURATION\n"
    )
    again = pgmig_inside("seed", "--url", database)
    assert masked(again.out) == (
        "table           added  changed  removed  same  missing\n"
        "public.country  0      0        0        2     1\n"
        f"{missing}nothing to do: TARGET has what the files say\n"
    )
    more = pgmig_inside("seed", "--env", "dev", "--json", "public.ci*", "--url", database)
    said = json.loads(more.out)
    assert (said["command"], said["env"], said["is_nothing"]) == ("seed", "dev", False)
    assert [(each["table"], each["added"], each["same"]) for each in said["tables"]] == [
        ("public.city", 1, 1)
    ]
    dump = psql(
        database, "-Atc", "SELECT code, name FROM country ORDER BY 1; TABLE city ORDER BY 1"
    ).stdout
    assert dump == "de|Germany\nit|Italy\nxx|\nRoma|it\nTest|de\n"
    assert psql(database, "-Atc", "SELECT to_regnamespace('pgmig')").stdout == "\n"


def test_words_that_name_nothing(pgmig_inside: Run, seeds: Path, database: str) -> None:
    unknown = pgmig_inside("seed", "public.contry", "--url", database)
    assert (unknown.code, unknown.err.splitlines()[0]) == (
        2,
        "error: no file is for public.contry; the nearest that has one is public.country",
    )
    (seeds.parent / "pgmig.toml").write_text('[seeds]\ndirectory = "sedes"\n')
    folder = pgmig_inside("seed", "--url", database)
    assert (folder.code, folder.err.splitlines()[0]) == (
        2,
        "error: the rows cannot be read: there is no such folder",
    )
    (seeds.parent / "sedes").mkdir()
    empty = pgmig_inside("seed", "--url", database)
    assert (empty.code, empty.out) == (0, "nothing to do: there are no files of rows\n")
    (seeds.parent / "pgmig.toml").write_text('[seeds.tables."public.citi"]\nmissing = "keep"\n')
    rule = pgmig_inside("seed", "--url", database)
    assert rule.code == 2
    assert "seeds.tables.public.citi: no file is for that table" in rule.err
    (seeds.parent / "pgmig.toml").write_text("")
    (seeds / "country.csv").write_text("")
    misnamed = pgmig_inside("seed", "--url", database)
    assert (misnamed.code, misnamed.err.splitlines()[0]) == (
        2,
        "error: country.csv is not named after a table",
    )


def test_two_at_once_do_it_once(seeds: Path, folder: Path, database: str, psql: Program) -> None:
    psql(database, input=TABLES)
    command = [*PGMIG, "seed", "--json", "--url", database]
    both = [
        subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = [json.loads(each.communicate(timeout=60)[0]) for each in both]
    assert sorted(each["is_nothing"] for each in said) == [False, True]


def test_whom_a_run_waits_for(
    seeds: Path, database: str, psql: Program, make_role: Callable[..., str]
) -> None:
    psql(database, input=TABLES)
    quick = Options(lock_timeout=50, runner_timeout=50, retries=0)
    with closing(db.connect(database)) as other:
        execute(other, "BEGIN;INSERT INTO city VALUES ('Bonn')")
        with pytest.raises(SeedTableRefused, match="lock timeout"):
            seed(database, seeds, Rules(), options=quick)
        execute(other, "ROLLBACK")
        assert not seed(database, seeds, Rules()).is_nothing
        # Nothing to do: nobody is waited for.
        execute(
            other, "BEGIN;INSERT INTO city VALUES ('Bonn');DELETE FROM country WHERE code = 'x'"
        )
        assert seed(database, seeds, Rules(), options=quick).is_nothing
        execute(other, f"COMMIT;SELECT pg_advisory_lock({LOCK_KEY})")
        with pytest.raises(RunnerBusy):
            seed(database, seeds, Rules(), options=quick)
        tried = seed(database, seeds, Rules(), options=Options(is_dry_run=True))
        assert tried.is_nothing
    role = make_role("NOLOGIN")
    with pytest.raises(SeedTableRefused, match="permission denied") as caught:
        seed(Target(database, role=role), seeds, Rules())
    assert "grant SELECT, INSERT and UPDATE" in caught.value.do
    psql(
        database,
        input=f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {role};"
        "ALTER TABLE city ENABLE ROW LEVEL SECURITY",
    )
    with pytest.raises(SeedTableRefused, match="row-level security") as caught:
        seed(Target(database, role=role), seeds, Rules())
    assert "BYPASSRLS" in caught.value.do
    psql(database, input="ALTER TABLE city DISABLE ROW LEVEL SECURITY;DELETE FROM city")
    assert not seed(Target(database, role=role), seeds, Rules()).is_nothing
    read_only = f"{database}&options=-cdefault_transaction_read_only%3Don"
    with pytest.raises(TargetReadOnly):
        seed(read_only, seeds, Rules())


def test_what_is_left_when_it_is_stopped(
    seeds: Path, folder: Path, database: str, psql: Program
) -> None:
    psql(database, input=TABLES)
    (seeds / "public.city.csv").unlink()
    script = seeds / "public.city.sql"
    script.write_text("INSERT INTO public.city VALUES ('Bonn');SELECT pg_sleep(60);")
    process = subprocess.Popen(
        [*PGMIG, "seed", "--url", database],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    while psql(database, "-Atc", waiting).stdout != "1\n":
        assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert (process.returncode, told.splitlines()[0]) == (1, "error: stopped")
    assert "now: nothing was changed" in told
    script.write_text(
        "INSERT INTO public.city VALUES ('Bonn');SELECT pg_terminate_backend(pg_backend_pid());"
    )
    with pytest.raises(SeedConnectionLost, match="nothing was changed"):
        seed(database, seeds, Rules())
    assert psql(database, "-Atc", "SELECT count(*) FROM city").stdout == "0\n"


@pytest.mark.newest
def test_behind_a_pooler(server: Server, seeds: Path, database: str, psql: Program) -> None:
    psql(database, input=TABLES)
    (seeds / "public.city.csv").unlink()
    (seeds / "public.city.sql").write_text(
        "SET search_path = public;CREATE TEMP TABLE left_over ();"
        "INSERT INTO city VALUES ('Roma') ON CONFLICT DO NOTHING;"
    )
    with pooler(server, pool_size=2) as behind:
        first = seed(behind.url(database), seeds, Rules())
        again = seed(behind.url(database), seeds, Rules())
        assert (first.is_nothing, again.is_nothing) == (False, True)
        path = psql(
            behind.url(database), "-Atc", "SHOW search_path; SELECT to_regclass('left_over')"
        )
        assert path.stdout == '"$user", public\n\n'
    assert psql(database, "-Atc", "SELECT holder IS NULL FROM pgmig.lease").stdout == "t\n"
