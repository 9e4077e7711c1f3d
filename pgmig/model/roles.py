"""The roles that a snapshot names: they belong to the cluster, not to the database."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from pgmig.model.record import Privilege, Record
from pgmig.model.snapshot import Snapshot


def roles_named(snapshot: Snapshot, *, new: Snapshot | None = None) -> tuple[str, ...]:
    """Owners, grantors, grantees, roles of policies and of user mappings, sorted.

    Predefined ones are left out.

    Args:
        snapshot: what names them.
        new: a new database. An object's owner there is not named for that object's sake: until
            14 the superuser that initdb made, by whatever name, owns public (catalog.md 1.1).
    """
    found = set[str]()
    for key, record in snapshot.objects.items():
        owner: str | None = getattr(record, "owner", None)
        known: str | None = getattr(new.objects.get(key), "owner", None) if new else None
        found.update(role for role in _of(record) if not role == owner == known)
    found.discard("public")  # PUBLIC
    return tuple(sorted(role for role in found if not role.startswith("pg_")))


def _of(record: Record) -> Iterator[str]:
    for name in record.__struct_fields__:
        value: Any = getattr(record, name)
        if name in {"owner", "role"}:
            yield value
        elif name == "roles":
            yield from value or ()
        elif isinstance(value, Record):
            yield from _of(value)
        elif isinstance(value, tuple):
            yield from _of_each(cast("tuple[object, ...]", value))


def _of_each(values: Iterable[object]) -> Iterator[str]:
    for each in values:
        if isinstance(each, Privilege):
            yield each.grantee
            yield each.grantor
        elif isinstance(each, Record):
            yield from _of(each)
