"""Scripts that harm themselves, the run or the history: each comes out in one stated way.

What a script leaves in its session never reaches the next one, and the history tells the truth.
"""

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from pgmig.commands.down import down
from pgmig.commands.up import up
from pgmig.errors import (
    BackslashStringsOn,
    CopyDataMissing,
    EncodingSet,
    HistoryClosed,
    LeaseLost,
    PgmigError,
    PsqlCommand,
    RunConnectionLost,
    StateLeft,
    StatementFailed,
    TransactionControl,
    UnterminatedSql,
)
from tests.engine.conftest import Project
from tests.fixtures.pooler import pooler
from tests.fixtures.servers import Server

Ask = Callable[[str], list[str]]

OFF = "-- pgmig: transaction=off\n"


@dataclass(frozen=True)
class Hostile:
    """A script that stands between two harmless ones.

    Attributes:
        text: what it holds.
        error: how the run ends; None when all three are applied.
        told: a part of the message, or of the warning of a run that went well.
        before: whether nothing at all runs, not even the first script.
        pooled: how it ends behind a pooler, where that differs.
    """

    text: str
    error: type[PgmigError] | None = None
    told: str = ""
    before: bool = False
    pooled: type[PgmigError] | None = None


def told_before(text: str, told: str) -> Hostile:
    return Hostile(text, TransactionControl, told, before=True)


SILENT = """CREATE FUNCTION keep_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep_out BEFORE INSERT ON pgmig.history
    FOR EACH ROW EXECUTE FUNCTION keep_out();"""
LOUD = SILENT.replace("RETURN NULL", "RAISE EXCEPTION ''no''")

HOSTILE = {
    "commits": told_before("CREATE TABLE h (); COMMIT; CREATE TABLE i ();", "holds COMMIT"),
    "rolls back": told_before("CREATE TABLE h (); ROLLBACK;", "holds ROLLBACK"),
    "begins": told_before("BEGIN; CREATE TABLE h ();", "holds BEGIN"),
    "starts a transaction": told_before("START TRANSACTION;", "holds START TRANSACTION"),
    "prepares to commit": told_before("PREPARE TRANSACTION 'x';", "holds PREPARE TRANSACTION"),
    "discards all": Hostile("DISCARD ALL;", StatementFailed, "25001"),
    "discards all outside": Hostile(OFF + "DISCARD ALL;"),
    "unlocks": Hostile("SELECT pg_advisory_unlock_all();"),
    "unlocks outside": Hostile(OFF + "SELECT pg_advisory_unlock_all(); SELECT 1;"),
    "unlocks where nobody sees it": Hostile(
        "DO $$ BEGIN EXECUTE 'SELECT pg_ad' || 'visory_unlock_all()'; END $$;",
        told="let the runner lock go",
    ),
    "resets all": Hostile("RESET ALL; RESET ROLE; RESET SESSION AUTHORIZATION;"),
    "takes a role": Hostile("SET ROLE pg_monitor;"),
    "becomes another": Hostile("SET SESSION AUTHORIZATION pg_monitor;"),
    "takes a role outside": Hostile(OFF + "SET ROLE pg_monitor; SELECT 1;", pooled=StateLeft),
    "sets": Hostile("SET search_path = nowhere; SET lock_timeout = 1; SET work_mem = '77MB';"),
    "sets outside": Hostile(OFF + "SET search_path = nowhere; SELECT 1;", pooled=StateLeft),
    "sets by a function": Hostile("SELECT set_config('search_path', 'nowhere', false);"),
    "sets outside by a function": Hostile(
        OFF + "SELECT set_config('search_path', 'nowhere', false); SELECT 1;"
    ),
    "writes dates otherwise": Hostile("SET client_encoding = 'UTF-8'; SET DateStyle = 'SQL, DMY';"),
    "is said to be of another encoding": Hostile(
        "SET client_encoding TO 'LATIN1';", EncodingSet, "up.sql:1", before=True
    ),
    "is said to be of other names": Hostile("SET NAMES 'x';", EncodingSet, "NAMES", before=True),
    "changes its encoding where nobody sees it": Hostile(
        "SELECT set_config('client_encoding', 'LATIN1', false);"
    ),
    "leaves things": Hostile(
        "CREATE TEMP TABLE left_over (); LISTEN left_over; SELECT pg_advisory_lock(7);"
        " DECLARE left_over CURSOR WITH HOLD FOR SELECT 1;"
    ),
    "leaves a statement": Hostile("PREPARE left_over AS SELECT 1;", pooled=StateLeft),
    "calls psql": Hostile("SELECT 1;\n\\i other.sql\n", PsqlCommand, "up.sql:2", before=True),
    "copies": Hostile("CREATE TABLE h (t text);\nCOPY h FROM STDIN;\na\\tb\n\\.\nSELECT 1;"),
    "kills itself": Hostile(
        "CREATE TABLE h (); SELECT pg_terminate_backend(pg_backend_pid()); SELECT 1;",
        RunConnectionLost,
        "0001_t1 applied; 0002_hostile rolled back, nothing of it remains",
    ),
    "drops the history": Hostile("DROP SCHEMA pgmig CASCADE;", HistoryClosed, "42P01"),
    "empties the lease": Hostile("DELETE FROM pgmig.lease;", pooled=LeaseLost),
    "keeps the history out": Hostile(SILENT, HistoryClosed, "without a word"),
    "keeps the history out aloud": Hostile(LOUD, HistoryClosed, "P0001"),
    "rewrites the history": Hostile(
        "CREATE RULE r AS ON INSERT TO pgmig.history DO INSTEAD NOTHING;", HistoryClosed, "word"
    ),
    "is read otherwise": Hostile(
        "SET standard_conforming_strings = off;", BackslashStringsOn, ":1", before=True
    ),
    "copies nothing": Hostile("COPY h FROM STDIN;", CopyDataMissing, ":1", before=True),
    "goes back to a savepoint": Hostile(
        "SAVEPOINT s; CREATE TABLE h (); ROLLBACK TO SAVEPOINT s; RELEASE s;"
    ),
    "loads": Hostile("LOAD 'plpgsql';"),
    "loads outside": Hostile(OFF + "LOAD 'plpgsql';", pooled=StateLeft),
    "quotes in every way": Hostile(
        r"""SELECT E'it\'s; ', U&'\0061;', $a$;$b$;$a$, 'a''; b' /* ; /* ; */ ; */; SELECT 1;"""
    ),
    "ends in a quote": Hostile("SELECT 1;\nSELECT 'open;\n", UnterminatedSql, ":2", before=True),
    "is one long statement": Hostile(f"CREATE TABLE h (t text DEFAULT '{'long' * 1_000_000}');"),
    "has a body of its own": Hostile(
        "CREATE FUNCTION h() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END;"
        " END; SELECT h();"
    ),
    "is a rule of several": Hostile(
        "CREATE TABLE h (); CREATE RULE r AS ON DELETE TO h DO ALSO (SELECT 1; SELECT 2);"
    ),
}

