"""Range types as statements."""

from pgmig.kinds.range_type import RANGE_TYPE, RangeType


def test_a_range_with_a_canonical_function_begins_as_a_shell() -> None:
    record = RangeType(
        schema="s",
        name="r",
        owner="o",
        subtype="integer",
        opclass=None,
        collation=None,
        canonical="s.c",
        subtype_diff=None,
        multirange="s.r_multirange",
        privileges=None,
        comment=None,
    )
    cut = RANGE_TYPE.cut(record)
    assert cut is not None
    assert [each.sql for each in RANGE_TYPE.create(cut.first)] == ["CREATE TYPE s.r"]
    assert "CANONICAL = s.c" in cut.later[0].sql
