"""Two snapshots, key by key and field by field."""

from dataclasses import dataclass
from typing import Any

from pgmig.kinds import KIND_BY_NAME
from pgmig.model import FieldSpec, ObjectKey, Record, Snapshot


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
        return f"{self.key}: {self.field} is {self.old!r}, should be {self.new!r}"


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
    for key in sorted({*old.objects, *new.objects}):
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
