"""Text of ours with values in it."""

from typing import LiteralString

from psycopg import pq, sql

from pgmig.db.connect import Connection


def compose(conn: Connection, query: LiteralString, **values: object) -> str:
    """`query` with a literal in the place of each `{name}`, for a message of several statements."""
    encoding = conn.info.encoding
    escape = pq.Escaping(conn.pgconn).escape_literal
    literals = {
        name: bytes(escape(value.encode(encoding))).decode(encoding)
        if isinstance(value, str)
        else _literal(conn, value)
        for name, value in values.items()
    }
    return query.format_map(literals)


def _literal(conn: Connection, value: object) -> str:
    """`value`, which is no text, as SQL; most go without the driver's adapters."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int():
            return (
                f"{value}" if value >= 0 else f" {value}"
            )  # a minus makes no comment with another
        case _:
            return sql.Literal(value).as_string(conn)


def local_role(conn: Connection) -> str:
    """A statement that takes the session's role for one transaction; "" when there is none."""
    return "" if conn.role is None else compose(conn, "SET LOCAL ROLE {role};", role=conn.role)
