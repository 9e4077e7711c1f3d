"""What the databases of tests hold, and what is said when there cannot be any."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from pgmig.commands import testing
from pgmig.errors import FilesChanged
from tests.plugin.conftest import Stranger

pytestmark = pytest.mark.newest

OF_DATABASE = """\
DO $$
DECLARE statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        'ALTER DATABASE %I SET search_path = "$user", public, pg_temp',
        'ALTER ROLE shop_reader IN DATABASE %I SET work_mem = 8192',
        'REVOKE CONNECT ON DATABASE %I FROM PUBLIC',
        'GRANT CONNECT ON DATABASE %I TO shop_reader'
    ] LOOP
        EXECUTE format(statement, current_database());
    END LOOP;
END $$;
"""
SETTINGS = """
SELECT s.setrole::regrole, s.setconfig FROM pg_database d
JOIN pg_db_role_setting s ON s.setdatabase = d.oid WHERE d.datname = current_database() ORDER BY 1
"""
RIGHTS = """
SELECT a.grantee::regrole, a.privilege_type FROM pg_database d, aclexplode(d.datacl) a
WHERE d.datname = current_database() ORDER BY 1, 2
"""
HISTORY = """
SELECT version, name, direction, outcome, up_text, down_text FROM pgmig.history ORDER BY 1
"""


def test_a_clone_is_what_up_and_seed_make(
    stranger: Stranger, make_database: Callable[[], str], pg_dump: Callable[..., str]
) -> None:
    stranger.write("migrations/0004_database.up.sql", OF_DATABASE)
    stranger.write("migrations/0004_database.down.sql", "SELECT 1;\n")
    project = testing.open_project(stranger.folder, seeds_env="dev")
    own = make_database()
    with ExitStack() as stack:
        session = stack.enter_context(testing.opened(stranger.server.url(), project))
        clone = stack.enter_context(session.database())
        stranger.write("pgmig.toml", "[env.dev]\n")
        for command in ("up", "seed"):
            pgmig(stranger, command, "--url", own, "--env", "dev")
        dumps = [pg_dump(url, "--exclude-schema=pgmig") for url in (clone.url, own)]
        assert without_key(dumps[0]) == without_key(dumps[1])
        for query in (SETTINGS, RIGHTS, HISTORY):
            assert stranger.ask(query, clone.url) == stranger.ask(query, own) != []
        assert "nothing pending" in pgmig(stranger, "status", "--url", clone.url)


def test_templates_that_nobody_uses_go_and_one_that_is_wanted_is_made_again(
    stranger: Stranger,
) -> None:
    project = testing.open_project(stranger.folder)
    with testing.opened(stranger.server.url(), project) as session:
        olds = [session.template(version).name for version in (0, 1, 2)]
        long_ago = f'{{"project":"{stranger.folder}","used":1}}'
        for name in olds[:2]:
            stranger.ask(f"COMMENT ON DATABASE {name} IS '{long_ago}'")
        last = session.template().name
        templates = [name for name in stranger.databases() if "template" in name]
        assert set(olds) & {*templates} == {olds[2]}
        stranger.ask(f"DROP DATABASE {last}")
        with session.database() as database:
            assert stranger.ask("SELECT count(*) FROM country", database.url) == ["2"]


def test_a_file_that_is_saved_meanwhile_makes_no_template(stranger: Stranger) -> None:
    stranger.write("migrations/0004_note.up.sql", "CREATE TABLE note ();\n")
    stranger.write("migrations/0004_note.down.sql", "DROP TABLE note;\n")
    project = testing.open_project(stranger.folder)
    stranger.write("migrations/0004_note.up.sql", "CREATE TABLE note (text text);\n")
    with testing.opened(stranger.server.url(), project) as session:
        with pytest.raises(FilesChanged):
            session.template()
        assert stranger.databases() == []


def test_a_database_of_pytest_postgresql_has_the_scripts_too(stranger: Stranger) -> None:
    sockets = stranger.server.local.place().sockets
    stranger.write("tests/conftest.py", BESIDE.format(host=str(sockets)))
    stranger.write("tests/test_beside.py", OF_BOTH)
    code, said = stranger.test("tests/test_beside.py")
    assert (code, "3 passed" in said) == (0, True), said


BESIDE = """\
from functools import partial

