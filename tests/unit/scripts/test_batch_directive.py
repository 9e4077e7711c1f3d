"""`-- pgmig: batch=...`, at the head of a file and above later statements."""

from pathlib import Path

import pytest

from pgmig.errors import BadDirective, DirectiveMisplaced, UnknownDirective
from pgmig.scripts.batch.directive import Batch
from pgmig.scripts.directory import make_half
from pgmig.scripts.header import read_header

PATH = Path("0001_a.up.sql")
OFF = "-- pgmig: transaction=off\n"


def batches(text: str) -> tuple[Batch, ...]:
    return make_half(PATH, text).batches


def test_at_the_head_it_is_about_the_first_statement_and_takes_it_out_of_a_transaction() -> None:
    half = make_half(
        PATH,
        "-- Fills the totals.\n"
        "-- pgmig: lock_timeout=2s\n"
        "-- pgmig: batch=5000 key=id pause=50ms lag=16MB waits=5\n"
        "UPDATE t SET a = 1; SELECT 1;",
    )
    assert half.batches == (
        Batch(1, 5000, ("id",), None, 0.05, 16 * 1024 * 1024, 5, line=3, column=11),
    )
    assert half.batch(1) is not None
    assert half.batch(2) is None
    assert (half.header.transaction, half.header.lock_timeout) == (False, "2s")


def test_a_few_words_are_enough_and_may_stand_on_several_lines() -> None:
    (batch,) = batches("-- pgmig: batch=10\n-- pgmig: key=a\nUPDATE t SET b = 1")
    assert batch == Batch(1, 10, ("a",), line=1, column=11)
    assert (batch.pause, batch.lag, batch.waits) == (0.0, 64 * 1024 * 1024, 5)


@pytest.mark.parametrize(
    ("value", "alias", "key"),
    [
        ("id", None, ("id",)),
        ("A,b_2", None, ("a", "b_2")),
        ("s.id", "s", ("id",)),
        ("S.a,s.b", "s", ("a", "b")),
        ('"""Id"", x"', None, ("Id", "x")),
        ('"""S.t"".""a,b"""', "S.t", ("a,b",)),
        ("é", None, ("é",)),
    ],
)
def test_a_key_is_columns_as_sql_names_them(
    value: str, alias: str | None, key: tuple[str, ...]
) -> None:
    (batch,) = batches(f"-- pgmig: batch=10 key={value}\nUPDATE t SET b = 1")
    assert (batch.alias, batch.key) == (alias, key)


def test_above_later_statements_each_has_its_own() -> None:
    text = (
        f"{OFF}SELECT 1; -- a remark\n\n/* more */\n"
        "  -- pgmig: batch=1 key=a\n-- a remark\n-- pgmig: pause=1s\nUPDATE t SET b = 1;\n"
        "COPY t FROM STDIN;\n1\n\\.\n"
        "-- pgmig: batch=2 key=b lag=off waits=off\nUPDATE t SET b = 2 -- the end\n;"
    )
    assert batches(text) == (
        Batch(2, 1, ("a",), pause=1.0, line=5, column=13),
        Batch(4, 2, ("b",), lag=None, waits=None, line=12, column=11),
    )


def test_the_head_ends_at_a_semicolon() -> None:
    text = f"{OFF};\n-- pgmig: batch=1 key=a\nUPDATE t SET b = 1"
    assert [batch.statement for batch in batches(text)] == [1]


@pytest.mark.parametrize(
    ("directives", "column", "key", "reason"),
    [
        ("batch=5", 11, "batch", "needs key="),
        ("key=a", 11, "key", "says nothing without batch="),
        ("pause=1s", 11, "pause", "says nothing without batch="),
        ("batch=0 key=a", 11, "batch", "is a whole number from 1 to 10,000,000, not 0"),
        ("batch=1k key=a", 11, "batch", "is a whole number from 1"),
        ("batch=99999999 key=a", 11, "batch", "is a whole number from 1"),
        ("batch=5 key=a batch=6", 25, "batch", "is given twice"),
        ("batch=5 key=a,,b", 19, "key", "is a comma list of columns"),
        ("batch=5 key=a,b,a", 19, "key", "names a column twice"),
        ("batch=5 key=s.a,b", 19, "key", "is about the columns of one table"),
        ("batch=5 key=a pause=5", 25, "pause", "is a number with its unit"),
        ("batch=5 key=a pause=2h", 25, "pause", "1h at most"),
        ("batch=5 key=a lag=16mb", 25, "lag", "is a number of bytes with its unit"),
        ("batch=5 key=a waits=-1", 25, "waits", "is a whole number from 0"),
    ],
)
@pytest.mark.parametrize("above", ["", f"{OFF}SELECT 1;"])
def test_a_bad_one_is_refused_with_its_place_and_reason(
    above: str, directives: str, column: int, key: str, reason: str
) -> None:
    text = f"{above}\n-- pgmig: {directives}\nUPDATE t SET b = 1"
    with pytest.raises(BadDirective, match=reason) as caught:
        batches(text)
    line = text[: text.index(directives)].count("\n") + 1
    assert (caught.value.line, caught.value.column, caught.value.key) == (line, column, key)


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        (
            "-- pgmig: transaction=on\n-- pgmig: batch=1 key=a\nUPDATE t SET b = 1",
            1,
            11,
            "is off in a script that runs in batches",
        ),
        (
            "SELECT 1;\n-- pgmig: batch=1 key=a\nUPDATE t SET b = 1",
            2,
            11,
            "stands above a later statement",
        ),
        (
            "-- pgmig: batch=1 key=a\n;\n-- pgmig: batch=1 key=a\nUPDATE t SET b = 1",
            3,
            11,
            "is given twice",
        ),
    ],
)
def test_it_does_not_go_with_a_transaction(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(BadDirective, match=reason) as caught:
        batches(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT 1; -- pgmig: batch=1 key=a\nUPDATE t SET b = 1", 2, 11),
        ("UPDATE t -- pgmig: batch=1 key=a\nSET b = 1", 2, 10),
        ("UPDATE t\n-- pgmig: batch=1 key=a\n SET b = 1", 3, 1),
        ("UPDATE t SET b = 1\n-- pgmig: batch=1 key=a\n;UPDATE t SET b = 1", 3, 1),
        ("UPDATE t SET b = 1;\n-- pgmig: batch=1 key=a\n", 3, 1),
        ("SELECT 1;\n-- pgmig: batch=1 key=a\n-- pgmig: lock_timeout=1s\nSELECT 1", 4, 1),
        ("SELECT 1;\n-- pgmig:\nSELECT 1", 3, 1),
    ],
)
def test_one_that_stands_nowhere_is_refused(text: str, line: int, column: int) -> None:
    with pytest.raises(DirectiveMisplaced) as caught:
        batches(OFF + text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_an_unknown_one_above_a_later_statement_is_refused() -> None:
    with pytest.raises(UnknownDirective, match="unknown directive bach") as caught:
        batches(f"{OFF}SELECT 1;\n-- pgmig: bach=1 key=a\nUPDATE t SET b = 1")
    assert (caught.value.line, caught.value.column) == (3, 11)
    assert "use one of allow, reason, batch, key, pause, lag, waits" in caught.value.do


def test_a_head_alone_tells_no_batch_but_no_transaction_either() -> None:
    assert not read_header("-- pgmig: batch=1 key=a\n").transaction
