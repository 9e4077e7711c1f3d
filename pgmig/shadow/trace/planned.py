"""Scans that the plan of a statement has, whether they began or not.

A join that finds no row on one side never begins to read the other, so that on an empty database
only one of its tables is counted as read. The plan names both.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any, Final, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import ask, compose, run
from pgmig.errors import ServerRefused
from pgmig.scripts import Piece

logger = logging.getLogger(__name__)

# What a statement of each sort has in its text where it reads more than one table.
_READING: Final = {
    "UPDATE": ("from", "select"),
    "DELETE": ("using", "select"),
    "MERGE": ("merge",),
    "INSERT": ("from",),
    "SELECT": ("from",),
    "WITH": ("from",),
}
_LONG = 100_000  # characters of a statement that is not planned once more

_EXPLAIN = "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) "
_SAVE: LiteralString = 'SAVEPOINT "pgmig plan"'
_LEAVE: LiteralString = 'RELEASE "pgmig plan"'
_UNDO: LiteralString = f'ROLLBACK TO "pgmig plan";{_LEAVE}'

_OIDS: LiteralString = """
SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND (n.nspname, c.relname) IN (
    SELECT w ->> 0, w ->> 1 FROM pg_catalog.json_array_elements({names}::json) w)
"""


def planned_scans(conn: Connection, piece: Piece) -> frozenset[int]:
    """OIDs of what a statement that has just run would read in sequential scans.

    Args:
        conn: the session that ran it, in the same transaction.
        piece: the statement; of one that reads a single table, which is counted, nothing is told.
    """
    sql = piece.sql
    found = _READING.get(next(iter(piece.words), ""), ())
    if len(sql) > _LONG or not any(word in sql.lower() for word in found):
        return frozenset()
    try:
        _, rows, _ = ask(conn, _SAVE, _EXPLAIN + sql, _LEAVE)
    except ServerRefused as error:  # it cannot run twice: SELECT INTO, a table that a trigger drops
        logger.debug("not planned again: %s", error)
        run(conn, _UNDO)
        return frozenset()
    plans: list[dict[str, Any]] = [each for (text,) in rows for each in json.loads(text or "[]")]
    names = sorted({name for each in plans for name in _scanned(each.get("Plan", {}))})
    if not names:
        return frozenset()
    (oids,) = ask(conn, compose(conn, _OIDS, names=json.dumps(names)))
    return frozenset(int(oid or 0) for (oid,) in oids)


def _scanned(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if node.get("Node Type") == "Seq Scan":
        yield node["Schema"], node["Relation Name"]
    for each in node.get("Plans", ()):
        yield from _scanned(each)
