"""What default privileges did to the sequences of identity columns, taken back."""

from collections.abc import Sequence
from dataclasses import replace

from pgmig import ddl
from pgmig.ddl.bestowed import taken_back
from pgmig.kinds.table.columns import key_of
from pgmig.kinds.table.record import Column, ForeignTable, Table
from pgmig.model import Around, Statement


def on_sequences(record: Table | ForeignTable, around: Around) -> Sequence[Statement]:
    """Those of a table just made: default privileges on sequences are given to them too."""
    return tuple(
        statement for column in record.columns for statement in on_sequence(record, column, around)
    )


def on_sequence(
    record: Table | ForeignTable, column: Column, around: Around
) -> Sequence[Statement]:
    """That of one identity just made; nothing for a column without identity."""
    if column.identity is None:
        return ()
    held, bestowals = column.identity.privileges or (), around.bestowed_in(record.schema)
    made = ddl.privileges(
        key_of(record),
        "SEQUENCE",
        ddl.name(record.schema, column.identity.name),
        taken_back("SEQUENCE", record.owner, held, bestowals),
        owned_by=record.owner,
    )
    return tuple(replace(each, column=column.name) for each in made)
