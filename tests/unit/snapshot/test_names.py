"""File names of objects: readable where the name is, never two for one, safe everywhere."""

from hypothesis import given
from hypothesis import strategies as st

from pgmig.kinds import KIND_BY_NAME
from pgmig.model import ObjectKey
from pgmig.snapshot.names import PATH, path_of


def test_a_plain_name_stays_as_it_is() -> None:
    assert path_of(ObjectKey("table", "shop", "orders")) == "shop/table/orders.sql"
    assert path_of(ObjectKey("extension", "", "pgcrypto")) == "no-schema/extension/pgcrypto.sql"
    touch = ObjectKey("trigger", "shop", "touch", "orders")
    assert path_of(touch) == "shop/trigger/orders.touch.sql"
    assert path_of(touch, 2) == "shop/trigger/orders.touch.2.sql"
    assert path_of(ObjectKey("foreign key", "s", "a_fk", "a")) == "s/foreign_key/a.a_fk.sql"


def test_overloads_of_a_routine_are_told_apart_by_their_types() -> None:
    names = {
        "touch()": "touch.sql",
        "area(integer, double precision)": "area--integer--double-precision.sql",
        "area(shop.shape[])": "area--shop.shape-array.sql",
    }
    for name, file in names.items():
        assert path_of(ObjectKey("routine", "shop", name)) == f"shop/routine/{file}"


def test_any_other_name_gets_a_hash() -> None:
    def file(name: str, schema: str = "s") -> str:
        return path_of(ObjectKey("table", schema, name))

    assert file("Orders") == "s/table/orders+b7e8acdd52.sql"
    assert file("a/../b") == "s/table/a-b+900ea8b7e0.sql"
    assert file("con").startswith("s/table/con+")
    assert file("日本").startswith("s/table/_+")
    assert file("a", schema="no-schema").startswith("no-schema+")
    assert file("a", schema="no schema").startswith("no-schema+")
    assert file("f()") != file("f")


KEYS = st.builds(
    ObjectKey,
    kind=st.sampled_from([*KIND_BY_NAME]),
    schema=st.sampled_from(["", "s", "S", "no-schema", "con", "é"]),
    name=st.text('aA ()[],.-+é/"\n', min_size=1, max_size=8)
    | st.from_regex(r"[ab]\(([ab](\[\])?(, [ab])?)?\)", fullmatch=True)
    | st.text(min_size=1, max_size=300),
    parent=st.sampled_from(["", "a", "A", "a.b", "x" * 63]),
)


@given(st.lists(KEYS, unique=True, max_size=30), st.integers(1, 3))
def test_no_two_objects_share_a_file(keys: list[ObjectKey], part: int) -> None:
    # Only a kind whose objects hang on others has parents.
    keys = [key for key in keys if bool(key.parent) == bool(KIND_BY_NAME[key.kind].parent)]
    paths = [path_of(key, part) for key in keys]
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        assert PATH.fullmatch(path)
        assert all(len(name) <= 200 and name.rstrip(". ") == name for name in path.split("/"))
