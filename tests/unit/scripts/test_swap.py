"""Files that take the place of others: killed anywhere, it is all of them or none."""

import subprocess
import sys
from pathlib import Path

import pytest

from pgmig.errors import ScriptExists, SwapBroken, SwapUnfinished
from pgmig.scripts import read
from pgmig.scripts.swap import finish, swap

# Each process dies at the event of its number, as a machine does that loses its power.
KILLED = """
import os, signal, sys
from pathlib import Path
from pgmig.scripts.swap import swap

def swap_until(last, directory):
    seen = 0

    def die(event, args):
        nonlocal seen
        is_made = event == "open" and args[2] & os.O_CREAT
        if is_made or event in ("os.rename", "os.remove", "os.mkdir"):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

    old = sorted(directory.glob("*.sql"))
    files = {path.with_name(path.name.replace("1", "2", 1)): path.read_bytes() for path in old}
    files[directory / "kept" / "0001_a.up.sql"] = b"SELECT 3;"
    sys.addaudithook(die)
    swap(directory, files, old, verb="rebase")

for directory in sorted(map(Path, sys.argv[1:])):
    child = os.fork()
    if not child:
        swap_until(int(directory.parent.name), directory)
        os._exit(0)
    if not os.waitpid(child, 0)[1]:
        print(directory)
"""


def written(tmp_path: Path) -> Path:
    directory = tmp_path / "migrations"
    directory.mkdir(parents=True)
    (directory / "0001_a.up.sql").write_text("SELECT 1;")
    (directory / "0001_a.down.sql").write_text("SELECT 2;")
    return directory


def held(directory: Path) -> dict[str, str]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in files
        if not path.name.startswith(".")
    }


OLD = {"0001_a.up.sql": "SELECT 1;", "0001_a.down.sql": "SELECT 2;"}
NEW = {
    "0002_a.up.sql": "SELECT 1;",
    "0002_a.down.sql": "SELECT 2;",
    "kept/0001_a.up.sql": "SELECT 3;",
}


def test_killed_anywhere_the_directory_is_the_old_one_or_is_finished_to_the_new(
    tmp_path: Path,
) -> None:
    directories = [written(tmp_path / f"{last:02}") for last in range(1, 19)]
    command = [sys.executable, "-c", KILLED, *map(str, directories)]
    whole = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    ends = set[str]()
    for directory in directories:
        if str(directory) in whole:
            end = "whole"
        elif (directory / ".pgmig.swap").exists():
            with pytest.raises(SwapUnfinished, match="pgmig rebase"):
                read(directory)
            assert finish(directory)
            end = "finished"
        else:
            end = "untouched" if held(directory) == OLD else "finished"
        assert held(directory) == (OLD if end == "untouched" else NEW)
        assert not finish(directory)
        assert read(directory).scripts
        ends.add(end)
    assert ends == {"untouched", "finished", "whole"}


def test_a_file_in_the_way_leaves_all_as_it_is(tmp_path: Path) -> None:
    directory = written(tmp_path)
    taken = {directory / "new" / "b.sql": b"", directory / "0001_a.up.sql": b"SELECT 4;"}
    with pytest.raises(ScriptExists):
        swap(directory, taken, [], verb="squash")
    assert held(directory) == OLD
    assert [*directory.iterdir()] == [*directory.glob("*.sql")]


def test_a_file_that_a_stopped_swap_had_written_and_that_is_gone_is_named(tmp_path: Path) -> None:
    directory = written(tmp_path)
    journal = '{"verb":"squash","placed":[["x.tmp","0002_a.up.sql"]],"gone":["0001_a.up.sql"]}'
    (directory / ".pgmig.swap").write_text(journal)
    with pytest.raises(SwapBroken, match="`pgmig squash` cannot be finished"):
        finish(directory)
    assert held(directory) == OLD
