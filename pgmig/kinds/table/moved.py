"""Which columns change in what way: retyped, taken apart for a while, or made again."""

from pgmig import ddl
from pgmig.kinds.table import types
from pgmig.kinds.table.change import Change
from pgmig.kinds.table.record import Column, Table

_WITH_EXPRESSION = {"stored": 17, "virtual": 18}  # the first major with SET EXPRESSION


def moved_columns(change: Change) -> frozenset[str]:
    """The columns that go or change under what reads them."""
    return frozenset(
        before.name
        for before in change.old.columns
        if (after := change.after.get(before.name)) is None
        or is_retyped(before, after)
        or (after.generated and not before.generated)
    )


def is_key_changed(change: Change) -> bool:
    """Whether a column of the partition key moves, which PostgreSQL refuses for ever."""
    old = change.old
    key = (old.partition_key if isinstance(old, Table) else None) or ""
    return bool(ddl.words(key) & moved_columns(change)) if key else False


def is_remade(before: Column, after: Column, moved: frozenset[str], major: int) -> bool:
    """Whether only DROP COLUMN and ADD COLUMN lead from one to the other."""
    if before.generated != after.generated:
        return after.generated is not None or before.generated == "virtual"
    if not after.generated:
        return False
    is_apart = is_taken_apart(before, after, moved)
    if before.default == after.default and not is_apart:
        return False
    # NULL would not do as its expression for a while.
    is_refused = is_apart and (before.is_not_null or after.is_not_null)
    return is_refused or major < _WITH_EXPRESSION[after.generated]


def is_taken_apart(before: Column, after: Column, moved: frozenset[str]) -> bool:
    """Whether a generated column must read nothing while other columns change."""
    if not before.generated or before.generated != after.generated:
        return False
    is_changed = is_retyped(before, after) and before.default != after.default
    is_called_off = types.is_set_aside(before.default or "")
    return is_changed or is_called_off or bool(ddl.words(before.default or "") & moved)


def nothing(column: Column) -> str:
    """The expression of a generated column that reads nothing for a while."""
    return f"NULL::{types.shown(column.type)}"


def is_retyped(before: Column, after: Column) -> bool:
    """Whether the type or the collation changes."""
    return (before.type, before.collation) != (after.type, after.collation)


def is_default_in_the_way(before: Column, after: Column) -> bool:
    """Whether a default would have to be cast to a type of another kind (catalog.md 1.7)."""
    is_plain = not before.generated and before.default is not None
    is_back = after.default is not None and not after.generated
    return is_plain and is_back and not types.is_same_base(before.type, after.type)
