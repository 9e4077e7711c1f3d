"""Values as SQL text."""

import pytest

from pgmig.seeds.inserts import value_sql
from pgmig.seeds.table import Column

_OIDS = {
    "boolean": 16,
    "bigint": 20,
    "smallint": 21,
    "integer": 23,
    "text": 25,
    "double precision": 701,
    "numeric(10,2)": 1700,
}


def _column(type_: str) -> Column:
    return Column(
        name="c",
        type=type_,
        is_not_null=False,
        generated="",
        identity="",
        has_default=False,
        type_oid=_OIDS[type_],
        typtype="b",
        typcategory="X",
        is_deterministic=True,
        sequence=None,
    )


@pytest.mark.parametrize(
    ("type_", "text", "plain", "typed"),
    [
        ("boolean", "t", "true", "true"),
        ("integer", "7", "7", "7"),
        ("integer", "-7", "-7", "-7"),
        ("integer", "-2147483648", "-2147483648", "'-2147483648'::integer"),
        ("bigint", "7", "7", "7::bigint"),
        ("smallint", "-32768", "-32768", "'-32768'::smallint"),
        ("numeric(10,2)", "1.50", "1.50", "1.50::numeric(10,2)"),
        ("numeric(10,2)", "NaN", "'NaN'", "'NaN'::numeric(10,2)"),
        ("double precision", "-1.5", "-1.5", "'-1.5'::double precision"),
        ("double precision", "1e+20", "'1e+20'", "'1e+20'::double precision"),
        ("double precision", "-0", "'-0'", "'-0'::double precision"),
        ("text", "", "''", "''::text"),
        ("text", "it's \\", "E'it''s \\\\'", "E'it''s \\\\'::text"),
        ("text", "a\r\n'\\", "E'a\\r\n''\\\\'", "E'a\\r\n''\\\\'::text"),
        ("text", None, "NULL", "NULL::text"),
    ],
)
def test_a_value_is_bare_where_that_is_exact_and_cast_where_its_place_gives_no_type(
    type_: str, text: str | None, plain: str, typed: str
) -> None:
    column = _column(type_)
    assert value_sql(column, text, is_typed=False) == plain
    assert value_sql(column, text, is_typed=True) == typed
