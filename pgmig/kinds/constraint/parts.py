"""Constraints of a table that becomes a part of another, or ceases to be one."""

from collections.abc import Sequence

import msgspec

from pgmig import ddl
from pgmig.kinds.constraint.record import CARRIED, Constraint, drop, key_carried
from pgmig.model import Around, Edge, LetGo, ObjectKey, Statement, wholes


def alone(record: Constraint) -> Constraint:
    """The constraint once it is the table's own."""
    return msgspec.structs.replace(record, is_local=True, is_parent_valid=None, part_of=None)


def check_before_joining(record: Constraint, around: Around) -> Constraint | None:
    """ATTACH and INHERIT want the child to have the CHECKs of the parent."""
    name = (record.schema, record.table)
    has_like = any(_check(record, one) in around.new for one in wholes.joined(name, around))
    return alone(record) if has_like and not is_check_inherited(record, around) else None


def is_check_inherited(record: Constraint, around: Around) -> bool:
    """Whether a child that comes to its parent by INHERIT should have the CHECK from it alone.

    INHERIT leaves a CHECK the child's own too, so that the parent's must come after it.
    """
    name = (record.schema, record.table)
    table = wholes.table_named(name, around.new)
    if record.is_local or getattr(table, "partition_of", None) is not None:
        return False
    is_made_whole = all(each.is_local for each in getattr(table, "columns", ()))
    is_there = any(around.is_kept(ObjectKey(kind, *name)) for kind in ("table", "foreign table"))
    return (is_there or is_made_whole) and bool(wholes.joined(name, around))


def key_before_joining(record: Constraint, around: Around) -> Constraint | None:
    """ATTACH takes an index that is like the whole's for its part, else it makes one."""
    if record.part_of is None:
        return None
    parents = wholes.joined((record.schema, record.table), around)
    return alone(record) if any(is_whole(record, each, around) for each in parents) else None


def exclusion_left_over(record: Constraint, around: Around) -> Sequence[Statement] | None:
    """Until 17 ATTACH takes no EXCLUDE of the partition's for its part, and makes one.

    CompareIndexInfo() compares none (index.c); the new one has the name that CREATE TABLE gives.
    """
    if around.major >= _COMPARED or not record.definition.startswith("EXCLUDE "):
        return None
    alone_before = key_before_joining(record, around)
    return key_carried(alone_before) if alone_before is not None else None


_COMPARED = 18


def is_whole(record: Constraint, parent: wholes.Name, around: Around) -> bool:
    """Whether the key that it is a part of is one of this table, and there all the while."""
    if record.part_of is None:
        return False
    return around.is_kept(ObjectKey("key", *record.part_of, parent[1]))


def drop_check(record: Constraint, around: Around) -> Sequence[Statement] | None:
    """A CHECK that came with the parents' once the table has left all that have it."""
    if record.is_local:
        return None
    name = (record.schema, record.table)
    having = {
        parent
        for parent in wholes.parents(wholes.table_named(name, around.old))
        if _check(record, parent) in around.old
    }
    return drop(alone(record)) if having <= wholes.left(name, around) and having else None


def drop_key(record: Constraint, around: Around) -> Sequence[Statement] | None:
    """A part's key once its table was detached."""
    if record.part_of is None or not wholes.left((record.schema, record.table), around):
        return None
    return drop(alone(record))


def _check(record: Constraint, parent: wholes.Name) -> ObjectKey:
    schema, table = parent
    return ObjectKey("check", schema, record.name, table)


def reference_left_over(record: Constraint, around: Around) -> Sequence[Statement] | None:
    """A partition that is detached keeps the foreign keys of the whole as its own."""
    name = (record.schema, record.table)
    if not wholes.left(name, around):
        return None
    for schema, table in wholes.ancestors(name, around.old):
        whole = around.old.get(ObjectKey("foreign key", schema, record.name, table))
        if isinstance(whole, Constraint) and is_like(whole, record):
            return CARRIED.made(record)
    return None


_LIKE = ("name", "definition", "is_deferrable", "is_deferred", "is_enforced", "is_valid")


def is_like(one: Constraint, other: Constraint) -> bool:
    """Whether two foreign keys differ in nothing but their tables."""
    return all(getattr(one, field) == getattr(other, field) for field in _LIKE)


def let_go_of_parts(record: Constraint, edges: Sequence[Edge]) -> LetGo[Constraint] | None:
    """A foreign key lets go of partitions, which leave the tables that it is between."""
    own = (record.schema, record.table)
    for edge in edges:
        name = (edge.target.schema, edge.target.parent or edge.target.name)
        if name == own or _references(record, name) or edge.target.kind not in _OF_PARTS:
            return None
    return LetGo(record)


def _references(record: Constraint, name: wholes.Name) -> bool:
    return f" REFERENCES {ddl.qualified(*name)}(" in record.definition


_OF_PARTS = {"table", "key", "index"}
