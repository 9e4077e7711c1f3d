"""Checkpoints and the folders of the scripts that they stand for."""

from pathlib import Path

import pytest

from pgmig.errors import BadDirective, CheckpointNotFirst, OriginalsMissing, SealBroken
from pgmig.scripts import read, require_seal, seal
from pgmig.scripts.header import read_header
from pgmig.scripts.squashed import opened, originals, reaching, sealed_lines, without_checkpoints
from pgmig.scripts.sum_file import check_sum


def write(directory: Path, label: str, head: str = "") -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{label}.up.sql").write_text(f"{head}SELECT '{label}';")
    (directory / f"{label}.down.sql").write_text("SELECT 0;")


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """A directory that was squashed up to 3, and then up to 5."""
    for label in ("0001_a", "0002_b", "0003_c"):
        write(tmp_path / "squashed" / "0003", label)
    write(tmp_path / "squashed" / "0005", "0003_first", "-- pgmig: checkpoint=1\n")
    for label in ("0004_d", "0005_e"):
        write(tmp_path / "squashed" / "0005", label)
    write(tmp_path, "0005_second", "-- pgmig: checkpoint=1\n")
    write(tmp_path, "0006_f")
    return tmp_path


def labels(directory: Path, version: int) -> list[str]:
    return [script.label for script in reaching(read(directory), version).scripts]


def test_a_directory_opens_as_far_as_a_version_takes(twice: Path) -> None:
    assert labels(twice, 6) == labels(twice, 5) == ["0005_second", "0006_f"]
    assert labels(twice, 3) == labels(twice, 4) == ["0003_first", "0004_d", "0005_e", "0006_f"]
    assert labels(twice, 2) == ["0001_a", "0002_b", "0003_c", "0004_d", "0005_e", "0006_f"]
    assert [s.label for s in without_checkpoints(read(twice)).scripts] == labels(twice, 1)
    assert labels(twice, 0) == labels(twice, 9) == labels(twice, 6)


def test_what_a_checkpoint_stands_for_has_to_be_whole(twice: Path) -> None:
    for path in (twice / "squashed" / "0003").glob("0001_*"):
        path.unlink()
    with pytest.raises(OriginalsMissing, match="the first one has to be number 1"):
        without_checkpoints(read(twice))
    for path in (twice / "squashed" / "0003").glob("0003_*"):
        path.unlink()
    with pytest.raises(OriginalsMissing, match="the last one has to be number 3"):
        without_checkpoints(read(twice))
    for path in (twice / "squashed" / "0005").iterdir():
        path.unlink()
    with pytest.raises(OriginalsMissing, match="the last one has to be number 5"):
        originals(read(twice).scripts[0])
    (twice / "squashed" / "0005").rmdir()
    with pytest.raises(OriginalsMissing, match="there is no such folder"):
        opened(read(twice))


def test_each_folder_has_its_own_seals(twice: Path) -> None:
    seal(twice)
    seal(twice / "squashed" / "0005")
    seal(twice / "squashed" / "0003")
    whole = without_checkpoints(read(twice))
    check = check_sum(whole)
    assert (check.edited, check.unsealed, check.removed) == ((), (), ())
    assert sealed_lines(twice).keys() == {
        *("0001_a", "0002_b", "0003_c", "0003_first"),
        *("0004_d", "0005_e", "0005_second", "0006_f"),
    }
    (twice / "squashed" / "0003" / "0002_b.up.sql").write_text("SELECT 'other';")
    require_seal(read(twice))
    with pytest.raises(SealBroken, match="0002_b"):
        require_seal(without_checkpoints(read(twice)))


def test_a_checkpoint_below_another_script_is_refused_with_both_names(tmp_path: Path) -> None:
    write(tmp_path, "0002_mine")
    write(tmp_path, "0003_first", "-- pgmig: checkpoint=1\n")
    with pytest.raises(CheckpointNotFirst, match=r"0003_first\.up\.sql is a checkpoint.*0002_mine"):
        read(tmp_path)


@pytest.mark.parametrize("value", ["0", "x", "-1", '"1 2"', "1234567890123456789"])
def test_a_checkpoint_names_a_version(value: str) -> None:
    with pytest.raises(BadDirective, match="is the number of a script, from 1, not"):
        read_header(f"-- pgmig: checkpoint={value}\n")
