"""Of which tables a table is a part: it is a partition of one, or inherits from some."""

from collections.abc import Iterator, Mapping

from pgmig.model.key import ObjectKey
from pgmig.model.kind import Around
from pgmig.model.record import Record

Name = tuple[str, str]


def parents(record: Record | None) -> Mapping[Name, str]:
    """The parents of a table, each with the bound of the partition or ""."""
    whole = getattr(record, "partition_of", None)
    if whole is not None:
        return {(whole.schema, whole.name): whole.bound}
    return dict.fromkeys(getattr(record, "inherits", None) or (), "")


def ancestors(name: Name, side: Mapping[ObjectKey, Record]) -> Iterator[Name]:
    """The parents of a table, theirs, and so on."""
    for each in parents(table_named(name, side)):
        yield each
        yield from ancestors(each, side)


def table_named(name: Name, side: Mapping[ObjectKey, Record]) -> Record | None:
    """The table or foreign table of that name."""
    found = (side.get(ObjectKey(kind, *name)) for kind in _KINDS)
    return next((each for each in found if each is not None), None)


def joined(name: Name, around: Around) -> frozenset[Name]:
    """The parents, there all the while, that a table comes to."""
    is_kept = _is_kept(name, around)
    before = parents(table_named(name, around.old) if is_kept else None)
    after = parents(table_named(name, around.new))
    return frozenset(
        each
        for each, bound in after.items()
        if before.get(each) != bound and _is_kept(each, around)
    )


def left(name: Name, around: Around) -> frozenset[Name]:
    """The parents that a table, there all the while, leaves, be it to come back."""
    if not _is_kept(name, around):
        return frozenset()
    before = parents(table_named(name, around.old))
    after = parents(table_named(name, around.new))
    return frozenset(
        each
        for each, bound in before.items()
        if after.get(each) != bound or not _is_kept(each, around)
    )


_KINDS = ("table", "foreign table")


def _is_kept(name: Name, around: Around) -> bool:
    return any(around.is_kept(ObjectKey(kind, *name)) for kind in _KINDS)
