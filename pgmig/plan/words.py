"""Fields and values in the words of people."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

import msgspec

from pgmig.model import Record

_CLAIMS = ("is_", "has_")
_LONGEST = 60  # characters of a value


def word(field: str) -> str:
    """A field as people say it: `is_not_null` is `not null`."""
    for prefix in _CLAIMS:
        field = field.removeprefix(prefix)
    return field.replace("_", " ")


def one_of(field: str) -> str:
    """One of the parts that a field holds: `columns` are each a `column`."""
    return word(field).removesuffix("s")


def short(value: Any) -> str:
    """A value in at most some sixty characters."""
    text = plain(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]}.."


def plain(value: Any, text: Callable[[str], str] = lambda text: " ".join(text.split())) -> str:
    """A value: none, yes or no, a text, a number, a list, or a record's fields.

    Args:
        value: of a field.
        text: how a text is told.
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return text(value) if value else "empty"
    if isinstance(value, Record):
        return ", ".join(f"{word(name)} {plain(part, text)}" for name, part in _given(value))
    if isinstance(value, tuple):
        parts = [plain(each, text) for each in cast("tuple[object, ...]", value)]
        return f"({', '.join(parts)})" if parts else "none"
    return str(value)


def _given(record: Record) -> Iterator[tuple[str, Any]]:
    """The fields that are not what they are when nobody says anything."""
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if value is not None and value != field.default:
            yield field.name, value


def changed(old: Record, new: Record) -> Iterator[tuple[str, Any, Any]]:
    """The fields of two records that differ, without those that only say more of another."""
    values: Mapping[str, tuple[Any, Any]] = {
        field.name: (getattr(old, field.name), getattr(new, field.name))
        for field in msgspec.structs.fields(old)
    }
    found = [name for name, (before, after) in values.items() if before != after]
    for name in telling(found):
        yield (name, *values[name])


def telling(fields: Iterable[str]) -> Iterator[str]:
    """The fields without those of which another's name is the beginning: `is_not_null_local`."""
    names = [*fields]
    for name in names:
        if not any(word(name).startswith(f"{word(other)} ") for other in names):
            yield name
