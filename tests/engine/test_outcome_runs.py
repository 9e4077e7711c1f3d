"""A run that is stopped in a statement of its own, and the same command again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from pgmig import db
from pgmig.commands.up import up
from pgmig.engine import Options
from pgmig.errors import RunConnectionLost, StatementFailed
from tests.engine.conftest import Project

SETUP = """
CREATE TABLE t (a int); CREATE INDEX i ON t (a);
CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1);
"""
STATE = """
SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 't'::regclass
UNION ALL SELECT inhrelid::regclass::text, inhdetachpending FROM pg_inherits ORDER BY 1
"""
STOP = """
SELECT pg_{}_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.mark.newest
@pytest.mark.parametrize("how", ["cancel", "terminate", "timeout"])
@pytest.mark.parametrize(
    ("statement", "blocker", "state"),
    [
        ("CREATE INDEX CONCURRENTLY j ON t (a)", "INSERT INTO t VALUES (1)", ["i|t", "j|t", "q|f"]),
        ("DROP INDEX CONCURRENTLY i", "SELECT FROM t", ["q|f"]),
        ("REINDEX INDEX CONCURRENTLY i", "SELECT FROM t", ["i|t", "q|f"]),
        ("ALTER TABLE p DETACH PARTITION q CONCURRENTLY", "SELECT FROM p", ["i|t"]),
    ],
)
def test_the_same_command_ends_what_was_stopped_on_its_way(
    database: str,
    project: Project,
    ask: Callable[[str], list[str]],
    statement: str,
    blocker: str,
    state: list[str],
    how: str,
) -> None:
    project.add("0001_setup", SETUP, "DROP TABLE t, p")
    project.without_transaction("0002_alone", statement)
    up(database, project.directory, to=1)
    options = Options(lock_timeout=50 if how == "timeout" else 60_000, retries=0)
    with (
        closing(db.connect(database)) as holder,
        closing(db.connect(database)) as admin,
        ThreadPoolExecutor(1) as pool,
    ):
        holder.execute(f"BEGIN; {blocker}".encode())
        running = pool.submit(up, database, project.directory, options=options)
        while how != "timeout" and not admin.execute(STOP.format(how).encode()).fetchall():
            assert not running.done()
        with suppress(StatementFailed, RunConnectionLost):
            running.result()
    assert up(database, project.directory).after == 2
    assert ask(STATE) == state
