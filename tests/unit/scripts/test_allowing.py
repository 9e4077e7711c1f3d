"""`-- pgmig: allow=RULE reason="..."`, at the head of a file and above later statements."""

from pathlib import Path

import pytest

from pgmig.errors import BadDirective, DirectiveMisplaced
from pgmig.scripts.allowing import Allowance
from pgmig.scripts.directory import make_half
from pgmig.scripts.header import directive_lines, read_header

PATH = Path("0001_a.up.sql")


def test_above_a_later_statement_it_is_about_that_one() -> None:
    half = make_half(
        PATH,
        "SELECT 1;\n"
        "-- It is small.\n"
        '-- pgmig: allow=blocking-index,drop-column reason="a few rows"\n'
        "SELECT 2; SELECT 3;",
    )
    names = frozenset({"blocking-index", "drop-column"})
    assert half.allowances == (Allowance(2, names, "a few rows", line=3, column=11),)
    assert (half.header.allow, half.header.rules) == (frozenset(), frozenset())


def test_it_stands_beside_a_batch_of_the_same_statement() -> None:
    half = make_half(
        PATH,
        "-- pgmig: transaction=off\nSELECT 1;\n"
        "-- pgmig: batch=5 key=id allow=full-update reason=x\nUPDATE t SET a = 1",
    )
    assert [each.statement for each in half.batches] == [2]
    assert [each.statement for each in half.allowances] == [2]


def test_at_the_head_it_is_about_the_file_and_hazards_stay_consent() -> None:
    text = '-- pgmig: allow=drop-table,cascade\n-- pgmig: reason="nobody reads it"\n'
    header = read_header(text)
    assert (header.allow, header.rules) == (frozenset({"drop-table"}), frozenset({"cascade"}))
    assert header.reason == "nobody reads it"
    assert read_header(directive_lines(header)) == header


@pytest.mark.parametrize(
    ("head", "names", "reason", "line"),
    [
        ("-- pgmig: allow=cascade reason=x\n", {"cascade"}, "x", 1),
        ("-- pgmig: retries=1\n-- pgmig: allow=cascade\n-- why\n", {"cascade"}, "", 2),
        ("-- pgmig: retries=1\r\n\r\n-- pgmig: reason=x allow=cascade\r\n", {"cascade"}, "x", 3),
        (
            "-- pgmig: allow=drop-table reason=x\n\n-- pgmig: allow=cascade,drop-table reason=y\n",
            {"cascade"},
            "y",
            3,
        ),
    ],
)
def test_right_above_the_first_statement_it_is_about_that_one(
    head: str, names: set[str], reason: str, line: int
) -> None:
    (allowance,) = make_half(PATH, f"{head}SELECT 1; SELECT 2;").allowances
    assert (allowance.statement, allowance.names) == (1, frozenset(names))
    assert (allowance.reason, allowance.line) == (reason, line)


def test_a_blank_line_below_makes_it_about_the_file() -> None:
    for text in ("-- pgmig: allow=cascade\n\nSELECT 1;", "-- pgmig: allow=cascade\n-- a\n \n\t1"):
        half = make_half(PATH, text)
        assert (half.allowances, half.header.rules) == ((), frozenset({"cascade"}))


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("allow=blocking-index", 11, 'needs a reason beside a statement: allow=NAME reason="..."'),
        ('allow=cascade reason=" "', 11, "needs a reason"),
        ("reason=why", 11, "says nothing without allow="),
        ("allow=blocking-indx reason=x", 11, "of rules of `pgmig lint`"),
        ("allow=cascade allow=cascade reason=x", 25, "is given twice"),
    ],
)
def test_what_it_cannot_say_is_refused_in_its_place(line: str, column: int, reason: str) -> None:
    with pytest.raises(BadDirective) as caught:
        make_half(PATH, f"SELECT 1;\n-- pgmig: {line}\nSELECT 2;")
    assert (caught.value.line, caught.value.column) == (2, column)
    assert reason in str(caught.value)


def test_within_a_statement_or_behind_the_last_it_is_misplaced() -> None:
    directive = "-- pgmig: allow=cascade reason=x\n"
    for text in (f"SELECT 1\n{directive};", f"SELECT 1;\n{directive}", f"SELECT 1; {directive}"):
        with pytest.raises(DirectiveMisplaced):
            make_half(PATH, text)
