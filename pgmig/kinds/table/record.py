"""The records: a table, its columns, their identities; a foreign table."""

from pgmig.model import Label, Privilege, Record


class Identity(Record, frozen=True, kw_only=True):
    """The identity of a column, with its sequence."""

    is_always: bool
    name: str  # of the sequence, in the table's schema
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    is_unlogged: bool
    privileges: tuple[Privilege, ...] | None = None
    comment: str | None = None


class Column(Record, frozen=True, kw_only=True):
    """A column. Its place is its place in the tuple: attnum has holes (catalog.md 1.7)."""

    name: str
    type: str
    collation: str | None = None  # None: the type's own
    default: str | None = None  # the expression, also of a generated column
    generated: str | None = None  # stored, virtual
    identity: Identity | None = None
    is_not_null: bool
    # None: a server before 18, or the default name, unshared, of no NOT NULL of a child's own on
    # a column it inherits.
    not_null_name: str | None = None
    is_not_null_valid: bool = True
    is_not_null_no_inherit: bool = False
    is_not_null_local: bool
    not_null_comment: str | None = None
    storage: str | None = None  # None: the type's own
    compression: str | None = None
    statistics: int | None = None
    options: tuple[str, ...] | None = None
    is_local: bool
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


class PartitionOf(Record, frozen=True, kw_only=True):
    """Of which table a partition is one, and for which rows."""

    schema: str
    name: str
    bound: str
    is_detach_pending: bool


class Table(Record, frozen=True, kw_only=True):
    """A table, plain or partitioned, and its columns."""

    schema: str
    name: str
    owner: str
    columns: tuple[Column, ...]
    is_unlogged: bool
    of_type: str | None = None
    partition_key: str | None = None
    partition_of: PartitionOf | None = None
    inherits: tuple[tuple[str, str], ...] | None = None
    options: tuple[str, ...] | None = None
    toast_options: tuple[str, ...] | None = None
    access_method: str | None = None  # None: heap; of a partitioned table, none given
    tablespace: str | None = None
    replica_identity: str | None = None  # full, nothing, index; None: the primary key
    has_row_security: bool
    forces_row_security: bool
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


class ForeignColumn(Column, frozen=True, kw_only=True):
    """A column of a foreign table."""

    fdw_options: tuple[str, ...] | None = None  # as name=value, sorted


class ForeignTable(Record, frozen=True, kw_only=True):
    """A foreign table and its columns."""

    schema: str
    name: str
    owner: str
    columns: tuple[ForeignColumn, ...]
    server: str
    fdw_options: tuple[str, ...] | None = None  # as name=value, sorted
    partition_of: PartitionOf | None = None
    inherits: tuple[tuple[str, str], ...] | None = None
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None
