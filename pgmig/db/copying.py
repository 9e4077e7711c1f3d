"""What queries give, each value as its type prints it."""

import re
from collections.abc import Callable, Generator

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


def pour(conn: Connection, copy: str, write: Callable[[bytes], object]) -> int:
    """Hand on what a COPY TO STDOUT gives, block by block, in UTF-8.

    Args:
        conn: a session; one in a transaction stays in it.
        copy: the statement.
        write: gets each block.

    Returns:
        How many rows there were.

    Raises:
        ServerRefused: the server answered with an error.
    """
    try:
        with conn.cursor() as cursor:
            with cursor.copy(copy.encode()) as rows:
                for block in rows:
                    write(bytes(block))
            return cursor.rowcount
    except psycopg.Error as error:
        raise refused(fault_of(error)) from error


def lines(conn: Connection, query: str) -> Generator[bytes]:
    """The same, line by line as they come, in UTF-8; nothing else may use the session meanwhile.

    Raises:
        ServerRefused: the server answered with an error.
    """
    try:
        with conn.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT".encode()) as rows:
            for block in rows:
                yield bytes(block)
    except psycopg.Error as error:
        raise refused(fault_of(error)) from error


def values_of(line: bytes) -> tuple[str | None, ...]:
    """The values of a line, None for NULL."""
    return tuple(_value(field) for field in line.removesuffix(b"\n").split(b"\t"))


_SIGNS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


def _value(field: bytes) -> str | None:
    if field == b"\\N":
        return None
    if b"\\" in field:
        field = _ESCAPE.sub(lambda found: _SIGNS.get(found[1], found[1]), field)
    return field.decode()
