"""Differences between two snapshots, gathered by object."""

from collections.abc import Iterator, Sequence
from typing import cast

from pgmig.commands.drift.report import Finding, Sort
from pgmig.model import ObjectKey, Snapshot, Unmodelled
from pgmig.plan import Difference


def of_differences(found: Sequence[Difference]) -> Iterator[Finding]:
    """One finding for each object; `old` is what is, `new` what should be."""
    by_key: dict[ObjectKey, list[Difference]] = {}
    for one in found:
        by_key.setdefault(one.key, []).append(one)
    for key, here in by_key.items():
        if here[0].field:
            prefix = f"{key}: "
            yield Finding(
                sort="changed",
                key=key,
                fields=tuple(name for one in here for name in _names(one)),
                details=tuple(str(one).removeprefix(prefix) for one in here),
                differences=tuple(here),
            )
        else:
            yield Finding(sort="added" if here[0].new is None else "missing", key=key)


def _names(difference: Difference) -> Iterator[str]:
    """The field; of parts that have names, such as columns, each part that differs."""
    sides = _by_name(difference.old), _by_name(difference.new)
    if sides[0] is None or sides[1] is None:
        yield difference.field
        return
    names = dict.fromkeys((*sides[0], *sides[1]))
    unlike = [name for name in names if sides[0].get(name) != sides[1].get(name)]
    if not unlike:
        yield f"order of {difference.field}"
    yield from (f"{difference.field} {name}" for name in unlike)


def _by_name(parts: object) -> dict[str, object] | None:
    if not isinstance(parts, tuple):
        return None
    found = dict[str, object]()
    for part in cast("tuple[object, ...]", parts):
        name = getattr(part, "name", None)
        if not isinstance(name, str):
            return None
        found[name] = part
    return found


def of_unmodelled(found: Snapshot, should: Snapshot) -> Iterator[Finding]:
    """What only one side has of what pgmig does not model."""
    sorts: tuple[tuple[Sort, set[Unmodelled]], ...] = (
        ("added", {*found.unmodelled} - {*should.unmodelled}),
        ("missing", {*should.unmodelled} - {*found.unmodelled}),
    )
    for sort, objects in sorts:
        for one in sorted(objects):
            yield Finding(sort=sort, key=ObjectKey(one.kind, "", one.identity))
