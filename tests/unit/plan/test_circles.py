"""Objects that need each other, and what drops them."""

import pytest

from pgmig.errors import CycleError
from pgmig.kinds.base_type import BASE_TYPE, BaseType
from pgmig.kinds.operator_family import OPERATOR_FAMILY, OperatorFamily
from pgmig.kinds.routine import ROUTINE, Argument, Routine
from pgmig.model import Edge, ObjectKey, Record, Snapshot
from pgmig.plan import plan

TYPE = BaseType(
    schema="s",
    name="cube",
    owner="o",
    input="s.cube_in",
    output="s.cube_out",
    length=4,
    is_by_value=True,
    alignment="int4",
    storage="plain",
    category="U",
    is_preferred=False,
    delimiter=",",
    is_collatable=False,
)


def routine(name: str, takes: str, returns: str) -> Routine:
    return Routine(
        schema="s",
        name=name,
        owner="o",
        kind="function",
        arguments=(Argument(name="", type=takes, mode="in"),),
        returns=returns,
        is_set=False,
        language="internal",
        volatility="volatile",
        parallel="unsafe",
        is_strict=False,
        is_security_definer=False,
        is_leakproof=False,
        cost="1",
        rows="0",
        source="int4in",
    )


def snapshot(objects: dict[ObjectKey, Record], *edges: tuple[ObjectKey, ObjectKey]) -> Snapshot:
    found = sorted(Edge(source=source, target=target) for source, target in edges)
    return Snapshot(180000, {key: objects[key] for key in sorted(objects)}, tuple(found))


NOTHING = snapshot({})
READ, WRITE = routine("cube_in", "cstring", "s.cube"), routine("cube_out", "s.cube", "cstring")
OBJECTS = {BASE_TYPE.key(TYPE): TYPE, ROUTINE.key(READ): READ, ROUTINE.key(WRITE): WRITE}
CUBE = snapshot(
    dict(OBJECTS),
    (BASE_TYPE.key(TYPE), ROUTINE.key(READ)),
    (BASE_TYPE.key(TYPE), ROUTINE.key(WRITE)),
    (ROUTINE.key(READ), BASE_TYPE.key(TYPE)),
    (ROUTINE.key(WRITE), BASE_TYPE.key(TYPE)),
)


def test_a_type_is_announced_before_its_functions() -> None:
    made = [each.sql.split(" (")[0].split("\n")[0] for each in plan(NOTHING, CUBE).statements]
    assert [each for each in made if each.startswith("CREATE")] == [
        "CREATE TYPE s.cube",
        "CREATE FUNCTION s.cube_in(cstring) RETURNS s.cube",
        "CREATE FUNCTION s.cube_out(s.cube) RETURNS cstring",
        "CREATE TYPE s.cube",
    ]


def test_a_type_and_its_functions_are_dropped_together_without_cascade() -> None:
    assert [each.sql for each in plan(CUBE, NOTHING).statements] == [
        "CREATE ROLE pgmig_circle",
        "ALTER TYPE s.cube OWNER TO pgmig_circle",
        "ALTER FUNCTION s.cube_in(cstring) OWNER TO pgmig_circle",
        "ALTER FUNCTION s.cube_out(s.cube) OWNER TO pgmig_circle",
        "DROP OWNED BY pgmig_circle",
        "DROP ROLE pgmig_circle",
    ]


def test_a_circle_of_other_objects_is_refused_by_their_names() -> None:
    families = [
        OperatorFamily(schema="s", name=name, method="btree", owner="o") for name in ("a", "b")
    ]
    first, second = (OPERATOR_FAMILY.key(each) for each in families)
    old = snapshot(
        dict(zip((first, second), families, strict=True)), (first, second), (second, first)
    )
    with pytest.raises(CycleError) as caught:
        plan(old, NOTHING)
    assert caught.value.keys == (str(first), str(second))
