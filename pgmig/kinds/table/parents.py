"""Parents: of which table it is a partition, from which it inherits, of which type it is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TypeVar

import msgspec

from pgmig import ddl
from pgmig.errors import UnsupportedChange
from pgmig.kinds.table import columns
from pgmig.kinds.table.change import Change
from pgmig.kinds.table.record import Column, ForeignTable, PartitionOf, Table
from pgmig.model import Statement

T = TypeVar("T", Table, ForeignTable)


def alone(column: Column) -> Column:
    """A column once no parent has it."""
    return msgspec.structs.replace(column, is_local=True, is_not_null_local=column.is_not_null)


def detached(record: T) -> T:
    """A partition once it is a table of its own."""
    own = tuple(alone(column) for column in record.columns)
    return msgspec.structs.replace(record, partition_of=None, columns=own)


def detach(record: Table | ForeignTable, whole: PartitionOf) -> Statement:
    """DETACH PARTITION, or the end of one that was begun."""
    return ddl.statement(
        columns.key_of(record),
        "ALTER TABLE ONLY",
        ddl.name(whole.schema, whole.name),
        "DETACH PARTITION",
        columns.name_of(record),
        "FINALIZE" if whole.is_detach_pending else None,
        phase="release",
    )


def no_inherit(record: Table | ForeignTable, parent: tuple[str, str]) -> Statement:
    """NO INHERIT, before either table changes."""
    return ddl.action(
        columns.key_of(record),
        columns.subject(record),
        columns.name_of(record),
        "NO INHERIT",
        ddl.name(*parent),
        phase="release",
    )


def untyped(record: Table) -> Statement:
    """NOT OF, before the type changes."""
    name = columns.name_of(record)
    return ddl.action(columns.key_of(record), "TABLE", name, "NOT OF", phase="release")


def released(
    old: T, new: T, parents: Sequence[Table | ForeignTable] = ()
) -> tuple[T, Sequence[Statement]]:
    """The table once it has let go of the parents that it loses or gets in another place.

    Args:
        old: as it stands.
        new: as it should be.
        parents: those of its parents that stay, as they stand.
    """
    made: list[Statement] = []
    if old.partition_of is not None and old.partition_of != new.partition_of:
        made.append(detach(old, old.partition_of))
        old = detached(old)
    held, wanted = old.inherits or (), new.inherits or ()
    kept = [
        one
        for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(held, wanted, strict=False))
    ]
    gone = [each for each in held if each not in kept]
    if gone:
        made += [no_inherit(old, parent) for parent in gone]
        still = {
            c.name for each in parents if (each.schema, each.name) in kept for c in each.columns
        }
        old = msgspec.structs.replace(
            old,
            inherits=tuple(kept) or None,
            columns=tuple(c if c.name in still else alone(c) for c in old.columns),
        )
    return old, made


def joined(change: Change) -> Iterator[Statement]:
    """ATTACH PARTITION and INHERIT, once the columns are those of the parents."""
    whole = change.new.partition_of
    if whole is not None and change.old.partition_of is None:
        if whole.is_detach_pending:
            raise UnsupportedChange(changes=(f"{change.key}: partition_of is_detach_pending",))
        yield from columns.attach(change.new)
    held = change.old.inherits or ()
    for parent in (change.new.inherits or ())[len(held) :]:
        yield replace(change.act("", "INHERIT", ddl.name(*parent), recurses=True), is_joining=True)


def is_typed_again(old: Table, new: Table) -> bool:
    """Whether a typed table must be an untyped one for a while, or for ever."""
    if old.of_type is None:
        return False
    shape = [[(c.name, c.type, c.collation) for c in each.columns] for each in (old, new)]
    return old.of_type != new.of_type or shape[0] != shape[1]
