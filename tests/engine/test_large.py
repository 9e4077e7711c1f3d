"""Scripts too large to hold: the same as small ones, in many messages and little memory."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from pgmig import db
from pgmig.commands.down import down
from pgmig.commands.up import up
from pgmig.engine import Listener, Options, Step, look
from pgmig.engine.history import KEPT_TEXT, stored_script
from pgmig.errors import ScriptChanged, StatementFailed, TextNotKept, TransactionControl
from pgmig.scripts.large import LARGE
from tests.engine.conftest import Project
from tests.fixtures.servers import Program

Ask = Callable[[str], list[str]]

TABLE = "CREATE TABLE big (id int PRIMARY KEY, name text CHECK (name <> 'bad'), note text);\n"
SUM = (
    "SELECT count(*), md5(string_agg(id::text || name || coalesce(note, '-'), ',' ORDER BY id))"
    " FROM big"
)
PAD = "é;'' $$ -- /* \\ " * 20  # what a splitter may stumble on


def rows(first: int, count: int) -> str:
    return "".join(
        f"INSERT INTO big VALUES ({n}, 'row {n}', '{PAD}');\n" for n in range(first, first + count)
    )


def copied(first: int, count: int) -> str:
    note = PAD.replace("\\", "\\\\")
    lines = "".join(f"{n}\trow {n}\t{note}\n" for n in range(first, first + count))
    return f"COPY big FROM STDIN; -- data\n{lines}\\.\n"


def six_megabytes(middle: str = "") -> str:
    """Every kind of part: many statements, data that is longer than a part, one long statement."""
    long = "".join(f",\n ({n}, 'row {n}', E'{PAD}')" for n in range(20_000, 25_000))
    parts = (
        TABLE,
        rows(0, 5_000),
        copied(10_000, 5_000),
        middle,
        "INSERT INTO big VALUES (-1, 'first', NULL)" + long + ";\n",
        copied(30_000, 3),
        "DO $do$ BEGIN UPDATE big SET name = 'é' WHERE id = 3; END $do$; -- the end",
    )
    text = "".join(parts)
    assert len(text.encode()) > 1.3 * LARGE
    return text


def test_a_large_script_does_what_psql_makes_of_it(
    database: str, make_database: Callable[[], str], project: Project, psql: Program, ask: Ask
) -> None:
    path = project.add("0001_big", six_megabytes(), "DROP TABLE big;" + "\n" * LARGE)
    other = make_database()
    psql(other, "-q", "-1", "-f", path)
    (step,) = up(database, project.directory).steps
    assert ask(SUM) == psql(other, "-At", "-c", SUM).stdout.splitlines()
    assert step.statements == 5_000 + 5
    assert ask("SELECT statements, length(up_text) FROM pgmig.history") == [
        f"5005|{len(six_megabytes())}"
    ]
    assert down(database, project.directory).after == 0
    assert ask("SELECT to_regclass('big')") == [""]


# What the middle of the script is, then the column and SQLSTATE.
FAULTS = {
    "a position": ("SELECT\n  'é', nowhere FROM big;", 1, 8, "42703"),
    "no position": ("-- one more\n  INSERT INTO big VALUES (-5, 'bad');", 1, 3, "23514"),
    "syntax": ("SELECT 1;\nSELECT 'é' FRM big;", 1, 16, "42601"),
    "in copied data": ("SELECT 1;\nCOPY big FROM STDIN;\n-7\tbad\t\\N\n\\.", 1, 1, "23514"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_in_the_middle_is_told_with_its_place_and_nothing_remains(
    database: str, project: Project, ask: Ask, case: str
) -> None:
    text, below, column, sqlstate = FAULTS[case]
    script = six_megabytes(f"{text}\n")
    project.add("0001_big", script, "DROP TABLE big")
    with pytest.raises(StatementFailed) as failed:
        up(database, project.directory)
    error = failed.value
    line = script[: script.index(text)].count("\n") + 1 + below
    assert (error.line, error.column, error.sqlstate) == (line, column, sqlstate)
    assert error.statement in text
    assert "nothing of it remains" in str(error)
    assert ask("SELECT to_regclass('big')") == [""]


def test_transaction_control_at_the_end_is_refused_before_anything_runs(
    database: str, project: Project, ask: Ask
) -> None:
    project.add("0001_big", six_megabytes() + "\n\n  COMMIT;", "DROP TABLE big")
    with pytest.raises(TransactionControl) as refused:
        up(database, project.directory)
    assert (refused.value.line, refused.value.column) == (six_megabytes().count("\n") + 3, 3)
    assert ask("SELECT to_regclass('pgmig.history')") == [""]


def test_what_a_part_sets_does_not_change_how_the_next_is_read(
    database: str, make_database: Callable[[], str], project: Project, psql: Program, ask: Ask
) -> None:
    other = make_database()
    psql(other, "-q", "-1", "-f", project.add("0001_big", six_megabytes(), "DROP TABLE big"))
    settings = (
        "SELECT set_config('standard_conforming_strings', 'off', false);\n"
        "SET client_encoding = 'LATIN1';\nSET search_path = nowhere, public;\n"
    )
    project.add("0001_big", six_megabytes(settings), "DROP TABLE big")
    up(database, project.directory)
    assert ask(SUM) == psql(other, "-At", "-c", SUM).stdout.splitlines()


class Touch(Listener):
    """Writes into the script when it begins."""

    def __init__(self, path: Path, old: str, new: str, *, is_hidden: bool) -> None:
        self.path = path
        self.change = (old, new)
        self.is_hidden = is_hidden

    def on_start(self, step: Step) -> None:
        status = self.path.stat()
        self.path.write_text(self.path.read_text().replace(*self.change))
        if self.is_hidden:
            os.utime(self.path, ns=(status.st_atime_ns, status.st_mtime_ns))
        else:
            os.utime(self.path, (0, 0))


@pytest.mark.parametrize("is_hidden", [True, False])
@pytest.mark.parametrize("old", ["row 9'", "row 30002", "the end"])
def test_a_script_that_is_written_while_it_runs_is_not_committed(
    database: str, project: Project, ask: Ask, old: str, *, is_hidden: bool
) -> None:
    path = project.add("0001_big", six_megabytes(), "DROP TABLE big")
    listener = Touch(path, old, old[::-1], is_hidden=is_hidden)
    with pytest.raises(ScriptChanged):
        up(database, project.directory, listener=listener)
    assert ask("SELECT to_regclass('big'), count(*) FROM pgmig.history") == ["|0"]


def test_a_lock_timeout_in_a_late_part_is_tried_again_from_the_beginning(
    database: str, project: Project, ask: Ask
) -> None:
    project.add("0001_big", six_megabytes("ALTER TABLE held ADD b int;\n"), "DROP TABLE big")
    with db.connect(database) as holder:
        holder.execute("CREATE TABLE held (a int)")
        holder.execute("BEGIN")
        holder.execute("LOCK TABLE held")

        class Release(Listener):
            def on_retry(self, step: Step, reason: str, delay: float) -> None:
                holder.execute("ROLLBACK")

        up(database, project.directory, options=Options(lock_timeout=50), listener=Release())
    assert ask("SELECT count(*) FROM big") == ["15004"]


def test_a_large_script_without_a_transaction_runs_statement_by_statement(
    database: str, project: Project, ask: Ask
) -> None:
    text = (
        TABLE
        + copied(0, 9_000)
        + copied(10_000, 6_000)
        + "CREATE INDEX CONCURRENTLY ON big (name);"
    )
    project.add("0001_big", f"-- pgmig: transaction=off\n{text}", "DROP TABLE big")
    (step,) = up(database, project.directory).steps
    assert step.statements == 4
    assert ask("SELECT count(*) FROM big") == ["15000"]


@pytest.mark.newest
def test_a_text_that_history_does_not_keep_is_that_of_its_file(
    database: str, project: Project
) -> None:
    path = project.add("0001_big", f"CREATE TABLE big (); -- {KEPT_TEXT * 'x'}", "DROP TABLE big")
    up(database, project.directory)
    with db.connect(database) as conn:
        _, state = look(conn)
        script = stored_script(conn, state.applied[1], project.directory, "up")
        assert (script.up.path, script.up.checksum) == (path, state.applied[1].up_checksum)
        path.write_text("CREATE TABLE small ();")
        with pytest.raises(TextNotKept):
            stored_script(conn, state.applied[1], project.directory, "up")


@pytest.mark.newest
def test_memory_does_not_grow_with_the_script(database: str, project: Project, ask: Ask) -> None:
    wide, count = "x" * 4_000, 4_000
    inserts = f"INSERT INTO wide VALUES ('{wide}');\n" * count
    data = f"{wide}\n" * count
    script = f"CREATE TABLE wide (a text);\n{inserts}COPY wide FROM STDIN;\n{data}\\.\n"
    project.add("0001_wide", script, "DROP TABLE wide")
    tracemalloc.start()
    try:
        up(database, project.directory)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12e6 < len(script) / 2
    assert ask("SELECT count(*), (SELECT up_text IS NULL FROM pgmig.history) FROM wide") == [
        f"{2 * count}|t"
    ]
