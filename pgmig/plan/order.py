"""What differs only in the order of its parts: PostgreSQL cannot move a column."""

from typing import Any

from pgmig.model import ObjectKey, Snapshot, wholes
from pgmig.plan.closure import Fates, kind_of


def moved(old: Snapshot, new: Snapshot, fates: Fates) -> dict[ObjectKey, str]:
    """For people: the objects of both sides whose parts will stand in another order than wanted."""
    found: dict[ObjectKey, str] = {}
    for key, before in old.objects.items():
        after = new.objects.get(key)
        if after is None or key in fates.remade:
            continue
        if before == after and key not in fates.alters:
            continue
        for part in kind_of(key).parts:
            gone = {each.column for each in fates.alters.get(key, ()) if each.phase == "remove"}
            had = [name for name in _names(getattr(before, part.field)) if name not in gone]
            names = _reached(had, getattr(after, part.field))
            _tell(found, key, part.field, names, _names(getattr(after, part.field)))
    for key in {*fates.made, *fates.remade}:
        record = new.objects[key]
        for field in (part.field for part in kind_of(key).parts if wholes.parents(record)):
            wanted = _names(getattr(record, field))
            _tell(found, key, field, _inherited(record, field, new, wanted), wanted)
    return found


def _tell(
    found: dict[ObjectKey, str], key: ObjectKey, field: str, names: list[str], wanted: list[str]
) -> None:
    if names != wanted:
        found[key] = (
            f"{key}: {field} will stand as {', '.join(names)}, not as"
            f" {', '.join(wanted)}: PostgreSQL cannot move them"
        )


def _inherited(record: Any, field: str, new: Snapshot, wanted: list[str]) -> list[str]:
    """The order in which INHERITS brings the parts: the parents' first; all own ones stay."""
    own = {part.name for part in getattr(record, field) if getattr(part, "is_local", True)}
    if own.issuperset(wanted) or getattr(record, "partition_of", None) is not None:
        return wanted
    parents = (wholes.table_named(name, new.objects) for name in wholes.parents(record))
    given = [name for parent in parents for name in _names(getattr(parent, field, ()))]
    first = [name for name in dict.fromkeys(given) if name in wanted]
    return first + [name for name in wanted if name not in first]


def _names(parts: Any) -> list[str]:
    return [getattr(each, "name", "") for each in parts or ()]


def _reached(had: list[str], new: Any) -> list[str]:
    """The order after drops, and additions at the end."""
    wanted = _names(new)
    return [name for name in had if name in wanted] + [name for name in wanted if name not in had]
