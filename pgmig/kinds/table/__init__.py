"""CREATE TABLE: pg_class of relkind r and p, with pg_attribute, pg_attrdef and pg_inherits."""

from collections.abc import Sequence

import msgspec

from pgmig import ddl
from pgmig.ddl.carried import Carried
from pgmig.kinds.table.query import COLUMNS, QUERY
from pgmig.kinds.table.record import Column, Identity, Table
from pgmig.model import (
    Cut,
    Edge,
    Hazard,
    Kind,
    ObjectKey,
    Part,
    Statement,
    replaced,
    unplanned,
)


def _key(record: Table) -> ObjectKey:
    return TABLE.key(record)


def _name(record: Table) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TABLE", _name, _key, grants_on="TABLE")


def _identity(table: Table, column: Column, identity: Identity) -> str:
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


def _value(table: Table, column: Column) -> str | None:
    if column.identity is not None:
        return _identity(table, column, column.identity)
    if column.generated is not None:
        return f"GENERATED ALWAYS AS ({column.default}) {column.generated.upper()}"
    return f"DEFAULT {column.default}" if column.default is not None else None


def _not_null(table: Table, column: Column) -> str | None:
    """NOT NULL as a column constraint; one that is not valid is added later.

    From 18 on a column of the child's own may have the parent's NOT NULL: it comes with INHERITS.
    """
    if not column.is_not_null or not column.is_not_null_valid:
        return None
    if not column.is_not_null_local and not _is_made_whole(table):
        return None
    name = f"CONSTRAINT {ddl.ident_text(column.not_null_name)} " if column.not_null_name else ""
    return f"{name}NOT NULL" + (" NO INHERIT" if column.is_not_null_no_inherit else "")


def _column(table: Table, column: Column) -> "ddl.Node":
    collation = f"COLLATE {column.collation}" if column.collation else None
    parts = [collation, _value(table, column), _not_null(table, column)]
    given = [part for part in parts if part]
    if table.of_type is not None:
        return ddl.clause(ddl.ident(column.name), "WITH OPTIONS", *given)
    return ddl.column(column.name, column.type, *given)


def _is_made_whole(table: Table) -> bool:
    """Whether the table is made with all its columns, and its parents, if any, come after.

    A partition is attached, which makes its columns non-local. A child whose columns are all its
    own is given its parents by ALTER TABLE: INHERITS would reorder them and pass on defaults.
    """
    return table.partition_of is not None or all(
        column.is_local and (column.is_not_null_local or not column.is_not_null)
        for column in table.columns
    )


def _is_made_here(table: Table, column: Column) -> bool:
    """Whether CREATE TABLE lists the column: inherited ones come with INHERITS."""
    if table.of_type is not None:
        return bool(_value(table, column) or column.is_not_null)
    return column.is_local or _is_made_whole(table)


def _create_table(record: Table) -> Statement:
    columns = [_column(record, each) for each in record.columns if _is_made_here(record, each)]
    kind = "UNLOGGED TABLE" if record.is_unlogged else "TABLE"
    if record.of_type is not None:
        made = ddl.clause("CREATE", kind, _name(record), "OF", record.of_type)
        made = ddl.clause(made, ddl.commas(columns)) if columns else made
    else:
        made = ddl.create_table(kind, _name(record), columns)
    inherits = () if _is_made_whole(record) else record.inherits or ()
    parents = ", ".join(ddl.qualified(*parent) for parent in inherits)
    options = ddl.options([*(record.options or ()), *(record.toast_options or ())])
    return ddl.statement(
        _key(record),
        made,
        f"INHERITS ({parents})" if parents else None,
        f"PARTITION BY {record.partition_key}" if record.partition_key else None,
        f"USING {ddl.ident_text(record.access_method)}" if record.access_method else None,
        f"WITH {options}" if options else None,
        f"TABLESPACE {ddl.ident_text(record.tablespace)}" if record.tablespace else None,
    )


def _alter(record: Table, *actions: "ddl.Node | str") -> Statement:
    return ddl.statement(
        _key(record), ddl.alter_table("TABLE", ddl.clause("ONLY", _name(record)), *actions)
    )


def _inherited(record: Table) -> Sequence[Statement]:
    """The parents of a child that was made whole, else what it has on columns it inherits."""
    actions: list[ddl.Node] = []
    if _is_made_whole(record):
        actions += [ddl.clause("INHERIT", ddl.name(*parent)) for parent in record.inherits or ()]
        return (_alter(record, *actions),) if actions else ()
    for column in record.columns:
        if column.generated or column.identity:
            continue
        alter = ddl.clause("ALTER COLUMN", ddl.ident(column.name))
        if column.default is None:
            # Whatever a parent passed on to it, also to a column of its own.
            actions.append(ddl.clause(alter, "DROP DEFAULT"))
        if column.is_local:
            continue
        if column.default is not None:
            actions.append(ddl.clause(alter, f"SET DEFAULT {column.default}"))
        if column.is_not_null and column.is_not_null_local and column.is_not_null_valid:
            actions.append(ddl.clause(alter, "SET NOT NULL"))
    return (_alter(record, *actions),) if actions else ()


