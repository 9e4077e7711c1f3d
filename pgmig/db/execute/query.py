"""Queries of ours, with rows as the driver reads them."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import pq
from psycopg.rows import TupleRow

from pgmig.db.connect import Connection
from pgmig.db.execute.composed import local_role
from pgmig.db.execute.fault import ServerFault, fault_of, refused
from pgmig.db.execute.message import run

# Not READ WRITE: a hot standby refuses it, and a target that is read-only is to be told as such.
# A runner that falls asleep in between leaves a snapshot behind, for which another's CREATE INDEX
# CONCURRENTLY would wait: the server ends it before the sleeper's lease does.
_SETTLED: LiteralString = """BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL DateStyle='ISO';SET LOCAL TimeZone='UTC';
SET LOCAL idle_in_transaction_session_timeout='10s';
SET LOCAL standard_conforming_strings=on;SET LOCAL lock_timeout='1s';"""
_NO_PATH: LiteralString = "SET LOCAL search_path='';"


def fetch(conn: Connection, query: LiteralString, params: Sequence[object] = ()) -> list[TupleRow]:
    """The rows of one query of ours; none for a statement that gives no rows.

    Raises:
        ServerRefused: the server answered with an error.
    """
    with settled(conn):
        try:
            cursor = conn.execute(query, params or None)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise refused(fault_of(error)) from error


def fetch_each(conn: Connection, *queries: LiteralString) -> list[list[TupleRow]]:
    """The rows of each of these queries of ours, which are sent as one message.

    Raises:
        ServerRefused: the server answered one of them with an error; the others had no effect.
    """
    with settled(conn):
        try:
            cursor = conn.execute(";".join(queries))
            rows = [cursor.fetchall() if cursor.description else []]
            while cursor.nextset():
                rows.append(cursor.fetchall() if cursor.description else [])
        except psycopg.Error as error:
            raise refused(fault_of(error)) from error
        return rows


def answer(conn: Connection, text: str) -> list[TupleRow] | ServerFault:
    """The rows of the last statement of a message that gives any, or why there are none.

    Without BEGIN in it the message is one transaction, which ends with it (protocol-flow.html,
    "Multiple Statements in a Simple Query").

    Args:
        conn: a session in autocommit mode.
        text: one or more statements, composed.
    """
    rows: list[TupleRow] = []
    try:
        cursor = conn.execute(text.encode(conn.info.encoding))
        while True:
            if cursor.description:
                rows = cursor.fetchall()
            if not cursor.nextset():
                return rows
    except psycopg.Error as error:
        return fault_of(error)


@contextmanager
def settled(conn: Connection, *, is_own_path: bool = False) -> Generator[None]:
    """Behind a pooler: one transaction with the settings that our own queries rely on.

    Nothing of a session lasts there. Without a pooler, and within a transaction, it does nothing:
    the session was settled once.

    Args:
        conn: the session.
        is_own_path: names are to be found as the role itself would find them.

    Raises:
        ServerRefused: the server answered with an error.
    """
    if not conn.is_pooled or conn.info.transaction_status != pq.TransactionStatus.IDLE:
        yield
        return
    run(conn, _SETTLED + ("" if is_own_path else _NO_PATH) + local_role(conn))
    is_done = False
    try:
        yield
        is_done = True
    finally:
        if not conn.closed and not conn.broken:
            run(conn, "COMMIT" if is_done else "ROLLBACK")


def is_idle(conn: Connection) -> bool:
    """Whether the session is in no transaction, as far as the server has said."""
    return conn.info.transaction_status == pq.TransactionStatus.IDLE
