"""The order of tables by what refers to what, and where circles are cut."""

import pytest

from pgmig.errors import SeedCycle
from pgmig.seeds.names import TableName
from pgmig.seeds.order import in_order
from pgmig.seeds.table import Column, ForeignKey, Table


def table(name: str, *keys: str) -> Table:
    """A table that refers to `target`, nullable as `target?`, deferrable as `target!`."""
    columns = tuple(
        Column(
            key.strip("?!"),
            "int4",
            is_not_null=not key.endswith("?"),
            generated="",
            identity="",
            has_default=False,
            type_oid=23,
            typtype="b",
            typcategory="N",
            is_deterministic=True,
            sequence=None,
        )
        for key in keys
    )
    foreign = tuple(
        ForeignKey(
            f"{name}_{key.strip('?!')}",
            TableName("s", key.strip("?!")),
            key.endswith("!"),
            (key.strip("?!"),),
            ("id",),
        )
        for key in keys
    )
    return Table(
        TableName("s", name),
        1,
        is_partitioned=False,
        is_partition=False,
        is_parent=False,
        has_row_security=False,
        columns=columns,
        keys=(),
        foreign_keys=foreign,
        triggers=(),
    )


@pytest.mark.parametrize(
    ("tables", "order", "cuts"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, "c b a", ""),
        ({"b": [], "a": [], "c": ["c", "elsewhere"]}, "a b c", ""),
        ({"a": ["b!"], "b": ["a"]}, "a b", "a_b"),
        ({"a": ["b?"], "b": ["a"]}, "a b", "a_b(b)"),
        ({"a": ["b"], "b": ["a!"]}, "b a", "b_a"),
        ({"a": ["b?"], "b": ["c!"], "c": ["a"]}, "b a c", "b_c"),
        ({"a": ["x"], "x": ["y?"], "y": ["x"], "z": ["a"]}, "x a y z", "x_y(y)"),
        ({"a": ["b?", "c"], "b": ["a"], "c": ["a?"]}, "c a b", "c_a(a) a_b(b)"),
    ],
)
def test_what_is_referred_to_comes_first(
    tables: dict[str, list[str]], order: str, cuts: str
) -> None:
    found = in_order({TableName("s", name): table(name, *keys) for name, keys in tables.items()})
    assert " ".join(name.name for name in found.tables) == order
    told = [f"{c.key.name}({','.join(c.columns)})" if c.columns else c.key.name for c in found.cuts]
    assert " ".join(told) == cuts


def test_columns_without_values_wait_for_nobody() -> None:
    tables = {TableName("s", "a"): table("a", "b"), TableName("s", "b"): table("b", "a")}
    found = in_order(tables, {TableName("s", "a"): {"id"}})
    assert (found.tables, found.cuts) == (tuple(tables), ())


def test_a_circle_that_cannot_be_cut_is_named() -> None:
    tables = {
        TableName("s", name): table(name, *keys)
        for name, keys in {"a": ["b"], "b": ["a"], "c": ["a"], "d": []}.items()
    }
    with pytest.raises(SeedCycle) as caught:
        in_order(tables)
    assert caught.value.tables == ("s.a", "s.b")
    assert caught.value.keys == ("a_b of s.a", "b_a of s.b")
