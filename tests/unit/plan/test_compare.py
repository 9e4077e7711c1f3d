"""A difference is told in the words of the part that differs, not by all of an object."""

import msgspec

from pgmig.model import ObjectKey, Record
from pgmig.plan import Difference

KEY = ObjectKey("table", "shop", "orders")


class Column(Record, frozen=True, kw_only=True):
    name: str
    type: str = "text"
    default: str | None = None


class Nullable(Record, frozen=True, kw_only=True):
    name: str
    is_not_null: bool = False
    is_not_null_local: bool = False


A, B = Column(name="a"), Column(name="b")


def test_of_columns_only_the_one_that_differs_is_told() -> None:
    changed = msgspec.structs.replace(B, default="1", type="integer")
    difference = Difference(KEY, "columns", (A, B), (A, changed))
    assert str(difference) == (
        "table shop.orders: column b type is 'text', should be 'integer'; "
        "column b default is none, should be '1'"
    )


def test_the_order_of_columns_is_told_by_their_names() -> None:
    difference = Difference(KEY, "columns", (A, B), (B, A))
    assert str(difference) == "table shop.orders: columns are a, b, should be b, a"


def test_a_missing_column_and_a_plain_value_are_told() -> None:
    assert str(Difference(KEY, "columns", (A,), (A, B))) == (
        "table shop.orders: column b is missing"
    )
    assert str(Difference(KEY, "columns", (A, B), ())) == (
        "table shop.orders: column a should not be; column b should not be"
    )
    assert str(Difference(KEY, "owner", "x", "y")) == (
        "table shop.orders: owner is 'x', should be 'y'"
    )
    assert str(Difference(KEY, "is_populated", old=True, new=False)) == (
        "table shop.orders: populated is yes, should be no"
    )


def test_a_field_that_only_says_more_of_another_is_left_out() -> None:
    old = Nullable(name="a")
    new = Nullable(name="a", is_not_null=True, is_not_null_local=True)
    assert str(Difference(KEY, "columns", (old,), (new,))) == (
        "table shop.orders: column a not null is no, should be yes"
    )
    unsure = msgspec.structs.replace(new, is_not_null_local=False)
    assert str(Difference(KEY, "columns", (unsure,), (new,))) == (
        "table shop.orders: column a not null local is no, should be yes"
    )


def test_of_long_texts_the_place_where_they_differ_is_told() -> None:
    old, new = f"{'a' * 300}bc", f"{'a' * 300}d"
    told = str(Difference(KEY, "query", old, new))
    assert told == (f"table shop.orders: query is '..{'a' * 40}bc', should be '..{'a' * 40}d'")
