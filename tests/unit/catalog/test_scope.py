"""What is ignored takes with it what hangs on it; what needs it is told."""

from collections.abc import Iterable

import msgspec

from pgmig.catalog.scope import ALL, narrowed, scope_of, without
from pgmig.kinds.publication import Publication
from pgmig.kinds.schema import Schema
from pgmig.kinds.sequence import Sequence
from pgmig.model import Edge, Edges, Need, ObjectKey, Privilege, Record, Snapshot, Unmodelled

AUTH, PUBLIC = ObjectKey("schema", "", "auth"), ObjectKey("schema", "", "public")
USERS = ObjectKey("sequence", "auth", "users")
IDS = ObjectKey("sequence", "public", "ids")
PART = ObjectKey("sequence", "public", "part")
NEWS = ObjectKey("publication", "", "news")
GRANT = Privilege(
    grantee="rdsadmin", privilege="USAGE", grantor="app", is_grantable=False, is_held=True
)


def schema(name: str) -> Schema:
    return Schema(name=name, owner="app")


def sequence(key: ObjectKey) -> Sequence:
    return Sequence(
        schema=key.schema,
        name=key.name,
        owner="app",
        type="bigint",
        start=1,
        increment=1,
        minimum=1,
        maximum=9,
        cache=1,
        cycle=False,
        is_unlogged=False,
    )


def publication(key: ObjectKey) -> Publication:
    return Publication(
        name=key.name,
        owner="app",
        is_for_all_tables=False,
        tables=(),
        schemas=(),
        publish=(),
        is_via_partition_root=False,
    )


def snapshot(edges: Iterable[tuple[ObjectKey, ObjectKey, str]] = ()) -> Snapshot:
    made: dict[ObjectKey, Record] = {
        NEWS: publication(NEWS),
        AUTH: schema("auth"),
        PUBLIC: schema("public"),
        USERS: sequence(USERS),
        IDS: sequence(IDS),
        PART: sequence(PART),
    }
    depends = Edges.of(Edge(source=one, target=two, type=kind) for one, two, kind in edges)
    return Snapshot(180000, {key: made[key] for key in sorted(made)}, depends)


def test_everything_is_in_the_scope_of_all() -> None:
    whole = snapshot()
    assert narrowed(whole, ALL) is whole


def test_a_schema_takes_with_it_what_is_in_it() -> None:
    left = narrowed(snapshot(), scope_of(exclude=["schema:auth"]))
    assert left.ignored.objects == (AUTH, USERS)
    assert list(left.objects) == [NEWS, PUBLIC, IDS, PART]


def test_what_hangs_on_an_ignored_object_is_ignored_too() -> None:
    whole = snapshot([(PART, IDS, "a"), (USERS, PART, "i")])
    left = narrowed(whole, scope_of(exclude=["public.ids"]))
    assert left.ignored.objects == (USERS, IDS, PART)
    assert left.ignored.needs == ()
    assert len(left.depends) == 0


def test_what_only_needs_an_ignored_object_stays_and_is_told() -> None:
    whole = snapshot([(IDS, USERS, "n"), (NEWS, USERS, "a"), (PART, IDS, "n")])
    left = narrowed(whole, scope_of(exclude=["auth.*"]))
    assert left.ignored.needs == (
        Need(source=NEWS, target=USERS),
        Need(source=IDS, target=USERS),
    )
    assert str(left.ignored.needs[1]) == "sequence public.ids needs ignored sequence auth.users"
    assert [(edge.source, edge.target) for edge in left.depends] == [(PART, IDS)]


def test_chosen_schemas_keep_what_they_need_of_what_is_in_none() -> None:
    whole = snapshot()
    assert list(narrowed(whole, scope_of(schemas=["pub*"])).objects) == [PUBLIC, IDS, PART]
    needing = snapshot([(IDS, NEWS, "n")])
    assert list(narrowed(needing, scope_of(schemas=["public"])).objects) == [
        NEWS,
        PUBLIC,
        IDS,
        PART,
    ]


def test_patterns_that_match_nothing_are_told_but_not_those_of_presets() -> None:
    scope = scope_of(exclude=["auth.*", "x.*"], presets=["rds"])
    ignored = narrowed(snapshot(), scope).ignored
    assert ignored.unmatched == ("x.*",)
    assert ignored.patterns == ("exclude auth.*", "exclude x.*", "preset rds")
    assert narrowed(snapshot(), scope_of(schemas=["none"])).ignored.unmatched == ("none",)


def test_privileges_of_an_ignored_role_are_left_out() -> None:
    whole = snapshot()
    own = msgspec.structs.replace(GRANT, grantee="reader")
    granted = msgspec.structs.replace(whole.objects[IDS], privileges=(GRANT, own))
    alone = msgspec.structs.replace(whole.objects[PART], privileges=(GRANT,))
    objects = {**whole.objects, IDS: granted, PART: alone}
    left = narrowed(Snapshot(180000, objects), scope_of(presets=["rds"]))
    assert left.ignored.roles == ("rdsadmin",)
    assert left.objects[IDS] == msgspec.structs.replace(granted, privileges=(own,))
    assert left.objects[PART] == whole.objects[PART]


def test_a_pattern_that_matches_a_role_by_its_privileges_alone_is_used() -> None:
    whole = snapshot()
    granted = msgspec.structs.replace(whole.objects[IDS], privileges=(GRANT,))
    scope = scope_of(exclude=["role:rds*", "role:app"])
    left = narrowed(Snapshot(180000, {**whole.objects, IDS: granted}), scope)
    assert left.ignored.roles == ("app", "rdsadmin")
    assert left.ignored.unmatched == ()
    assert narrowed(whole, scope).ignored.unmatched == ("role:rds*", "role:app")


def test_what_is_not_modelled_is_ignored_with_its_schema() -> None:
    besides = (
        Unmodelled(kind="privileges", identity="schema auth"),
        Unmodelled(kind="privileges", identity="table auth.users"),
        Unmodelled(kind="privileges", identity="table public.x"),
    )
    whole = snapshot()
    whole = Snapshot(180000, whole.objects, unmodelled=besides)
    left = narrowed(whole, scope_of(exclude=["auth.*"]))
    assert left.unmodelled == besides[2:]
    assert left.ignored.besides == besides[:2]


def test_objects_are_left_out_by_their_keys() -> None:
    whole = snapshot([(IDS, USERS, "n"), (PART, IDS, "n")])
    left = without(whole, [USERS, ObjectKey("table", "x", "y")])
    assert list(left.objects) == [NEWS, AUTH, PUBLIC, IDS, PART]
    assert [(edge.source, edge.target) for edge in left.depends] == [(PART, IDS)]
    assert without(whole, []) is whole
