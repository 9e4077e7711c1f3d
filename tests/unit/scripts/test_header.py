"""Directives at the head of a script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgmig.errors import BadDirective, DirectiveNotWritable, UnknownDirective
from pgmig.scripts import Header, directive_lines
from pgmig.scripts.header import read_header


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("", Header()),
        ("SELECT 1; -- no directive", Header()),
        ("-- pgmig wrote this\n-- for pgmig: nothing", Header()),
        ("-- pgmig: transaction=off", Header(transaction=False)),
        ("--pgmig:transaction=on\r\n", Header()),
        ("--\tPGMIG :\ttransaction=off\t", Header(transaction=False)),
        (
            "\n /* a /* b */ */ -- pgmig: lock_timeout=2s retries=10\nSELECT 1",
            Header(lock_timeout="2s", retries=10),
        ),
        (
            '-- title\n\n-- pgmig: transaction=off\n-- more\n-- pgmig: irreversible="a ""b"" -- c"',
            Header(transaction=False, irreversible='a "b" -- c'),
        ),
        (
            "-- pgmig: allow=drop-table,data-loss\n-- pgmig: allow=drop-column allow=drop-table",
            Header(allow=frozenset({"drop-table", "drop-column", "data-loss"})),
        ),
        (
            '-- pgmig: allow="drop-table, data-loss"',
            Header(allow=frozenset({"drop-table", "data-loss"})),
        ),
        ("-- pgmig: roles=app,reader roles=app", Header(roles=("app", "reader"))),
        (
            '-- pgmig: roles="app, ""Odd, """"Name"""""",été"',
            Header(roles=("app", 'Odd, "Name"', "été")),
        ),
        ("-- pgmig:", Header()),
        ("/* -- pgmig: transaction=off */ SELECT 1", Header()),
    ],
)
def test_directives_in_the_head_are_read(text: str, header: Header) -> None:
    assert read_header(text) == header


@pytest.mark.parametrize("value", ["0", "500ms", "2s", "1.5min", "1h", "24d", "100us"])
def test_lock_timeout_is_a_time_as_postgresql_writes_it(value: str) -> None:
    assert read_header(f"-- pgmig: lock_timeout={value}").lock_timeout == value


def test_an_unknown_directive_is_refused_with_its_place_and_the_known_ones() -> None:
    with pytest.raises(UnknownDirective, match="unknown directive transactoin") as caught:
        read_header("-- title\n-- pgmig: retries=1 transactoin=off\nSELECT 1;")
    error = caught.value
    assert (error.line, error.column, error.key) == (2, 21, "transactoin")
    assert "transaction, lock_timeout, retries, irreversible, allow, reason, roles" in error.do
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("directives", "column", "reason"),
    [
        ("transaction=no", 11, "is on or off, not no"),
        ("transaction=OFF", 11, "is on or off, not OFF"),
        ("transaction=off transaction=off", 27, "is given twice"),
        ("lock_timeout=2sec", 11, "is a number with its unit"),
        ("lock_timeout=5", 11, "is a number with its unit, like 500ms, 2s or 1min, or 0, not 5"),
        ("lock_timeout=-1", 11, "is a number with its unit"),
        ("lock_timeout=25d", 11, "is a number with its unit"),
        ("retries=1 retries=2", 21, "is given twice"),
        ("retries=1.5", 11, "is a whole number"),
        ("retries=-1", 11, "is a whole number"),
        ("retries=²", 11, "is a whole number"),
        ('irreversible=""', 11, "needs a reason"),
        (
            "allow=Drop_Table",
            11,
            "is a comma list of drop-table, drop-column, data-loss, drop, not",
        ),
        ("allow=drop-table,", 11, "is a comma list of drop-table"),
        ("allow=no-such-hazard", 11, "is a comma list of drop-table"),
        ("roles=App", 11, "has capitals in App"),
        ("roles=a,,b", 11, "is a comma list of role names"),
        ('roles=""', 11, "is a comma list of role names"),
        ('roles="a b"', 11, "is a comma list of role names"),
        ("transaction", 11, "is not key=value"),
        ("transaction=", 11, "is not key=value"),
        ("transaction = off", 11, "is not key=value"),
        ("=off", 11, "is not key=value"),
        ("retries=1 off", 21, "is not key=value"),
        ('irreversible="a', 11, "is not key=value"),
        ('irreversible="a"b', 11, "is not key=value"),
        ("irreversible='a b'", 11, "is not key=value"),
        ("retries=1, allow=x", 11, "is a whole number"),
    ],
)
def test_a_bad_directive_is_refused_with_its_place_and_reason(
    directives: str, column: int, reason: str
) -> None:
    with pytest.raises(BadDirective, match=reason) as caught:
        read_header(f"\n-- pgmig: {directives}\n")
    assert (caught.value.line, caught.value.column) == (2, column)


TEXTS = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1)
HEADERS = st.builds(
    Header,
    transaction=st.booleans(),
    lock_timeout=st.none() | st.sampled_from(["2s", "100ms"]),
    retries=st.none() | st.integers(0, 99),
    irreversible=st.none() | TEXTS.filter(str.strip),
    allow=st.frozensets(st.sampled_from(["drop-table", "data-loss"])),
    roles=st.lists(TEXTS, unique=True).map(tuple),
)


@given(HEADERS)
def test_a_header_written_as_directives_reads_the_same(header: Header) -> None:
    assert read_header(directive_lines(header) + "SELECT 1;") == header


@pytest.mark.parametrize("name", ["a\nDROP TABLE t; --", "a\rb"])
def test_a_name_with_a_line_break_never_leaves_its_comment(name: str) -> None:
    with pytest.raises(DirectiveNotWritable, match="roles cannot hold") as caught:
        directive_lines(Header(roles=(name,)))
    assert caught.value.exit_code == 4
