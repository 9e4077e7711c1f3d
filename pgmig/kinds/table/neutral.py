"""Tables and foreign tables as every major states them."""

from typing import TypeVar

import msgspec

from pgmig.kinds.table.record import Column, ForeignTable, Table
from pgmig.model import with_neutral_grants

T = TypeVar("T", Table, ForeignTable)


def neutral(record: T, major: int) -> T | None:
    """A table without what only some majors record of NOT NULL, identities and privileges.

    18 alone keeps the name of a NOT NULL. One that is inherited is a constraint of its own there,
    named by how the child was made; before, the child's column is just not null. A child's own on
    a column it inherits is named even when its name is the default one.
    """
    columns = tuple(_neutral(record, column) for column in record.columns)
    if any(column.not_null_name for column in columns):
        return None
    is_unlogged = isinstance(record, Table) and record.is_unlogged
    identities = [column.identity for column in columns if column.identity is not None]
    if any(identity.is_unlogged != is_unlogged for identity in identities):
        return None  # until 14 a sequence has no persistence of its own
    return with_neutral_grants(msgspec.structs.replace(record, columns=columns), major)


def _neutral(record: Table | ForeignTable, column: Column) -> Column:
    default_name = f"{record.name}_{column.name}_not_null"
    is_default = not column.is_local and column.not_null_name == default_name
    if not column.is_not_null or (column.is_not_null_local and not is_default):
        return column
    return msgspec.structs.replace(column, not_null_name=None, is_not_null_local=True)
