"""Tables that stand apart: no body of a routine can see a change of them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import ask, compose
from pgmig.lint.facts import Done, Part
from pgmig.shadow.trace import Relation

# What these may change of a table, while it keeps its name.
_OWN: Mapping[str, frozenset[Part]] = MappingProxyType(
    {
        "ALTER TABLE": frozenset({"column", "default", "constraint", "reference", "index"}),
        "DROP INDEX": frozenset({"index"}),
    }
)
_SEEN: Final = frozenset[Part]({"column", "index"})  # what a query on a table is read by

_ESCAPED: Final = 'u&"'  # names that are not written as they are

# What reads a table or has its row type, and triggers of it. Its own parts depend on it in the
# automatic or internal way, and constraints read its columns (catalog-pg-depend.html).
_DEPENDENTS: LiteralString = """
SELECT FROM pg_catalog.pg_depend d
WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.refobjid = ANY ({oids}::oid[])
    AND (d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
        OR d.deptype NOT IN ('a', 'i')
        AND d.classid <> 'pg_catalog.pg_constraint'::pg_catalog.regclass)
UNION ALL
SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_type t ON t.oid = c.reltype
JOIN pg_catalog.pg_depend d ON d.refobjid IN (t.oid, t.typarray)
WHERE c.oid = ANY ({oids}::oid[])
    AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype <> 'i'
LIMIT 1
"""


def is_apart(conn: Connection, statements: Iterable[Done], sources: Iterable[str]) -> bool:
    """Whether statements changed nothing but tables that no body can see.

    Nothing reads such a table, has its row type or is called by its triggers, and nobody names it.

    Args:
        conn: a session that sees what the statements left.
        statements: those that may break bodies.
        sources: of all bodies.
    """
    changed: set[Relation] = set()
    for done in statements:
        parts = _OWN.get(" ".join(done.piece.words[:2]), frozenset())
        found = {each.relation for each in done.changes if each.part in _SEEN}
        is_more = any(each.part not in parts for each in done.changes)
        if is_more or not found or {"DROP", "CASCADE"} <= {*done.flat}:  # which takes others too
            return False
        changed |= found
    return not _are_named(changed, sources) and not _have_dependents(conn, changed)


def _are_named(relations: Iterable[Relation], sources: Iterable[str]) -> bool:
    """Whether the name of one stands anywhere in a body, be it within a string."""
    names = [each.name.lower() for each in relations]
    for source in map(str.lower, sources):
        if _ESCAPED in source or any(each in source for each in names):
            return True
    return False


def _have_dependents(conn: Connection, relations: Iterable[Relation]) -> bool:
    oids = "{" + ",".join(str(each.oid) for each in relations) + "}"
    (rows,) = ask(conn, compose(conn, _DEPENDENTS, oids=oids))
    return bool(rows)
