"""What queries give, each value as its type prints it."""

import psycopg

from pgmig.db.connect import Connection
from pgmig.db.execute import fault_of, refused


def texts(conn: Connection, query: str) -> list[tuple[str | None, ...]]:
    """The rows of `query`, each value in the form of its type's output function, None for NULL.

    A cast to text would not do: bpchar loses its blanks in one, and a type of the user's may have
    a cast of its own.

    Raises:
        ServerRefused: the server answered with an error.
    """
    try:
        with conn.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT".encode()) as rows:
            return [tuple(row) for row in rows.rows()]
    except psycopg.Error as error:
        raise refused(fault_of(error)) from error


def copied(conn: Connection, query: str) -> str:
    """The rows of `query` as the lines that a COPY FROM STDIN reads.

    Raises:
        ServerRefused: the server answered with an error.
    """
    try:
        with conn.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT".encode()) as rows:
            return b"".join(bytes(block) for block in rows).decode()
    except psycopg.Error as error:
        raise refused(fault_of(error)) from error