def _column_settings(record: Table) -> Sequence[Statement]:
    actions: list[ddl.Node] = []
    for column in record.columns:
        alter = ddl.clause("ALTER COLUMN", ddl.ident(column.name))
        if column.storage:
            actions.append(ddl.clause(alter, f"SET STORAGE {column.storage}"))
        if column.compression:
            actions.append(ddl.clause(alter, f"SET COMPRESSION {column.compression}"))
        if column.statistics is not None:
            actions.append(ddl.clause(alter, f"SET STATISTICS {column.statistics}"))
        if column.options:
            actions.append(ddl.clause(alter, f"SET {ddl.options(column.options)}"))
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
    return (_alter(record, *actions),) if actions else ()


def _attach(record: Table) -> Sequence[Statement]:
    whole = record.partition_of
    if whole is None:
        return ()
    parent = ddl.name(whole.schema, whole.name)
    return (
        ddl.statement(
            _key(record), "ALTER TABLE ONLY", parent, "ATTACH PARTITION", _name(record), whole.bound
        ),
    )


def _table_settings(record: Table) -> Sequence[Statement]:
    actions = [
        "ENABLE ROW LEVEL SECURITY" if record.has_row_security else "",
        "FORCE ROW LEVEL SECURITY" if record.forces_row_security else "",
        f"REPLICA IDENTITY {record.replica_identity.upper()}"
        if record.replica_identity in {"full", "nothing"}
        else "",
    ]
    given = [action for action in actions if action]
    return (_alter(record, *given),) if given else ()


def _column_carried(record: Table) -> Sequence[Statement]:
    key, statements = _key(record), list[Statement]()
    for column in record.columns:
        target = f"{ddl.qualified(record.schema, record.name)}.{ddl.ident_text(column.name)}"
        statements += ddl.privileges(
            key,
            "TABLE",
            _name(record),
            column.privileges or (),
            owned_by=record.owner,
            column=column.name,
        )
        statements += ddl.comment(key, "COLUMN", target, column.comment)
        if column.not_null_comment is not None:
            name = column.not_null_name or f"{record.name}_{column.name}_not_null"
            constraint = ddl.clause(ddl.ident(name), "ON", _name(record))
            statements += ddl.comment(key, "CONSTRAINT", constraint, column.not_null_comment)
        if column.identity is not None:
            sequence = ddl.name(record.schema, column.identity.name)
            statements += ddl.privileges(
                key,
                "SEQUENCE",
                sequence,
                column.identity.privileges or (),
                owned_by=record.owner,
            )
            statements += ddl.comment(key, "SEQUENCE", sequence, column.identity.comment)
    return statements


def _create(record: Table) -> Sequence[Statement]:
    return (
        _create_table(record),
        *_inherited(record),
        *_column_settings(record),
        *_attach(record),
        *_table_settings(record),
        *CARRIED.made(record),
        *_column_carried(record),
    )


def _cut(record: Table) -> Cut[Table] | None:
    """Columns without their defaults first, the defaults once what they call is there."""
    plain = tuple(
        msgspec.structs.replace(column, default=None) if not column.generated else column
        for column in record.columns
    )
    defaults = tuple(
        _alter(
            record,
            ddl.clause("ALTER COLUMN", ddl.ident(column.name), f"SET DEFAULT {column.default}"),
        )
        for column in record.columns
        if column.default is not None and not column.generated
    )
    if not defaults:
        return None
    undo = tuple(
        _alter(record, ddl.clause("ALTER COLUMN", ddl.ident(column.name), "DROP DEFAULT"))
        for column in record.columns
        if column.default is not None and not column.generated
    )
    return Cut(msgspec.structs.replace(record, columns=plain), defaults, _is_of_default, undo)


def _is_of_default(edge: Edge) -> bool:
    return edge.is_default


def _drop(record: Table) -> Sequence[Statement]:
    key = _key(record)
    lost = Hazard("drop-table", key, "every row of the table is lost")
    return (ddl.statement(key, "DROP TABLE", _name(record), hazards=(lost,)),)


TABLE = Kind(
    name="table",
    record=Table,
    classid="pg_class",
    query=QUERY,
    parts=(Part("columns", Column, COLUMNS),),
    create=_create,
    drop=_drop,
    cut=_cut,
    fields=(
        replaced("partition_key"),
        unplanned("columns", "partition_of", "inherits", "of_type"),
        unplanned("is_unlogged", "options", "toast_options", "access_method", "tablespace"),
        unplanned("replica_identity", "has_row_security", "forces_row_security"),
        *CARRIED.rows(),
    ),
)
