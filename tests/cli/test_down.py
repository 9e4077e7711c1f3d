"""`pgmig down`, `redo` and `goto`: whom they ask, and what they leave."""

from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, masked, plain, write_script
from tests.fixtures.servers import Program


@pytest.fixture
def applied(pgmig: Run, project: Path, database: str) -> str:
    """The URL of a database that has every script of the project."""
    assert pgmig("up", "--url", database).code == 0
    return database


def test_down_takes_the_latest_down_and_asks_nobody_without_a_terminal(
    pgmig: Run, applied: str
) -> None:
    ran = pgmig("down", "--url", applied)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out) == "down  0002_bees  DURATION\n1 taken down, TARGET is at 0001_a\n"


def test_down_to_a_version_takes_all_above_it_down(pgmig: Run, applied: str) -> None:
    ran = pgmig("down", "0", "--url", applied)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out) == (
        "down  0002_bees  DURATION\n"
        "down  0001_a     DURATION\n"
        "2 taken down, TARGET is without migrations\n"
    )
    again = pgmig("down", "--url", applied)
    assert (again.code, masked(again.out)) == (0, "nothing to do: TARGET is without migrations\n")


@pytest.mark.parametrize("command", [("down",), ("redo",), ("goto", "1")])
def test_on_a_terminal_a_no_leaves_everything(
    on_terminal: Run, pgmig: Run, applied: str, command: tuple[str, ...]
) -> None:
    ran = on_terminal(*command, "--url", applied, answer="n\n")
    assert ran.code == 1
    assert masked(plain(ran.out)) == (
        "n\n"  # the terminal's echo, typed ahead
        "  0002_bees\n"
        "Take 1 migration down on TARGET? [y/N]: "
        "error: nothing was done\n"
        "   do: answer y, or give --yes, to go on\n"
    )
    assert "at 0002_bees" in pgmig("status", "--url", applied).out


def test_on_a_terminal_a_yes_goes_on(on_terminal: Run, applied: str) -> None:
    ran = on_terminal("down", "0", "--url", applied, answer="y\n")
    assert ran.code == 0
    assert "  0002_bees\n  0001_a\nTake 2 migrations down on" in plain(ran.out)
    assert "2 taken down" in ran.out


def test_yes_asks_nobody_on_a_terminal(on_terminal: Run, applied: str) -> None:
    ran = on_terminal("down", "--yes", "--url", applied)
    assert ran.code == 0
    assert "Take" not in ran.out


def test_up_by_goto_asks_nobody(on_terminal: Run, project: Path, database: str) -> None:
    ran = on_terminal("goto", "1", "--url", database)
    assert ran.code == 0
    assert "Take" not in ran.out


def test_a_script_without_a_way_back_is_refused(pgmig: Run, project: Path, database: str) -> None:
    write_script(project, "0003_c", '-- pgmig: irreversible="rows are gone"\nSELECT 1;')
    pgmig("up", "--url", database)
    ran = pgmig("down", "--url", database)
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("error: 0003_c is irreversible: rows are gone\n")


def test_down_uses_the_text_that_was_applied_when_the_file_is_gone(
    pgmig: Run, project: Path, applied: str
) -> None:
    for half in ("up", "down"):
        (project / "migrations" / f"0002_bees.{half}.sql").unlink()
    ran = pgmig("down", "--url", applied)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out) == (
        "down  0002_bees  DURATION, with the text that history keeps\n"
        "1 taken down, TARGET is at 0001_a\n"
    )


def test_redo_runs_the_file_as_it_is_now(
    pgmig: Run, project: Path, applied: str, psql: Program
) -> None:
    write_script(project, "0002_bees", "CREATE TABLE public.b (honey int);")
    ran = pgmig("redo", "--url", applied)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out) == (
        "down  0002_bees  DURATION, with the text that history keeps\n"
        "up    0002_bees  DURATION\n"
        "1 taken down, 1 applied, TARGET is at 0002_bees\n"
    )
    assert psql(applied, "-Atc", "SELECT honey FROM public.b").stdout == ""


def test_goto_goes_up_and_down(pgmig: Run, project: Path, database: str) -> None:
    def go(version: str) -> str:
        ran = pgmig("goto", version, "--url", database)
        assert (ran.code, ran.err) == (0, "")
        return masked(ran.out).splitlines()[-1]

    assert go("2") == "2 applied, TARGET is at 0002_bees"
    assert go("0001") == "1 taken down, TARGET is at 0001_a"
    assert go("1") == "nothing to do: TARGET is at 0001_a"
    assert go("0") == "1 taken down, TARGET is without migrations"


@pytest.mark.parametrize("command", ["goto", "down"])
def test_a_version_that_does_not_exist_is_wrong_usage(
    pgmig: Run, project: Path, applied: str, command: str
) -> None:
    ran = pgmig(command, "7", "--url", applied)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")


def test_a_dry_run_of_down_changes_nothing(pgmig: Run, applied: str) -> None:
    ran = pgmig("down", "0", "--dry-run", "--url", applied)
    assert masked(ran.out) == (
        "down  0002_bees  1 statement\n"
        "down  0001_a     1 statement\n"
        "dry run: nothing ran, TARGET is as it was\n"
    )
    assert "at 0002_bees" in pgmig("status", "--url", applied).out


def test_quiet_keeps_the_result(pgmig: Run, applied: str) -> None:
    assert pgmig("down", "-q", "--url", applied).out.endswith(" is at 0001_a\n")
    assert pgmig("down", "-v", "--url", applied).err.count("down 0001_a in ") == 1
    assert pgmig("redo", "--url", applied).err == ""
    assert pgmig("down", "--url", applied, "--nonsense") == Ran(
        2, "", "error: no such option '--nonsense'\n   do: `pgmig down --help`\n"
    )
