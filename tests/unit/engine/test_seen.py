"""Which scripts a database sees in a directory that begins with a checkpoint."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pgmig.engine import Applied, PartWay, State
from pgmig.engine.rules import compare, seen, seen_if_there, steps_up
from pgmig.errors import OriginalsMissing, PartWayMissing, VersionSquashed
from pgmig.scripts import Directory, Script, read

CHECKPOINT = "-- pgmig: checkpoint=1\n"


def write(directory: Path, label: str, head: str = "") -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{label}.up.sql").write_text(f"{head}SELECT '{label}';")
    (directory / f"{label}.down.sql").write_text("SELECT 0;")


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    """Scripts 1 to 3 squashed, and one more."""
    for label in ("0001_a", "0002_b", "0003_c"):
        write(tmp_path / "squashed" / "0003", label)
    write(tmp_path, "0003_checkpoint", CHECKPOINT)
    write(tmp_path, "0004_d")
    return read(tmp_path)


def applied(*scripts: Script, part_way: PartWay | None = None) -> State:
    rows = {
        script.version: Applied(
            version=script.version,
            id=number,
            label=script.label,
            kind="script",
            up_checksum=script.up.checksum,
            down_checksum=script.down.checksum if script.down else None,
            applied_at=datetime(2026, 5, 1, tzinfo=UTC),
            role="app",
        )
        for number, script in enumerate(scripts, start=1)
    }
    return State(len(rows), rows, part_way)


def begun(version: int, label: str) -> PartWay:
    return PartWay(history_id=1, version=version, label=label, direction="up", statements=())


def labels(directory: Directory, state: State, to: int | None = None) -> list[str]:
    return [step.label for step in steps_up(directory, state, to)]


def originals(directory: Directory) -> tuple[Script, ...]:
    return read(directory.path / "squashed" / "0003").scripts


def test_a_new_database_runs_the_checkpoint_or_the_scripts_to_a_version_within(
    directory: Directory,
) -> None:
    assert labels(directory, State()) == ["0003_checkpoint", "0004_d"]
    assert labels(directory, State(), 3) == ["0003_checkpoint"]
    assert labels(directory, State(), 2) == ["0001_a", "0002_b"]


def test_a_database_that_ran_some_runs_the_others(directory: Directory) -> None:
    one, two, three = originals(directory)
    assert labels(directory, applied(one)) == ["0002_b", "0003_c", "0004_d"]
    assert labels(directory, applied(one, two, three)) == ["0004_d"]
    assert [s.label for s in compare(seen(directory, applied(two)), applied(two)).out_of_order] == [
        "0001_a"
    ]


def test_a_database_that_ran_the_checkpoint_has_no_version_within(directory: Directory) -> None:
    state = applied(directory.scripts[0])
    assert labels(directory, state) == ["0004_d"]
    with pytest.raises(VersionSquashed, match="version 2 is a part of 0003_checkpoint"):
        seen(directory, state, 2)


def test_a_checkpoint_that_was_edited_after_it_ran_is_named_itself(directory: Directory) -> None:
    state = applied(directory.scripts[0])
    write(directory.path, "0003_checkpoint", f"{CHECKPOINT}SELECT 1;")
    again = read(directory.path)
    (edited,) = compare(seen(again, state), state).edited
    assert edited.label == "0003_checkpoint"


def test_what_is_part_way_counts_as_begun(directory: Directory) -> None:
    state = applied(part_way=begun(1, "0001_a"))
    assert labels(directory, state)[0] == "0001_a"
    state = applied(part_way=begun(3, "0003_checkpoint"))
    assert labels(directory, state)[0] == "0003_checkpoint"
    with pytest.raises(PartWayMissing):
        steps_up(directory, applied(part_way=begun(9, "0009_other")))


def test_a_way_down_needs_no_file_of_what_was_squashed(directory: Directory) -> None:
    state = applied(*originals(directory))
    for path in (directory.path / "squashed" / "0003").iterdir():
        path.unlink()
    with pytest.raises(OriginalsMissing):
        seen(directory, state)
    assert [s.label for s in seen_if_there(directory, state).scripts] == ["0004_d"]
