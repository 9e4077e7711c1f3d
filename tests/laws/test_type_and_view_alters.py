"""Types, views, rules, triggers and policies change in place where they can, and lose nothing."""

from collections import Counter

import pytest

from pgmig.errors import UnsupportedChange
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import ObjectKey, Snapshot
from pgmig.plan import Plan, differences, plan, script_text, without_order
from pgmig.shadow.witness import statements
from tests.fixtures.altered import COMPOSITE, FORWARD, IN_PLACE, NAMES, SINCE
from tests.fixtures.laws import Law, read
from tests.fixtures.remade import CIRCLES, HELD, REMADE

pytestmark = pytest.mark.thorough


def _arrives(law: Law, url: str, new: Snapshot, dump: Counter[str]) -> Plan:
    """Takes a database to a schema; pg_dump agrees, and nothing is left to do."""
    made = plan(read(url), new)
    law.psql(url, "-1", input=script_text(made.statements, settings=made.settings))
    again = read(url)
    assert list(map(str, differences(again, new))) == []
    assert statements(law.pg_dump(url, "-s")) == dump
    assert plan(again, new).statements == ()
    return made


def _drops(made: Plan) -> list[str]:
    return [each.sql for each in made.statements if each.sql.startswith("DROP")]


def _altered_both_ways(one: str, other: str, law: Law) -> None:
    url, target = law.load(one), law.load(other)
    old, new = read(url), read(target)
    dumps = [statements(law.pg_dump(each, "-s")) for each in (url, target)]
    kept = {key for key in old.objects if key in new.objects}
    for end, dump in ((new, dumps[1]), (old, dumps[0])):
        made = _arrives(law, url, end, dump)
        dropped = [each for each in made.statements if each.sql.startswith("DROP")]
        assert [each.sql for each in dropped if each.touches in kept] == []


@pytest.mark.parametrize(("one", "other"), IN_PLACE.values(), ids=IN_PLACE)
def test_an_object_is_altered_both_ways(one: str, other: str, law: Law) -> None:
    _altered_both_ways(one, other, law)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(one, other, id=name, marks=pytest.mark.pg(f">= {major}"))
        for name, (major, one, other) in SINCE.items()
    ],
)
def test_an_object_is_altered_where_the_server_can(one: str, other: str, law: Law) -> None:
    _altered_both_ways(one, other, law)


@pytest.mark.parametrize(("one", "key", "column", "name", "other"), NAMES.values(), ids=NAMES)
def test_an_object_gets_another_name(
    one: str, key: ObjectKey, column: str, name: str, other: str, law: Law
) -> None:
    url, target = law.load(one), law.load(other)
    renamed = KIND_BY_NAME[key.kind].rename(read(url).objects[key], column, name)
    assert renamed is not None
    law.psql(url, "-1", input=script_text(renamed))
    assert list(map(str, differences(read(url), read(target)))) == []
    assert statements(law.pg_dump(url, "-s")) == statements(law.pg_dump(target, "-s"))


@pytest.mark.parametrize(("one", "other"), FORWARD.values(), ids=FORWARD)
def test_an_object_is_altered_and_comes_back(one: str, other: str, law: Law) -> None:
    url, target = law.load(one), law.load(other)
    old, new = read(url), read(target)
    dumps = [statements(law.pg_dump(each, "-s")) for each in (url, target)]
    assert _drops(_arrives(law, url, new, dumps[1])) == []
    _arrives(law, url, old, dumps[0])


@pytest.mark.parametrize(("one", "other"), REMADE.values(), ids=REMADE)
def test_what_is_made_again_has_all_it_had(one: str, other: str, law: Law) -> None:
    url, target = law.load(one), law.load(other)
    old, new = read(url), read(target)
    dumps = [statements(law.pg_dump(each, "-s")) for each in (url, target)]
    _arrives(law, url, new, dumps[1])
    _arrives(law, url, old, dumps[0])


# Where pg_dump cuts a circle depends on OIDs, so it is no witness here.
@pytest.mark.parametrize(("one", "other"), CIRCLES.values(), ids=CIRCLES)
def test_views_that_read_each_other_change(one: str, other: str, law: Law) -> None:
    url = law.load(one)
    old, new = read(url), read(law.load(other))
    for end in (new, old):
        law.psql(url, "-1", input=script_text(plan(read(url), end).statements))
        assert list(map(str, differences(read(url), end))) == []


@pytest.mark.parametrize(("one", "other", "rows"), HELD.values(), ids=HELD)
def test_rows_of_a_type_outlive_it(one: str, other: str, rows: str, law: Law) -> None:
    url, target = law.load(one), law.load(other)
    old, new = read(url), read(target)
    dumps = [statements(law.pg_dump(each, "-s")) for each in (url, target)]
    law.psql(url, input=rows)
    before = law.psql(url, "-Atc", "SELECT * FROM h").stdout
    _arrives(law, url, new, dumps[1])
    _arrives(law, url, old, dumps[0])
    assert law.psql(url, "-Atc", "SELECT * FROM h").stdout == before


def test_attributes_of_held_values_stay_in_their_order(law: Law) -> None:
    one = law.load(COMPOSITE.format("a integer, gone text, b integer"))
    other = read(law.load(COMPOSITE.format("a integer, b integer")))
    old = read(one)
    law.psql(one, input="INSERT INTO h VALUES ('(1,x,2)', '{}')")
    law.psql(one, "-1", input=script_text(plan(old, other).statements))
    back = plan(read(one), old)
    law.psql(one, "-1", input=script_text(back.statements))
    assert law.psql(one, "-Atc", "SELECT x FROM h").stdout == "(1,2,)\n"
    assert without_order(differences(read(one), old)) == ()
    assert "attributes will stand as a, b, gone" in back.notes[0]
    assert plan(read(one), old).statements == ()


def test_attributes_of_held_values_are_not_moved_when_they_get_another_type(law: Law) -> None:
    one = law.load(COMPOSITE.format("a integer, b integer"))
    other = law.load(COMPOSITE.format("b bigint, a integer"))
    with pytest.raises(UnsupportedChange) as found:
        plan(read(one), read(other))
    assert "composite type public.c: attributes a, b become b, a" in found.value.changes[0]


def test_attributes_that_no_column_holds_are_moved(law: Law) -> None:
    function = "CREATE FUNCTION n(c) RETURNS c LANGUAGE sql AS 'SELECT $1'"
    one = law.load(f"CREATE TYPE c AS (a integer, b integer); {function}")
    other = law.load(f"CREATE TYPE c AS (b integer, a integer); {function}")
    _arrives(law, one, read(other), statements(law.pg_dump(other, "-s")))
