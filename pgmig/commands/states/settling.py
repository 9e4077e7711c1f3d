"""Settling: differences that are only in how PostgreSQL prints what it parsed again.

`s IN ('x', 'y')` on a varchar is printed otherwise once its own text was parsed (catalog.md 0.3).
The objects that may be such, with what they need, are made anew from their printed text, once for
each side: where the copies agree, nothing differs.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

import msgspec

from pgmig import catalog
from pgmig.commands.states.resolved import Bench, Resolved, read
from pgmig.db import connect
from pgmig.errors import PgmigError
from pgmig.kinds.schema import SCHEMA
from pgmig.model import Edges, ObjectKey, Record, Snapshot

logger = logging.getLogger(__name__)

# Fields of records and of their parts that hold text which PostgreSQL deparses.
PRINTED = frozenset(
    {
        "body",
        "bound",
        "default",
        "definition",
        "filter",
        "partition_key",
        "predicate",
        "query",
        "terms",
        "using",
        "with_check",
    }
)


def settled(old: Resolved, new: Resolved, bench: Bench) -> tuple[Snapshot, Snapshot]:
    """Both snapshots; the new one with the old text where only the printing differs.

    Nothing is copied unless such text differs somewhere.

    Raises:
        PgmigError: a copy cannot be made.
    """
    before, after = old.snapshot, new.snapshot
    doubtful = [
        key
        for key, record in before.objects.items()
        if (other := after.objects.get(key, record)) is not record and _is_doubtful(record, other)
    ]
    if not doubtful:
        return before, after
    old_copy, new_copy = (_copy(each, doubtful, bench) for each in (old, new))
    agreed = {
        key: _agreed(before.objects[key], after.objects[key], old_copy[key], new_copy[key])
        for key in doubtful
        if key in old_copy and key in new_copy
    }
    return before, replace(after, objects={**after.objects, **agreed})


def _copy(
    resolved: Resolved, keys: Iterable[ObjectKey], bench: Bench
) -> Mapping[ObjectKey, Record]:
    """What the server prints of these objects in a copy: of them alone, else of the whole state."""
    some = _some(resolved.snapshot, keys, bench.fresh)
    try:
        bench.require(some)
        with (
            bench.server.database() as url,
            closing(connect(url)) as conn,
        ):
            for layer in bench.planned("the copy", bench.fresh, some):
                layer.run(conn)
            return catalog.read(conn).objects
    except PgmigError as error:
        logger.debug("the objects cannot be copied alone: %s", error)
    with resolved.copied() as url:
        return read(url).objects


def _some(snapshot: Snapshot, keys: Iterable[ObjectKey], fresh: Snapshot) -> Snapshot:
    """These objects, all that they need, and what a new database has."""
    needs = defaultdict[ObjectKey, set[ObjectKey]](set)
    for edge in snapshot.depends:
        needs[edge.source].add(edge.target)
    found = set[ObjectKey]()
    waiting = [*keys]
    while waiting:
        key = waiting.pop()
        if key in found or key not in snapshot.objects:
            continue
        found.add(key)
        waiting += needs[key]
        if key.schema:
            waiting.append(ObjectKey(SCHEMA.name, "", key.schema))
    objects = {**fresh.objects, **{key: snapshot.objects[key] for key in found}}
    edges = (each for each in snapshot.depends if {each.source, each.target}.issubset(found))
    return Snapshot(
        server_version=snapshot.server_version,
        objects={key: objects[key] for key in sorted(objects)},
        depends=Edges.of(edges),
    )


def _is_doubtful(old: Any, new: Any) -> bool:
    """Whether two records, or two of their parts, differ in printed text somewhere."""
    if old == new:
        return False
    if isinstance(old, Record) and type(old) is type(new):
        for name in old.__struct_fields__:
            one, two = getattr(old, name), getattr(new, name)
            if name in PRINTED and isinstance(one, str) and isinstance(two, str):
                if one != two and not (_is_number(one) and _is_number(two)):
                    return True
            elif _is_doubtful(one, two):
                return True
        return False
    parts = _parts(old), _parts(new)
    return any(
        _is_doubtful(part, parts[1][name]) for name, part in parts[0].items() if name in parts[1]
    )


def _is_number(text: str) -> bool:
    """Whether it is a whole number, which has but one print."""
    return text.isascii() and text.isdecimal()


def _agreed(old: Any, new: Any, old_copy: Any, new_copy: Any) -> Any:
    """`new`, with the text of `old` wherever the copies have one text."""
    if old == new or not type(old) is type(new) is type(old_copy) is type(new_copy):
        return new
    if isinstance(new, Record):
        changes = {
            name: _field(name, *(getattr(each, name) for each in (old, new, old_copy, new_copy)))
            for name in new.__struct_fields__
        }
        return msgspec.structs.replace(new, **changes)
    parts = [_parts(each) for each in (old, new, old_copy, new_copy)]
    if not parts[1]:
        return new
    return tuple(
        _agreed(*(each[name] for each in parts)) if all(name in each for each in parts) else part
        for name, part in parts[1].items()
    )


def _field(name: str, old: Any, new: Any, old_copy: Any, new_copy: Any) -> Any:
    if name in PRINTED and all(isinstance(each, str) for each in (old, new, old_copy, new_copy)):
        return old if old_copy == new_copy else new
    return _agreed(old, new, old_copy, new_copy)


def _parts(values: Any) -> dict[tuple[str, str], Record]:
    """Records in a tuple by their schema and name; none when these are not theirs alone."""
    if not isinstance(values, tuple):
        return {}
    parts = cast("tuple[object, ...]", values)
    found = {
        (getattr(each, "schema", ""), getattr(each, "name", "")): each
        for each in parts
        if isinstance(each, Record)
    }
    return found if len(found) == len(parts) else {}
