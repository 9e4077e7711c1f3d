"""Statements of scripts, judged by PostgreSQL's own parser wherever it can judge."""

import time
from pathlib import Path

import pytest

from pgmig.errors import (
    BackslashStringsOn,
    BadScript,
    CopyDataMissing,
    PsqlCommand,
    UnterminatedSql,
)
from pgmig.scripts import position, split
from pgmig.scripts.split import line_comments
from tests.fixtures.statements import parsed_statements, scanned_line_comments

FILES = sorted((Path(__file__).parent / "sql").glob("*.sql"))


def statements(sql: str) -> list[str]:
    return [piece.sql for piece in split(sql)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_statements_are_where_postgresql_sees_them(file: Path) -> None:
    sql = file.read_bytes().decode()
    assert [(piece.start, piece.end) for piece in split(sql)] == parsed_statements(sql)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_line_comments_are_where_postgresql_sees_them(file: Path) -> None:
    sql = file.read_bytes().decode()
    assert line_comments(sql) == scanned_line_comments(sql)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_line_and_column_are_those_of_the_first_token(file: Path) -> None:
    sql = file.read_bytes().decode()
    for piece in split(sql):
        before = sql[: piece.start].split("\n")
        assert (piece.line, piece.column) == (len(before), len(before[-1]) + 1)
        assert position(sql, piece.start) == (piece.line, piece.column)


@pytest.mark.parametrize("sql", ["", " \n\t", ";;;", "-- only\n", "/* a /* b */ */;\n--", "\ufeff"])
def test_a_text_without_statements_has_no_pieces(sql: str) -> None:
    assert statements(sql) == []


def test_a_byte_order_mark_is_no_part_of_the_first_statement() -> None:
    (piece,) = split("\ufeffSELECT 1;")
    assert (piece.sql, piece.words) == ("SELECT 1", ("SELECT",))


def test_blanks_and_comments_after_a_statement_are_no_part_of_it() -> None:
    assert statements("SELECT 1 -- one\n /* two */ -- three\n ; SELECT 2 --\n-- end") == [
        "SELECT 1",
        "SELECT 2",
    ]


@pytest.mark.parametrize(
    "sql", ["copy'a'", "set'a'", "create'a'", "create --\n'a'", "create or'a'"]
)
def test_keywords_that_a_quote_follows_are_only_text(sql: str) -> None:
    assert statements(f"{sql}; SELECT 1") == [sql, "SELECT 1"]


def test_comments_within_a_statement_stay_in_it() -> None:
    assert statements("-- a\nSELECT -- b;\n 1 /* c; */ + 2 -- d\n;") == [
        "SELECT -- b;\n 1 /* c; */ + 2"
    ]


def test_an_escape_string_goes_on_over_lines_and_comments() -> None:
    # PostgreSQL 15 and 18 take this for one string; libpg_query, which keeps comments, does not.
    sql = "SELECT e'a' -- it's\n  -- more\n 'b\\';c'; SELECT 2"
    assert statements(sql) == ["SELECT e'a' -- it's\n  -- more\n 'b\\';c'", "SELECT 2"]
    assert line_comments(sql) == [12, 22]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("begin", ("BEGIN",)),
        ("Commit And Chain", ("COMMIT", "AND", "CHAIN")),
        ("ROLLBACK TO SAVEPOINT a", ("ROLLBACK", "TO", "SAVEPOINT", "A")),
        (
            "create /* x */ unique -- y\n index concurrently if not exists i on t (a)",
            ("CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", "IF", "NOT"),
        ),
        ('ALTER TABLE "x" DROP a', ("ALTER", "TABLE")),
        ("ALTER TYPE s.mood ADD VALUE 'x'", ("ALTER", "TYPE", "S")),
        ("REINDEX (VERBOSE) TABLE t", ("REINDEX",)),
        ("SELECT E'x'", ("SELECT",)),
        ('SELECT U&"x"', ("SELECT",)),
        ("(SELECT 1)", ()),
        ("\u017felect 1", ("\u017felect",)),  # its capital is S, yet it is no keyword
    ],
)
def test_words_are_the_bare_words_a_statement_begins_with(sql: str, words: tuple[str, ...]) -> None:
    (piece,) = split(sql)
    assert piece.words == words


def test_copy_takes_the_lines_up_to_the_end_mark() -> None:
    sql = (
        "COPY t (a, b) FROM STDIN; -- data\n1\tit's; \\N\n\\.x\n\\\\.\n\\.\nSELECT 1;\n"
        "copy t from stdout with (format csv);\r\n\\.\r\nSELECT 2"
    )
    first, second, third, fourth = split(sql)
    assert first.sql == "COPY t (a, b) FROM STDIN"
    assert first.copy_data is not None
    assert sql[slice(*first.copy_data)] == "1\tit's; \\N\n\\.x\n\\\\.\n"
    assert (second.sql, second.line, second.copy_data) == ("SELECT 1", 6, None)
    assert third.copy_data is not None
    assert sql[slice(*third.copy_data)] == ""
    assert (fourth.sql, fourth.line) == ("SELECT 2", 9)


def test_copy_data_may_end_with_the_file() -> None:
    sql = "COPY t FROM STDIN;\n1\n\\."
    (piece,) = split(sql)
    assert piece.copy_data == (19, 21)


