"""Two snapshots, key by key and field by field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from pgmig.kinds import KIND_BY_NAME
from pgmig.model import FieldSpec, ObjectKey, Record, Snapshot
from pgmig.plan import words

_LONG = 160  # characters of a text that is told whole


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one object that differs, or an object that only one side has.

    Attributes:
        key: the object.
        field: the field; "" when only one side has the object.
        old: the value in the old snapshot; None when it lacks the object.
        new: the value in the new snapshot; None when it lacks the object.
    """

    key: ObjectKey
    field: str
    old: Any
    new: Any

    def __str__(self) -> str:
        """For people: `table shop.orders: owner is a, should be b`."""
        if not self.field:
            return f"{self.key}: " + ("is missing" if self.new is not None else "should not be")
        found = "; ".join(map(str, self.leaves()))
        return f"{self.key}: {found}"

    def leaves(self) -> "Iterator[Leaf]":
        """What differs within the field; nothing of an object that only one side has."""
        if self.field:
            yield from _of_field(self.field, self.old, self.new)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that differs, of a field or of a part of one.

    Attributes:
        label: for people, as `column cents type`.
        old: the value; None for a part that only the new side has.
        new: the value; None for a part that only the old side has.
        sort: changed; added, removed: a part that one side has; order: of the same parts, by name.
    """

    label: str
    old: Any
    new: Any
    sort: Literal["changed", "added", "removed", "order"] = "changed"

    def __str__(self) -> str:
        """For people: `column cents type is 'integer', should be 'bigint'`."""
        match self.sort:
            case "added":
                return f"{self.label} is missing"
            case "removed":
                return f"{self.label} should not be"
            case "order":
                return f"{self.label} are {self.old}, should be {self.new}"
            case "changed":
                before, after = _beside(self.old, self.new)
                told = words.plain(before, repr), words.plain(after, repr)
                return f"{self.label} is {told[0]}, should be {told[1]}"


def _of_value(label: str, old: Any, new: Any) -> Iterator[Leaf]:
    """What differs, of records and of tuples of named records only the parts that do."""
    if isinstance(old, Record) and isinstance(new, Record):
        for field, before, after in words.changed(old, new):
            yield from _of_value(f"{label} {words.word(field)}", before, after)
    else:
        yield Leaf(label, old, new)


def _beside(old: Any, new: Any) -> tuple[Any, Any]:
    """Two values; of long texts what stands around the first place in which they differ."""
    if not (isinstance(old, str) and isinstance(new, str)) or max(len(old), len(new)) <= _LONG:
        return old, new
    pairs = enumerate(zip(old, new, strict=False))
    first = next((place for place, (one, two) in pairs if one != two), min(len(old), len(new)))
    start = max(first - _LONG // 4, 0)
    return _part(old, start), _part(new, start)


def _part(text: str, start: int) -> str:
    head = ".." if start else ""
    tail = ".." if len(text) > start + _LONG else ""
    return f"{head}{text[start : start + _LONG]}{tail}"


def _of_field(field: str, old: Any, new: Any) -> Iterator[Leaf]:
    if not (_is_named(old) and _is_named(new)):
        yield from _of_value(words.word(field), old, new)
        return
    before, after = ({each.name: each for each in side} for side in (old, new))
    if {*before} == {*after} and [*before] != [*after]:
        yield Leaf(words.word(field), ", ".join(before), ", ".join(after), "order")
    for name in dict.fromkeys((*before, *after)):
        part = f"{words.one_of(field)} {name}"
        if name not in before:
            yield Leaf(part, None, after[name], "added")
        elif name not in after:
            yield Leaf(part, before[name], None, "removed")
        elif before[name] != after[name]:
            yield from _of_value(part, before[name], after[name])


def _is_named(parts: Any) -> bool:
    """Whether these are records with names, each of them once."""
    if not isinstance(parts, tuple):
        return False
    names = [getattr(part, "name", None) for part in cast("tuple[object, ...]", parts)]
    return all(isinstance(name, str) and name for name in names) and len({*names}) == len(names)


def changed_rows(old: Record, new: Record, key: ObjectKey) -> tuple[FieldSpec, ...]:
    """The field rows of the kind in which the two records differ."""
    kind = KIND_BY_NAME[key.kind]
    return tuple(
        spec
        for spec in kind.fields
        if any(getattr(old, field) != getattr(new, field) for field in spec.fields)
    )


def differences(old: Snapshot, new: Snapshot) -> tuple[Difference, ...]:
    """Every difference between two snapshots, in key order; edges are not compared."""
    found: list[Difference] = []
    same = {key for key, each in old.objects.items() if new.objects.get(key) is each}
    for key in sorted({*old.objects, *new.objects} - same):
        before, after = old.objects.get(key), new.objects.get(key)
        if before is None or after is None:
            found.append(Difference(key, "", before, after))
        elif before != after:
            found.extend(
                Difference(key, field, getattr(before, field), getattr(after, field))
                for spec in changed_rows(before, after, key)
                for field in spec.fields
                if getattr(before, field) != getattr(after, field)
            )
    return tuple(found)


def without_order(found: Iterable[Difference]) -> tuple[Difference, ...]:
    """Those that are more than another order of parts, which PostgreSQL cannot change."""
    return tuple(each for each in found if not _is_order(each))


def _is_order(difference: Difference) -> bool:
    if not difference.field or not (_is_named(difference.old) and _is_named(difference.new)):
        return False
    before, after = (
        {part.name: part for part in side} for side in (difference.old, difference.new)
    )
    return bool(before == after)
