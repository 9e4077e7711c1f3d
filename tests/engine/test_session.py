"""No session state of one script reaches the next one, nor pgmig's own statements."""

from collections.abc import Callable

import pytest

from pgmig.commands.status import status
from pgmig.commands.up import up
from tests.engine.conftest import Project

Ask = Callable[[str], list[str]]

# What a script may leave behind, and a query that gives true in a session that nothing touched.
TRACES = {
    "search_path": (
        "CREATE SCHEMA other; SET search_path = other",
        "current_setting('search_path') = '\"$user\", public'",
    ),
    "settings": (
        "SET statement_timeout = '77s'; SET DateStyle = German",
        "current_setting('statement_timeout') = '0' AND current_setting('DateStyle') = 'ISO, MDY'",
    ),
    "set_config": (
        "SELECT set_config('work_mem', '77MB', false)",
        "current_setting('work_mem') = '4MB'",
    ),
    "lock_timeout": ("SET lock_timeout = '77s'", "current_setting('lock_timeout') = '5s'"),
    "custom setting": (
        "SET my.own = 'x'",
        "coalesce(current_setting('my.own', true), '') = ''",
    ),
    "read-only": (
        "SET default_transaction_read_only = on",
        "current_setting('transaction_read_only') = 'off'",
    ),
    "replication role": (
        "SET session_replication_role = replica",
        "current_setting('session_replication_role') = 'origin'",
    ),
    "role": ("SET ROLE pg_monitor", "current_user = session_user"),
    "session authorization": (
        "SET SESSION AUTHORIZATION pg_monitor",
        "session_user <> 'pg_monitor'",
    ),
    "temporary table": (
        "DO $$ BEGIN CREATE TEMP TABLE left_over (id int); END $$",
        "to_regclass('left_over') IS NULL",
    ),
    "prepared statement": (
        "PREPARE left_over AS SELECT 1",
        "NOT EXISTS (SELECT FROM pg_prepared_statements)",
    ),
    "cursor": (
        "DECLARE left_over CURSOR WITH HOLD FOR SELECT 1",
        "NOT EXISTS (SELECT FROM pg_cursors WHERE name = 'left_over')",
    ),
    "listener": ("LISTEN left_over", "NOT EXISTS (SELECT FROM pg_listening_channels())"),
}


@pytest.mark.parametrize("trace", TRACES)
@pytest.mark.parametrize("way", ["transaction", "statements"])
def test_what_a_script_sets_does_not_reach_the_next(
    database: str, project: Project, ask: Ask, trace: str, way: str
) -> None:
    leave, is_clean = TRACES[trace]
    head = "-- pgmig: transaction=off\n" if way == "statements" else ""
    project.add("0001_leave", f"{head}{leave};", "SELECT 1")
    project.add("0002_look", f"CREATE TABLE seen AS SELECT {is_clean} AS is_clean;", "SELECT 1")
    project.add(
        "0003_look", f"{head}CREATE TABLE again AS SELECT {is_clean} AS is_clean;", "SELECT 1"
    )
    assert up(database, project.directory).after == 3
    assert ask("SELECT is_clean FROM seen UNION ALL SELECT is_clean FROM again") == ["t", "t"]
    assert ask("SELECT count(DISTINCT role) FROM pgmig.history") == ["1"]


def test_a_script_runs_under_the_roles_own_settings(
    database: str, project: Project, ask: Ask
) -> None:
    name = ask("SELECT current_database()")[0]
    ask(f"ALTER DATABASE {name} SET search_path = own")
    ask(f"ALTER DATABASE {name} SET DateStyle = 'German'")
    ask("CREATE SCHEMA own")
    look = "CREATE TABLE {} AS SELECT current_setting('DateStyle') AS style"
    project.add("0001_look", look.format("one"), "SELECT 1")
    project.add("0002_look", f"-- pgmig: transaction=off\n{look.format('two')}", "SELECT 1")
    up(database, project.directory)
    assert ask("SELECT (SELECT style FROM own.one) = (SELECT style FROM own.two)") == ["t"]
    assert ask("SELECT style FROM own.one") == ["German, DMY"]
    assert status(database, project.directory).is_current


def test_a_backslash_is_a_character_whatever_the_role_says(
    database: str, project: Project, ask: Ask
) -> None:
    name = ask("SELECT current_database()")[0]
    ask(f"ALTER DATABASE {name} SET standard_conforming_strings = off")
    ask(f"ALTER DATABASE {name} SET escape_string_warning = off")
    project.add("0001_one", "CREATE TABLE one AS SELECT 'a\\' AS it, ';' AS two", "SELECT '\\'")
    project.without_transaction("0002_two", "SELECT 1", "CREATE TABLE two AS SELECT 'b\\' AS it")
    project.add("0003_three", "CREATE TABLE three AS SELECT 'c\\' AS it", "SELECT 1")
    up(database, project.directory)
    query = "SELECT it FROM one UNION ALL SELECT it FROM two UNION ALL SELECT it FROM three"
    assert ask(query) == ["a\\", "b\\", "c\\"]
    assert ask("SELECT down_text FROM pgmig.history WHERE id = 1") == ["SELECT '\\'"]


def test_a_script_may_choose_its_isolation_level(database: str, project: Project, ask: Ask) -> None:
    project.add(
        "0001_serializable",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;"
        "CREATE TABLE seen AS SELECT current_setting('transaction_isolation') AS level;",
        "SELECT 1",
    )
    up(database, project.directory)
    assert ask("SELECT level FROM seen") == ["serializable"]


def test_a_planted_function_is_not_called_by_our_queries(
    database: str, project: Project, ask: Ask
) -> None:
    name = ask("SELECT current_database()")[0]
    project.add(
        "0001_plant",
        "CREATE SCHEMA planted;"
        "CREATE FUNCTION planted.max(bigint) RETURNS bigint LANGUAGE plpgsql AS"
        " $$BEGIN RAISE 'called'; END$$;"
        "CREATE FUNCTION planted.eq(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS"
        " $$BEGIN RAISE 'called'; END$$;"
        "CREATE OPERATOR planted.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = planted.eq);"
        "CREATE OPERATOR planted.> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = planted.eq);"
        f"ALTER DATABASE {name} SET search_path = planted, pg_catalog;",
        "SELECT 1",
    )
    project.without_transaction("0002_two", "CREATE TABLE planted.a ()", "SELECT 1")
    up(database, project.directory)
    project.add("0003_three", "CREATE TABLE planted.b ()", "SELECT 1")
    assert up(database, project.directory).after == 3
    assert status(database, project.directory).is_current
