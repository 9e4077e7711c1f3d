"""Behind PgBouncer in transaction mode: the lease, and who may commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg.conninfo import conninfo_to_dict

from pgmig import db
from pgmig.commands.status import status
from pgmig.commands.target import Target
from pgmig.commands.up import up
from pgmig.engine import Listener, Options, Step, runner_lock
from pgmig.errors import (
    LeaseLost,
    RoleNotTaken,
    RunnerBusy,
    RunnerOvertaken,
    StatementFailed,
    TargetReadOnly,
)
from tests.engine.conftest import Project
from tests.fixtures.pooler import pooler
from tests.fixtures.servers import Server

Ask = Callable[[str], list[str]]

SLEEPS = """SELECT count(*) FROM pg_stat_activity
WHERE wait_event = 'PgSleep' AND datname = current_database()"""


@pytest.fixture(scope="module")
def behind(server: Server) -> Iterator[Callable[[str], str]]:
    with pooler(server, pool_size=4) as found:
        yield found.url


def test_a_pooler_is_recognized(database: str, behind: Callable[[str], str]) -> None:
    with db.connect(database) as direct, db.connect(behind(database)) as pooled:
        assert (direct.is_pooled, pooled.is_pooled) == (False, True)


def test_a_runner_that_lost_its_lease_cannot_commit(
    database: str, project: Project, ask: Ask, behind: Callable[[str], str]
) -> None:
    project.table(1)
    project.add("0002_slow", "CREATE TABLE slow (); SELECT pg_sleep(1)", "DROP TABLE slow")

    class Taken(Listener):
        def on_start(self, step: object) -> None:
            """Somebody takes the lease over, as from a runner that slept."""
            ask("UPDATE pgmig.lease SET token = token + 1, holder = 'another'")

    up(behind(database), project.directory, to=1)
    with pytest.raises(LeaseLost, match="0002_slow") as lost:
        up(behind(database), project.directory, listener=Taken())
    assert lost.value.exit_code == 5
    assert ask("SELECT to_regclass('slow'), count(*) FROM pgmig.history") == ["|1"]


def test_a_runner_of_a_session_ends_a_lease_without_a_sign_of_life(
    database: str, project: Project, ask: Ask, behind: Callable[[str], str]
) -> None:
    project.table(1)
    up(database, project.directory)
    project.add("0002_both", "CREATE TABLE both_of (); SELECT pg_sleep(0.5)", "DROP TABLE both_of")
    rival: list[int] = []

    class Sleeps(Listener):
        def on_start(self, step: Step) -> None:
            """The first runner is taken for dead; one with a session takes over."""
            if not rival:
                rival.append(0)
                ask("UPDATE pgmig.heartbeat SET at = now() - interval '1 h'")
                rival.append(up(database, project.directory).after)

    with pytest.raises((LeaseLost, RunnerOvertaken)):
        up(behind(database), project.directory, listener=Sleeps())
    assert rival == [0, 2]
    assert ask("SELECT id, version FROM pgmig.history ORDER BY 1") == ["1|1", "2|2"]


def test_a_lease_without_a_sign_of_life_is_anybodys(
    database: str, project: Project, ask: Ask, behind: Callable[[str], str]
) -> None:
    project.table(1)
    up(behind(database), project.directory)
    project.table(2)
    ask("UPDATE pgmig.lease SET holder = 'the dead'; UPDATE pgmig.heartbeat SET at = now()")
    with pytest.raises(RunnerBusy, match="the dead since"):
        up(behind(database), project.directory, options=Options(runner_timeout=100))
    ask("UPDATE pgmig.heartbeat SET at = now() - interval '16 s'")
    assert up(behind(database), project.directory).after == 2


def test_runners_with_and_without_a_pooler_exclude_each_other(
    database: str, project: Project, behind: Callable[[str], str]
) -> None:
    project.table(1)
    options = Options(runner_timeout=100)
    up(database, project.directory)
    project.table(2)
    ways = (database, behind(database))
    for holder, waiter in (ways, ways[::-1]):
        with (
            db.connect(holder) as conn,
            runner_lock(conn, 0, Listener()),
            pytest.raises(RunnerBusy),
        ):
            up(waiter, project.directory, options=options)
    assert up(waiter, project.directory, options=options).after == 2


def test_a_lease_whose_row_is_gone_is_made_anew(
    database: str, project: Project, ask: Ask, behind: Callable[[str], str]
) -> None:
    project.table(1)
    up(database, project.directory)
    project.table(2)
    ask("DELETE FROM pgmig.lease")
    assert up(behind(database), project.directory).after == 2


def test_a_crowd_applies_each_script_once(
    database: str, project: Project, ask: Ask, behind: Callable[[str], str]
) -> None:
    project.tables(1, 2, 3)
    ways = (database, behind(database)) * 3
    with ThreadPoolExecutor(len(ways)) as pool:
        ends = list(pool.map(lambda way: up(way, project.directory).after, ways))
    assert ends == [3] * len(ways)
    assert ask("SELECT id, version FROM pgmig.history ORDER BY 1") == ["1|1", "2|2", "3|3"]


def test_a_role_is_taken_in_each_transaction(
    database: str,
    project: Project,
    ask: Ask,
    behind: Callable[[str], str],
    make_role: Callable[[], str],
) -> None:
    role = make_role()
    ask(f"GRANT CREATE ON DATABASE {database_of(database)} TO {role}")
    ask(f"GRANT CREATE ON SCHEMA public TO {role}")
    project.table(1)
    project.without_transaction("0002_off", "CREATE TABLE off ()", "CREATE INDEX ON t1 (id)")
    for way in (behind(database), database):
        up(Target(way, role=role), project.directory)
        project.table(3)
    project.without_transaction("0004_alone", "VACUUM off")
    with pytest.raises(RoleNotTaken, match="holds VACUUM OFF"):
        up(Target(behind(database), role=role), project.directory)
    owners = "SELECT DISTINCT relowner::regrole FROM pg_class WHERE relname IN ('t1', 't3', 'off')"
    assert ask(owners) == [role]
    assert ask("SELECT DISTINCT role FROM pgmig.history") == [role]
    assert ask("SELECT DISTINCT relowner::regrole FROM pg_class WHERE relname = 'history'") == [
        role
    ]


def database_of(url: str) -> str:
    with db.connect(url) as conn:
        return conn.info.dbname


def test_a_target_that_takes_no_writes_is_read_and_told_as_such(
    database: str, project: Project, ask: Ask, behind: Callable[[str], str]
) -> None:
    project.table(1)
    name = conninfo_to_dict(database)["dbname"]
    ask(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    assert status(behind(database), project.directory).current == 0
    with pytest.raises(TargetReadOnly) as refused:
        up(behind(database), project.directory)
    assert refused.value.is_standby is False


def test_a_script_of_an_older_snapshot_commits_while_the_lease_is_kept_alive(
    database: str, project: Project, ask: Ask, behind: Callable[[str], str]
) -> None:
    text = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; CREATE TABLE a (); SELECT pg_sleep(0.5)"
    project.add("0001_long", text, "DROP TABLE a")

    class Beats(Listener):
        def on_start(self, step: Step) -> None:
            self.beat = ThreadPoolExecutor(1).submit(self._beat)

        def _beat(self) -> None:
            with db.connect(database) as conn:
                while conn.execute(SLEEPS).fetchone() == (0,):
                    pass
                conn.execute("UPDATE pgmig.heartbeat SET at = now()")

    beats = Beats()
    assert up(behind(database), project.directory, listener=beats).after == 1
    beats.beat.result()


def test_a_lock_that_a_failing_script_took_for_its_session_goes_with_it(
    database: str, project: Project, ask: Ask, behind: Callable[[str], str]
) -> None:
    project.add("0001_locks", "SELECT pg_advisory_lock(7); SELECT 1/0", "SELECT 1")
    project.without_transaction("0002_locks", "SELECT pg_advisory_lock(7), 1/0")
    for version in (1, 2):
        with pytest.raises(StatementFailed, match="division by zero"):
            up(behind(database), project.directory, to=version)
        assert ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == ["0"]
        project.add("0001_locks", "SELECT 1", "SELECT 1")
