"""What a plan reckons and reads without a server."""

from typing import Any

import pytest
from msgspec import structs

from pgmig.commands.plan import words
from pgmig.commands.plan.casts import casts_of, is_cast_of, types_in, using
from pgmig.commands.plan.evidence import Evidence
from pgmig.commands.plan.faults import version_words
from pgmig.commands.plan.judging import are_in_conflict, reasons
from pgmig.commands.plan.options import Options
from pgmig.commands.plan.server import Extension, Extensions
from pgmig.commands.plan.shadowing import Shadow
from pgmig.commands.plan.trying import Acting
from pgmig.commands.plan.values import (
    PlannedLock,
    PlannedScript,
    PlannedStatement,
    Replica,
    Room,
    Session,
    Slot,
    TableFacts,
)
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
        ("a::text::public.mood", True),
        ("(a::varchar)::mood", True),
        ("a::int::text", False),
        ("a::varchar(3)::text", False),
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


REWRITE = PlannedStatement(
    number=1,
    line=1,
    sql="ALTER TABLE public.t ALTER id TYPE bigint",
    locks=(
        PlannedLock(relation="public.t", mode="AccessExclusiveLock", blocks="reads and writes"),
    ),
    rewrites=("public.t",),
)
ALONE = PlannedStatement(
    number=1,
    line=1,
    sql="CREATE INDEX CONCURRENTLY i ON public.t (a)",
    locks=(PlannedLock(relation="public.t", mode="ShareUpdateExclusiveLock", blocks=""),),
    rebuilt=(("public.t", "i"),),
    is_alone=True,
)


def _evidence(statement: PlannedStatement, **seen: Any) -> Evidence:
    script = PlannedScript(
        version=2,
        label="0002_t",
        path="0002_t.up.sql",
        up="x",
        down=None,
        is_transactional=not statement.is_alone,
        count=1,
        is_traced=True,
        statements=(statement,),
    )
    nothing = dict.fromkeys(("tried", "checks", "sessions", "replicas", "slots", "rooms"), ())
    return Evidence(
        scripts=(script,),
        shadow=Shadow("", Acting(""), "history", 18, ()),
        major=18,
        role="app",
        tables={"public.t": TableFacts(name="public.t", bytes=4 * 10**9, index_bytes=0, rows=9)},
        leftovers=(),
        extensions=Extensions(),
        runner=None,
        unknown="",
        timeout=0,
        **nothing | seen,
    )


OPEN = Session(pid=7, seconds=60, application="report", user="u")


@pytest.mark.parametrize(
    ("statement", "seen", "expected"),
    [
        (REWRITE, {"slots": (Slot(name="s", is_active=True, bytes=9 * 10**9),)}, ""),
        (
            REWRITE,
            {"slots": (Slot(name="s", is_active=False, bytes=9 * 10**9),)},
            "slot s is inactive and keeps 9 GB of WAL, and 4 GB more with these scripts",
        ),
        (
            REWRITE,
            {"slots": (Slot(name="s", is_active=True, bytes=0, limit=10**9),)},
            "slot s would be lost: it may fall 1 GB further behind, and tables that are written"
            " anew make about 4 GB of WAL",
        ),
        (ALONE, {"slots": (Slot(name="s", is_active=False, bytes=10**8),)}, ""),
        (REWRITE, {"rooms": (Room(tablespace="", needed=4, free=5),)}, ""),
        (
            REWRITE,
            {"rooms": (Room(tablespace="fast", needed=4 * 10**9, free=10**9),)},
            "about 4 GB more are needed in tablespace fast while tables are written anew, and 1 GB"
            " are free: too little",
        ),
        (
            REWRITE,
            {"replicas": (Replica(name="copy", kind="subscriber", seconds=60),)},
            "subscriber copy is about 60 s behind",
        ),
        (ALONE, {"sessions": (OPEN,)}, ""),
        (
            ALONE,
            {"sessions": (structs.replace(OPEN, has_snapshot=True),)},
            "waits for report of u (pid 7, open for about 60 s), which has an older snapshot",
        ),
        (
            ALONE,
            {"sessions": (structs.replace(OPEN, holds=(("public.t", "RowExclusiveLock"),)),)},
            "waits for report of u (pid 7, open for about 60 s), which has RowExclusiveLock on"
            " public.t",
        ),
    ],
)
def test_what_stands_in_the_way_of_a_script_is_careful(
    statement: PlannedStatement, seen: dict[str, Any], expected: str
) -> None:
    found = reasons(_evidence(statement, **seen), Options())
    assert [(each.verdict, each.text) for each in found] == (
        [("careful", expected)] * bool(expected)
    )


@pytest.mark.parametrize(
    ("was", "wanted", "is_named", "expected"),
    [
        ("", "1.8", False, None),
        ("", "1.9", False, "careful"),
        ("", "1.9", True, "no"),
        ("", "1.4", True, None),
        ("1.4", "1.8", False, None),
        ("1.4", "1.9", False, "careful"),
        ("1.4", "1.5", True, "no"),
    ],
)
def test_a_version_of_an_extension_has_to_be_on_the_target(
    was: str, wanted: str, *, is_named: bool, expected: str | None
) -> None:
    it = Extension("hstore", "1.8", "1.4", frozenset({"1.4", "1.8"}), frozenset({"1.8"}))
    found = version_words(it, was, wanted, is_named=is_named)
    assert (found and found[0]) == expected


def test_the_types_that_an_expression_casts_to_are_known() -> None:
    text = "CASE a WHEN 'as'::text THEN CAST(a AS public.\"My t\") ELSE b::s.t || c::varchar(3) END"
    assert types_in(text) == {"text", "public", "My t", "s", "t", "varchar"}
