"""`pgmig new`: what it writes, and what it leaves when it cannot write."""

import json
import resource
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import PGMIG, Ran, Run, environment


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "migrations").iterdir())


def test_the_first_pair_starts_a_project(pgmig: Run, folder: Path) -> None:
    assert pgmig("new", "Add invoices") == Ran(
        0,
        "migrations/0001_add_invoices.up.sql\nmigrations/0001_add_invoices.down.sql\n",
        "write the way up and the way back, then run `pgmig up`\n",
    )
    assert (folder / "migrations" / "0001_add_invoices.up.sql").read_text() == (
        "-- 0001_add_invoices: the way up.\n"
        "--\n"
        "-- Plain SQL, as psql runs it, in one transaction with its row in the history.\n"
        "-- Write names with their schema: CREATE TABLE public.invoice (...);\n\n"
    )


def test_the_next_pair_counts_on_from_anywhere_in_the_project(pgmig: Run, folder: Path) -> None:
    pgmig("new", "a")
    (folder / "src").mkdir()
    ran = pgmig("new", "b", "-q", "--no-transaction", cwd=folder / "src")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == str(folder / "migrations" / "0002_b.up.sql")
    text = (folder / "migrations" / "0002_b.up.sql").read_text()
    assert text.startswith("-- pgmig: transaction=off\n")


def test_a_timestamp_in_place_of_a_number(pgmig: Run) -> None:
    document = json.loads(pgmig("new", "a", "--timestamp", "--json").out)
    assert document["command"] == "new"
    assert len(str(document["version"])) == 14


def test_json_names_the_files(pgmig: Run, folder: Path) -> None:
    assert json.loads(pgmig("--json", "new", "a").out) == {
        "pgmig": 1,
        "command": "new",
        "version": 1,
        "label": "0001_a",
        "up": str(folder / "migrations" / "0001_a.up.sql"),
        "down": str(folder / "migrations" / "0001_a.down.sql"),
    }


def test_a_name_that_no_script_can_have_is_refused(pgmig: Run, folder: Path) -> None:
    assert pgmig("new", "../x;") == Ran(
        2,
        "",
        "error: no script can be named '../x;'\n"
        "   do: use letters a to z, digits, blanks, hyphens and underscores: add_invoices\n",
    )
    assert not (folder / "migrations").exists()


def test_a_folder_that_cannot_be_written_is_told_and_left_as_it_was(
    pgmig_without_rights: Run, folder: Path
) -> None:
    directory = folder / "migrations"
    directory.mkdir(mode=0o555)
    ran = pgmig_without_rights("new", "a")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "error: 0001_a.up.sql cannot be written: Permission denied\n"
        f"   at: {directory}/0001_a.up.sql\n"
        f"   do: check the disk's free space and the rights on {directory}; nothing was written\n"
    )
    assert _files(folder) == []


@pytest.mark.parametrize("size", [0, 178])  # 178 bytes hold the up half and not the down half
def test_a_full_disk_leaves_no_half_of_a_pair(folder: Path, size: int) -> None:
    (folder / "migrations").mkdir()

    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = subprocess.run(
        [*PGMIG, "new", "a"],
        cwd=folder,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        preexec_fn=fill_disk,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "File too large" in done.stderr
    assert _files(folder) == []
