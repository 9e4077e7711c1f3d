"""Words of a body are found as PostgreSQL folds names; strings and comments hold none."""

from pgmig import ddl


def test_names_are_folded_unless_quoted_and_strings_are_no_names() -> None:
    found = ddl.words("SELECT Foo(1) FROM public.\"My Table\" WHERE a = 'bar' -- baz")
    assert {"foo", "public", "My Table", "a"} <= found
    assert not {"Foo", "bar", "baz", "1", "my table"} & found


def test_a_body_that_is_no_sql_has_no_words() -> None:
    assert ddl.words("it's python") == frozenset()
