"""What a script sends: counted, checked, and every character found again in its file."""

from pathlib import Path

import pytest

from pgmig.db.execute import ServerFault
from pgmig.engine.body import (
    Place,
    is_control,
    place_in_body,
    place_in_statement,
    read_body,
)
from pgmig.errors import EmptyScript, TransactionControl
from pgmig.scripts import Half
from pgmig.scripts.directory import make_half

COPIES = (
    "CREATE TABLE a (id int);\nCOPY a FROM stdin;\n1\n2\n\\.\n"
    "SELECT 3;\nCOPY a FROM stdin;\n\\.\nSELECT 4"
)


def half(text: str) -> Half:
    return make_half(Path("0001_a.up.sql"), text)


def place_at(script: Half, offset: int) -> Place:
    return place_in_body(read_body(script), ServerFault("42703", "no"), 1, offset)


def test_data_of_copy_travels_apart_from_the_statements() -> None:
    body = read_body(half(COPIES))
    assert body.count == 5
    assert body.copy_data == (("1\n2\n",), ("",))
    assert body.text == (
        "CREATE TABLE a (id int);\nCOPY a FROM stdin;\nSELECT 3;\nCOPY a FROM stdin;\nSELECT 4"
    )


@pytest.mark.parametrize("word", ["CREATE", "SELECT 3", "SELECT 4"])
def test_a_character_that_is_sent_is_found_again_in_the_file(word: str) -> None:
    body = read_body(half(COPIES))
    assert body.offset(body.text.index(word)) == COPIES.index(word)


def test_a_text_without_copy_is_sent_as_it_is() -> None:
    text = "-- a comment\nSELECT ';'; ;\nSELECT 2 -- the end"
    body = read_body(half(text))
    assert (body.count, body.text) == (2, text)
    assert [body.offset(n) for n in (0, 5, len(text))] == [0, 5, len(text)]


@pytest.mark.parametrize(
    "words",
    [
        ("BEGIN",),
        ("START", "TRANSACTION"),
        ("COMMIT", "AND", "CHAIN"),
        ("END", "WORK"),
        ("ABORT",),
        ("ROLLBACK",),
        ("ROLLBACK", "WORK"),
        ("PREPARE", "TRANSACTION"),
    ],
)
def test_what_begins_or_ends_a_transaction_is_control(words: tuple[str, ...]) -> None:
    assert is_control(words, is_transactional=True)
    assert is_control(words, is_transactional=False)


@pytest.mark.parametrize(
    "words",
    [
        ("SAVEPOINT", "S"),
        ("RELEASE", "S"),
        ("ROLLBACK", "TO", "S"),
        ("ROLLBACK", "TRANSACTION", "TO", "SAVEPOINT", "S"),
        ("PREPARE", "P", "AS", "SELECT"),
        ("SELECT",),
    ],
)
def test_what_stays_inside_a_transaction_is_not(words: tuple[str, ...]) -> None:
    assert not is_control(words, is_transactional=True)


def test_a_prepared_transaction_ends_outside_of_one() -> None:
    assert is_control(("COMMIT", "PREPARED"), is_transactional=True)
    assert not is_control(("ROLLBACK", "PREPARED"), is_transactional=False)


def test_control_is_refused_with_its_place() -> None:
    with pytest.raises(TransactionControl) as refused:
        read_body(half("SELECT 1;\n  start transaction;"))
    assert (refused.value.line, refused.value.column) == (2, 3)
    assert "START TRANSACTION" in refused.value.what


def test_a_body_of_a_function_may_hold_the_words() -> None:
    text = (
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;"
        "DO $$ BEGIN COMMIT; END $$; SELECT 'COMMIT'; /* COMMIT; */"
    )
    assert read_body(half(text)).count == 3


def test_a_script_that_holds_nothing_is_refused() -> None:
    with pytest.raises(EmptyScript):
        read_body(half("-- nothing\n;"))


def test_places_are_lines_and_columns_in_characters() -> None:
    script = half("SELECT 'é𝄞';\n\n  SELECT 'ü',\n    nope;")
    place = place_at(script, script.text.index("nope"))
    assert (place.line, place.column, place.statement) == (4, 5, "SELECT 'ü',\n    nope")


def test_a_place_behind_the_end_is_the_end() -> None:
    script = half("SELECT 1 +")
    assert place_at(script, 999).column == 11


@pytest.mark.parametrize(
    ("query", "line"),
    [("\n  SELECT nope;\n", 3), ("SELECT twice", 2), ("SELECT other", 2), ("", 2)],
)
def test_a_text_that_the_statement_holds_once_gives_the_place(query: str, line: int) -> None:
    script = half(
        "SELECT 1;\nCREATE FUNCTION f() AS $$\n  SELECT nope;\n$$ SELECT twice SELECT twice"
    )
    fault = ServerFault("42703", "no", internal_query=query, internal_position=10)
    _, piece = script.statements()
    assert place_in_statement(piece, fault).line == line
