"""CREATE TABLE: pg_class of relkind r and p, with pg_attribute, pg_attrdef and pg_inherits."""

from collections.abc import Sequence

from pgmig import ddl
from pgmig.ddl.carried import Carried
from pgmig.kinds.table import bestowed, columns, hold, nulls, references, rows
from pgmig.kinds.table.neutral import neutral
from pgmig.kinds.table.query import COLUMNS, FACETS, QUERY, column_facets
from pgmig.kinds.table.record import Column, Table
from pgmig.model import (
    Around,
    Hazard,
    Kind,
    Part,
    Statement,
    altered,
    altered_around,
    replaced,
)

CARRIED = Carried(
    "TABLE",
    columns.name_of,
    columns.key_of,
    grants_on="TABLE",
    has_labels=True,
    has_columns=True,
)


def _column(table: Table, column: Column) -> "ddl.Node":
    given = columns.constraints(table, column)
    if table.of_type is not None:
        return ddl.clause(ddl.ident(column.name), "WITH OPTIONS", *given)
    return ddl.column(column.name, column.type, *given)


def _is_made_here(table: Table, column: Column) -> bool:
    """Whether CREATE TABLE lists the column: inherited ones come with INHERITS."""
    if table.of_type is not None:
        return bool(columns.value(table, column) or column.is_not_null)
    return column.is_local or columns.is_made_whole(table)


def _create_table(record: Table) -> Statement:
    members = [_column(record, each) for each in record.columns if _is_made_here(record, each)]
    members += columns.not_nulls(record)
    kind, name = "UNLOGGED TABLE" if record.is_unlogged else "TABLE", columns.name_of(record)
    if record.of_type is not None:
        made = ddl.clause("CREATE", kind, name, "OF", record.of_type)
        made = ddl.clause(made, ddl.commas(members)) if members else made
    else:
        made = ddl.create_table(kind, name, members)
    options = ddl.options([*(record.options or ()), *(record.toast_options or ())])
    return ddl.statement(
        columns.key_of(record),
        made,
        columns.inherits(record),
        f"PARTITION BY {record.partition_key}" if record.partition_key else None,
        f"USING {ddl.ident_text(record.access_method)}" if record.access_method else None,
        f"WITH {options}" if options else None,
        f"TABLESPACE {ddl.ident_text(record.tablespace)}" if record.tablespace else None,
    )


def _settings(record: Table) -> Sequence[Statement]:
    actions = [
        "ENABLE ROW LEVEL SECURITY" if record.has_row_security else "",
        "FORCE ROW LEVEL SECURITY" if record.forces_row_security else "",
        f"REPLICA IDENTITY {record.replica_identity.upper()}"
        if record.replica_identity in {"full", "nothing"}
        else "",
    ]
    given = [action for action in actions if action]
    return (columns.alter(record, *given),) if given else ()


def _create(record: Table) -> Sequence[Statement]:
    return (
        _create_table(record),
        *columns.inherited(record),
        *columns.settings(record),
        *_settings(record),
        *CARRIED.made(record),
        *columns.carried(record),
        *columns.joining(record),
    )


def _drop(record: Table) -> Sequence[Statement]:
    key = columns.key_of(record)
    lost = Hazard("drop-table", key, "every row of the table is lost")
    return (ddl.statement(key, "DROP TABLE", columns.name_of(record), hazards=(lost,)),)


def _drop_around(record: Table, around: Around) -> Sequence[Statement] | None:
    detached = references.detach_first(record, around)
    return (*detached, *_drop(record)) if detached else None


def _change_shape(old: Table, new: Table, around: Around) -> Sequence[Statement] | None:
    return rows.change_shape(old, new, around, CARRIED)


def _bestowed(record: Table, around: Around) -> Sequence[Statement]:
    return (*CARRIED.bestowed(record, around), *bestowed.on_sequences(record, around))


TABLE = Kind(
    name="table",
    record=Table,
    classid="pg_class",
    query=QUERY,
    facets=FACETS,
    parts=(Part("columns", Column, COLUMNS, column_facets("'r', 'p'")),),
    create=_create,
    drop=_drop,
    bestowed=_bestowed,
    drop_around=_drop_around,
    is_finish=columns.is_parents,
    cut=columns.cut,
    amid=nulls.amid,
    disturbed=hold.disturbed,
    let_go=hold.let_go,
    rename=hold.rename,
    fields=(
        replaced("partition_key"),
        *CARRIED.rows(),
        altered_around("is_unlogged", by=rows.set_logged),
        altered_around("columns", "partition_of", "inherits", "of_type", by=_change_shape),
        altered("options", "toast_options", by=rows.set_options),
        altered_around("access_method", by=rows.set_access_method),
        altered_around("tablespace", by=rows.set_tablespace),
        altered_around("replica_identity", by=rows.set_replica_identity),
        altered_around("has_row_security", "forces_row_security", by=rows.set_row_security),
    ),
    neutral=neutral,
)
