"""What a migrations directory may hold, and what is said when it holds something else."""

import os
from pathlib import Path

import pytest

from pgmig.errors import (
    DirectiveMisplaced,
    DirectoryMissing,
    DirectoryUnreadable,
    EmptyScript,
    HalfMissing,
    IrreversibleContradicted,
    ScriptMisnamed,
    ScriptUnreadable,
    UnterminatedSql,
    VersionTaken,
)
from pgmig.scripts import Gap, read
from tests.unit.scripts.conftest import Write

PAIR = ("CREATE TABLE t ();", "DROP TABLE t;")


def test_scripts_are_sorted_by_their_number(migrations: Write) -> None:
    labels = ["0002_b", "0010_c", "0001_a", "00011_d", "20260501093000_f", "10000_e"]
    directory = read(migrations(dict.fromkeys(labels, PAIR)))
    assert [script.label for script in directory.scripts] == [
        "0001_a",
        "0002_b",
        "0010_c",
        "00011_d",
        "10000_e",
        "20260501093000_f",
    ]
    assert [script.version for script in directory.scripts][-2:] == [10000, 20260501093000]
    assert directory.scripts[0].name == "a"


def test_a_script_has_the_text_and_header_of_both_halves(migrations: Write) -> None:
    path = migrations({"0001_a": ("-- pgmig: transaction=off\nSELECT 1;", "SELECT 2")})
    (script,) = read(path).scripts
    assert script.up.path == path / "0001_a.up.sql"
    assert script.up.text.endswith("SELECT 1;")
    assert not script.up.header.transaction
    assert script.down is not None
    assert (script.down.text, script.down.header.transaction) == ("SELECT 2", True)
    assert script.irreversible is None


def test_an_empty_directory_has_no_scripts(migrations: Write) -> None:
    assert read(migrations({})).scripts == ()


def test_other_files_are_left_alone(migrations: Write) -> None:
    others = ["pgmig.sum", "roles.sql", "README.md", ".hidden.sql", ".0001_a.up.sql.1f.tmp"]
    path = migrations({**dict.fromkeys(others, "x"), "0001_a": PAIR})
    (path / "archive.sql").mkdir()
    (path / "old").mkdir()
    assert [script.label for script in read(path).scripts] == ["0001_a"]


@pytest.mark.parametrize(
    "name",
    [
        "001_a.up.sql",
        "0000_a.up.sql",
        "0001-a.up.sql",
        "0001_A.up.sql",
        "0001_a.UP.sql",
        "0001_a.up.SQL",
        "0001_a.sql",
        "0001_.up.sql",
        "0001_é.up.sql",
        "a.up.sql",
        "0001_a b.up.sql",
        "1234567890123456789_a.up.sql",
        "schema.sql",
    ],
)
def test_an_sql_file_with_another_name_is_refused(migrations: Write, name: str) -> None:
    path = migrations({"0002_b": PAIR, name: "SELECT 1;"})
    with pytest.raises(ScriptMisnamed, match=r"NUMBER_NAME\.up\.sql") as caught:
        read(path)
    assert caught.value.path == path / name
    assert caught.value.exit_code == 2


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(DirectoryMissing, match=r"there is no migrations directory .*nowhere") as it:
        read(tmp_path / "nowhere")
    assert "pgmig new" in it.value.do


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "migrations").write_text("")
    with pytest.raises(DirectoryUnreadable, match="Not a directory"):
        read(tmp_path / "migrations")


def test_what_has_a_scripts_name_and_is_no_file_is_refused(migrations: Write) -> None:
    path = migrations({"0001_a.down.sql": "SELECT 1"})
    for make in (Path.mkdir, os.mkfifo, lambda at: at.symlink_to("nowhere")):
        file = path / "0001_a.up.sql"
        make(file)
        with pytest.raises(ScriptUnreadable, match="it is not a file"):
            read(path)
        file.rmdir() if file.is_dir() else file.unlink()


