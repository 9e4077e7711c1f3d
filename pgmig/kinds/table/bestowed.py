"""What default privileges did to the sequences of identity columns, taken back."""

from collections.abc import Sequence

from pgmig import ddl
from pgmig.ddl.bestowed import taken_back
from pgmig.kinds.table.columns import key_of
from pgmig.kinds.table.record import ForeignTable, Identity, Table
from pgmig.model import Bestowal, Statement


def on_sequences(
    record: Table | ForeignTable, bestowals: Sequence[Bestowal]
) -> Sequence[Statement]:
    """Those of a table just made: default privileges on sequences are given to them too."""
    return tuple(
        statement
        for column in record.columns
        if column.identity is not None
        for statement in on_sequence(record, column.identity, bestowals)
    )


def on_sequence(
    record: Table | ForeignTable, identity: Identity, bestowals: Sequence[Bestowal]
) -> Sequence[Statement]:
    """That of one identity just made."""
    held = identity.privileges or ()
    return ddl.privileges(
        key_of(record),
        "SEQUENCE",
        ddl.name(record.schema, identity.name),
        taken_back("SEQUENCE", record.owner, held, bestowals),
        owned_by=record.owner,
    )
