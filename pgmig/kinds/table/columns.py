"""What tables and foreign tables share: columns, parents, the table they are a partition of."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from pgmig import ddl
from pgmig.kinds.table.numbers import as_made, retyped
from pgmig.kinds.table.record import Column, ForeignTable, Identity, Table
from pgmig.model import Cut, Edge, ObjectKey, Statement

T = TypeVar("T", Table, ForeignTable)


def key_of(record: Table | ForeignTable) -> ObjectKey:
    """The key of a table or a foreign table."""
    return ObjectKey(subject(record).lower(), record.schema, record.name)


def subject(record: Table | ForeignTable) -> str:
    """What follows CREATE, ALTER, DROP and COMMENT ON."""
    return "FOREIGN TABLE" if isinstance(record, ForeignTable) else "TABLE"


def name_of(record: Table | ForeignTable) -> "ddl.Node":
    """Its qualified name."""
    return ddl.name(record.schema, record.name)


def identity(table: Table | ForeignTable, column: Column, identity: Identity) -> str:
    """GENERATED .. AS IDENTITY, with the options that are not the default ones."""
    identity = as_made(identity, column.type)
    options = ddl.sequence_options(
        type_=identity.type,
        start=identity.start,
        increment=identity.increment,
        minimum=identity.minimum,
        maximum=identity.maximum,
        cache=identity.cache,
        cycle=identity.cycle,
    )
    if identity.name != f"{table.name}_{column.name}_seq":
        options = f"SEQUENCE NAME {ddl.qualified(table.schema, identity.name)} {options}".strip()
    when = "ALWAYS" if identity.is_always else "BY DEFAULT"
    return f"GENERATED {when} AS IDENTITY" + (f" ({options})" if options else "")


def value(table: Table | ForeignTable, column: Column) -> str | None:
    """A column's default, generation expression or identity."""
    if column.identity is not None:
        return identity(table, column, column.identity)
    if column.generated is not None:
        return f"GENERATED ALWAYS AS ({column.default}) {column.generated.upper()}"
    return f"DEFAULT {column.default}" if column.default is not None else None


def _not_null(table: Table | ForeignTable, column: Column) -> str | None:
    """NOT NULL as a column constraint; one that is not valid is added later.

    From 18 on a column of the child's own may have the parent's NOT NULL: it comes with INHERITS.
    """
    if not column.is_not_null or not column.is_not_null_valid:
        return None
    if not column.is_not_null_local and not is_made_whole(table):
        return None
    name = f"CONSTRAINT {ddl.ident_text(column.not_null_name)} " if column.not_null_name else ""
    return f"{name}NOT NULL" + (" NO INHERIT" if column.is_not_null_no_inherit else "")


def not_nulls(table: Table | ForeignTable) -> "list[ddl.Node]":
    """The NOT NULLs a child has of its own on columns that come with INHERITS.

    As table constraints, as pg_dump writes them: SET NOT NULL would keep the parent's name where
    the parent has one too. Before 18 they have no name, and `inherited` sets them.
    """
    if is_made_whole(table):
        return []
    return [
        ddl.clause(
            "CONSTRAINT",
            ddl.ident(column.not_null_name),
            "NOT NULL",
            ddl.ident(column.name),
            "NO INHERIT" if column.is_not_null_no_inherit else None,
        )
        for column in table.columns
        if column.not_null_name and _is_set_on_inherited(column)
    ]


def _is_set_on_inherited(column: Column) -> bool:
    is_set = column.is_not_null and column.is_not_null_local and column.is_not_null_valid
    return is_set and not column.is_local


def constraints(table: Table | ForeignTable, column: Column) -> list[str]:
    """What follows the type in a column's definition."""
    collation = f"COLLATE {column.collation}" if column.collation else None
    parts = [collation, value(table, column), _not_null(table, column)]
    return [part for part in parts if part]


