"""Owners: whose the objects are that files make without saying so.

Whoever loads a file owns what it makes, and in a shadow that is nobody's choice. So these objects
belong to whom they belong on the other side, and what that lacks is made without OWNER TO.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from pgmig.ddl import ident_text
from pgmig.model import ObjectKey, Privilege, Record, Snapshot
from pgmig.plan import Plan


def owned_as(loaded: Snapshot, other: Snapshot, loader: str) -> Snapshot:
    """What files made, with the owners of `other` where they leave them open.

    Args:
        loaded: what they made.
        other: the state that they are compared with.
        loader: the role that loaded them; an object of it has no owner that they name.
    """
    objects = {
        key: _given(record, loader, _owner_there(other, key))
        for key, record in loaded.objects.items()
    }
    return loaded if objects == loaded.objects else replace(loaded, objects=objects)


def open_in(loaded: Snapshot, loader: str) -> frozenset[ObjectKey]:
    """The objects of which files leave open whose they are."""
    found = loaded.objects.items()
    return frozenset(key for key, record in found if getattr(record, "owner", "") == loader)


def without_owners(made: Plan, new: Snapshot, keys: Iterable[ObjectKey]) -> Plan:
    """The plan without OWNER TO for these objects, which it makes."""
    ends = {key: f" OWNER TO {ident_text(_owner_there(new, key))}" for key in keys}
    kept = tuple(
        each
        for each in made.statements
        if not (each.sql.startswith("ALTER ") and each.sql.endswith(ends.get(each.touches, "\0")))
    )
    return replace(made, statements=kept)


def _owner_there(snapshot: Snapshot, key: ObjectKey) -> str:
    owner: str = getattr(snapshot.objects.get(key), "owner", "")
    return owner


def _given(record: Record, loader: str, owner: str) -> Record:
    """The object given to its owner, who has then granted what the one before had."""
    if not owner or owner == loader or getattr(record, "owner", "") != loader:
        return record
    changes: dict[str, object] = {"owner": owner}
    privileges: Sequence[Privilege] | None = getattr(record, "privileges", None)
    if privileges:
        changes["privileges"] = tuple(
            msgspec.structs.replace(each, grantor=owner) if each.grantor == loader else each
            for each in privileges
        )
    return msgspec.structs.replace(record, **changes)
