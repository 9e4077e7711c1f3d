"""pgmig.sum: what was sealed, and what is no longer so."""

import subprocess
from pathlib import Path

import pytest

from pgmig.errors import FileNotWritten, ScriptUnreadable, SealBroken, SumFileInvalid
from pgmig.scripts import Edited, SumCheck, check_sum, read, require_seal, seal
from pgmig.scripts.sum_file import add_unsealed, read_sum
from tests.fixtures.rights import full_disk_at
from tests.unit.scripts.conftest import Write

PAIR = ("CREATE TABLE t ();\n", "DROP TABLE t;\n")
IRREVERSIBLE = '-- pgmig: irreversible="x"\nDROP TABLE t;\n'
PRINT = "f1:" + "0123456789abcdef" * 2
OTHER_PRINT = "f1-pg15:" + "f" * 32
SHA = "0" * 64


@pytest.fixture
def sealed(migrations: Write) -> Path:
    path = migrations({"0001_a": PAIR, "0002_b": PAIR, "0003_c.up.sql": IRREVERSIBLE})
    seal(path, fingerprints={1: {18: PRINT, 15: OTHER_PRINT}})
    return path


def test_the_file_has_a_header_and_a_line_for_each_script(sealed: Path) -> None:
    first, second, third = read(sealed).scripts
    assert first.down is not None
    assert (sealed / "pgmig.sum").read_text().splitlines() == [
        "pgmig.sum 1",
        f"0001_a up={first.up.checksum} down={first.down.checksum} 15={OTHER_PRINT} 18={PRINT}",
        f"0002_b up={second.up.checksum} down={first.down.checksum}",
        f"0003_c up={third.up.checksum} down=-",
    ]
    assert read_sum(sealed)["0001_a"].fingerprints == {15: OTHER_PRINT, 18: PRINT}


def test_sealing_again_changes_nothing(sealed: Path) -> None:
    before = (sealed / "pgmig.sum").read_bytes()
    seal(sealed)
    assert (sealed / "pgmig.sum").read_bytes() == before


def test_what_was_sealed_is_accepted(sealed: Path) -> None:
    require_seal(read(sealed))
    assert check_sum(read(sealed)) == SumCheck()


def test_without_the_file_all_scripts_are_unsealed(migrations: Write) -> None:
    path = migrations({"0001_a": PAIR, "0002_b": PAIR})
    require_seal(read(path))
    assert check_sum(read(path)) == SumCheck(unsealed=("0001_a", "0002_b"))
    assert not (path / "pgmig.sum").exists()


def test_a_script_added_later_is_unsealed_and_accepted(sealed: Path, migrations: Write) -> None:
    migrations({"0004_d": PAIR})
    require_seal(read(sealed))
    assert check_sum(read(sealed)).unsealed == ("0004_d",)


def test_a_script_edited_since_it_was_sealed_is_refused(sealed: Path, migrations: Write) -> None:
    migrations({"0001_a.down.sql": "DROP TABLE u;\n", "0002_b.up.sql": "CREATE TABLE u ();\n"})
    with pytest.raises(SealBroken, match=r"0001_a\.down\.sql, 0002_b\.up\.sql") as caught:
        require_seal(read(sealed))
    error = caught.value
    assert error.exit_code == 4
    assert error.labels == ("0001_a", "0002_b")
    assert error.paths == (sealed / "0001_a.down.sql", sealed / "0002_b.up.sql")
    assert "remove the line of 0001_a, 0002_b from" in error.do
    with pytest.raises(SealBroken) as caught:
        require_seal(read(sealed), {"0002_b", "0003_c"})
    assert caught.value.labels == ("0002_b",)
    require_seal(read(sealed), {"0003_c"})


def test_a_half_added_or_removed_is_an_edit(sealed: Path, migrations: Write) -> None:
    migrations({"0002_b.up.sql": IRREVERSIBLE, "0003_c.down.sql": "-- nothing"})
    (sealed / "0002_b.down.sql").unlink()
    assert check_sum(read(sealed)).edited == (
        Edited("0002_b", sealed / "0002_b.up.sql"),
        Edited("0002_b", sealed / "0002_b.down.sql"),
        Edited("0003_c", sealed / "0003_c.down.sql"),
    )


def test_a_script_that_is_gone_is_named_and_accepted(sealed: Path) -> None:
    (sealed / "0003_c.up.sql").unlink()
    require_seal(read(sealed))
    assert check_sum(read(sealed)) == SumCheck(removed=("0003_c",))


def test_windows_line_ends_break_no_seal(sealed: Path) -> None:
    for file in sealed.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    require_seal(read(sealed))
    assert check_sum(read(sealed)) == SumCheck()


def test_sealing_some_scripts_leaves_the_other_lines(sealed: Path, migrations: Write) -> None:
    migrations({"0001_a.up.sql": "SELECT 1;", "0002_b.up.sql": "SELECT 2;", "0004_d": PAIR})
    seal(sealed, versions=[2])
    check = check_sum(read(sealed))
    assert [edit.label for edit in check.edited] == ["0001_a"]
    assert check.unsealed == ("0004_d",)


