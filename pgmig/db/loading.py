"""Rows into a server, and statements whose fault is a value: it is looked into, not only told."""

from collections.abc import Iterable
from typing import Any

import msgspec
import psycopg

from pgmig.db.connect import Connection
from pgmig.db.execute import ServerFault, fault_of


class Outcome(msgspec.Struct, frozen=True):
    """What came of one statement.

    Attributes:
        rows: that it gave.
        count: how many it gave, put in, changed or removed.
        fault: the error that ended it.
    """

    rows: tuple[tuple[Any, ...], ...] = ()
    count: int = 0
    fault: ServerFault | None = None


def attempt(conn: Connection, query: str) -> Outcome:
    """Run one statement; Ctrl-C stops it on the server."""
    try:
        cursor = conn.execute(query.encode())
        rows = cursor.fetchall() if cursor.description else []
    except psycopg.Error as error:
        return Outcome(fault=fault_of(error))
    return Outcome(tuple(rows), max(cursor.rowcount, 0))


def load(conn: Connection, query: str, blocks: Iterable[bytes]) -> Outcome:
    """Run a `COPY ... FROM STDIN` that reads `blocks`, in the client's encoding.

    What `blocks` raises ends it, and is raised.
    """
    try:
        with conn.cursor() as cursor:
            with cursor.copy(query.encode()) as copy:
                for block in blocks:
                    copy.write(block)
            return Outcome(count=max(cursor.rowcount, 0))
    except psycopg.Error as error:
        return Outcome(fault=fault_of(error))