def test_a_link_to_a_file_is_a_script(migrations: Write, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.sql").write_text("SELECT 1;")
    path = migrations({"0001_a.down.sql": "SELECT 2;"})
    (path / "0001_a.up.sql").symlink_to(tmp_path / "elsewhere.sql")
    assert read(path).scripts[0].up.text == "SELECT 1;"


@pytest.mark.parametrize("other", ["0001_b", "00001_a"])
def test_a_number_taken_twice_names_both_files(migrations: Write, other: str) -> None:
    path = migrations({"0001_a": PAIR, other: PAIR})
    with pytest.raises(VersionTaken) as caught:
        read(path)
    assert caught.value.version == 1
    assert "0001_a.down.sql" in caught.value.what
    assert other in caught.value.what


def test_halves_with_different_names_share_a_number_and_are_refused(migrations: Write) -> None:
    with pytest.raises(VersionTaken, match=r"0001_a\.up\.sql and 0001_b\.down\.sql"):
        read(migrations({"0001_a.up.sql": "SELECT 1;", "0001_b.down.sql": "SELECT 1;"}))


def test_a_gap_between_numbers_is_told_and_accepted(migrations: Write) -> None:
    labels = ["0003_a", "0004_b", "0007_c", "20260501093000_d", "20260501093500_e"]
    directory = read(migrations(dict.fromkeys(labels, PAIR)))
    assert len(directory.scripts) == 5
    assert directory.gaps == (Gap(after="0004_b", before="0007_c", first=5, last=6),)


def test_an_up_half_without_a_down_half_is_refused(migrations: Write) -> None:
    path = migrations({"0001_a.up.sql": "SELECT 1;"})
    with pytest.raises(HalfMissing, match=r"there is no 0001_a\.down\.sql") as caught:
        read(path)
    assert caught.value.missing == path / "0001_a.down.sql"
    assert "irreversible" in caught.value.do


def test_a_down_half_without_an_up_half_is_refused(migrations: Write) -> None:
    with pytest.raises(HalfMissing, match=r"there is no 0001_a\.up\.sql"):
        read(migrations({"0001_a.down.sql": "SELECT 1;"}))


def test_an_irreversible_script_needs_no_down_half(migrations: Write) -> None:
    path = migrations({"0001_a.up.sql": '-- pgmig: irreversible="drops rows"\nDROP TABLE t;'})
    (script,) = read(path).scripts
    assert script.down is None
    assert script.irreversible == "drops rows"


def test_a_down_half_may_hold_nothing_but_the_reason(migrations: Write) -> None:
    path = migrations({"0001_a": ("DROP TABLE t;", '-- pgmig: irreversible="drops rows"\n')})
    assert read(path).scripts[0].irreversible == "drops rows"


@pytest.mark.parametrize("half", [0, 1])
def test_an_irreversible_script_with_a_way_down_is_refused(migrations: Write, half: int) -> None:
    texts = ["DROP TABLE t;", "SELECT 1;"]
    texts[half] = f'-- pgmig: irreversible="drops rows"\n{texts[half]}'
    with pytest.raises(IrreversibleContradicted, match="drops rows") as caught:
        read(migrations({"0001_a": (texts[0], texts[1])}))
    assert caught.value.path is not None
    assert caught.value.path.name == "0001_a.down.sql"


@pytest.mark.parametrize("text", ["", "\n", "-- nothing\n", "/* nothing */ ;;\n"])
def test_a_script_without_statements_is_read_and_refused_when_it_would_run(
    migrations: Write, text: str
) -> None:
    (script,) = read(migrations({"0001_a": (text, text)})).scripts
    assert script.down is not None
    for half in (script.up, script.down):
        assert half.is_empty
        with pytest.raises(EmptyScript, match="holds no statement") as caught:
            half.statements()
        assert caught.value.path == half.path
        assert caught.value.exit_code == 2


def test_statements_name_their_file_when_they_cannot_be_split(migrations: Write) -> None:
    path = migrations({"0001_a": ("SELECT 1;\nSELECT 'a", "SELECT 1;")})
    statements = read(path).scripts[0].up.statements()
    assert next(statements).sql == "SELECT 1"
    with pytest.raises(UnterminatedSql) as caught:
        next(statements)
    assert caught.value.where == f"{path / '0001_a.up.sql'}:2:8"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT 1;\n-- pgmig: transaction=off\n", 2, 1),
        ("SELECT 1; -- PgMig: transaction=off", 1, 11),
        ("SELECT --pgmig:x\n 1", 1, 8),
        (";-- pgmig: transaction=off\nSELECT 1;", 1, 2),
    ],
)
def test_a_directive_below_the_head_is_refused(
    migrations: Write, text: str, line: int, column: int
) -> None:
    with pytest.raises(DirectiveMisplaced) as caught:
        read(migrations({"0001_a": (text, "SELECT 1;")}))
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT '\n-- pgmig: transaction=off';",
        "DO $$\n-- pgmig: transaction=off\n$$;",
        "SELECT 1; /*\n-- pgmig: transaction=off */",
        "SELECT 1; -- as in -- pgmig: transaction=off",
        "SELECT 1; -- pgmig wrote this: see",
    ],
)
def test_what_looks_like_a_directive_in_a_string_or_comment_is_none(
    migrations: Write, text: str
) -> None:
    assert read(migrations({"0001_a": (text, "SELECT 1;")})).scripts[0].up.header.transaction
