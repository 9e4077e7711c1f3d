"""The server's plan of a statement that runs in batches: what its words do not tell.

Above the joins and scans of a query stand the steps that need all of its rows at once. Plans by
index are left out of it, as one of them answers max(id) without a step for the aggregate.

The plan also names every table that is read, through views too: a batch must not read what the
batches before it have written.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, LiteralString

import msgspec

from pgmig.db.execute import ServerFault, compose
from pgmig.ddl import qualified
from pgmig.engine.batch.asking import OUR_PATH, asked
from pgmig.engine.batch.key import Keyed
from pgmig.engine.job import Job

_WITHOUT_INDEXES: Final = (
    "SET LOCAL enable_indexscan=off;SET LOCAL enable_indexonlyscan=off;"
    "SET LOCAL enable_bitmapscan=off;SET LOCAL enable_seqscan=on;"
)
_EXPLAIN: Final = "EXPLAIN (VERBOSE, FORMAT JSON) "

# A table and all of its partitions.
_TREE: LiteralString = """
SELECT n.nspname::text, c.relname::text, c.relkind::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = pg_catalog.to_regclass({name})
    OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({name})))
"""

_NEEDS_ALL: Final = {
    "Aggregate": "aggregates",
    "Group": "GROUP BY",
    "Limit": "LIMIT",
    "SetOp": "INTERSECT or EXCEPT",
    "Unique": "DISTINCT",
    "WindowAgg": "window functions",
}
_WITHIN: Final = frozenset({"Outer", "Inner", "Member", "Subquery"})


def whole(job: Job, sql: str) -> tuple[str, str] | ServerFault | None:
    """What of a statement needs all rows at once, and why it matters; None for nothing.

    A fault is what the server says of the statement, its position counted in it.
    """
    found = asked(job, _WITHOUT_INDEXES, _EXPLAIN + sql)
    if isinstance(found, ServerFault):
        at = None if found.position is None else max(0, found.position - len(_EXPLAIN))
        return msgspec.structs.replace(found, position=at)
    plans = found[0][0]
    if len(plans) != 1 or plans[0]["Plan"]["Node Type"] != "ModifyTable":
        return "a rule (CREATE RULE) on its table", "what the rule does has no key to go by"
    plan = plans[0]["Plan"]
    # What UPDATE changes are rows of its own table, one by one.
    if plan["Operation"] == "Insert" and (needs := _needs(plan)):
        return needs, "each batch would have its own"
    return _rereads(job, plan)


def _rereads(job: Job, plan: Mapping[str, Any]) -> tuple[str, str] | ServerFault | None:
    """That a statement reads what it writes, other than each row that it changes."""
    name = qualified(plan["Schema"], plan["Relation Name"])
    rows = asked(job, OUR_PATH, compose(job.conn, _TREE, name=name))
    if isinstance(rows, ServerFault):
        return rows
    if any(kind == "v" for *_, kind in rows):
        return f"{plan['Operation'].upper()} of {name}, a view", "its triggers may do anything"
    targets: list[Mapping[str, Any]] = plan.get("Target Tables", [plan])
    if plan["Operation"] != "Update":
        targets = []
    changed = {(str(one["Schema"]), str(one["Relation Name"])) for one in targets}
    read = Counter(_scans(plan))
    for schema, table, _ in rows:
        if read[schema, table] > ((schema, table) in changed):
            verb = "INSERT into" if plan["Operation"] == "Insert" else "UPDATE of"
            found = f"{verb} {name}, which it reads"
            return found, "a batch would meet the rows of the one before"
    return None


def _scans(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every table that is read below a step of the plan, as often as it is."""
    for each in node.get("Plans", ()):
        if "Relation Name" in each:
            yield each["Schema"], each["Relation Name"]
        yield from _scans(each)


def about(job: Job, keyed: Keyed) -> int | None:
    """About how many rows the table has; None where the planner knows of none."""
    only = "ONLY " if keyed.is_only else ""
    found = asked(job, "", f"{_EXPLAIN}SELECT FROM {only}{keyed.table}")
    if isinstance(found, ServerFault):
        return None
    return int(found[0][0][0]["Plan"]["Plan Rows"]) or None


def _needs(node: Mapping[str, Any]) -> str:
    """The first step above the joins and scans that needs all rows; "" for none."""
    while True:
        within = [each for each in node.get("Plans", ()) if each["Parent Relationship"] in _WITHIN]
        if len(within) != 1:
            break
        (node,) = within
        if node["Node Type"] in _NEEDS_ALL:
            return _NEEDS_ALL[node["Node Type"]]
    is_empty = "One-Time Filter" in node
    return "aggregates" if node["Node Type"] == "Result" and not is_empty else ""
