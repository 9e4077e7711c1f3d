"""CREATE FOREIGN TABLE: pg_class of relkind f and pg_foreign_table, columns as a table's."""

from collections.abc import Sequence

from pgmig import ddl
from pgmig.ddl.carried import Carried
from pgmig.kinds.table import bestowed, columns, hold, nulls, rows
from pgmig.kinds.table.neutral import neutral
from pgmig.kinds.table.query import FOREIGN_COLUMNS, FOREIGN_QUERY, column_facets, parents
from pgmig.kinds.table.record import ForeignColumn, ForeignTable
from pgmig.model import Around, Kind, Part, Statement, altered, altered_around, replaced

CARRIED = Carried(
    "FOREIGN TABLE",
    columns.name_of,
    columns.key_of,
    grants_on="TABLE",
    has_labels=True,
    has_columns=True,
)


def _column(table: ForeignTable, column: ForeignColumn) -> "ddl.Node":
    # No ALTER FOREIGN TABLE sets it.
    compression = f"COMPRESSION {column.compression}" if column.compression else None
    options = ddl.fdw_options(column.fdw_options or ())
    given = (compression, options, *columns.constraints(table, column))
    return ddl.column(column.name, column.type, *(part for part in given if part))


def _create_table(record: ForeignTable) -> Statement:
    is_whole = columns.is_made_whole(record)
    members = [_column(record, each) for each in record.columns if each.is_local or is_whole]
    members += columns.not_nulls(record)
    return ddl.statement(
        columns.key_of(record),
        ddl.create_table("FOREIGN TABLE", columns.name_of(record), members),
        columns.inherits(record),
        "SERVER",
        ddl.ident(record.server),
        ddl.fdw_options(record.fdw_options or ()),
    )


def _inherited_options(record: ForeignTable) -> Sequence[Statement]:
    """The options of columns that come with INHERITS."""
    if columns.is_made_whole(record):
        return ()
    actions = [
        ddl.clause(
            "ALTER COLUMN", ddl.ident(column.name), ddl.fdw_option_change((), column.fdw_options)
        )
        for column in record.columns
        if column.fdw_options and not column.is_local
    ]
    return (columns.alter(record, *actions),) if actions else ()


def _create(record: ForeignTable) -> Sequence[Statement]:
    return (
        _create_table(record),
        *columns.inherited(record),
        *_inherited_options(record),
        *columns.settings(record),
        *CARRIED.made(record),
        *columns.carried(record),
        *columns.joining(record),
    )


def _drop(record: ForeignTable) -> Sequence[Statement]:
    return ddl.drop(columns.key_of(record), "FOREIGN TABLE", columns.name_of(record))


def _set_options(old: ForeignTable, new: ForeignTable) -> Sequence[Statement]:
    change = ddl.fdw_option_change(old.fdw_options or (), new.fdw_options or ())
    target = columns.name_of(new)
    return (ddl.statement(columns.key_of(new), "ALTER FOREIGN TABLE", target, change),)


def _change_shape(
    old: ForeignTable, new: ForeignTable, around: Around
) -> Sequence[Statement] | None:
    return rows.change_shape(old, new, around, CARRIED)


def _bestowed(record: ForeignTable, around: Around) -> Sequence[Statement]:
    return (*CARRIED.bestowed(record, around), *bestowed.on_sequences(record, around))


FOREIGN_TABLE = Kind(
    name="foreign table",
    record=ForeignTable,
    classid="pg_class",
    query=FOREIGN_QUERY,
    facets=parents("'f'"),
    parts=(Part("columns", ForeignColumn, FOREIGN_COLUMNS, column_facets("'f'")),),
    create=_create,
    drop=_drop,
    bestowed=_bestowed,
    is_finish=columns.is_parents,
    cut=columns.cut,
    amid=nulls.amid,
    disturbed=hold.disturbed,
    let_go=hold.let_go,
    rename=hold.rename,
    fields=(
        replaced("server"),
        *CARRIED.rows(),
        altered_around("columns", "partition_of", "inherits", by=_change_shape),
        altered("fdw_options", by=_set_options),
    ),
    neutral=neutral,
)
