"""Scripts without a transaction: each statement alone, resumed behind those that are done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pgmig import db
from pgmig.commands.down import down
from pgmig.commands.resolve import resolve
from pgmig.commands.status import status
from pgmig.commands.up import up
from pgmig.engine import Listener, Options, Step
from pgmig.errors import (
    NothingToResolve,
    OutcomeUnknown,
    PartWayChanged,
    PartWayElsewhere,
    RunConnectionLost,
    StateLeft,
    StatementFailed,
    StepChanged,
)
from tests.engine.conftest import Project
from tests.engine.test_laws import kill_when_sleeping
from tests.fixtures.servers import Program

Ask = Callable[[str], list[str]]
PROGRESS = "SELECT statement, outcome, coalesce(sqlstate, '-') FROM pgmig.progress ORDER BY 1"


def test_each_statement_is_committed_alone(database: str, project: Project, ask: Ask) -> None:
    project.without_transaction(
        "0001_alone",
        "CREATE TABLE a AS SELECT txid_current() AS t",
        "INSERT INTO a SELECT txid_current()",
        "CREATE INDEX CONCURRENTLY i ON a (t)",
        "VACUUM a",
    )
    up(database, project.directory)
    assert ask("SELECT count(DISTINCT t) FROM a") == ["2"]
    assert ask(PROGRESS) == ["1|done|-", "2|done|-", "3|done|-", "4|done|-"]
    assert ask("SELECT started_at < finished_at FROM pgmig.history") == ["t"]


def test_a_failure_keeps_what_is_done_and_the_next_up_goes_on_behind_it(
    database: str, project: Project, ask: Ask
) -> None:
    def write(third: str) -> None:
        project.without_transaction(
            "0002_many",
            "CREATE TABLE a (id int)",
            "INSERT INTO a VALUES (1)",
            third,
            "INSERT INTO a VALUES (4)",
        )

    project.table(1)
    write("INSERT INTO a VALUES (1/0)")
    with pytest.raises(StatementFailed) as failed:
        up(database, project.directory)
    assert failed.value.holds == (
        "0001_t1 applied; 0002_many part-way: statements 1 to 2 of 4 are done and kept,"
        " statement 3 failed"
    )
    assert ask(PROGRESS) == ["1|done|-", "2|done|-", "3|failed|22012"]
    told = status(database, project.directory)
    assert told.part_way is not None
    assert (told.part_way.version, told.part_way.done, told.current) == (2, 2, 1)
    write("INSERT INTO a VALUES (3)")
    assert up(database, project.directory).after == 2
    assert ask("SELECT id FROM a ORDER BY 1") == ["1", "3", "4"]
    assert ask(PROGRESS) == ["1|done|-", "2|done|-", "3|done|-", "4|done|-"]
    assert status(database, project.directory).part_way is None


def test_going_on_makes_the_settings_again_that_the_script_had_made(
    database: str, project: Project, ask: Ask
) -> None:
    def write(last: str) -> None:
        project.without_transaction(
            "0001_set", "CREATE SCHEMA s", "SET search_path = s", "CREATE TABLE a ()", last
        )

    write("SELECT 1/0")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    write("CREATE TABLE b ()")
    up(database, project.directory)
    assert ask("SELECT relname FROM pg_class WHERE relnamespace = 's'::regnamespace") == ["a", "b"]


def test_a_statement_that_is_done_may_not_change(database: str, project: Project) -> None:
    project.without_transaction("0001_two", "CREATE TABLE a ()", "SELECT 1/0")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    project.without_transaction("0001_two", "CREATE TABLE b ()", "SELECT 1")
    with pytest.raises(StepChanged, match=r"statement 1 of 0001_two\.up\.sql has run") as changed:
        up(database, project.directory)
    assert changed.value.exit_code == 7


def test_a_half_done_script_may_not_become_a_transaction(
    database: str, project: Project, ask: Ask
) -> None:
    project.without_transaction("0001_two", "CREATE TABLE a ()", "SELECT 1/0")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    path = project.add("0001_two", "CREATE TABLE IF NOT EXISTS a (); SELECT 1", "SELECT 1")
    for is_dry_run in (True, False):
        with pytest.raises(PartWayChanged) as changed:
            up(database, project.directory, is_dry_run=is_dry_run)
    assert changed.value.exit_code == 7
    assert str(changed.value).splitlines() == [
        "0001_two is part-way without a transaction and is one transaction now",
        f"   at: {path}",
        "  now: 1 of its statements are done and kept",
        "   do: put `-- pgmig: transaction=off` back at its head, then `pgmig up`",
    ]
    assert ask(PROGRESS) == ["1|done|-", "2|failed|22012"]
    project.without_transaction("0001_two", "CREATE TABLE a ()", "SELECT 1")
    assert up(database, project.directory).after == 1


def test_a_half_done_script_may_not_change_its_name(database: str, project: Project) -> None:
    project.without_transaction("0001_two", "CREATE TABLE a ()", "SELECT 1/0")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    for half in ("up", "down"):
        path = project.directory / f"0001_two.{half}.sql"
        path.rename(project.directory / f"0001_three.{half}.sql")
    with pytest.raises(PartWayChanged, match="its file has another name now") as changed:
        up(database, project.directory)
    assert changed.value.do == "name both of its files 0001_two again"


def test_a_script_of_which_nothing_is_done_may_become_a_transaction(
    database: str, project: Project
) -> None:
    project.without_transaction("0001_two", "SELECT 1/0", "CREATE TABLE a ()")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    project.add("0001_two", "CREATE TABLE a ()", "DROP TABLE a")
    assert up(database, project.directory).after == 1
    told = status(database, project.directory)
    assert told.part_way is None
    assert told.is_current


def test_a_broken_connection_between_statements_sends_to_status(
    database: str, project: Project, psql: Program
) -> None:
    project.without_transaction("0001_two", "CREATE TABLE a ()", "SELECT pg_sleep(60)")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(up, database, project.directory)
        kill_when_sleeping(database, psql)
        with pytest.raises(RunConnectionLost, match=r"0001_two\.up\.sql") as lost:
            running.result()
    assert lost.value.do.startswith("run the same command again")
    assert "statement 1 is done and kept" in lost.value.holds
    project.without_transaction("0001_two", "CREATE TABLE a ()", "CREATE TABLE b ()")
    assert up(database, project.directory).after == 1


def test_nothing_else_runs_while_a_script_is_part_way(database: str, project: Project) -> None:
    project.table(1)
    project.without_transaction("0002_two", "CREATE TABLE a ()", "SELECT 1/0")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    with pytest.raises(PartWayElsewhere, match="0002_two is part-way up: 1") as elsewhere:
        down(database, project.directory)
    assert elsewhere.value.exit_code == 6
    assert elsewhere.value.do == "finish it first with `pgmig up`"


def test_a_down_without_a_transaction_goes_on_too(
    database: str, project: Project, ask: Ask
) -> None:
    off = "-- pgmig: transaction=off\n"
    project.add(
        "0001_a", "CREATE TABLE a (); CREATE TABLE b ()", f"{off}DROP TABLE b; DROP TABLE a"
    )
    up(database, project.directory)
    ask("CREATE VIEW v AS SELECT FROM a")
    with pytest.raises(StatementFailed) as failed:
        down(database, project.directory)
    assert (failed.value.sqlstate, failed.value.line) == ("2BP01", 2)
    with pytest.raises(PartWayElsewhere):
        up(database, project.directory)
    ask("DROP VIEW v")
    assert down(database, project.directory).after == 0
    assert status(database, project.directory).part_way is None


COMMITS = "DO $$ BEGIN COMMIT; PERFORM 1/0; END $$"


@pytest.fixture
def unknown(database: str, project: Project, ask: Ask) -> None:
    """A script whose runner died in statement 2, which commits by itself part-way."""
    project.without_transaction(
        "0001_die", "CREATE TABLE a ()", COMMITS, "CREATE TABLE c ()", down="DROP TABLE a, c"
    )
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    ask("UPDATE pgmig.progress SET outcome = 'started' WHERE statement = 2")


@pytest.mark.usefixtures("unknown")
def test_a_statement_whose_runner_died_is_not_run_again_blindly(
    database: str, project: Project
) -> None:
    with pytest.raises(OutcomeUnknown) as found:
        up(database, project.directory)
    assert found.value.exit_code == 6
    assert str(found.value).splitlines() == [
        "whether statement 2 of 0001_die.up.sql took effect is not known: its runner died",
        f"   at: {project.directory / '0001_die.up.sql'}:3",
        f"  sql: {COMMITS}",
        "  now: the statements before it are done (1 of 3)",
        f"found: {found.value.evidence[0]}",
        *(f"       {line}" for line in found.value.evidence[1:]),
        "   do: look whether it took effect (an index: does it exist, and is it valid?), then"
        " `pgmig resolve 1 --statement 2 --done` or `--redo`",
    ]


@pytest.mark.usefixtures("unknown")
def test_the_operators_word_lets_the_script_go_on(
    database: str, project: Project, ask: Ask
) -> None:
    with pytest.raises(NothingToResolve, match="statement 3 of version 1"):
        resolve(database, 1, 3, is_done=True)
    resolve(database, 1, 2, is_done=False)
    with pytest.raises(StatementFailed, match="division by zero"):
        up(database, project.directory)
    ask("UPDATE pgmig.progress SET outcome = 'started' WHERE statement = 2")
    resolve(database, 1, 2, is_done=True)
    assert up(database, project.directory).after == 1
    assert ask("SELECT to_regclass('c')") == ["c"]
    with pytest.raises(NothingToResolve):
        resolve(database, 1, 2, is_done=True)


def test_an_index_that_a_failure_leaves_invalid_is_named(database: str, project: Project) -> None:
    project.without_transaction(
        "0001_index",
        "CREATE TABLE a (id int)",
        "INSERT INTO a VALUES (1), (1)",
        "CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id)",
    )
    with pytest.raises(StatementFailed) as failed:
        up(database, project.directory)
    assert "invalid indexes: public.a_id" in failed.value.holds


def test_an_index_that_failed_is_built_anew_behind_what_its_author_put_before_it(
    database: str, project: Project, ask: Ask
) -> None:
    text = ["CREATE TABLE a AS SELECT 1 AS id FROM generate_series(1, 2)"]
    index = "CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id)"
    project.without_transaction("0001_index", *text, index)
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    text += ["DELETE FROM a WHERE ctid <> (SELECT min(ctid) FROM a)", "VACUUM a"]
    project.without_transaction("0001_index", *text, index)
    up(database, project.directory)
    assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass") == ["t"]
    outcomes = ask("SELECT statement, outcome FROM pgmig.progress ORDER BY 1")
    assert outcomes == ["1|done", "2|done", "3|done", "4|done"]


def test_a_script_of_which_nothing_is_done_stands_in_nobodys_way(
    database: str, project: Project
) -> None:
    project.table(1)
    project.without_transaction("0002_bad", "SELECT 1/0")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    assert down(database, project.directory).after == 0
    for half in ("up", "down"):
        (project.directory / f"0002_bad.{half}.sql").unlink()
    assert up(database, project.directory).after == 1


def test_what_ends_with_the_session_is_refused(database: str, project: Project) -> None:
    project.without_transaction("0001_temp", "CREATE TEMP TABLE a ()", "CREATE TABLE b ()")
    with pytest.raises(StateLeft, match="holds CREATE TEMP and has no transaction"):
        up(database, project.directory)


def test_a_note_waits_no_longer_than_its_statement(database: str, project: Project) -> None:
    project.without_transaction("0001_a", "CREATE TABLE a ()", "ALTER TABLE a ADD b int")

    class Locks(Listener):
        def on_statement(self, step: Step, number: int, total: int) -> None:
            if number == 2:
                other.execute("BEGIN; LOCK pgmig.progress IN SHARE MODE")

        def on_retry(self, step: Step, reason: str, delay: float) -> None:
            other.execute("COMMIT")

    with db.connect(database) as other:
        options = Options(lock_timeout=50)
        assert up(database, project.directory, options=options, listener=Locks()).after == 1


def test_a_table_called_like_ours_is_not_taken_for_it(database: str, project: Project) -> None:
    insert = "INSERT INTO progress VALUES (1)"
    project.without_transaction(
        "0001_progress", "CREATE TABLE progress (id int PRIMARY KEY)", insert, insert
    )
    with pytest.raises(StatementFailed, match="23505") as failed:
        up(database, project.directory)
    assert (failed.value.line, failed.value.column) == (4, 1)


def test_a_script_is_sent_as_it_is_written_whatever_encoding_it_sets(
    database: str, project: Project, ask: Ask
) -> None:
    project.without_transaction(
        "0001_set",
        "SELECT set_config('client_encoding', 'LATIN1', false)",
        "CREATE TABLE a AS SELECT 'Жü' AS t",
        'CREATE INDEX CONCURRENTLY "Ж" ON a (t)',
    )
    assert up(database, project.directory).after == 1
    assert ask("SELECT t FROM a") == ["Жü"]


def test_an_invalid_index_of_ours_is_built_anew_where_if_not_exists_would_pass_over_it(
    database: str, project: Project, ask: Ask
) -> None:
    project.without_transaction(
        "0001_index",
        "CREATE TABLE a (id int)",
        "INSERT INTO a VALUES (1), (1)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id)",
    )
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass") == ["f"]
    ask("DELETE FROM a")
    up(database, project.directory)
    assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass") == ["t"]


def test_progress_is_written_whatever_role_and_settings_the_script_takes(
    make_role: Callable[..., str], database: str, project: Project, ask: Ask
) -> None:
    role = make_role("NOLOGIN")
    project.without_transaction(
        "0001_role",
        f"GRANT CREATE ON SCHEMA public TO {role}",
        f"SET SESSION AUTHORIZATION {role}",
        "SET default_transaction_read_only = on",
        "SET default_transaction_isolation = serializable",
        "SET search_path = pg_catalog",
        "SET default_transaction_read_only = off",
        "CREATE TABLE public.a ()",
        "RESET SESSION AUTHORIZATION",
    )
    up(database, project.directory)
    assert ask("SELECT relowner::regrole FROM pg_class WHERE relname = 'a'") == [role]
    assert ask("SELECT count(*) FROM pgmig.progress WHERE outcome = 'done'") == ["8"]


def test_a_failed_index_alone_in_its_script_is_built_anew(
    database: str, project: Project, ask: Ask
) -> None:
    ask("CREATE TABLE a AS SELECT 1 AS id FROM generate_series(1, 2)")
    project.without_transaction("0001_index", "CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id)")
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    ask("DELETE FROM a WHERE ctid <> (SELECT min(ctid) FROM a)")
    assert up(database, project.directory).after == 1
    assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass") == ["t"]


def test_notes_of_a_script_that_is_gone_are_in_nobodys_way(
    database: str, project: Project, ask: Ask
) -> None:
    ask("CREATE TABLE a AS SELECT 1 AS id FROM generate_series(1, 2)")
    index = "CREATE UNIQUE INDEX CONCURRENTLY {} ON a (id)"
    project.without_transaction("0001_gone", index.format("a1"))
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    for half in ("up", "down"):
        (project.directory / f"0001_gone.{half}.sql").unlink()
    project.without_transaction("0002_new", "CREATE TABLE b ()", index.format("a2"))
    with pytest.raises(StatementFailed):
        up(database, project.directory)
    fix = "DELETE FROM a WHERE ctid <> (SELECT min(ctid) FROM a)"
    project.without_transaction(
        "0002_new", "CREATE TABLE b ()", "VACUUM a", fix, index.format("a2")
    )
    assert up(database, project.directory).after == 2
    assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a2'::regclass") == ["t"]


def test_what_commits_by_itself_and_then_fails_is_put_to_the_operator(
    database: str, project: Project, ask: Ask
) -> None:
    ask("CREATE TABLE r (n int)")
    fails = "PERFORM 1 / (SELECT count(*) - 1 FROM r)"
    text = f"DO $$ BEGIN INSERT INTO r VALUES (1); COMMIT; {fails}; END $$"
    project.without_transaction("0001_commits", text)
    with pytest.raises(StatementFailed, match="may have committed a part"):
        up(database, project.directory)
    with pytest.raises(OutcomeUnknown):
        up(database, project.directory)
    assert ask("SELECT count(*) FROM r") == ["1"]
    resolve(database, 1, 1, is_done=True)
    assert up(database, project.directory).after == 1
