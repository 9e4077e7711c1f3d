"""Generated scripts, split by us and by PostgreSQL's own parser and scanner."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgast import PgQueryError

from pgmig.errors import BadScript
from pgmig.scripts import position, split
from pgmig.scripts.lexer import is_without_statements
from pgmig.scripts.split import line_comments
from tests.fixtures.statements import (
    parsed_statements,
    scanned_line_comments,
    scanned_statements,
)

BLANKS = st.sampled_from([" ", "\n", "\t", "\r\n", "  \f", "\v "])
COMMENTS = st.sampled_from(
    [
        "-- it's; (\n",
        "--\n",
        '-- $$ \\ "\r\n',
        "/* ; */",
        "/* ' /* nested; */ \" ( */",
        "/***/",
        "/* -- */",
    ]
)
GAPS = st.lists(BLANKS | COMMENTS, min_size=1, max_size=3).map(lambda parts: " ".join(parts) + " ")

VALUES = st.sampled_from(
    [
        "1",
        "-1",
        "1.5e3",
        "a",
        "a$b$c",
        '"x; ""y"""',
        "été",
        "'a;b'",
        "'it''s'",
        "'\\'",
        "E'\\';'",
        "e'a\\\\'",
        "E'a'\n 'b\\';'",
        "U&'\\0061;'",
        "b'01'",
        "X'1F'",
        "N'n;'",
        "date'2020-01-01'",
        "$$;'$$",
        "$a$;$b$;$$;$a$",
        "$été$'$été$",
        "$1",
        "now()",
        "f(1, ')')",
        "(SELECT ';')",
        "((a))",
        "CASE WHEN a THEN E'\\'' ELSE (b) END",
        "ARRAY[1, 2]",
        "a::text",
        "a.b",
        "x.end",
        "b / c - -1",
    ]
)


@st.composite
def joined(draw: st.DrawFn, *tokens: str | st.SearchStrategy[str]) -> str:
    """Tokens with blanks and comments between them."""
    parts: list[str] = []
    for token in tokens:
        parts += [draw(token) if isinstance(token, st.SearchStrategy) else token, draw(GAPS)]
    return "".join(parts[:-1])


# Without AS, nearly every keyword may be a label too.
LABELS = st.sampled_from(["AS x", "AS end", "as case", 'AS "case"', "end", "CASE", "begin", ""])
NAMES = joined("x", ".", st.sampled_from(["end", "case", "begin", "as", "from"]))
SELECTS = joined("SELECT", VALUES, LABELS, ",", VALUES | NAMES, LABELS)
ACTIONS = joined("INSERT", "INTO", "t", "VALUES", "(", VALUES, ",", VALUES, ")") | SELECTS