# What the next script finds: the deployer's own role and settings, and nothing that was left.
AFTER = """
DO $$ BEGIN
    ASSERT current_user = session_user AND current_user = 'postgres', current_user;
    ASSERT current_setting('search_path') = '"$user", public', current_setting('search_path');
    ASSERT current_setting('work_mem') <> '77MB';
    ASSERT current_setting('lock_timeout') = '5s', current_setting('lock_timeout');
    ASSERT current_setting('client_encoding') = 'UTF8', current_setting('client_encoding');
    ASSERT current_setting('DateStyle') <> 'SQL, DMY', current_setting('DateStyle');
    ASSERT to_regclass('pg_temp.left_over') IS NULL;
    ASSERT NOT EXISTS (SELECT FROM pg_cursors WHERE name = 'left_over');
    ASSERT NOT EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'left_over');
    ASSERT NOT EXISTS (SELECT FROM pg_listening_channels());
    ASSERT NOT EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid()
        AND locktype LIKE 'adv%' AND objid = 7);
END $$;
"""


@pytest.fixture(scope="module")
def behind(server: Server) -> Iterator[Callable[[str], str]]:
    """The way through a pooler that has one backend alone for everybody."""
    with pooler(server, pool_size=2) as found:
        yield found.url


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_script(
    database: str, project: Project, ask: Ask, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    case = HOSTILE[name]
    with expected(case, case.error, project), caplog.at_level(logging.WARNING):
        up(database, project.directory)
    assert case.error is not None or case.told in caplog.text
    settle_up(database, case, case.error, project, ask)


@pytest.mark.newest
@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "is one long statement"])
def test_a_hostile_script_behind_a_pooler(
    database: str, project: Project, ask: Ask, name: str, behind: Callable[[str], str]
) -> None:
    case = HOSTILE[name]
    error = case.pooled or case.error
    with expected(case, error, project):
        up(behind(database), project.directory)
    settle_up(behind(database), case, error, project, ask)


@contextmanager
def expected(case: Hostile, error: type[PgmigError] | None, project: Project) -> Generator[None]:
    """The hostile script between two others, and the end that its run has to have."""
    project.table(1)
    project.add("0002_hostile", case.text, "SELECT 1")
    project.add("0003_after", AFTER, "SELECT 1")
    if error is None:
        yield
        return
    with pytest.raises(error) as found:
        yield
    if error is case.error:
        assert case.told in str(found.value)


def settle_up(
    url: str, case: Hostile, error: type[PgmigError] | None, project: Project, ask: Ask
) -> None:
    """Checks what holds now, and that the run goes on once the script is harmless."""
    versions = "SELECT version FROM pgmig.history ORDER BY id"
    is_before = case.before or error is StateLeft
    if error is None:
        assert ask(versions) == ["1", "2", "3"]
    else:
        assert (ask("SELECT to_regclass('pgmig.history')") == [""]) is is_before
        assert is_before or ask(versions) == ["1"]
        assert ask("SELECT to_regclass('h')") == [""]
        project.add("0002_hostile", "SELECT 1", "SELECT 1")
        assert up(url, project.directory).after == 3
    assert ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == ["0"]
    assert ask("SELECT count(*) FROM pgmig.lease WHERE holder IS NOT NULL") == ["0"]
    assert down(url, project.directory, to=1).after == 1
