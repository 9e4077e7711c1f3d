"""`pgmig new`: the next pair, for its author to fill in."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pgmig.commands.new import new
from pgmig.errors import EmptyScript, FileNotWritten, NameUnusable, ScriptMisnamed, SumFileInvalid
from pgmig.scripts import check_sum, read
from tests.fixtures.rights import full_disk_at

NOW = datetime(2026, 5, 1, 9, 30, 5, tzinfo=UTC)


def write(directory: Path, *labels: str) -> Path:
    directory.mkdir(exist_ok=True)
    for label in labels:
        (directory / f"{label}.up.sql").write_text("SELECT 1;")
        (directory / f"{label}.down.sql").write_text("SELECT 2;")
    return directory


def test_the_first_pair_makes_the_directory(tmp_path: Path) -> None:
    directory = tmp_path / "db" / "migrations"
    made = new(directory, "Add Invoices")
    assert (made.version, made.label) == (1, "0001_add_invoices")
    assert made.up == directory / "0001_add_invoices.up.sql"
    assert made.down == directory / "0001_add_invoices.down.sql"
    assert [script.label for script in read(directory).scripts] == ["0001_add_invoices"]


def test_a_new_pair_is_without_statements_and_not_sealed(tmp_path: Path) -> None:
    directory = tmp_path / "migrations"
    new(directory, "a")
    found = read(directory)
    (script,) = found.scripts
    assert script.down is not None
    for half in (script.up, script.down):
        with pytest.raises(EmptyScript):
            half.statements()
    assert check_sum(found).unsealed == ("0001_a",)
    assert (directory / "pgmig.sum").read_text() == "pgmig.sum 1\n0001_a up=- down=-\n"


def test_without_its_line_in_the_sum_no_pair_is_written(tmp_path: Path) -> None:
    (tmp_path / "pgmig.sum").write_text("")
    with pytest.raises(SumFileInvalid):
        new(tmp_path, "a")
    assert [path.name for path in tmp_path.iterdir()] == ["pgmig.sum"]


@pytest.mark.parametrize("is_transactional", [True, False])
def test_both_halves_say_how_they_run(tmp_path: Path, *, is_transactional: bool) -> None:
    new(tmp_path, "a", transaction=is_transactional)
    (script,) = read(tmp_path).scripts
    assert script.down is not None
    assert script.up.header.transaction == script.down.header.transaction == is_transactional


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["0001_a", "0002_b"], "0003_x"),
        (["0001_a", "0007_b"], "0008_x"),
        (["000041_a"], "000042_x"),
        (["9999_a"], "10000_x"),
        (["20250101000000_a"], "20260501093005_x"),
        (["0001_a", "20250101000000_b"], "20260501093005_x"),
        (["20260501093005_a"], "20260501093006_x"),
        (["20300101000000_a"], "20300101000001_x"),
    ],
)
def test_the_number_goes_on_as_the_directory_does(
    tmp_path: Path, labels: list[str], expected: str
) -> None:
    assert new(write(tmp_path, *labels), "x", now=NOW).label == expected


def test_a_timestamp_can_be_asked_for_and_is_utc(tmp_path: Path) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=5)))
    made = new(write(tmp_path, "0001_a"), "x", numbering="timestamp", now=local)
    assert made.label == "20260501093005_x"
    assert read(tmp_path).gaps == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("add_invoices", "add_invoices"),
        ("  Add  the-Invoices_ ", "add_the_invoices"),
        ("v2", "v2"),
    ],
)
def test_a_name_becomes_lower_case_with_underscores(
    tmp_path: Path, name: str, expected: str
) -> None:
    assert new(tmp_path, name).label == f"0001_{expected}"


@pytest.mark.parametrize("name", ["", " - ", "añade", "a/b", "../a", "a.b", "a'b", "x" * 101])
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NameUnusable) as caught:
        new(tmp_path / "migrations", name)
    assert caught.value.exit_code == 2
    assert not (tmp_path / "migrations").exists()


def test_a_misnamed_file_is_told_before_a_number_is_chosen(tmp_path: Path) -> None:
    (tmp_path / "1_a.up.sql").write_text("SELECT 1;")
    with pytest.raises(ScriptMisnamed):
        new(tmp_path, "b")


def test_other_scripts_are_not_judged(tmp_path: Path) -> None:
    write(tmp_path, "0001_a")
    (tmp_path / "0001_a.up.sql").write_text("-- pgmig: wrong=1")
    assert new(tmp_path, "b").label == "0002_b"


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    with full_disk_at(10), pytest.raises(FileNotWritten):
        new(tmp_path, "a")
    assert list(tmp_path.iterdir()) == []
