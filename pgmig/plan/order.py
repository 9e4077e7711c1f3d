"""What differs only in the order of its parts: PostgreSQL cannot move a column."""

from typing import Any

from pgmig.model import ObjectKey, Snapshot
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
            wanted = _names(getattr(after, part.field))
            if names != wanted:
                found[key] = (
                    f"{key}: {part.field} will stand as {', '.join(names)}, not as"
                    f" {', '.join(wanted)}: PostgreSQL cannot move them"
                )
    return found


def _names(parts: Any) -> list[str]:
    return [getattr(each, "name", "") for each in parts or ()]


def _reached(had: list[str], new: Any) -> list[str]:
    """The order after drops, and additions at the end."""
    wanted = _names(new)
    return [name for name in had if name in wanted] + [name for name in wanted if name not in had]
