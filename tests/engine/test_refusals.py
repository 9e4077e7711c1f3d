"""What stands in the way is told before anything runs, each with its exit code."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import msgspec
import pytest

from pgmig import db
from pgmig.commands.down import down
from pgmig.commands.goto import goto
from pgmig.commands.history import history
from pgmig.commands.redo import redo
from pgmig.commands.status import status
from pgmig.commands.up import up
from pgmig.db import with_database
from pgmig.engine import Listener, Options, record_baseline, runner_lock, schema
from pgmig.errors import PgmigError
from pgmig.scripts import read, seal
from tests.engine.conftest import Project
from tests.fixtures.servers import Program

Ask = Callable[[str], list[str]]
OURS = "SELECT count(*) FROM pg_namespace WHERE nspname = 'pgmig'"


def refusal(code: int, run: Callable[..., object], *args: object, **options: object) -> str:
    """What a command says that ends with this exit code."""
    with pytest.raises(PgmigError) as refused:
        run(*args, **options)
    assert refused.value.exit_code == code
    return str(refused.value)


@pytest.fixture
def applied(database: str, project: Project) -> Path:
    """A directory whose three scripts are applied."""
    project.tables(1, 2, 3)
    up(database, project.directory)
    return project.directory


def test_an_edited_applied_script_stops_up(database: str, project: Project, applied: Path) -> None:
    project.add("0002_t2", "CREATE TABLE other (id int);", "DROP TABLE t2;")
    project.table(4)
    told = refusal(7, up, database, applied)
    assert "0002_t2.up.sql is not the text that was applied" in told
    assert ", applied 20" in told
    assert "by postgres" in told
    assert status(database, applied).conflicts[0].troubles == ("edited", "unsealed")
    assert down(database, applied, to=1).after == 1


def test_a_changed_way_down_does_not_stop_up(
    database: str, project: Project, applied: Path, ask: Ask
) -> None:
    project.add("0003_t3", "CREATE TABLE t3 (id int);", "DROP TABLE IF EXISTS t3;")
    project.table(4)
    assert up(database, applied).after == 4
    assert status(database, applied).versions[2].troubles == ("edited-down", "unsealed")
    assert status(database, applied).is_current
    assert [(s.version, s.source) for s in down(database, applied, to=2).steps] == [
        (4, "file"),
        (3, "history"),
    ]


def test_a_missing_file_of_an_applied_script_stops_up(
    database: str, project: Project, applied: Path
) -> None:
    for half in ("up", "down"):
        (applied / f"0002_t2.{half}.sql").unlink()
    project.table(4)
    told = refusal(7, up, database, applied)
    assert "0002_t2.up.sql was applied and its file is missing" in told
    assert status(database, applied).conflicts[0].troubles == ("missing",)
    assert "0002_t2.up.sql" in refusal(7, redo_after_down, database, applied)


def redo_after_down(database: str, directory: Path) -> None:
    down(database, directory, to=2)
    redo(database, directory)


def test_a_late_script_stops_up(database: str, project: Project) -> None:
    project.tables(1, 3)
    up(database, project.directory)
    project.tables(2, 4)
    told = refusal(7, up, database, project.directory)
    assert "0002_t2: pending, but numbered below 0003_t3, which is applied" in told
    assert "do: `pgmig rebase` gives each a number above it" in told
    assert status(database, project.directory).conflicts[0].troubles == (
        "out-of-order",
        "unsealed",
    )


@pytest.mark.parametrize(
    ("command", "version", "told"),
    [
        (up, 9, "there is no version 9"),
        (up, 1, "version 1 is below the current version 3\n   do: `pgmig down 1`"),
        (down, 9, "version 9 is above the current version 3\n   do: `pgmig up 9`"),
        (down, 2, ""),
    ],
)
def test_a_version_on_the_wrong_side_is_refused_with_the_right_command(
    database: str, applied: Path, command: Callable[..., object], version: int, told: str
) -> None:
    if told:
        assert told in refusal(2, command, database, applied, to=version)
    else:
        command(database, applied, to=version)


def test_a_version_that_does_not_exist_is_refused_with_the_nearest(
    database: str, project: Project, applied: Path
) -> None:
    project.table(7)
    assert "the nearest is 0007_t7" in refusal(2, up, database, applied, to=6)
    assert "there is no version 5" in refusal(2, goto, database, applied, 5)
    up(database, applied)
    told = refusal(2, down, database, applied, to=5)
    assert "there is no version 5 applied here" in told


def test_a_script_without_a_way_back_is_refused_before_anything_runs(
    database: str, project: Project, ask: Ask
) -> None:
    project.table(1)
    project.add("0002_gone", '-- pgmig: irreversible="the rows are gone"\nCREATE TABLE a ();')
    project.table(3)
    up(database, project.directory)
    told = refusal(4, down, database, project.directory, to=0)
    assert "0002_gone is irreversible: the rows are gone" in told
    assert ask("SELECT to_regclass('t3')") == ["t3"]
    assert down(database, project.directory).after == 2


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("BEGIN", "BEGIN"),
        ("begin transaction", "BEGIN"),
        ("START TRANSACTION", "START TRANSACTION"),
        ("COMMIT", "COMMIT"),
        ("/* a */ END", "END"),
        ("ROLLBACK", "ROLLBACK"),
        ("ABORT", "ABORT"),
        ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"),
        ("COMMIT PREPARED 'x'", "COMMIT"),
    ],
)
def test_a_script_that_ends_its_transaction_is_refused_before_anything_runs(
    database: str, project: Project, ask: Ask, statement: str, words: str
) -> None:
    project.table(1)
    project.add("0002_commit", f"CREATE TABLE a ();\n {statement};\nSELECT 1;", "SELECT 1")
    told = refusal(4, up, database, project.directory)
    assert f"0002_commit.up.sql holds {words}, but pgmig" in told
    assert "0002_commit.up.sql:2:" in told
    assert ask(OURS) == ["0"]


def test_savepoints_and_prepared_statements_are_not_the_runners(
    database: str, project: Project, ask: Ask
) -> None:
    project.add(
        "0001_savepoint",
        "CREATE TABLE a (); SAVEPOINT s; CREATE TABLE b (); ROLLBACK TO s;"
        "PREPARE p AS SELECT 1; ROLLBACK WORK TO SAVEPOINT s; RELEASE s;",
        "SELECT 1",
    )
    up(database, project.directory)
    assert ask("SELECT to_regclass('a') IS NOT NULL, to_regclass('b') IS NULL") == ["t|t"]


def test_missing_roles_are_named_before_the_first_statement(
    make_role: Callable[..., str], database: str, project: Project, ask: Ask
) -> None:
    role = make_role("NOLOGIN")
    project.table(1)
    project.add(
        "0002_roles", f'-- pgmig: roles="{role},nobody_here,other_one"\nSELECT 1', "SELECT 1"
    )
    told = refusal(4, up, database, project.directory)
    assert "roles missing on this server: nobody_here, other_one" in told
    assert ask(OURS) == ["0"]


def test_an_edited_sealed_script_is_refused(database: str, project: Project, ask: Ask) -> None:
    project.tables(1, 2)
    seal(project.directory)
    up(database, project.directory, to=1)
    project.add("0002_t2", "CREATE TABLE other (id int);", "DROP TABLE t2;")
    told = refusal(4, up, database, project.directory)
    assert "0002_t2.up.sql: not the text that was sealed" in told
    assert status(database, project.directory).pending[0].troubles == ("seal-broken",)


def test_a_schema_of_that_name_that_is_not_ours_is_refused(
    database: str, project: Project, ask: Ask
) -> None:
    project.table(1)
    ask("CREATE SCHEMA pgmig; CREATE TABLE pgmig.history (id int)")
    for command in (up, down, status):
        told = refusal(4, command, database, project.directory)
        assert "the schema pgmig exists and is not pgmig's own" in told
    refusal(4, history, database)
    assert ask("SELECT to_regclass('t1')") == [""]


def test_a_history_of_a_later_pgmig_is_refused(
    database: str, project: Project, applied: Path, ask: Ask
) -> None:
    ask("UPDATE pgmig.meta SET format = 99, tool_version = '9.9'")
    told = refusal(1, up, database, applied)
    assert "the history has format 99, this pgmig knows 3" in told
    assert "use pgmig 9.9 or newer" in told


def test_a_read_only_target_is_refused(database: str, project: Project, ask: Ask) -> None:
    name = ask("SELECT current_database()")[0]
    ask(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    project.table(1)
    assert status(database, project.directory).pending
    told = refusal(4, up, database, project.directory)
    assert "transactions are read-only here" in told


def test_a_directory_without_scripts_is_refused(database: str, project: Project) -> None:
    assert "holds no scripts" in refusal(2, up, database, project.directory)
    assert "pgmig new NAME" in refusal(2, redo, database, project.directory)
    assert status(database, project.directory).versions == ()
    missing = project.directory / "elsewhere"
    refusal(2, up, database, missing)


def test_another_runner_is_named_when_it_keeps_the_lock(database: str, project: Project) -> None:
    project.table(1)
    heard: list[str] = []

    class Ear(Listener):
        def on_wait(self, holder: str) -> None:
            heard.append(holder)

    with db.connect(database, application_name="a rival") as conn, runner_lock(conn, 0, Listener()):
        options = Options(runner_timeout=300)
        told = refusal(5, up, database, project.directory, options=options, listener=Ear())
        assert "another runner holds the lock: a rival (postgres from " in told
        assert status(database, project.directory).runner is not None
    assert len(heard) == 1
    assert up(database, project.directory).after == 1


def test_a_recorded_baseline_is_applied_without_running(
    database: str, project: Project, ask: Ask
) -> None:
    project.table(1)
    script = read(project.directory).scripts[0]
    with db.connect(database) as conn:
        record_baseline(conn, script)
        told = refusal(7, record_baseline, conn, script)
    assert "0001_t1 cannot be recorded as applied: the history stands at 0001_t1" in told
    assert ask("SELECT to_regclass('t1')") == [""]
    assert status(database, project.directory).versions[0].kind == "baseline"
    assert up(database, project.directory).steps == ()
    project.table(2)
    assert up(database, project.directory).after == 2


def test_a_recorded_baseline_is_not_dropped_without_consent(
    database: str, project: Project, ask: Ask
) -> None:
    project.table(1)
    ask("CREATE TABLE t1 (id int)")
    with db.connect(database) as conn:
        record_baseline(conn, read(project.directory).scripts[0])
    for command in (down, redo):
        told = refusal(4, command, database, project.directory)
        assert "0001_t1 was recorded, not run" in told
    options = Options(allow=frozenset({"data-loss"}))
    assert down(database, project.directory, options=options).after == 0
    assert ask("SELECT to_regclass('t1')") == [""]


def test_scripts_below_a_baseline_are_neither_pending_nor_missing(
    database: str, project: Project
) -> None:
    project.tables(1, 2, 3)
    up(database, project.directory, to=1)
    with db.connect(database) as conn:
        record_baseline(conn, read(project.directory).scripts[2])
    (project.directory / "0001_t1.up.sql").unlink()
    (project.directory / "0001_t1.down.sql").unlink()
    assert up(database, project.directory).steps == ()
    told = status(database, project.directory)
    assert [v.version for v in told.versions] == [1, 3]
    assert told.is_current


def test_a_database_that_does_not_exist_is_told(database: str, project: Project) -> None:
    project.table(1)
    told = refusal(1, up, with_database(database, "nowhere_at_all"), project.directory)
    assert 'database "nowhere_at_all" does not exist' in told


def test_a_role_without_rights_is_told_what_to_grant(
    make_role: Callable[..., str], database: str, project: Project, psql: Program, ask: Ask
) -> None:
    quoted = make_role("LOGIN", f'a "" {uuid4().hex}')
    role = quoted.replace('""', '"')
    name = ask("SELECT quote_ident(current_database())")[0]
    project.table(1)
    url = as_role(database, quote(role))
    told = refusal(4, up, url, project.directory)
    assert f"role {role} may not write pgmig's history" in told
    assert f'GRANT CREATE ON DATABASE {name} TO "{quoted}"' in told
    up(database, project.directory)
    told = refusal(4, status, url, project.directory)
    assert f"role {role} may not read pgmig's history" in told
    ask(told.partition("do: ")[2])
    project.table(2)
    assert len(status(url, project.directory).pending) == 1
    told = refusal(4, up, url, project.directory)
    assert "deploy as the role that owns the schema pgmig" in told


def as_role(url: str, role: str) -> str:
    """The URL with another user."""
    return url.replace("postgres@", f"{role}@")


def test_only_the_owner_may_write_the_history_whatever_the_default_privileges(
    make_role: Callable[..., str], database: str, project: Project, ask: Ask
) -> None:
    role = make_role("NOLOGIN")
    ask(f"ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {role}, PUBLIC")
    ask("ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO PUBLIC")
    project.table(1)
    up(database, project.directory)
    rights = ask(
        "SELECT DISTINCT a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE relnamespace = 'pgmig'::regnamespace AND relkind = 'r' AND a.grantee <> c.relowner"
        " AND a.privilege_type <> 'MAINTAIN'"
    )
    assert rights == ["SELECT"]
    assert ask(f"SELECT has_schema_privilege('{role}', 'pgmig', 'CREATE')") == ["f"]


def test_a_role_that_owns_an_empty_schema_made_for_it_may_deploy(
    make_role: Callable[..., str], database: str, project: Project, ask: Ask
) -> None:
    role = make_role("LOGIN")
    ask(f"CREATE SCHEMA pgmig AUTHORIZATION {role}; CREATE SCHEMA app AUTHORIZATION {role}")
    project.add("0001_app", "CREATE TABLE app.a ()", "DROP TABLE app.a")
    assert up(as_role(database, role), project.directory).after == 1
    assert history(database).entries[0].role == role


def test_a_hot_standby_is_told_apart_from_a_read_only_role(database: str) -> None:
    with db.connect(database) as conn:
        home = schema.probe(conn)
        assert not home.is_standby
        standby = msgspec.structs.replace(home, is_standby=True, is_read_only=True)
        told = refusal(4, schema.require_writable, conn, standby)
    assert "the server is a hot standby" in told
    assert "target_session_attrs=read-write" in told