def is_made_whole(table: Table | ForeignTable) -> bool:
    """Whether the table is made with all its columns, and its parents, if any, come after.

    A partition is attached, which makes its columns non-local. A child whose columns are all its
    own is given its parents by ALTER TABLE: INHERITS would reorder them and pass on defaults.
    """
    return table.partition_of is not None or all(
        column.is_local and (column.is_not_null_local or not column.is_not_null)
        for column in table.columns
    )


def inherits(table: Table | ForeignTable) -> str | None:
    """INHERITS, for a table that is not made whole."""
    if is_made_whole(table) or not table.inherits:
        return None
    return f"INHERITS ({', '.join(ddl.qualified(*parent) for parent in table.inherits)})"


def alter(record: Table | ForeignTable, *actions: "ddl.Node | str") -> Statement:
    """`ALTER TABLE ONLY name` with the actions."""
    target = ddl.clause("ONLY", name_of(record))
    return ddl.statement(key_of(record), ddl.alter_table(subject(record), target, *actions))


def inherited(record: Table | ForeignTable) -> Sequence[Statement]:
    """What a child that was not made whole has on columns it inherits."""
    actions: list[ddl.Node] = []
    if is_made_whole(record):
        return ()
    for column in record.columns:
        change = ddl.clause("ALTER COLUMN", ddl.ident(column.name))
        if column.generated or (column.identity and column.is_local):
            pass
        elif column.default is None:
            # Whatever a parent passed on to it, also to a column of its own.
            actions.append(ddl.clause(change, "DROP DEFAULT"))
        elif not column.is_local:
            actions.append(ddl.clause(change, f"SET DEFAULT {column.default}"))
        if column.not_null_name is None and _is_set_on_inherited(column):
            actions.append(ddl.clause(change, "SET NOT NULL"))
        if column.identity and not column.is_local:
            added = identity(record, column, column.identity)
            actions.append(ddl.clause(change, f"ADD {added}"))
    return (alter(record, *actions),) if actions else ()


def settings(record: Table | ForeignTable) -> Sequence[Statement]:
    """Storage, targets and options of the columns, and each NOT NULL that is not valid."""
    actions: list[ddl.Node] = []
    for column in record.columns:
        change = ddl.clause("ALTER COLUMN", ddl.ident(column.name))
        if column.storage:
            actions.append(ddl.clause(change, f"SET STORAGE {column.storage}"))
        if column.compression and isinstance(record, Table):
            actions.append(ddl.clause(change, f"SET COMPRESSION {column.compression}"))
        if column.statistics is not None:
            actions.append(ddl.clause(change, f"SET STATISTICS {column.statistics}"))
        if column.options:
            actions.append(ddl.clause(change, f"SET {ddl.options(column.options)}"))
        if column.is_not_null and not column.is_not_null_valid:
            name = column.not_null_name or f"{record.name}_{column.name}_not_null"
            actions.append(
                ddl.clause(
                    "ADD CONSTRAINT",
                    ddl.ident(name),
                    "NOT NULL",
                    ddl.ident(column.name),
                    "NO INHERIT" if column.is_not_null_no_inherit else None,
                    "NOT VALID",
                )
            )
    return (alter(record, *actions),) if actions else ()


def attach(record: Table | ForeignTable) -> Sequence[Statement]:
    """ATTACH PARTITION, for a partition."""
    whole = record.partition_of
    if whole is None:
        return ()
    parent, name = ddl.name(whole.schema, whole.name), name_of(record)
    pieces = ("ALTER TABLE ONLY", parent, "ATTACH PARTITION", name, whole.bound)
    return (replace(ddl.statement(key_of(record), *pieces), is_joining=True),)


def joining(record: Table | ForeignTable) -> Sequence[Statement]:
    """ATTACH PARTITION, or INHERIT for a child that was made whole."""
    if record.partition_of is not None or not record.inherits or not is_made_whole(record):
        return attach(record)
    actions = [ddl.clause("INHERIT", ddl.name(*parent)) for parent in record.inherits]
    return (replace(alter(record, *actions), is_joining=True),)


