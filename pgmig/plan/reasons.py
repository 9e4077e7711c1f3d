"""Why a statement is there, in one line: which field of which object changed, what forced it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from pgmig.model import FieldSpec, Record, Statement
from pgmig.plan import words


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


def joined(statements: Sequence[Statement]) -> str:
    """The reason of a statement that is all of these in one; what is said twice is said once."""
    subject = f"{statements[0].touches}: "
    parts = (each.reason.removeprefix(subject) for each in statements)
    return subject + "; ".join(dict.fromkeys(parts))


def cut(reason: str, longest: int = 150) -> str:
    """A reason of one line that can be read at a glance.

    Whole parts are left out and counted, and one that alone is too long ends after a word.
    """
    if len(reason) <= longest:
        return reason
    parts = reason.split("; ")
    kept = [parts[0]]
    for part in parts[1:]:
        if len("; ".join((*kept, part))) > longest:
            break
        kept.append(part)
    text = "; ".join(kept)
    if len(text) > longest:
        text = f"{text[:longest].rpartition(' ')[0] or text[:longest]} .."
    left = len(parts) - len(kept)
    return f"{text}; and {left} more" if left else text


def _told(old: Record, new: Record, spec: FieldSpec, column: str) -> Iterator[str]:
    fields = [each for each in spec.fields if getattr(old, each) != getattr(new, each)]
    for field in words.telling(fields):
        before, after = getattr(old, field), getattr(new, field)
        if _has_names(before) and _has_names(after):
            yield from _of_parts(field, before, after, column)
        else:
            yield f"{words.word(field)} {words.short(before)} -> {words.short(after)}"


def _has_names(value: Any) -> bool:
    if not isinstance(value, tuple):
        return False
    return all(isinstance(each, Record) for each in cast("tuple[object, ...]", value))


def _of_parts(field: str, old: Any, new: Any, column: str) -> Iterator[str]:
    before = {getattr(each, "name", str(each)): each for each in old}
    after = {getattr(each, "name", str(each)): each for each in new}
    word = words.one_of(field)
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
        yield f"{words.word(field)} of what it belongs to" if column else f"the order of {field}"


def _of_part(old: Record, new: Record) -> Iterator[str]:
    for field, before, after in words.changed(old, new):
        yield f"{words.word(field)} {words.short(before)} -> {words.short(after)}"
