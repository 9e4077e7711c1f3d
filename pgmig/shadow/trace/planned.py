"""Which tables a statement would go through whole, by its plan.

What is counted on an empty database misleads twice. A join that finds no row on one side never
begins to read the other. And a table of few pages is read whole although production would find the
rows by an index. So the statement is planned once more, without sequential scans and with nested
loops alone: a table that is still read whole has no index that serves.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import ask, compose, run
from pgmig.errors import ServerRefused
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import tokens

logger = logging.getLogger(__name__)

# What a statement of each sort has in its text where it reads more than one table.
_READING: Final = {
    "UPDATE": ("from", "select"),
    "DELETE": ("using", "select"),
    "MERGE": ("merge",),
    "INSERT": ("from",),
    "SELECT": ("from",),
    "WITH": ("from",),
    "EXECUTE": ("execute",),
}
_LONG = 100_000  # characters of a statement that is not planned once more

_EXPLAIN = "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) "
_SETTINGS: LiteralString = (
    'SAVEPOINT "pgmig plan";SET LOCAL enable_seqscan = off;SET LOCAL enable_hashjoin = off;'
    "SET LOCAL enable_mergejoin = off"
)
_UNDO: LiteralString = 'ROLLBACK TO "pgmig plan";RELEASE "pgmig plan"'

_OIDS: LiteralString = """
SELECT c.oid, n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND (n.nspname, c.relname) IN (
    SELECT w ->> 0, w ->> 1 FROM pg_catalog.json_array_elements({names}::json) w)
"""

# What stands for the rows of another part of the plan.
_OF_OTHERS: Final = frozenset({"CTE Scan", "Subquery Scan", "WorkTable Scan"})
_CONDITIONS: Final = ("Index Cond", "TID Cond")


@dataclass(frozen=True, slots=True)
class Planned:
    """OIDs of what a statement reads.

    Attributes:
        whole: gone through, or as much of it as another table has rows.
        by_index: of which a few rows are found by an index.
    """

    whole: frozenset[int] = frozenset()
    by_index: frozenset[int] = frozenset()


def planned(conn: Connection, piece: Piece, *, is_counted: bool) -> Planned:
    """How a statement that has just run would read its tables.

    Args:
        conn: the session that ran it, in the same transaction.
        piece: the statement.
        is_counted: it began a sequential scan; otherwise nothing is told of one that reads a
            single table.
    """
    sql = piece.sql
    verb = next(iter(piece.words), "")
    if verb not in _READING or len(sql) > _LONG:
        return Planned()
    if not is_counted and not any(word in sql.lower() for word in _READING[verb]):
        return Planned()
    try:
        *_, rows = ask(conn, _SETTINGS, _EXPLAIN + sql)
    except ServerRefused as error:  # it cannot run twice: SELECT INTO, a table that a trigger drops
        logger.debug("not planned again: %s", error)
        run(conn, _UNDO)
        return Planned()
    run(conn, _UNDO)
    plans: list[dict[str, Any]] = [each for (text,) in rows for each in json.loads(text or "[]")]
    scans = [scan for each in plans for scan in _scans(each.get("Plan", {}))]
    return _named(conn, scans) if any(each.table for each in scans) else Planned()


@dataclass(frozen=True, slots=True)
class _Scan:
    """A part of a plan that gives rows.

    Attributes:
        alias: under which conditions name it.
        table: its schema and name; None for what is no table.
        sort: of the node.
        conditions: by which an index finds rows; none where all are read.
    """

    alias: str
    table: tuple[str, str] | None
    sort: str
    conditions: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all rows are read."""
        return self.table is not None and not self.conditions

    @property
    def is_bounded(self) -> bool:
        """Whether each condition is an equality, or a range with two ends."""
        return bool(self.conditions) and all(map(_is_bounded, self.conditions))


def _scans(node: dict[str, Any]) -> Iterator[_Scan]:
    children: list[dict[str, Any]] = node.get("Plans", [])
    if "Alias" in node and node["Node Type"] != "ModifyTable":
        name: str | None = node.get("Relation Name")
        table = None if name is None else (str(node["Schema"]), name)
        yield _Scan(node["Alias"], table, node["Node Type"], tuple(_conditions(node)))
    for each in children:
        yield from _scans(each)


def _conditions(node: dict[str, Any]) -> Iterator[str]:
    """Those of the scan and of the bitmaps that it is made of."""
    yield from (node[each] for each in _CONDITIONS if each in node)
    for each in node.get("Plans", []):
        if each["Node Type"].startswith("Bitmap"):
            yield from _conditions(each)


def _is_bounded(condition: str) -> bool:
    signs = {each.text for each in tokens(condition)}
    return "=" in signs or bool(signs & {">", ">="} and signs & {"<", "<="})


def _many(scans: Sequence[_Scan]) -> set[str]:
    """Aliases of what is read whole, and of what is looked up for each row of such a one."""
    found = {each.alias for each in scans if each.is_whole}
    if found:
        found |= {each.alias for each in scans if each.sort in _OF_OTHERS}
    while True:
        led = {each.alias for each in scans if found & _others(each)} - found
        if not led:
            return found
        found |= led


def _others(scan: _Scan) -> set[str]:
    """The aliases that its conditions name besides its own."""
    named: set[str] = set()
    for condition in scan.conditions:
        for one, two in pairwise(tokens(condition)):
            if two.text == ".":
                named.add(_unquoted(one.text))
    return named - {scan.alias}


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _named(conn: Connection, scans: Sequence[_Scan]) -> Planned:
    many = _many(scans)
    whole = {each.table for each in scans if each.table and each.alias in many}
    few = {each.table for each in scans if each.table and each.is_bounded} - whole
    few -= {each.table for each in scans if each.conditions and not each.is_bounded}
    names = json.dumps(sorted(whole | few))
    (rows,) = ask(conn, compose(conn, _OIDS, names=names))
    oids = {(schema or "", name or ""): int(oid or 0) for oid, schema, name in rows}
    return Planned(
        frozenset(oid for table, oid in oids.items() if table in whole),
        frozenset(oid for table, oid in oids.items() if table in few),
    )
