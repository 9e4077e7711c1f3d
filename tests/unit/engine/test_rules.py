"""How files and history are held against each other, and which steps that gives."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pgmig.engine import Applied, State
from pgmig.engine.rules import compare, steps_up
from pgmig.errors import OutOfOrder, ScriptsEdited, ScriptsMissing, VersionUnknown, WrongDirection
from pgmig.scripts import Directory, Script
from pgmig.scripts.directory import make_half, make_script
from pgmig.scripts.names import parse_name


def script(version: int, text: str = "SELECT 1", down: str = "SELECT 2") -> Script:
    label = f"{version:04d}_s{version}"
    name = parse_name(f"{label}.up.sql")
    assert name is not None
    folder = Path("migrations")
    return make_script(
        make_half(folder / f"{label}.up.sql", text),
        make_half(folder / f"{label}.down.sql", down),
        name,
    )


def directory(*scripts: Script) -> Directory:
    return Directory(path=Path("migrations"), scripts=scripts, gaps=())


def applied(*scripts: Script, baseline: int = 0) -> State:
    rows = {
        s.version: Applied(
            version=s.version,
            id=number,
            label=s.label,
            kind="baseline" if s.version == baseline else "script",
            up_checksum=s.up.checksum,
            down_checksum=s.down.checksum if s.down else None,
            applied_at=datetime(2026, 5, 1, 12, 30, tzinfo=UTC),
            role="app",
        )
        for number, s in enumerate(scripts, start=1)
    }
    return State(len(rows), rows)


def test_pending_scripts_run_in_order_up_to_the_version_asked_for() -> None:
    files = directory(script(1), script(2), script(3), script(4))
    state = applied(script(1))
    assert [step.version for step in steps_up(files, state)] == [2, 3, 4]
    assert [step.version for step in steps_up(files, state, 3)] == [2, 3]
    assert steps_up(files, state, 1) == ()


def test_the_applied_text_is_named_with_its_date_and_role() -> None:
    with pytest.raises(ScriptsEdited) as edited:
        steps_up(
            directory(script(1, "SELECT 5"), script(2, "SELECT 5")), applied(script(1), script(2))
        )
    assert str(edited.value).splitlines()[:2] == [
        "0001_s1.up.sql is not the text that was applied (and 1 more)",
        "   at: migrations/0001_s1.up.sql, applied 2026-05-01 12:30 by app",
    ]


def test_an_edited_way_down_is_seen_and_no_conflict() -> None:
    files = directory(script(1, down="SELECT 5"))
    found = compare(files, applied(script(1)))
    assert [s.version for s in found.edited_down] == [1]
    assert found.edited == ()
    assert steps_up(files, applied(script(1))) == ()


def test_missing_files_and_late_scripts_are_conflicts() -> None:
    with pytest.raises(ScriptsMissing, match="0001_s1"):
        steps_up(directory(script(2)), applied(script(1)))
    with pytest.raises(OutOfOrder, match="0001_s1, 0002_s2: pending, but numbered below 0003_s3"):
        steps_up(directory(script(1), script(2), script(3)), applied(script(3)))


def test_a_baseline_stands_for_everything_below_it() -> None:
    state = applied(script(1), script(3), baseline=3)
    found = compare(directory(script(2), script(3), script(4)), state)
    assert [s.version for s in found.pending] == [4]
    assert found.missing == ()
    assert found.out_of_order == ()


def test_a_version_above_the_last_is_asked_for_by_its_file() -> None:
    files, state = directory(script(1), script(3)), applied(script(1), script(3))
    with pytest.raises(VersionUnknown, match="no version 9"):
        steps_up(files, state, 9)
    with pytest.raises(WrongDirection):
        steps_up(files, state, 1)


def test_late_scripts_run_in_their_turn_when_that_is_asked_for() -> None:
    files = directory(*map(script, range(1, 6)))
    state = applied(script(1), script(3))

    def late(to: int | None = None) -> list[int]:
        return [step.version for step in steps_up(files, state, to, is_out_of_order=True)]

    assert late() == [2, 4, 5]
    assert late(4) == [2, 4]
    assert late(2) == [2]
    with pytest.raises(WrongDirection):
        late(1)
