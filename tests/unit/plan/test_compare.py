"""A difference is told in the words of the part that differs, not by all of an object."""

import msgspec

from pgmig.model import ObjectKey, Record
from pgmig.plan import Difference

KEY = ObjectKey("table", "shop", "orders")


class Column(Record, frozen=True, kw_only=True):
    name: str
    type: str = "text"
    default: str | None = None


A, B = Column(name="a"), Column(name="b")


def test_of_columns_only_the_one_that_differs_is_told() -> None:
    changed = msgspec.structs.replace(B, default="1", type="integer")
    difference = Difference(KEY, "columns", (A, B), (A, changed))
    assert str(difference) == (
        "table shop.orders: columns b type is 'text', should be 'integer'; "
        "columns b default is None, should be '1'"
    )


def test_the_order_of_columns_is_told_by_their_names() -> None:
    difference = Difference(KEY, "columns", (A, B), (B, A))
    assert str(difference) == "table shop.orders: columns are a, b, should be b, a"


def test_a_missing_column_and_a_plain_value_are_told() -> None:
    assert str(Difference(KEY, "columns", (A,), (A, B))).startswith(
        "table shop.orders: columns b is None, should be Column("
    )
    assert str(Difference(KEY, "owner", "x", "y")) == (
        "table shop.orders: owner is 'x', should be 'y'"
    )
