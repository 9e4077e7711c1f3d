"""Orders of writing rows, from the rows alone."""

from pgmig.seeds.changes import Change, TableChanges, Values
from pgmig.seeds.names import TableName
from pgmig.seeds.part import Part
from pgmig.seeds.sorting import Order, clashing, orders
from pgmig.seeds.table import Column, ForeignKey, Key, Table


def column(name: str) -> Column:
    return Column(
        name=name,
        type="text",
        is_not_null=name == "k",
        generated="",
        identity="",
        has_default=False,
        type_oid=25,
        typtype="b",
        typcategory="S",
        is_deterministic=True,
        sequence=None,
    )


def unique(name: str, column: str) -> Key:
    return Key(
        name=name, is_primary=column == "k", is_deferrable=False, columns=(column,), equals=("=",)
    )


def part(
    name: str,
    *,
    added: tuple[Values, ...] = (),
    changed: tuple[Change, ...] = (),
    removed: tuple[Values, ...] = (),
    refers: str = "",
) -> Part:
    """A table with a key k, a unique column u and a column r that may refer to another's key."""
    columns = tuple(column(each) for each in "kur")
    keys = tuple(unique(f"{name}_{each}", each) for each in "ku")
    reference = ForeignKey(
        name=f"{name}_r",
        target=TableName("s", refers),
        is_deferrable=False,
        columns=("r",),
        target_columns=("k",),
    )
    table = Table(
        name=TableName("s", name),
        oid=1,
        is_partitioned=False,
        is_partition=False,
        is_parent=False,
        has_row_security=False,
        columns=columns,
        keys=keys,
        foreign_keys=(reference,) if refers else (),
        triggers=(),
    )
    changes = TableChanges(table, keys[0], columns, added, changed, removed)
    owned = frozenset({"u", "r"})
    return Part(changes, keys[0], ("k", "u", "r"), owned, owned, ("k", "u", "r"))


def places(order: Order) -> dict[str, int]:
    return {f"{phase} {name.name}": at for at, (name, phase) in enumerate(order)}


def test_new_rows_come_first_and_others_go_last() -> None:
    parts = [part("a", removed=(("1", "x", None),)), part("b", refers="a")]
    at = places(orders(parts)[0])
    assert at["insert a"] < at["insert b"] < at["update b"] < at["delete b"] < at["delete a"]


def test_what_is_unique_is_free_before_another_row_takes_it() -> None:
    goes = part("a", added=(("2", "x", None),), removed=(("1", "x", None),))
    at = places(orders([goes])[0])
    assert at["delete a"] < at["insert a"]

    leaves = part(
        "a", added=(("2", "x", None),), changed=(Change(("1", "x", "0"), ("1", "y", "0")),)
    )
    at = places(orders([leaves])[0])
    assert at["update a"] < at["insert a"]


def test_null_takes_nothing() -> None:
    free = part("a", added=(("2", None, None),), removed=(("1", None, None),))
    at = places(orders([free])[0])
    assert at["insert a"] < at["delete a"]


def test_a_row_refers_to_a_new_one_of_its_own_table_and_leaves_one_that_goes() -> None:
    own = part(
        "a",
        added=(("3", "x", None),),
        changed=(Change(("1", "y", "2"), ("1", "y", "3")),),
        removed=(("2", "z", None),),
        refers="a",
    )
    at = places(orders([own])[0])
    assert at["insert a"] < at["update a"] < at["delete a"]


def test_where_rows_need_each_other_the_plain_orders_are_tried() -> None:
    both = part(
        "a",
        added=(("3", "x", None),),
        changed=(Change(("1", "x", None), ("1", "y", "3")),),
        refers="a",
    )
    found = orders([both])
    assert len(found) == 4
    assert [phase for _, phase in found[0]] == ["insert", "update", "delete"]


def test_values_that_rows_exchange_are_known() -> None:
    swap = (Change(("1", "x", None), ("1", "y", None)), Change(("2", "y", None), ("2", "x", None)))
    assert [key.name for key in clashing(part("a", changed=swap).changes)] == ["a_u"]
    move = (Change(("1", "x", None), ("1", "z", None)),)
    assert clashing(part("a", changed=move).changes) == ()
