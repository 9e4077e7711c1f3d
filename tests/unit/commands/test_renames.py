"""Hints of renames: how they are read."""

import pytest

from pgmig.commands.renames import parse_hint
from pgmig.errors import BadRename


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        ("public.a=b", ("public", "a"), "b"),
        ("public.a.x=y", ("public", "a", "x"), "y"),
        ("shop=store", ("shop",), "store"),
        (" public . a = b ", ("public", "a"), "b"),
        ("public.Mixed Case=b", ("public", "Mixed Case"), "b"),
        ('public."a.b"="c=""d"', ("public", "a.b"), 'c="d'),
        ("public.f(shop.state, integer)=g", ("public", "f(shop.state, integer)"), "g"),
    ],
)
def test_a_hint_is_an_old_name_in_full_and_a_new_one(
    text: str, path: tuple[str, ...], name: str
) -> None:
    hint = parse_hint(text)
    assert (hint.path, hint.name) == (path, name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is not OLD=NEW with a NEW of one name"),
        ("public.a", "it is not OLD=NEW with a NEW of one name"),
        ("public.a=b=c", "it is not OLD=NEW with a NEW of one name"),
        ("public.a=other.b", "it is not OLD=NEW with a NEW of one name"),
        ("public.=b", "a name is empty"),
        ("public.a=", "a name is empty"),
        ("public.a=a", "the new name is the old one"),
        ('public."a=b', "a quote is not closed"),
        ('"public"x.a=b', "x stands between names"),
    ],
)
def test_what_is_no_hint_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(BadRename) as refused:
        parse_hint(text)
    assert refused.value.reason == reason
