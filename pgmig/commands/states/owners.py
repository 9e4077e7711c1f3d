"""Owners: whose the objects are that files make without saying so.

Whoever loads a file owns what it makes, and in a shadow that is nobody's choice. So these objects
belong to whom they belong on the other side, and what is new there to whoever would deploy.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from pgmig.model import ObjectKey, Privilege, Record, Snapshot


def unsaid(loaded: Snapshot, other: Snapshot, *, loader: str, deployer: str = "") -> Snapshot:
    """What files made, with the owners that they leave open.

    Args:
        loaded: what they made.
        other: the state that they are compared with.
        loader: the role that loaded them; an object of it has no owner that they name.
        deployer: the role that would make what `other` lacks; "" leaves that the loader's.
    """
    objects = {
        key: _given(record, loader, _owner_there(other, key) or deployer)
        for key, record in loaded.objects.items()
    }
    return loaded if objects == loaded.objects else replace(loaded, objects=objects)


def _owner_there(other: Snapshot, key: ObjectKey) -> str:
    owner: str = getattr(other.objects.get(key), "owner", "")
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
