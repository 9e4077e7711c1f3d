"""Drops and creates that look like renames: pointed out, never guessed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from pgmig.ddl import ident_text
from pgmig.model import ObjectKey, Record
from pgmig.plan.closure import Fates, kind_of


@dataclass(frozen=True, slots=True)
class Likeness:
    """Something that goes, and something of the same make that comes.

    Attributes:
        key: what goes, or the object whose column goes.
        column: that column; "" for the whole object.
        name: what comes.
    """

    key: ObjectKey
    column: str
    name: str

    @property
    def hint(self) -> str:
        """As `--rename` takes it."""
        place = (self.key.schema, self.key.parent, self.key.name, self.column)
        return ".".join(_spelled(part) for part in place if part) + f"={_spelled(self.name)}"

    @property
    def told(self) -> str:
        """For people."""
        what = f"column {self.column} of {self.key}" if self.column else str(self.key)
        return f"{what} goes and {self.name}, made like it, comes: --rename '{self.hint}'?"

    @property
    def evidence(self) -> str:
        """Beside the object."""
        what = f"column {self.column} goes and" if self.column else "it goes and"
        return f"{what} {self.name}, made like it, comes: --rename '{self.hint}'?"


def _spelled(name: str) -> str:
    """A name between the dots of a hint."""
    return ident_text(name) if any(sign in name for sign in '.="') else name


def likenesses(fates: Fates) -> tuple[Likeness, ...]:
    """All of them, in order; one that has several candidates is paired with the first."""
    return tuple(sorted({*_objects(fates), *_columns(fates)}, key=lambda each: each.hint))


def _objects(fates: Fates) -> Iterator[Likeness]:
    free = sorted(fates.made)
    for key, record in sorted(fates.gone.items()):
        for other in free:
            place = (key.kind, key.schema, key.parent)
            if (other.kind, other.schema, other.parent) == place and _is_like(
                record, fates.made[other]
            ):
                free.remove(other)
                yield Likeness(key, "", getattr(fates.made[other], "name", other.name))
                break


def _is_like(old: Record, new: Record) -> bool:
    """Whether two objects have the same parts, or without parts are the same but for the name."""
    name = getattr(old, "name", None)
    if name is None or not hasattr(new, "name"):
        return False
    before, after = getattr(old, "columns", None), getattr(new, "columns", None)
    if before and after:
        return [_make(each) for each in before] == [_make(each) for each in after]
    return bool(msgspec.structs.replace(new, name=name) == old)


def _make(part: Any) -> tuple[Any, ...]:
    return part.name, getattr(part, "type", None)


def _columns(fates: Fates) -> Iterator[Likeness]:
    for key, statements in sorted(fates.alters.items()):
        removed = [each.column for each in statements if each.phase == "remove" and each.column]
        if not removed:
            continue
        for field in (part.field for part in kind_of(key).parts):
            yield from _parts(key, field, removed, fates)


def _parts(key: ObjectKey, field: str, removed: list[str], fates: Fates) -> Iterator[Likeness]:
    old, new = fates.sides(key)
    before = {each.name: each for each in getattr(old, field) or () if each.name in removed}
    known = {each.name for each in getattr(old, field) or ()}
    free = [each for each in getattr(new, field) or () if each.name not in known]
    for name, part in before.items():
        for other in free:
            if getattr(part, "type", None) == getattr(other, "type", None):
                free.remove(other)
                yield Likeness(key, name, other.name)
                break
