"""What a plan reckons and reads without a server."""

import pytest

from pgmig.commands.plan import words
from pgmig.commands.plan.casts import casts_of, is_cast_of, using
from pgmig.commands.plan.judging import are_in_conflict
from pgmig.scripts import split
from pgmig.shadow.trace.values import MODES

# The table of conflicting lock modes in explicit-locking.html: each mode with those it conflicts
# with, in the order of MODES.
CONFLICTS = [
    "00000001",
    "00000011",
    "00001111",
    "00011111",
    "00110111",
    "00111111",
    "01111111",
    "11111111",
]


def test_modes_conflict_as_the_manual_says() -> None:
    found = ["".join(str(int(are_in_conflict(a, b))) for b in MODES) for a in MODES]
    assert found == CONFLICTS


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ALTER TABLE t ALTER a TYPE int USING a::int", {"a": "a::int"}),
        (
            'ALTER TABLE t ALTER COLUMN "A b" SET DATA TYPE numeric(4, 2)'
            " USING (nullif(\"A b\", ''))::numeric(4, 2), ALTER c TYPE text",
            {"A b": "(nullif(\"A b\", ''))::numeric(4, 2)"},
        ),
        (
            "ALTER TABLE t ALTER Type TYPE int USING 1, ADD d int, ALTER c TYPE int USING (1 + 1)",
            {"type": "1", "c": "(1 + 1)"},
        ),
        ("ALTER TABLE t ALTER a TYPE text -- USING b\n", {}),
        ("ALTER TABLE t ADD EXCLUDE USING gist (a WITH =)", {}),
    ],
)
def test_the_using_of_each_column_is_read(statement: str, expected: dict[str, str]) -> None:
    (piece,) = split(statement)
    found = casts_of(piece, frozenset({"t"}))
    assert {each.column: each.expression for each in found} == expected


def test_a_using_belongs_to_the_table_that_its_statement_names() -> None:
    pieces = split("ALTER TABLE t ALTER a TYPE int USING 1; ALTER TABLE u ALTER a TYPE int USING 2")
    found = [
        cast
        for name, piece in zip("tu", pieces, strict=True)
        for cast in casts_of(piece, frozenset({name}))
    ]
    assert (using(found, "t", "a"), using(found, "u", "a"), using(found, "v", "a")) == (
        "1",
        "2",
        "",
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a::int", True),
        ("A::public.mood", True),
        ('"a"::double precision', True),
        ("b::int", False),
        ("a::int + 1", False),
        ("nullif(a, '')::int", False),
        ("a", False),
    ],
)
def test_a_cast_of_the_column_alone_is_known(expression: str, *, expected: bool) -> None:
    assert is_cast_of(expression, "a") == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (words.size(0), "empty"),
        (words.size(999), "999 bytes"),
        (words.size(48_200_000_000), "48 GB"),
        (words.size(1_500_000), "1.5 MB"),
        (words.rows(None), ""),
        (words.rows(1), "1 row"),
        (words.rows(3_400), "3,400 rows"),
        (words.rows(210_000_000), "210 million rows"),
        (words.rows(1_250_000_000), "1.2 billion rows"),
        (words.lasting(0.2), "less than a second"),
        (words.lasting(59.0), "about 59 s"),
        (words.lasting(480.0), "about 8 min"),
        (words.lasting(10_000.0), "about 2.8 h"),
        (words.some(("a", "b", "c", "d", "e")), "a, b, c and 2 more"),
    ],
)
def test_sizes_counts_and_times_read_well(told: str, expected: str) -> None:
    assert told == expected
