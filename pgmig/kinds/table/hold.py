"""How a table that stays lets go of what is dropped or made again, and how it is renamed."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from pgmig import ddl
from pgmig.kinds.table import columns, parents, types
from pgmig.kinds.table.change import parents_of
from pgmig.kinds.table.record import Column, ForeignTable, Table
from pgmig.model import Edge, LetGo, ObjectKey, Statement

T = TypeVar("T", Table, ForeignTable)


def disturbed(old: T, new: T) -> frozenset[str]:
    """The columns whose type or collation changes, or that go."""
    after = {column.name: column for column in new.columns}
    return frozenset(
        before.name
        for before in old.columns
        if before.name not in after or not _is_same_type(before, after[before.name])
    )


def _is_same_type(before: Column, after: Column) -> bool:
    return (before.type, before.collation) == (after.type, after.collation)


def let_go(record: T, edges: Sequence[Edge]) -> LetGo[T] | None:
    """The table without what it needs of the targets of these edges; None where it cannot be.

    A default is dropped, a parent left, a type no longer followed. What a column's values are of
    is put aside until the column has its new type.
    """
    made: list[Statement] = []
    held: set[ObjectKey] = set()
    left = record
    for edge in edges:
        found = _let_go_one(record, left, edge)
        if found is None:
            return None
        left = found.record
        made += [each for each in found.statements if each not in made]
        held |= found.held
    return LetGo(left, tuple(made), frozenset(held))


def _let_go_one(record: T, left: T, edge: Edge) -> LetGo[T] | None:
    """One edge of `record`, which has let go of others and is `left`."""
    if edge.source_column:
        column = next((c for c in left.columns if c.name == edge.source_column), None)
        return LetGo(left) if column is None else _of_column(left, column, edge)
    target = (edge.target.schema, edge.target.name)
    if target in parents_of(record):
        return _orphaned(left, target) if target in parents_of(left) else LetGo(left)
    if not isinstance(record, Table) or record.of_type != ddl.qualified(*target):
        return None
    if not isinstance(left, Table) or left.of_type is None:
        return LetGo(left)
    untyped = msgspec.structs.replace(left, of_type=None)
    return LetGo(untyped, (parents.untyped(left),))


def _orphaned(record: T, parent: tuple[str, str]) -> LetGo[T]:
    if record.partition_of is not None:
        detached = (parents.detach(record, record.partition_of),)
        return LetGo(parents.detached(record), detached)
    left = tuple(each for each in record.inherits or () if each != parent)
    own = record.columns if left else tuple(parents.alone(each) for each in record.columns)
    alone = msgspec.structs.replace(record, inherits=left or None, columns=own)
    return LetGo(alone, (parents.no_inherit(record, parent),))


def _of_column(record: T, column: Column, edge: Edge) -> LetGo[T] | None:
    if edge.is_default:
        if column.default is None:
            return LetGo(record)
        # Children state their own defaults.
        action = ddl.action(
            columns.key_of(record),
            columns.subject(record),
            ddl.clause("ONLY", columns.name_of(record)),
            "ALTER COLUMN",
            ddl.ident(column.name),
            "DROP DEFAULT",
            column=column.name,
            is_default=True,
            phase="release",
        )
        return LetGo(_with(record, column, default=None), (action,))
    name, held = ddl.qualified(edge.target.schema, edge.target.name), frozenset({edge.target})
    # The multirange type that comes with a range type has a name of its own.
    is_multirange = edge.target.kind == "range type" and not column.generated
    if is_multirange or name == types.shape(column.type).name:
        return LetGo(_with(record, column, type=types.set_aside(column.type)), held=held)
    if column.collation in {name, types.set_aside(name)}:
        return LetGo(_with(record, column, collation=types.set_aside(name)), held=held)
    if not column.generated or column.default is None:
        return None
    # Only the row of the columns knows with which statement: servers differ.
    return LetGo(_with(record, column, default=types.set_aside(column.default)))


def _with(record: T, column: Column, **fields: str | None) -> T:
    changed = msgspec.structs.replace(column, **fields)
    kept = tuple(changed if each.name == column.name else each for each in record.columns)
    return msgspec.structs.replace(record, columns=kept)


def rename(record: T, column: str, name: str) -> Sequence[Statement]:
    """RENAME TO, or RENAME COLUMN, of what dependents go on to follow (catalog.md 3.3)."""
    what = ddl.clause("RENAME COLUMN", ddl.ident(column)) if column else "RENAME"
    return (
        ddl.statement(
            columns.key_of(record),
            "ALTER",
            columns.subject(record),
            columns.name_of(record),
            what,
            "TO",
            ddl.ident(name),
            column=column,
        ),
    )
