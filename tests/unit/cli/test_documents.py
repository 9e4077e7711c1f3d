"""File names that no terminal and no JSON takes as they are, and names that kinds share."""

import json
import os
from pathlib import Path

from pgmig.cli.report import Table
from pgmig.cli.report.changes import change_blocks
from pgmig.cli.report.inline import markdown_of
from pgmig.commands.document import document
from pgmig.commands.sealed import check_seals
from pgmig.model import ObjectKey
from pgmig.plan import Difference
from tests.cli.conftest import Run, folder, pgmig_inside

__all__ = ["folder", "pgmig_inside"]


def test_names_that_are_not_utf_8_stand_in_a_document_legibly(
    pgmig_inside: Run, folder: Path
) -> None:
    assert json.loads(document({"é": ["\udcfe", {"x": "ü\udcff", "n": 1}]})) == {
        "pgmig": 1,
        "é": ["\\xfe", {"x": "ü\\xff", "n": 1}],
    }
    (folder / "migrations").mkdir()
    (folder / "migrations" / os.fsdecode(b"0004_\xfe.up.sql")).touch()
    ran = pgmig_inside("verify", "--sealed", "--json")
    (wrong,) = json.loads(ran.out)["wrong"]
    assert (ran.code, wrong["path"]) == (3, f"{folder}/migrations/0004_\\xfe.up.sql")


def test_every_stray_name_is_told_and_none_steers_a_terminal(
    pgmig_inside: Run, folder: Path
) -> None:
    (folder / "migrations").mkdir()
    for name in ("0003_B.up.sql", "0004_\x1b[31m.up.sql", "0005_a.up.sql"):
        (folder / "migrations" / name).write_text("SELECT 1;")
    (folder / "migrations" / "0006_b.up.sql").mkdir()
    done = check_seals(folder / "migrations")
    assert [each.place.path.name[:6] for each in done.wrong] == [
        "0003_B", "0004_\x1b", "0006_b", "0005_a",
    ]  # fmt: skip
    assert "\x1b" not in pgmig_inside("verify", "--sealed").out


def test_what_hangs_on_a_table_is_no_part_of_another_object_of_that_name() -> None:
    check = Difference(ObjectKey("check", "public", "positive", "orders"), "", None, object())
    homes = {
        kind: Difference(ObjectKey(kind, "public", "orders"), "", None, object())
        for kind in ("collation", "table")
    }
    (beside,) = change_blocks([homes["collation"], check])
    (within,) = change_blocks([*homes.values(), check])
    assert isinstance(beside, Table)
    assert isinstance(within, Table)
    assert [str(row[0][0]) for row in beside.rows] == ["collation ", "check "]
    assert [str(row[0][0]) for row in within.rows] == ["collation ", "table "]


def test_a_list_of_the_settings_file_is_one_piece_of_code() -> None:
    told = markdown_of(('what needs a shell is written as ["sh", "-c", "..."], as here',))
    assert told == 'what needs a shell is written as `["sh", "-c", "..."]`, as here'
    assert markdown_of(('write ["A", "B", ...]',)) == 'write `["A", "B", ...]`'


def test_a_report_that_cannot_be_written_is_refused_before_the_work(
    pgmig_inside: Run, folder: Path
) -> None:
    words = ("new", "first"), ("verify", "--sealed", "--report")
    assert pgmig_inside(*words[0]).code == 0
    empty, missing = pgmig_inside(*words[1], ""), pgmig_inside(*words[1], "none/x.md")
    assert (empty.code, empty.err.splitlines()[0]) == (2, "error: --report is empty")
    assert (missing.code, missing.out) == (1, "")
    os.mkfifo(folder / "pipe")
    reader = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert pgmig_inside(*words[1], "pipe").code == 3
    assert os.read(reader, 9).decode().startswith("### ")
    os.close(reader)
