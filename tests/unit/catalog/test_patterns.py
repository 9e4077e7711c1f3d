"""What a pattern chooses."""

import pytest

from pgmig.catalog.patterns import PRESETS, parse, preset
from pgmig.errors import BadPattern, UnknownPreset
from pgmig.model import ObjectKey, Unmodelled

TABLE = ObjectKey("table", "public", "tmp_a")
TRIGGER = ObjectKey("trigger", "public", "audit", "tmp_a")
SCHEMA = ObjectKey("schema", "", "auth")
EXTENSION = ObjectKey("extension", "", "pg_net")
ROUTINE = ObjectKey("routine", "auth", "f(integer, text)")


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("public.*", {TABLE, TRIGGER}),
        ("public.tmp_*", {TABLE, TRIGGER}),
        ("public.tmp_a", {TABLE}),
        ("table:public.tmp_*", {TABLE}),
        ("table:*", {TABLE}),
        ("trigger:public.tmp_a.*", {TRIGGER}),
        ("*.audit", {TRIGGER}),
        ("tmp_a", set[ObjectKey]()),
        ("auth.*", {SCHEMA, ROUTINE}),
        ("schema:auth", {SCHEMA}),
        ("schema:auth.*", set[ObjectKey]()),
        ("aut?.*", {SCHEMA, ROUTINE}),
        ("[ab]uth.*", {SCHEMA, ROUTINE}),
        ("routine:auth.f(*)", {ROUTINE}),
        ("routine:auth.f(integer, text)", {ROUTINE}),
        ("extension:pg_*", {EXTENSION}),
        ("pg_net", {EXTENSION}),
        ("PG_NET", set[ObjectKey]()),
        ("*", {TABLE, TRIGGER, SCHEMA, EXTENSION, ROUTINE}),
    ],
)
def test_a_pattern_is_compared_with_the_whole_name(text: str, chosen: set[ObjectKey]) -> None:
    keys = (TABLE, TRIGGER, SCHEMA, EXTENSION, ROUTINE)
    assert {key for key in keys if parse(text).matches(key)} == chosen


@pytest.mark.parametrize("kind", ["foreign key", "foreign_key", "Foreign-Key"])
def test_a_kind_may_be_written_with_a_blank_or_without(kind: str) -> None:
    key = ObjectKey("foreign key", "public", "fk", "orders")
    assert parse(f"{kind}:public.orders.fk").matches(key)


@pytest.mark.parametrize(
    ("text", "kind", "identity", "is_chosen"),
    [
        ("auth.*", "privileges", "table column auth.users.id", True),
        ("auth.*", "privileges", 'function "auth".f()', True),
        ("auth.*", "privileges", "function public.auth()", False),
        ("subscription:*", "subscription", "feed", True),
        ("subscription:*", "large object", "feed", False),
        ("database setting:search_path", "database setting", "search_path", True),
    ],
)
def test_what_is_no_object_is_chosen_by_its_identity(
    text: str, kind: str, identity: str, *, is_chosen: bool
) -> None:
    each = Unmodelled(kind=kind, identity=identity)
    assert parse(text).matches_besides(each) == is_chosen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is no name"),
        (" ", "there is no name"),
        ("table:", "there is no name"),
        ("table: x", "a blank stands around the name"),
        ('"Auth".*', "a name has no quotes here"),
        ("tabel:x", "there is no kind 'tabel'"),
        (":x", "there is no kind ''"),
    ],
)
def test_what_can_choose_nothing_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadPattern, match=reason):
        parse(text)


def test_an_unknown_preset_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownPreset, match="choose of: cloudsql, rds, supabase"):
        preset("heroku")


def test_every_preset_is_of_patterns() -> None:
    assert all(preset(name) for name in PRESETS)
