"""The rows of tables as text: one form and one order, whatever the server and the session."""

from collections.abc import Sequence
from typing import Final, LiteralString, Protocol

from pgmig.db import Connection
from pgmig.db.copying import pour
from pgmig.db.execute import fetch
from pgmig.ddl import ident_text
from pgmig.errors import RowsColumnMissing, RowsElsewhere
from pgmig.seeds.rules import TableRule
from pgmig.seeds.table import Column, Key, Table

# Values of these categories (pg_type.typcategory, which a domain has from its base type) come in
# the same order everywhere: dates, timespans, booleans, addresses, enums, bit strings, numbers.
_OWN_ORDER: Final = frozenset("DTBIEVN")
# The rest goes by its text: jsonb, ranges and composites compare strings by the database's
# collation, names of objects (regclass and the like, of category N) by their OIDs.
_BY_OID: Final = frozenset({24, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191})
_FIRST_OF_USERS: Final = 16384  # FirstNormalObjectId, transam.h
_C: Final = 'COLLATE pg_catalog."C"'

# A partition that is a foreign table.
_FOREIGN: LiteralString = """
SELECT pg_catalog.format('%%I.%%I', n.nspname, c.relname)
FROM pg_catalog.pg_partition_tree(%s::pg_catalog.oid) p
    JOIN pg_catalog.pg_class c ON c.oid = p.relid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'f'
ORDER BY 1 LIMIT 1
"""


class Writable(Protocol):
    """What rows are written into."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""


def key_of(table: Table, rule: TableRule, *, where: str) -> Key | None:
    """The key that rows are sorted by: the one that the rule names, else the primary key.

    Raises:
        SeedKeyMissing: the rule names columns that are no key.
    """
    if not rule.key and not any(each.is_primary for each in table.keys):
        return None
    return table.key_of(rule.key, where=where)


def columns_of(table: Table, key: Key | None, rule: TableRule) -> tuple[Column, ...]:
    """The columns to write, in their order: those of the key and those that the file owns.

    Raises:
        RowsColumnMissing: the rule names a column that is not there, or is generated.
        RowsElsewhere: no column is left.
    """
    found = {each.name: each for each in table.columns if not each.generated}
    if rule.columns is not None:
        for name in rule.columns:
            if name not in found:
                where = f"columns in {table.name.settings}"
                raise RowsColumnMissing(
                    table=str(table.name), where=where, column=name, known=tuple(found)
                )
        owned = {*rule.columns, *(key.columns if key else ())}
        found = {name: each for name, each in found.items() if name in owned}
    if not found:
        raise RowsElsewhere(table=str(table.name), reason="it has no column that can be written")
    return tuple(found.values())


def require_here(conn: Connection, table: Table) -> None:
    """Refuse a table that has rows on another server.

    Raises:
        RowsElsewhere: one of its partitions is a foreign table.
        ServerRefused: the server answered with an error.
    """
    if table.is_partitioned:
        for (name,) in fetch(conn, _FOREIGN, (table.oid,)):
            reason = f"its partition {name} is a foreign table"
            raise RowsElsewhere(table=str(table.name), reason=reason)


def query_of(table: Table, key: Key | None, columns: Sequence[Column]) -> str:
    """The query that gives the rows in their order: by the key, else by the text of all columns.

    Args:
        table: its own rows, without those of tables that inherit from it, and with those of its
            partitions.
        key: what to sort by.
        columns: what to give.
    """
    names = ", ".join(ident_text(each.name) for each in columns)
    if key is None:
        order = f"CAST(ROW({names}) AS pg_catalog.text) {_C}"
    else:
        order = ", ".join(_order(table, name) for name in key.columns)
    return f"SELECT {names} FROM {table.only} ORDER BY {order}"


def write_rows(
    conn: Connection,
    table: Table,
    key: Key | None,
    stream: Writable,
    *,
    columns: Sequence[Column] | None = None,
) -> int:
    """Write the rows of a table as CSV, as PostgreSQL's COPY has it, with a line of names first.

    NULL is nothing, an empty string is "". Lines end with LF, and the text is UTF-8.

    Args:
        conn: a session in a transaction with `session.SETTINGS`.
        table: whose rows.
        key: what they are sorted by; None: the text of the row.
        stream: what they are written into, block by block.
        columns: what of them; None: all but the generated ones.

    Returns:
        How many there are.

    Raises:
        RowsElsewhere: no column can be written.
        ServerRefused: the server answered with an error.
    """
    wanted = columns_of(table, key, TableRule()) if columns is None else columns
    query = query_of(table, key, wanted)
    copy = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')"
    return pour(conn, copy, stream.write)


def _order(table: Table, name: str) -> str:
    column, sql = table.column(name), ident_text(name)
    if column is None:
        message = f"{name} is no column of {table.name}"
        raise ValueError(message)
    if column.typcategory in _OWN_ORDER and column.type_oid not in _BY_OID:
        return sql
    if column.typcategory == "S" and column.type_oid < _FIRST_OF_USERS:
        return f"{sql} {_C}"
    return f"CAST({sql} AS pg_catalog.text) {_C}"
