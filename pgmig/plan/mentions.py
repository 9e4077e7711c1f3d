"""What objects need that PostgreSQL does not record: the names in the bodies of routines.

Making an index, a check, a generated column or a materialized view runs, or at least inlines,
the routines it calls, and their string bodies must then find what they name (catalog.md 2.2).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from pgmig import ddl
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import Edge, ObjectKey, Record


def mentioned(
    objects: Mapping[ObjectKey, Record], depends: Iterable[Edge]
) -> dict[ObjectKey, set[ObjectKey]]:
    """For each object that depends on a routine, what the bodies that then run may name.

    Names are compared without their schemas, and a word may be no name at all: these are hints,
    to be forgotten where they stand against a recorded dependency.

    Args:
        objects: what is made.
        depends: the recorded dependencies.
    """
    texts = {key: KIND_BY_NAME[key.kind].mentions(record) for key, record in objects.items()}
    users: dict[ObjectKey, set[ObjectKey]] = defaultdict(set)
    calls: dict[ObjectKey, set[ObjectKey]] = defaultdict(set)
    for edge in depends:
        if texts.get(edge.target) and edge.source in objects:
            users[edge.source].add(edge.target)
        # A body that PostgreSQL reads itself may call one that it does not.
        if edge.source.kind == edge.target.kind and edge.target in objects:
            calls[edge.source].add(edge.target)
    if not users:
        return {}
    named: dict[str, set[ObjectKey]] = defaultdict(set)
    for key, record in objects.items():
        if key.schema and not key.parent:
            named[getattr(record, "name", "")].add(key)
    found: dict[ObjectKey, set[ObjectKey]] = {}

    def directly(key: ObjectKey) -> set[ObjectKey]:
        if key not in found:
            text = texts[key]
            spoken = ddl.words(text) if text else frozenset[str]()
            found[key] = {each for word in spoken for each in named.get(word, ())} | calls[key]
        return found[key]

    return {
        user: _reached(called, directly) - {user}
        for user, called in users.items()
        if not texts[user]
    }


def _reached(
    start: set[ObjectKey], directly: Callable[[ObjectKey], set[ObjectKey]]
) -> set[ObjectKey]:
    """All that `directly` leads to from `start`, at any distance."""
    reached: set[ObjectKey] = set()
    waiting = list(start)
    while waiting:
        fresh = directly(waiting.pop()) - reached
        reached |= fresh
        waiting += fresh
    return reached