def several(actions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(actions, min_size=1, max_size=3).map(lambda parts: "; ".join(parts) + ";")


STATEMENTS = st.one_of(
    ACTIONS,
    joined("CREATE", "TABLE", "t", "(", "a", "text", "DEFAULT", VALUES, ")"),
    joined(
        "CREATE", "RULE", "r", "AS", "ON", "INSERT", "TO", "t", "DO", "(", several(ACTIONS), ")"
    ),
    joined(
        "CREATE",
        st.sampled_from(["FUNCTION", "or /* x */ replace function"]),
        "f(a int)",
        "RETURNS",
        "int",
        "LANGUAGE",
        "sql",
        st.sampled_from(["BEGIN ATOMIC", "begin -- ;\n atomic"]),
        several(ACTIONS) | st.just(""),
        "END",
    ),
    joined(
        "CREATE FUNCTION", st.sampled_from(["begin(begin int)", "begin . atomic()"]), "RETURN 1"
    ),
    joined("CREATE FUNCTION f()", "RETURNS", "begin", "BEGIN", "ATOMIC", "RETURN 1", "; END"),
    joined("CREATE PROCEDURE p()", "LANGUAGE", "sql", "AS", VALUES.filter(lambda v: v[0] == "'")),
    joined("DO", "$do$BEGIN; END; '$do$"),
    joined("SET", "search_path", "=", "a", ",", "b"),
    joined("COPY", st.sampled_from(["t", "x . from", '"from"']), "TO", "STDOUT"),
    joined("COPY t FROM", "'/f'", "WHERE", "a IS DISTINCT FROM", "stdin"),
    st.sampled_from(["BEGIN", "END", "COMMIT", ""]),
)
SCRIPTS = st.lists(
    st.tuples(st.just("") | GAPS, STATEMENTS, st.just("") | GAPS).map("".join), max_size=5
).map(";".join)


@settings(max_examples=80, deadline=None)
@given(SCRIPTS)
def test_generated_scripts_are_cut_where_postgresql_cuts_them(sql: str) -> None:
    pieces = list(split(sql))
    assert [(piece.start, piece.end) for piece in pieces] == parsed_statements(sql)
    assert line_comments(sql) == scanned_line_comments(sql)
    at = 0
    for piece in pieces:
        assert is_without_statements(sql[at : piece.start])
        assert (piece.line, piece.column) == position(sql, piece.start)
        at = piece.end
    assert is_without_statements(sql[at:])


LINES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=12).filter(
    lambda line: line != "\\."
)
BLOCKS = st.lists(LINES | st.sampled_from(["\\.x", "\\\\.", "';", "$$"]), max_size=4)
COPIES = st.tuples(
    joined("COPY", st.sampled_from(["t (a, b)", "x . from", '"from"']), "FROM", "STDIN"),
    st.sampled_from([";\n", " ;  \r\n", "; -- it's\n"]),
    BLOCKS.map(lambda lines: "".join(f"{line}\n" for line in lines)),
    st.sampled_from(["\\.\n", "\\.\r\n"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(STATEMENTS, COPIES), min_size=1, max_size=4))
def test_data_of_copies_is_told_from_the_statements_around_it(
    parts: list[tuple[str, tuple[str, str, str, str]]],
) -> None:
    sql = "".join(f"{sql};{''.join(copy)}" for sql, copy in parts)
    pieces = list(split(sql))
    bare = "".join(f"{sql};{copy[0]};" for sql, copy in parts)
    assert [piece.sql for piece in pieces] == [
        bare[slice(*span)] for span in parsed_statements(bare)
    ]
    data = [sql[slice(*piece.copy_data)] for piece in pieces if piece.copy_data is not None]
    assert data == [copy[2] for _, copy in parts]


# Token soup: rarely SQL, always something that two scanners must cut alike. Escape strings and
# line comments keep apart: libpg_query does not continue an escape string after a comment.
_SOUP = ["'", '"', "$", "$$", "$a$", "a", "1", ";", ";", "(", ")", "-", "/", "*", "/*", "*/", "\n"]
_SOUP += [
    " ",
    "é",
    "''",
    "U&",
    "u&'",
    "b'",
    "x'",
    "_",
    "\r",
    "\t",
    "\u00a0",
    "::",
    "a'",
    "$1",
    "n'",
    "1e",
    "0x",
    "1_0",
    "$é$",
    "a$b",
    "\u3000",
    "\v",
    "<",
    "+",
    "\n'c;'",
]
SOUPS = st.one_of(
    st.lists(st.sampled_from([*_SOUP, "--", "--\n"]), max_size=24).map("".join),
    st.lists(st.sampled_from([*_SOUP, "E'", "e'", "\\", "\\'"]), max_size=24).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(SOUPS)
def test_any_text_is_cut_where_postgresqls_scanner_cuts_it(sql: str) -> None:
    try:
        expected = scanned_statements(sql)
    except ValueError:
        expected = None
    except PgQueryError as error:
        if "unterminated" not in str(error):
            return  # a number with letters, a bad escape: for the server to refuse
        expected = None
    if expected is None:
        with pytest.raises(BadScript):
            list(split(sql))
    else:
        assert [(piece.start, piece.end) for piece in split(sql)] == expected
        assert line_comments(sql) == scanned_line_comments(sql)
