"""What PostgreSQL can alter in place is altered, and reaches the new schema."""

from collections.abc import Callable

import pytest

from pgmig.plan import differences, plan
from tests.fixtures.laws import Law, read
from tests.fixtures.servers import Program

TEMPLATE = "CREATE TEXT SEARCH TEMPLATE t (INIT = prsd_lextype, LEXIZE = dsimple_lexize);"
DICTIONARY = TEMPLATE + "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = t{});"
CONFIGURATION = "CREATE TEXT SEARCH CONFIGURATION c (COPY = english);"
LANGUAGE = "CREATE TRUSTED LANGUAGE l HANDLER plpgsql_call_handler{};"
TRANSFORM = "CREATE TRANSFORM FOR integer LANGUAGE sql ({});"
FROM_SQL = "FROM SQL WITH FUNCTION prsd_lextype(internal)"
TO_SQL = "TO SQL WITH FUNCTION int4recv(internal)"

CASES = {
    "a language gains functions": (
        LANGUAGE.format(""),
        LANGUAGE.format(" INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator"),
    ),
    "a language is told of and granted": (
        LANGUAGE.format("") + "GRANT USAGE ON LANGUAGE l TO r_reader; COMMENT ON LANGUAGE l IS 'x'",
        LANGUAGE.format("")
        + "ALTER LANGUAGE l OWNER TO r_owner; REVOKE USAGE ON LANGUAGE l FROM PUBLIC",
    ),
    "a transform gains a function": (
        TRANSFORM.format(FROM_SQL),
        TRANSFORM.format(f"{FROM_SQL}, {TO_SQL}"),
    ),
    "a transform changes direction": (TRANSFORM.format(FROM_SQL), TRANSFORM.format(TO_SQL)),
    "a dictionary gains options": (DICTIONARY.format(""), DICTIONARY.format(", a = 1, b = 'x'")),
    "a dictionary loses its options": (DICTIONARY.format(", a = 1"), DICTIONARY.format("")),
    "a dictionary's options change": (
        DICTIONARY.format(""", "A, ""b"" = " = 'it''s, = \\', first = '', n = -5, kept = 1.5"""),
        DICTIONARY.format(", n = -6, kept = 1.5, new = 'x = y', first = 'now last'"),
    ),
    "a configuration's mappings change": (
        CONFIGURATION,
        CONFIGURATION + "ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR word WITH simple;"
        "ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR hword WITH simple, english_stem;"
        'ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR email, url, "int";',
    ),
    "a conversion, a collation and a cast are told of": (
        "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;"
        "CREATE COLLATION l (LOCALE = 'C'); COMMENT ON COLLATION l IS 'x';"
        "CREATE CAST (xid AS integer) WITHOUT FUNCTION",
        "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;"
        "CREATE COLLATION l (LOCALE = 'C'); COMMENT ON CONVERSION c IS 'x';"
        "ALTER CONVERSION c OWNER TO r_owner; ALTER COLLATION l OWNER TO r_owner;"
        "CREATE CAST (xid AS integer) WITHOUT FUNCTION; COMMENT ON CAST (xid AS integer) IS 'x'",
    ),
}


@pytest.mark.parametrize(("one", "other"), CASES.values(), ids=CASES)
def test_an_object_is_altered_there_and_back(
    one: str, other: str, law: Law, psql: Program, make_database: Callable[[], str]
) -> None:
    url = law.load(one)
    old, new = read(url), read(law.load(other))
    for before, after in ((old, new), (new, old)):
        statements = plan(before, after).statements
        assert not any(each.sql.startswith("DROP") for each in statements)
        psql(url, "-1", input="".join(f"{each.sql};\n" for each in statements))
        assert list(map(str, differences(read(url), after))) == []
