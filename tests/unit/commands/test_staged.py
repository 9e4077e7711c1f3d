"""Names, numbers and seals of the commit that is being made, not of the folder."""

import subprocess
from pathlib import Path

import pytest

from pgmig.commands.new import new
from pgmig.commands.sealed import check_staged
from pgmig.errors import IndexUnusable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The top of a repository with one script, not sealed, in a folder with a space."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "config", "user.name", "A")
    git(tmp_path, "config", "user.email", "a@example.org")
    made = new(tmp_path / "our scripts", "first")
    made.up.write_text("SELECT 1;\n")
    made.down.write_text("SELECT 1;\n")
    git(tmp_path, "add", "--all")
    return tmp_path


def git(folder: Path, *line: str, check: bool = True) -> None:
    """Run git there."""
    subprocess.run(["git", *line], cwd=folder, check=check, capture_output=True)


def wrong(folder: Path) -> list[tuple[str, str]]:
    """What is wrong with the commit, and where."""
    done = check_staged(folder / "our scripts", folder)
    return [(each.place.path.relative_to(folder).name, each.what) for each in done.wrong]


def test_what_is_not_part_of_the_commit_does_not_count(folder: Path) -> None:
    unsealed = [("0001_first.up.sql", "0001_first is not sealed")]
    assert wrong(folder) == unsealed

    (folder / "our scripts" / "0001_twin.up.sql").write_text("nothing of use\n")
    (folder / "our scripts" / "0001_first.up.sql").write_text("SELECT 2;\n")
    (folder / "our scripts" / "old").mkdir()
    (folder / "our scripts" / "old" / "0009_x.up.sql").write_text("SELECT 2;\n")
    git(folder, "add", "our scripts/old")
    assert wrong(folder) == unsealed

    git(folder, "add", "--all")
    assert ("0001_twin.down.sql" in dict(wrong(folder))) is True


def test_a_commit_without_scripts_has_nothing_wrong(folder: Path) -> None:
    git(folder, "rm", "--quiet", "--cached", "-r", "our scripts")
    assert wrong(folder) == []


def test_a_merge_that_is_not_resolved_is_told(folder: Path) -> None:
    script = folder / "our scripts" / "0001_first.up.sql"
    git(folder, "commit", "--quiet", "--message=a")
    git(folder, "checkout", "--quiet", "-b", "other")
    script.write_text("SELECT 3;\n")
    git(folder, "commit", "--quiet", "--all", "--message=b")
    git(folder, "checkout", "--quiet", "main")
    script.write_text("SELECT 4;\n")
    git(folder, "commit", "--quiet", "--all", "--message=c")
    git(folder, "merge", "--quiet", "other", check=False)
    with pytest.raises(IndexUnusable) as caught:
        check_staged(folder / "our scripts", folder)
    assert caught.value.reason == "0001_first.up.sql is not merged yet there"


def test_outside_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable):
        check_staged(tmp_path / "migrations", tmp_path)