def test_fingerprints_stay_until_the_script_changes(sealed: Path, migrations: Write) -> None:
    seal(sealed, fingerprints={1: {18: OTHER_PRINT}})
    assert read_sum(sealed)["0001_a"].fingerprints == {15: OTHER_PRINT, 18: OTHER_PRINT}
    migrations({"0001_a.up.sql": "SELECT 1;"})
    seal(sealed, fingerprints={1: {18: PRINT}})
    assert read_sum(sealed)["0001_a"].fingerprints == {18: PRINT}


def test_sealing_drops_the_lines_of_scripts_that_are_gone(sealed: Path) -> None:
    (sealed / "0003_c.up.sql").unlink()
    seal(sealed)
    assert list(read_sum(sealed)) == ["0001_a", "0002_b"]


def test_a_line_without_checksums_takes_the_number_and_seals_nothing(
    sealed: Path, migrations: Write
) -> None:
    migrations({"0005_e": PAIR, "0004_d": PAIR})
    add_unsealed(sealed, "0005_e")
    add_unsealed(sealed, "0004_d")
    lines = (sealed / "pgmig.sum").read_text().splitlines()
    assert lines[4:] == ["0004_d up=- down=-", "0005_e up=- down=-"]
    assert check_sum(read(sealed)) == SumCheck(unsealed=("0004_d", "0005_e"))
    require_seal(read(sealed))
    seal(sealed, versions=[4])
    assert check_sum(read(sealed)) == SumCheck(unsealed=("0005_e",))


def test_a_line_without_checksums_of_a_script_that_is_gone_means_nothing(
    sealed: Path, migrations: Write
) -> None:
    add_unsealed(sealed, "0004_gone")
    assert check_sum(read(sealed)) == SumCheck()
    migrations({"0004_d": PAIR})
    add_unsealed(sealed, "0004_d")
    assert [*read_sum(sealed)][3:] == ["0004_d"]


def test_two_branches_that_take_one_number_conflict(sealed: Path, tmp_path: Path) -> None:
    sides = [tmp_path / name for name in ("ours", "base", "theirs")]
    for side in sides:
        side.write_bytes((sealed / "pgmig.sum").read_bytes())
    for side, label in ((sides[0], "0004_ours"), (sides[2], "0004_theirs")):
        add_unsealed(sealed, label)
        side.write_bytes((sealed / "pgmig.sum").read_bytes())
    merged = subprocess.run(["git", "merge-file", *sides], check=False)
    assert merged.returncode == 1
    (sealed / "pgmig.sum").write_bytes(sides[0].read_bytes())
    with pytest.raises(SumFileInvalid, match="merge conflict"):
        read_sum(sealed)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "does not begin with"),
        ("\n", 1, "does not begin with"),
        ("pgmig.sum 1\n", None, ""),
        ("0001_a up=x\n", 1, "does not begin with"),
        ("pgmig.sum 2\nwhatever\n", 1, "has format 2"),
        ("<<<<<<< HEAD\n", 1, "merge conflict"),
        (f"pgmig.sum 1\n0001_a up={SHA} down=-\n=======\n", 3, "merge conflict"),
        (f"pgmig.sum 1\n0001_a up={SHA} down=-\n0001_a up={SHA} down=-\n", 3, "repeats a script"),
        (f"pgmig.sum 1\n0001_a up={SHA}\n", 2, "none of its own"),
        (f"pgmig.sum 1\n0001_a up=- down={SHA}\n", 2, "none of its own"),
        (f"pgmig.sum 1\n0001_a up=- down=- 18={SHA}\n", 2, "none of its own"),
        (f"pgmig.sum 1\n0001_a up={SHA} down=- down=-\n", 2, "none of its own"),
        (f"pgmig.sum 1\n0001_a up={SHA} down=- eighteen={SHA}\n", 2, "none of its own"),
        (f"pgmig.sum 1\n../0001_a up={SHA} down=-\n", 2, "none of its own"),
        (f"pgmig.sum 1\n0001_a  up={SHA} down=-\n", 2, "none of its own"),
        ("pgmig.sum 1\n\n", 2, "none of its own"),
        ("pgmig.sum 1\né\n", 2, "none of its own"),
    ],
)
def test_a_file_that_pgmig_did_not_write_is_refused_with_its_line(
    migrations: Write, text: str, line: int | None, reason: str
) -> None:
    path = migrations({"0001_a": PAIR, "pgmig.sum": text})
    if line is None:
        assert read_sum(path) == {}
        return
    with pytest.raises(SumFileInvalid, match=reason) as caught:
        check_sum(read(path))
    assert caught.value.where == f"{path / 'pgmig.sum'}:{line}"
    assert caught.value.exit_code == 2


def test_a_file_that_cannot_be_read_is_named(migrations: Write) -> None:
    path = migrations({"0001_a": PAIR})
    (path / "pgmig.sum").mkdir()
    with pytest.raises(ScriptUnreadable, match=r"pgmig\.sum cannot be read"):
        check_sum(read(path))


def test_a_full_disk_leaves_the_old_file(sealed: Path, migrations: Write) -> None:
    before = (sealed / "pgmig.sum").read_bytes()
    migrations({"0004_d": PAIR})
    with full_disk_at(100), pytest.raises(FileNotWritten):
        seal(sealed)
    assert (sealed / "pgmig.sum").read_bytes() == before
    assert not list(sealed.glob(".*.tmp"))