def test_other_copies_take_no_data() -> None:
    sql = "COPY t TO STDOUT; COPY (SELECT 1 FROM stdin) TO '/x'; COPY \"from\" FROM '/y'; SELECT 1"
    assert len(statements(sql)) == 4


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1;\nCOPY t FROM STDIN",
        "SELECT 1;\nCOPY t FROM STDIN;",
        "SELECT 1;\nCOPY t FROM STDIN;\n1\n2\n",
        "SELECT 1;\nCOPY t FROM STDIN; SELECT 2;\n1\n\\.\n",
    ],
)
def test_copy_without_data_is_refused_at_the_copy(sql: str) -> None:
    with pytest.raises(CopyDataMissing) as caught:
        statements(sql)
    assert (caught.value.line, caught.value.column) == (2, 1)


@pytest.mark.parametrize(
    ("sql", "construct", "line", "column"),
    [
        ("SELECT 1;\n SELECT 'it''s", "string", 2, 9),
        ("SELECT E'\\';", "string", 1, 9),
        ("SELECT E'a'\n'b\\'", "string", 1, 9),
        ('SELECT "a', "quoted identifier", 1, 8),
        ("SELECT $fn$ a $f$ $$", "string $fn$", 1, 8),
        ("SELECT $$ a", "string $$", 1, 8),
        ("SELECT 1 /* a /* b */", "comment", 1, 10),
        ("/* a", "comment", 1, 1),
        ("SELECT (1;\nSELECT 2;", "parenthesis", 1, 8),
        (
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\nSELECT 2;",
            "BEGIN ATOMIC",
            1,
            33,
        ),
        ("CREATE PROCEDURE f() BEGIN ATOMIC SELECT 1; ending;\n", "BEGIN ATOMIC", 1, 22),
    ],
)
def test_what_never_ends_is_refused_where_it_opens(
    sql: str, construct: str, line: int, column: int
) -> None:
    with pytest.raises(UnterminatedSql) as caught:
        statements(sql)
    error = caught.value
    assert (error.construct, error.line, error.column) == (construct, line, column)
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("sql", "command", "line", "column"),
    [
        ("SELECT 1;\n\\connect other\n", "\\connect", 2, 1),
        ("\\restrict abc\n", "\\restrict", 1, 1),
        ("SELECT 1 \\gset x_\n", "\\gset", 1, 10),
        ("SELECT (\\\\", "\\", 1, 9),
    ],
)
def test_commands_of_psql_are_refused(sql: str, command: str, line: int, column: int) -> None:
    with pytest.raises(PsqlCommand) as caught:
        statements(sql)
    assert (caught.value.command, caught.value.line, caught.value.column) == (
        command,
        line,
        column,
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SET standard_conforming_strings = off",
        "set local Standard_Conforming_Strings to 'off';",
        "SET SESSION standard_conforming_strings=false",
        "SET /* x */ standard_conforming_strings = 0 -- on\n;",
    ],
)
def test_backslashes_in_plain_strings_cannot_be_switched_on(sql: str) -> None:
    with pytest.raises(BackslashStringsOn):
        statements(sql)


@pytest.mark.parametrize("value", ["= on", "TO 'on'", "= true", "= DEFAULT", "=1 -- off\n"])
def test_backslashes_in_plain_strings_can_be_switched_off(value: str) -> None:
    assert len(statements(f"SET standard_conforming_strings {value}; SELECT 'a\\'; ")) == 2


def test_messages_name_the_file_line_and_column() -> None:
    with pytest.raises(BadScript) as caught:
        list(split("SELECT 1;\n  SELECT 'a", path=Path("migrations/0002_a.up.sql")))
    assert caught.value.where == "migrations/0002_a.up.sql:2:10"
    with pytest.raises(BadScript) as caught:
        list(split("SELECT 'a"))
    assert caught.value.where == "1:8"


def test_statements_come_before_the_error_behind_them() -> None:
    pieces = split("SELECT 1; SELECT 2; SELECT '")
    assert [next(pieces).sql, next(pieces).sql] == ["SELECT 1", "SELECT 2"]
    with pytest.raises(UnterminatedSql):
        next(pieces)


@pytest.mark.parametrize(
    "sql",
    [
        "(" * 200_000 + ")" * 200_000,
        "/*" * 200_000 + "*/" * 200_000,
        "SELECT '" + "''" * 300_000 + "'",
        "SELECT e'" + "\\'" * 300_000 + "'",
        "SELECT " + "a$" * 300_000,
        "SELECT " + "1$" * 300_000,
        "SELECT " + "$" * 300_000 + " 1",
        "a'b'" * 100_000,
        "e " * 300_000 + "-- " * 100_000,
        "SELECT 1" + " --\n" * 100_000 + ";",
        ";" * 500_000,
        "CREATE FUNCTION f() BEGIN ATOMIC " + "CASE " * 50_000 + "END " * 50_000 + "; END",
        "COPY t FROM STDIN;\n" + "\\.x\n" * 200_000 + "\\.\n",
    ],
    ids=lambda sql: f"{sql[:12]!r}",
)
def test_hostile_texts_take_time_in_proportion_to_their_length(sql: str) -> None:
    started = time.process_time()
    assert len(list(split(sql))) in (0, 1)
    assert time.process_time() - started < 5  # what is quadratic takes minutes
