"""Options of foreign data wrappers, servers and foreign tables: three verbs."""

from pgmig import ddl


def test_options_are_listed_with_quoted_names_and_values() -> None:
    found = ddl.fdw_options(["host=a", "Mixed Case=it's", "user=a=b", "empty="])
    assert found == """OPTIONS (host 'a', "Mixed Case" 'it''s', "user" 'a=b', empty '')"""


def test_no_options_make_no_clause() -> None:
    assert ddl.fdw_options(()) == ""


def test_what_goes_is_dropped_what_stays_is_set_and_what_comes_is_added() -> None:
    found = ddl.fdw_option_change(["host=a", "dbname=d", "same=s"], ["host=b", "port=5", "same=s"])
    assert found == "OPTIONS (DROP dbname, SET host 'b', ADD port '5')"


def test_an_option_may_become_empty() -> None:
    assert ddl.fdw_option_change(["a=1"], ["a="]) == "OPTIONS (SET a '')"


def test_equal_options_need_no_change() -> None:
    assert ddl.fdw_option_change(["a=1", "b=2"], ["a=1", "b=2"]) == ""
