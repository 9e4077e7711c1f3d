"""Routines as records and as statements."""

from typing import Any

import msgspec

from pgmig.kinds.routine import ROUTINE, Argument, Routine
from pgmig.model import Edge, ObjectKey

PLAIN = Routine(
    schema="s",
    name="f",
    owner="o",
    kind="function",
    arguments=(),
    returns="integer",
    is_set=False,
    language="sql",
    volatility="volatile",
    parallel="unsafe",
    is_strict=False,
    is_security_definer=False,
    is_leakproof=False,
    cost="100",
    rows="0",
    support=None,
    transforms=None,
    settings=None,
    source="SELECT 1",
    library=None,
    body=None,
    extensions=None,
    privileges=None,
    comment=None,
)


def routine(**facts: Any) -> Routine:
    return msgspec.structs.replace(PLAIN, **facts)


def argument(type_: str, mode: str = "in", name: str = "") -> Argument:
    return Argument(name=name, type=type_, mode=mode, default=None)


def definition(record: Routine) -> str:
    return ROUTINE.create(record)[0].sql


def test_the_key_holds_the_input_types_only() -> None:
    record = routine(
        arguments=(
            argument("integer", name="a"),
            argument("text", "out"),
            argument("s.e", "inout"),
            argument("text[]", "variadic"),
            argument("date", "table"),
        )
    )
    assert ROUTINE.key(record) == ObjectKey("routine", "s", "f(integer, s.e, text[])")


def test_a_function_is_dropped_by_its_input_types() -> None:
    record = routine(arguments=(argument("integer"), argument("text", "out")))
    assert [each.sql for each in ROUTINE.drop(record)] == ["DROP FUNCTION s.f(integer)"]


def test_a_procedure_is_named_with_modes_so_that_no_other_matches() -> None:
    record = routine(
        kind="procedure", returns=None, arguments=(argument("integer"), argument("text", "out"))
    )
    assert [each.sql for each in ROUTINE.drop(record)] == ["DROP PROCEDURE s.f(IN integer)"]


def test_only_attributes_that_differ_from_their_defaults_are_written() -> None:
    assert definition(PLAIN) == (
        "CREATE FUNCTION s.f() RETURNS integer\nLANGUAGE sql\nAS $$SELECT 1$$"
    )
    assert "COST" not in definition(routine(language="c", library="l", cost="1"))
    assert "COST 100" in definition(routine(language="internal", cost="100"))


def test_each_value_of_a_list_setting_is_a_literal_of_its_own() -> None:
    record = routine(settings=(("search_path", "$user", "a b"), ("x.y", "it's"), ("z", "")))
    assert "SET search_path TO '$user', 'a b'\nSET \"x.y\" TO 'it''s'\nSET z TO ''" in definition(
        record
    )


def test_a_body_keeps_every_byte() -> None:
    source = "\r\n  SELECT '$$';\t \n\n"
    assert definition(routine(source=source)).endswith(f"AS $q1${source}$q1$")


def test_a_string_body_needs_no_cut() -> None:
    assert ROUTINE.cut(PLAIN) is None


def test_a_stub_has_the_signature_and_waits_for_types_only() -> None:
    record = routine(
        source=None,
        body="BEGIN ATOMIC\n SELECT 1;\nEND",
        arguments=(argument("s.t[]", name="rows"), argument("text", "table", "a")),
        is_set=True,
    )
    cut = ROUTINE.cut(record)
    assert cut is not None
    assert definition(cut.first) == (
        "CREATE FUNCTION s.f(rows s.t[]) RETURNS TABLE(a text)\n"
        "LANGUAGE sql\n"
        "AS $$SELECT NULL::text$$"
    )
    assert cut.later[0].sql.startswith("CREATE OR REPLACE FUNCTION s.f(")
    source = ROUTINE.key(record)

    def is_later(kind: str, name: str) -> bool:
        return cut.is_later(Edge(source=source, target=ObjectKey(kind, "s", name)))

    assert not is_later("table", "t")
    assert is_later("table", "u")
    assert not is_later("enum", "e")
    assert is_later("routine", "g()")
