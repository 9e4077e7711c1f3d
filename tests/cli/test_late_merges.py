"""Scripts that came with a merge: late ones, and those of another branch."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, masked, write_script
from tests.fixtures.servers import Program

pytestmark = pytest.mark.newest


def table(folder: Path, number: int, name: str) -> None:
    up, down = f"CREATE TABLE public.{name} ();", f"DROP TABLE public.{name};"
    write_script(folder, f"{number:04d}_{name}", up, down)


def remove(folder: Path, label: str) -> None:
    for path in (folder / "migrations").glob(f"{label}.*"):
        path.unlink()


def tables(psql: Program, url: str) -> str:
    query = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r'"
    return psql(url, "-Atc", f"{query} AND relnamespace = 'public'::regnamespace").stdout.strip()


@pytest.fixture
def branched(folder: Path, pgmig_inside: Run, database: str) -> Path:
    """A project whose database has a, b, c, and whose files are a, b, d."""
    for number, name in enumerate("abc", start=1):
        table(folder, number, name)
    assert pgmig_inside("up", "--url", database).code == 0
    remove(folder, "0003_c")
    table(folder, 4, "d")
    return folder


def test_goto_leads_from_one_branch_to_another(
    branched: Path, pgmig_inside: Run, database: str, psql: Program
) -> None:
    refused = pgmig_inside("up", "--url", database)
    assert refused.code == 7
    assert "`pgmig goto VERSION` takes it down and applies what the files here say" in refused.err
    dry = pgmig_inside("goto", "4", "--dry-run", "--url", database)
    assert masked(dry.out) == (
        "down  0003_c  1 statement, with the text that history keeps\n"
        "up    0004_d  1 statement\n"
        "dry run: nothing ran, TARGET is as it was\n"
    )
    assert tables(psql, database) == "a b c"
    assert pgmig_inside("goto", "4", "-q", "--url", database).code == 0
    assert tables(psql, database) == "a b d"
    again = pgmig_inside("goto", "4", "--url", database)
    assert masked(again.out) == "nothing to do: TARGET is at 0004_d\n"


def test_goto_takes_all_above_the_fork_down_and_asks_first(
    branched: Path, pgmig_inside: Run, on_terminal: Run, database: str, psql: Program
) -> None:
    """With one number taken on both branches, as 3 is here."""
    table(branched, 3, "z")
    no = on_terminal("goto", "4", "--url", database, answer="n\n")
    assert no.code == 1
    assert "  0003_c" in no.out
    assert tables(psql, database) == "a b c"
    assert "edited after it was applied" in pgmig_inside("status", "--url", database).out
    assert "`pgmig goto VERSION` takes down" in pgmig_inside("up", "--url", database).err
    assert on_terminal("goto", "4", "--url", database, answer="y\n").code == 0
    assert tables(psql, database) == "a b d z"
    assert pgmig_inside("goto", "3", "--url", database).code == 0
    assert tables(psql, database) == "a b z"


def test_what_stands_in_the_way_of_a_branch_is_told_before_anything_runs(
    branched: Path, pgmig_inside: Run, database: str, psql: Program
) -> None:
    def told(version: str) -> tuple[int, str]:
        ran = pgmig_inside("goto", version, "--url", database)
        assert tables(psql, database).startswith("a b c")
        return ran.code, ran.err.splitlines()[0]

    assert told("3") == (
        2,
        "error: 0003_c is applied and has no file: goto leaves what the files say",
    )
    assert told("9")[0] == 2
    remove(branched, "0004_d")
    table(branched, 3, "c")
    write_script(branched, "0004_x", '-- pgmig: irreversible="rows are gone"\nSELECT 1;')
    table(branched, 5, "e")
    assert pgmig_inside("up", "-q", "--url", database).code == 0
    remove(branched, "0004_x")
    table(branched, 4, "d")
    assert told("5") == (4, "error: 0004_x is irreversible: rows are gone")
    assert told("2") == (4, "error: 0004_x is irreversible: rows are gone")
    # The history of a text of more than 16 MB holds its checksum alone.
    psql(
        database,
        "-c",
        "BEGIN; ALTER TABLE pgmig.history DISABLE TRIGGER ALL;"
        " UPDATE pgmig.history SET down_text = NULL WHERE version = 5; COMMIT",
    )
    remove(branched, "0005_e")
    code, line = told("2")
    assert code == 4
    assert line.startswith("error: the history does not hold the text of 0005_e.down.sql")


def test_a_late_script_is_refused_until_it_is_asked_for(
    folder: Path, pgmig_inside: Run, database: str, psql: Program
) -> None:
    for number, name in ((1, "a"), (3, "c")):
        table(folder, number, name)
    assert pgmig_inside("up", "--url", database).code == 0
    table(folder, 2, "b")
    table(folder, 4, "d")
    for command in (("up",), ("up", "4"), ("goto", "4")):
        ran = pgmig_inside(*command, "--url", database)
        assert ran.code == 7
        assert ran.err.splitlines()[::2] == [
            "error: 0002_b: pending, but numbered below 0003_c, which is applied",
            "   do: `pgmig rebase` gives each a number above it, once both orders are seen to lead"
            " to one schema; `pgmig up --out-of-order` applies them as they are",
        ]
    ran = pgmig_inside("up", "2", "--out-of-order", "--url", database)
    assert masked(ran.out).endswith("1 applied, TARGET is at 0003_c\n")
    assert tables(psql, database) == "a b c"
    back = pgmig_inside("down", "--url", database)
    assert (back.code, tables(psql, database)) == (0, "a c")
    ran = pgmig_inside("goto", "4", "--out-of-order", "--url", database)
    assert (ran.code, tables(psql, database)) == (0, "a b c d")
    assert pgmig_inside("down", "1", "--url", database).code == 0
    assert tables(psql, database) == "a"