def is_parents(edge: Edge) -> bool:
    """Whether the edge leads from a table to its parent."""
    return not edge.source_column and edge.target.kind in {"table", "foreign table"}


def carried(record: Table | ForeignTable) -> Sequence[Statement]:
    """Privileges, labels and comments of the columns, their NOT NULLs and their identities."""
    key, statements = key_of(record), list[Statement]()
    for column in record.columns:
        target = f"{ddl.qualified(record.schema, record.name)}.{ddl.ident_text(column.name)}"
        statements += ddl.privileges(
            key,
            "TABLE",
            name_of(record),
            column.privileges or (),
            owned_by=record.owner,
            column=column.name,
        )
        statements += ddl.labels(key, "COLUMN", target, (), column.labels or ())
        statements += ddl.comment(key, "COLUMN", target, column.comment)
        if column.not_null_comment is not None:
            name = column.not_null_name or f"{record.name}_{column.name}_not_null"
            constraint = ddl.clause(ddl.ident(name), "ON", name_of(record))
            statements += ddl.comment(key, "CONSTRAINT", constraint, column.not_null_comment)
        if column.identity is not None:
            sequence = ddl.name(record.schema, column.identity.name)
            statements += _own_type(record, column, column.identity)
            statements += _persistence(record, column.identity)
            statements += ddl.privileges(
                key,
                "SEQUENCE",
                sequence,
                column.identity.privileges or (),
                owned_by=record.owner,
            )
            statements += ddl.comment(key, "SEQUENCE", sequence, column.identity.comment)
    return statements


def _own_type(
    record: Table | ForeignTable, column: Column, identity: Identity
) -> Sequence[Statement]:
    """The type of the sequence, where it is not the column's, and what only that type allows."""
    made = as_made(identity, column.type)
    if made.type == identity.type:
        return ()
    made = retyped(made, identity.type)
    options = [
        f"{word} {wanted}"
        for word, got, wanted in (
            ("MINVALUE", made.minimum, identity.minimum),
            ("MAXVALUE", made.maximum, identity.maximum),
            ("START WITH", made.start, identity.start),
        )
        if got != wanted
    ]
    sequence = ddl.name(record.schema, identity.name)
    own = f"AS {identity.type}"
    return (ddl.statement(key_of(record), "ALTER SEQUENCE", sequence, own, *options),)


def _persistence(record: Table | ForeignTable, identity: Identity) -> Sequence[Statement]:
    """Whether the sequence is logged, where its table is not what it is."""
    is_unlogged = isinstance(record, Table) and record.is_unlogged
    if identity.is_unlogged == is_unlogged:
        return ()
    word = "SET UNLOGGED" if identity.is_unlogged else "SET LOGGED"
    sequence = ddl.name(record.schema, identity.name)
    return (ddl.statement(key_of(record), "ALTER SEQUENCE", sequence, word),)


def cut(record: T) -> Cut[T] | None:
    """Columns without their defaults first, the defaults once what they call is there."""
    plain = tuple(
        msgspec.structs.replace(column, default=None) if not column.generated else column
        for column in record.columns
    )
    defaults = tuple(
        alter(
            record,
            ddl.clause("ALTER COLUMN", ddl.ident(column.name), f"SET DEFAULT {column.default}"),
        )
        for column in record.columns
        if column.default is not None and not column.generated
    )
    if not defaults:
        return None
    undo = tuple(
        alter(record, ddl.clause("ALTER COLUMN", ddl.ident(column.name), "DROP DEFAULT"))
        for column in record.columns
        if column.default is not None and not column.generated
    )
    return Cut(msgspec.structs.replace(record, columns=plain), defaults, _is_of_default, undo)


def _is_of_default(edge: Edge) -> bool:
    return edge.is_default
