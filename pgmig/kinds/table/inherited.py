"""What a parent's ALTER brings to the columns of its children."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from pgmig.kinds.table.change import Change
from pgmig.kinds.table.moved import is_remade, moved_columns
from pgmig.kinds.table.nulls import NAMED, name_of, without
from pgmig.kinds.table.record import Column, ForeignTable, Table


def _through(change: Change, old: Table | ForeignTable, new: Table | ForeignTable) -> Change:
    """The change of a parent."""
    return replace(change, old=old, new=new)


def is_remade_by(change: Change, name: str) -> bool:
    """Whether this change, of a parent, drops a column, to add it again or not."""
    before, after = change.before.get(name), change.after.get(name)
    if before is None:
        return False
    return after is None or is_remade(before, after, moved_columns(change), change.around.major)


def parent_changes(change: Change) -> Sequence[Change]:
    """The changes of the parents that it has all the while."""
    return [_through(change, *pair) for pair in change.parents]


def is_kept_by_parent(change: Change, name: str) -> bool:
    """Whether a parent has the column all the while, so that what is done to it comes here."""
    return any(
        name in parent.before and name in parent.after and not is_remade_by(parent, name)
        for parent in parent_changes(change)
    )


def is_null_given_up(change: Change, before: Column, after: Column) -> bool:
    """Whether a NOT NULL of the table's own makes way for the one that its parent gets."""
    name, is_own = before.name, before.is_not_null and before.is_not_null_local
    if change.around.major < NAMED or not is_own or not after.is_not_null:
        return False
    pairs = [
        (parent.before[name], parent.after[name])
        for parent in parent_changes(change)
        if is_kept_by_parent(change, name) and name in parent.before and name in parent.after
    ]
    has = any(_is_passed_on(one) for one, _ in pairs)
    gets = any(_is_passed_on(other) for _, other in pairs)
    return gets and not has and not after.is_not_null_local


def with_parents_null(change: Change, base: Column) -> Column:
    """The column with what its parents' NOT NULLs became."""
    for parent in parent_changes(change):
        if is_kept_by_parent(change, base.name) and base.name in parent.before:
            base = _with_parent_null(change, parent, base)
    return base


def _with_parent_null(change: Change, parent: Change, base: Column) -> Column:
    before, after = parent.before[base.name], parent.after[base.name]
    is_named = change.around.major >= NAMED
    has, gets = _is_passed_on(before), _is_passed_on(after)
    if has and gets:
        theirs = name_of(parent.new, before)
        if is_named and base.is_not_null and name_of(change.new, base) == theirs:
            base = msgspec.structs.replace(base, not_null_name=name_of(parent.new, after))
        return msgspec.structs.replace(
            base, is_not_null_valid=base.is_not_null_valid or after.is_not_null_valid
        )
    if has and not gets and is_named and after.is_not_null:
        # NO INHERIT leaves it to the child.
        return msgspec.structs.replace(base, is_not_null_local=True)
    if has and not gets:
        return base if is_named and base.is_not_null_local else without(base)
    if gets and not base.is_not_null:
        return msgspec.structs.replace(
            base,
            is_not_null=True,
            is_not_null_local=not is_named,
            not_null_name=name_of(parent.new, after) if is_named else None,
            is_not_null_valid=after.is_not_null_valid,
        )
    return base


def _is_passed_on(column: Column) -> bool:
    return column.is_not_null and not column.is_not_null_no_inherit
