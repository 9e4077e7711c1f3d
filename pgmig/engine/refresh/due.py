"""`pgmig.refresh`: which materialized views a script has left without the rows that they had."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, local_role, run, settled
from pgmig.ddl.quote import qualified
from pgmig.engine.schema import Home, settle
from pgmig.scripts import Half

_LOOKED_AT: Final = 1_000_000  # characters of a script in which the word is looked for

# Those below run under whatever search_path there is.
_NAMES: LiteralString = """
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) 'm' AND """
_POPULATED: LiteralString = _NAMES + "c.relispopulated"
_UNPOPULATED: LiteralString = _NAMES + "NOT c.relispopulated"

_NOTE: LiteralString = """
INSERT INTO pgmig.refresh (schema, name, history_id)
SELECT n.nspname, c.relname, {history_id}
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) 'm'
    AND c.relispopulated OPERATOR(pg_catalog.=) {is_populated}
    AND pg_catalog.format('%I.%I', n.nspname, c.relname)
        OPERATOR(pg_catalog.=) ANY ({names}::pg_catalog.text[])
ON CONFLICT (schema, name) DO NOTHING"""

_FORGET: LiteralString = """
DELETE FROM pgmig.refresh
WHERE schema OPERATOR(pg_catalog.=) {schema} AND name OPERATOR(pg_catalog.=) {name};"""

_IS_THERE: LiteralString = "SELECT pg_catalog.to_regclass('pgmig.refresh') IS NOT NULL"

# What a script that is part-way has noted is not judged yet.
_ROWS: LiteralString = """
SELECT r.schema, r.name, c.oid::bigint
FROM pgmig.refresh r
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = r.schema
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = r.name
    AND c.relkind = 'm' AND NOT c.relispopulated
WHERE r.history_id <= (SELECT coalesce(max(h.id), 0) FROM pgmig.history h)
ORDER BY 1, 2
"""


def populated(conn: Connection) -> tuple[str, ...]:
    """Names of the materialized views that have rows; the session may be anybody's."""
    return tuple(sorted(name for (name,) in fetch(conn, _POPULATED)))


def unpopulated(conn: Connection) -> tuple[str, ...]:
    """Names of those that have none: nobody can read them before they are refreshed."""
    return tuple(sorted(name for (name,) in fetch(conn, _UNPOPULATED)))


def may_concern(half: Half) -> bool:
    """Whether a script may make or fill a materialized view, as far as its text tells."""
    return half.size > _LOOKED_AT or "materialized" in half.text.lower()


def left_sql(conn: Connection, had_rows: Sequence[str], history_id: int) -> str:
    """A statement that notes those that have no rows any more, for the end of a transaction."""
    return compose(conn, _NOTE, names=list(had_rows), history_id=history_id, is_populated=False)


def beforehand_sql(conn: Connection, had_rows: Sequence[str], history_id: int) -> str:
    """A statement that notes all that have rows, for what runs in many transactions."""
    return compose(conn, _NOTE, names=list(had_rows), history_id=history_id, is_populated=True)


def forget_sql(conn: Connection, schema: str, name: str) -> str:
    """A statement that takes the note of one view away."""
    return compose(conn, _FORGET, schema=schema, name=name)


def due(conn: Connection, home: Home) -> dict[int, str]:
    """Numbers and names, quoted, of the views that scripts have left without rows.

    Args:
        conn: the session, as `schema.probe` left it.
        home: what that found.
    """
    is_there = home.is_there and not home.is_old
    return _due(fetch(conn, _ROWS)) if is_there else {}


def due_now(conn: Connection) -> dict[int, str]:
    """The same after scripts, whatever they did to the session."""
    return _due(_noted(conn))


def tidy(conn: Connection) -> dict[int, str]:
    """The same, and the notes of views that are gone or have rows are taken away."""
    rows = _noted(conn)
    needless = [(schema, name) for schema, name, oid in rows if oid is None]
    if needless:
        text = "".join(forget_sql(conn, schema, name) for schema, name in needless)
        run(conn, f"BEGIN;{local_role(conn)}{text}COMMIT")
    return _due(rows)


def _due(rows: Sequence[Sequence[Any]]) -> dict[int, str]:
    return {oid: qualified(schema, name) for schema, name, oid in rows if oid is not None}


def _noted(conn: Connection) -> list[tuple[Any, ...]]:
    """What stands in the table; the third is None where there is nothing to refresh."""
    settle(conn)
    with settled(conn):
        ((is_there,),) = fetch(conn, _IS_THERE)
        return fetch(conn, _ROWS) if is_there else []
