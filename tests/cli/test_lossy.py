"""`pgmig diff` of what takes values with it: the way down gives back the structure."""

from pathlib import Path

from tests.cli.conftest import Run, write_script
from tests.fixtures.servers import Server

OLD = """
CREATE TABLE public.a (i int PRIMARY KEY, due date NOT NULL, t text);
CREATE TABLE public.b (i int PRIMARY KEY, t text);
"""


def test_a_column_that_is_not_null_can_be_dropped(pgmig: Run, folder: Path, server: Server) -> None:
    write_script(folder, "0001_first", OLD, "DROP TABLE public.a, public.b;")
    (folder / "new.sql").write_text(OLD.replace(" due date NOT NULL,", ""))
    states = ("--to", "new.sql", "--shadow-url", server.url())

    refused = pgmig("diff", "-q", "drop due", *states)
    done = pgmig("diff", "-q", "drop due", "--allow", "drop-column", *states)

    assert (refused.code, done.code) == (4, 0), done.err
    assert "proved without rows in public.a: the way down stops at any" in done.out
    down = (folder / "migrations/0002_drop_due.down.sql").read_text()
    assert down.startswith("-- way down: structure only: table public.a: every value of column due")
    assert "up, down, up, with 0 rows" not in done.out


def test_a_column_that_may_be_null_is_dropped_with_the_rows_in_place(
    pgmig: Run, folder: Path, server: Server
) -> None:
    write_script(folder, "0001_first", OLD, "DROP TABLE public.a, public.b;")
    (folder / "new.sql").write_text(OLD.replace("date NOT NULL, t text", "date NOT NULL"))

    done = pgmig(
        *("diff", "-q", "drop t", "--allow", "drop-column"),
        *("--to", "new.sql", "--shadow-url", server.url()),
    )

    assert done.code == 0, done.err
    assert "way down: structure only" in done.out
    assert "without rows" not in done.out
