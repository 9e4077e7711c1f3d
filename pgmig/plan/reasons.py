"""Why a statement is there, in one line: which field of which object changed, what forced it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import msgspec

from pgmig.model import FieldSpec, Record, Statement

_LONGEST = 60  # characters of a value in a reason


def because(old: Record, new: Record, spec: FieldSpec) -> str:
    """For people: what differs in the fields of one row."""
    return "; ".join(_told(old, new, spec, ""))


def reason_of(
    statement: Statement,
    old: Record | None = None,
    new: Record | None = None,
    spec: FieldSpec | None = None,
    *,
    why: str = "",
) -> Statement:
    """The statement with its reason, unless it knows one itself."""
    if statement.reason:
        return statement
    if old is not None and new is not None and spec is not None:
        why = "; ".join(_told(old, new, spec, statement.column))
    return replace(statement, reason=f"{statement.touches}: {why}")


def _told(old: Record, new: Record, spec: FieldSpec, column: str) -> Iterator[str]:
    for field in spec.fields:
        before, after = getattr(old, field), getattr(new, field)
        if before == after:
            continue
        if _has_names(before) and _has_names(after):
            yield from _of_parts(field, before, after, column)
        else:
            yield f"{field} {_short(before)} -> {_short(after)}"


def _has_names(value: Any) -> bool:
    if not isinstance(value, tuple):
        return False
    return all(isinstance(each, Record) for each in cast("tuple[object, ...]", value))


def _of_parts(field: str, old: Any, new: Any, column: str) -> Iterator[str]:
    before = {getattr(each, "name", str(each)): each for each in old}
    after = {getattr(each, "name", str(each)): each for each in new}
    word = field.removesuffix("s")
    told = False
    for name in dict.fromkeys((*before, *after)):
        if (column and name != column) or before.get(name) == after.get(name):
            continue
        told = True
        if name not in before:
            yield f"{word} {name} is new"
        elif name not in after:
            yield f"{word} {name} is not in the target"
        else:
            yield f"{word} {name}: {', '.join(_of_part(before[name], after[name]))}"
    if not told:
        yield f"{field} of what it belongs to" if column else f"the order of {field}"


def _of_part(old: Record, new: Record) -> Iterator[str]:
    for field in msgspec.structs.fields(old):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            yield f"{field.name} {_short(before)} -> {_short(after)}"


def _short(value: Any) -> str:
    if value is None:
        return "none"
    text = " ".join(value.split()) if isinstance(value, str) else _plain(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]}.."


def _plain(value: Any) -> str:
    if isinstance(value, Record):
        fields = msgspec.structs.fields(value)
        given = ((each.name, getattr(value, each.name)) for each in fields)
        return ", ".join(f"{name} {_short(found)}" for name, found in given if found is not None)
    if isinstance(value, tuple):
        parts = [_short(each) for each in cast("tuple[object, ...]", value)]
        return f"({', '.join(parts)})" if parts else "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