import pytest
from pytest_postgresql import factories

from pgmig.pytest_plugin import load

own = factories.postgresql_noproc(host={host!r}, user="postgres", dbname="own", load=[load])
own_client = factories.postgresql("own")
first = factories.postgresql_noproc(
    host={host!r}, user="postgres", dbname="first", load=[partial(load, version=1)]
)
first_client = factories.postgresql("first")


@pytest.fixture(scope="session")
def pgmig_server(own):
    return own
"""
OF_BOTH = """\
import psycopg
import pytest


def test_load(own_client):
    assert own_client.execute("SELECT count(*), spent(1) FROM country").fetchone() == (3, 0)


def test_load_of_a_version(first_client):
    assert first_client.execute("SELECT count(*), max(name) FROM customer").fetchone() == (0, None)


@pytest.mark.no_seeds
def test_a_clone_on_its_server(own, pgmig_url):
    with psycopg.connect(pgmig_url) as conn:
        assert conn.info.host == own.host
        assert conn.execute("SELECT count(*) FROM country").fetchone() == (0,)
"""


def test_what_stands_in_the_way_is_told_in_the_words_of_pgmig(stranger: Stranger) -> None:
    stranger.write("migrations/0004_wrong.up.sql", "CREATE TABLE t ();\nSELEC 1;\n")
    stranger.write("migrations/0004_wrong.down.sql", "DROP TABLE t;\n")
    stranger.write("tests/test_marks.py", MARKS)
    code, said = stranger.test("--pgmig-verify", "-k", "marks or 0003 or 0004 or pgmig_sum")
    assert (code, "1 failed, 2 passed, 10 deselected, 3 errors" in said) == (1, True), said
    for words in (
        'syntax error at or near "SELEC"',
        "at_version(9) names no script",
        "write at_version(N) with the number of a script, one of 1 to 4",
        "at_version('two') names no script",
        '0004_wrong, up: syntax error at or near "SELEC" (SQLSTATE 42601)',
    ):
        assert words in said, said
    assert said.count("0004_wrong.up.sql:2:1") == 2  # told by the test of SQL and by the script's
    assert "Traceback" not in said
    assert "pgmig/" not in said
    assert stranger.clones() == []


MARKS = """\
import pytest


def test_newest(pgmig_url): ...


@pytest.mark.at_version(9)
def test_unknown(pgmig_url): ...


@pytest.mark.at_version("two")
def test_no_number(pgmig_url): ...
"""


def test_no_server_and_no_project_are_told_without_a_password(stranger: Stranger) -> None:
    nobody = "postgresql://ann:secret@127.0.0.1:1/postgres"
    code, said = stranger.test("--pgmig-url", nobody, "--pgmig-verify", "-k", "costs or 0001")
    assert (code, "1 failed, 10 deselected, 1 error" in said) == (1, True), said
    assert "at: ann@127.0.0.1:1/postgres" in said
    assert "secret" not in said
    stranger.write("pytest.ini", "[pytest]\npgmig_project = tests\npythonpath = .\n")
    (stranger.folder / "pgmig.toml").unlink()
    (stranger.folder / "migrations").rename(stranger.folder / "elsewhere")
    code, said = stranger.test("tests/test_orders.py")
    assert (code, "pgmig: no project for test databases" in said) == (1, True), said
    assert "pgmig_project = DIR" in said


def pgmig(stranger: Stranger, *words: str) -> str:
    """What the program prints."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "pgmig"), *words],
        cwd=stranger.folder,
        env={k: v for k, v in os.environ.items() if not k.startswith("PG")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def without_key(dump: str) -> list[str]:
    r"""The lines of a dump but for \restrict's, which has a new key each time."""
    keys = ("\\restrict", "\\unrestrict")
    return [line for line in dump.splitlines() if not line.startswith(keys)]
