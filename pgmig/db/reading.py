"""Reading a catalog: one read-only transaction under settings that fix what the server prints."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.types.json import set_json_loads

from pgmig.db.connect import Connection, describe
from pgmig.db.holders import LOCKED, holders
from pgmig.errors import CatalogLocked, ReadFailed

_BEGIN: LiteralString = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

# Each setting changes text that PostgreSQL deparses (catalog.md 0.1). They end with the
# transaction.
_SETTINGS: LiteralString = """
SELECT pg_catalog.set_config('search_path', '', true),
       pg_catalog.set_config('TimeZone', 'UTC', true),
       pg_catalog.set_config('DateStyle', 'ISO', true),
       pg_catalog.set_config('IntervalStyle', 'postgres', true),
       pg_catalog.set_config('bytea_output', 'hex', true),
       pg_catalog.set_config('extra_float_digits', '1', true),
       pg_catalog.set_config('standard_conforming_strings', 'on', true),
       pg_catalog.set_config('quote_all_identifiers', 'off', true),
       pg_catalog.set_config('cursor_tuple_fraction', '1', true),
       pg_catalog.set_config('jit', 'off', true),
       pg_catalog.set_config('statement_timeout', '0', true),
       pg_catalog.set_config('lock_timeout', CASE
           WHEN pg_catalog.current_setting('lock_timeout') OPERATOR(pg_catalog.=) '0' THEN '10s'
           ELSE pg_catalog.current_setting('lock_timeout') END, true),
       pg_catalog.set_config('idle_in_transaction_session_timeout', '0', true),
       pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)
"""

_AT_ONCE = 10_000
"""Rows of a stream that come in one message."""


@contextmanager
def reading(conn: Connection, *, snapshot: str | None = None) -> Generator[None]:
    """A REPEATABLE READ READ ONLY transaction with an empty search_path.

    One within another is part of it: both see the same moment. JSON comes as its text, in bytes.

    Args:
        conn: a session.
        snapshot: what another session's pg_export_snapshot() gave, to see what it sees.

    Raises:
        CatalogLocked: somebody has locked a relation that is to be read.
        ReadFailed: the server refused something else; its message and SQLSTATE are kept.
    """
    if conn.info.transaction_status == TransactionStatus.INTRANS:
        yield
        return
    try:
        conn.execute(_BEGIN)
        if snapshot is not None:
            given = sql.Literal(snapshot)
            conn.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(given))
        conn.execute(_SETTINGS)
        if conn.is_pooled and conn.role is not None:
            conn.execute("SELECT pg_catalog.set_config('role', %s::text, true)", (conn.role,))
        set_json_loads(_as_it_is, conn)
        yield
    except psycopg.Error as error:
        if error.sqlstate == LOCKED and not conn.closed:
            _end(conn)
            raise CatalogLocked(target=describe(conn), held=holders(conn)) from error
        raise ReadFailed(
            target=describe(conn), reason=str(error).strip(), sqlstate=error.sqlstate or ""
        ) from error
    finally:
        _end(conn)


def _end(conn: Connection) -> None:
    """End the transaction; an interrupt may have come between a query and its answer."""
    if conn.info.transaction_status == TransactionStatus.ACTIVE:
        conn.close()
    elif not conn.closed:
        conn.execute("ROLLBACK")


def _as_it_is(text: str | bytes) -> str | bytes:
    return text


def fetch(
    conn: Connection, query: LiteralString, params: Sequence[object] | None = None
) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """The column names and all rows of `query`."""
    cursor = conn.execute(query, params)
    return [column.name for column in cursor.description or ()], cursor.fetchall()


def stream(
    conn: Connection, query: LiteralString, params: Sequence[object] | None = None
) -> Iterator[Sequence[Any]]:
    """The rows of `query` through a cursor on the server, so that they need little memory."""
    with conn.cursor("pgmig") as cursor:
        cursor.execute(query, params)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
