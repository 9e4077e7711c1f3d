"""pg_depend, folded: which object needs which, by key and column.

Dependencies of rows that are no objects of their own, as defaults, rewrite rules and the rows that
`addresses` knows, are folded into the object they belong to (catalog.md 2.1).
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig.catalog.addresses import Addresses
from pgmig.catalog.columns import Columns
from pgmig.db import Connection, fetch, stream
from pgmig.model import EdgeRow, ObjectKey

# A default's or a rule's dependencies become those of its column or relation. A generated
# column's expression is no default: the column cannot be made without it. That a child's CHECK
# comes with its parent's is recorded in no row, only in coninhcount; one of the child's own cannot
# be dropped while the parent's is there. An operator that is a shell,
# or lacks the way back, must be made after the one that names it, which would give it both.
# Left out are rows that only tie an object to its own parts, and to its schema.
_DEPENDS: LiteralString = """
SELECT d.classid, d.objid, d.objsubid, d.refclassid::int8, d.refobjid, d.refobjsubid,
       d.deptype, false
  FROM pg_depend d
 WHERE d.objid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'x', 'P', 'S')
   AND d.classid NOT IN ('pg_attrdef'::regclass, 'pg_rewrite'::regclass)
   AND (d.refclassid <> 'pg_namespace'::regclass OR d.classid IN (
        SELECT oid FROM pg_class WHERE relname IN ('pg_extension', 'pg_publication_namespace')))
   AND NOT (d.deptype = 'i' AND (d.classid IN ('pg_type'::regclass, 'pg_trigger'::regclass)
            OR d.classid = 'pg_class'::regclass
               AND d.refclassid IN ('pg_class'::regclass, 'pg_constraint'::regclass)))
   AND NOT (d.classid = 'pg_constraint'::regclass AND d.objid IN (
            SELECT oid FROM pg_constraint WHERE contype = 'n'))
UNION ALL
SELECT 'pg_class'::regclass::oid, x.adrelid, x.adnum, d.refclassid, d.refobjid, d.refobjsubid,
       d.deptype, a.attgenerated = ''
  FROM pg_depend d JOIN pg_attrdef x ON x.oid = d.objid
  JOIN pg_attribute a ON a.attrelid = x.adrelid AND a.attnum = x.adnum
 WHERE d.classid = 'pg_attrdef'::regclass AND d.objid >= 16384
   AND NOT (d.refobjid = x.adrelid AND d.refobjsubid = x.adnum)
UNION ALL
SELECT CASE WHEN r.rulename = '_RETURN' THEN 'pg_class'::regclass::oid ELSE d.classid END,
       CASE WHEN r.rulename = '_RETURN' THEN r.ev_class ELSE d.objid END, 0,
       d.refclassid, d.refobjid, d.refobjsubid, d.deptype, false
  FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
 WHERE d.classid = 'pg_rewrite'::regclass AND d.objid >= 16384
UNION ALL
SELECT k.tableoid, CASE WHEN k.conislocal THEN p.oid ELSE k.oid END, 0,
       p.tableoid, CASE WHEN k.conislocal THEN k.oid ELSE p.oid END, 0, 'P', false
  FROM pg_constraint k
  JOIN pg_inherits i ON i.inhrelid = k.conrelid
  JOIN pg_constraint p ON p.conrelid = i.inhparent AND p.conname = k.conname AND p.contype = 'c'
 WHERE k.contype = 'c' AND k.coninhcount > 0
UNION ALL
SELECT 'pg_operator'::regclass::oid, l.oid, 0, 'pg_operator'::regclass::oid, o.oid, 0, 'n', false
  FROM pg_operator o JOIN pg_operator l ON l.oid IN (o.oprcom, o.oprnegate) AND l.oid <> o.oid
 WHERE o.oid >= 16384 AND (l.oprcode = 0 OR l.oid = o.oprcom AND l.oprcom = 0
       OR l.oid = o.oprnegate AND l.oprnegate = 0)
"""

_CATALOGS: LiteralString = """
SELECT oid, relname FROM pg_class
 WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'
"""


def read_edges(
    conn: Connection, addresses: Addresses, columns: Columns, keys: Sequence[ObjectKey]
) -> Sequence[EdgeRow]:
    """All edges between objects, sorted, without those of an object to itself.

    Args:
        conn: a session inside `db.reading`.
        addresses: which row belongs to which object.
        columns: the names of columns.
        keys: every object, in order.
    """
    addresses.add_parts(conn)
    rank = {key: place for place, key in enumerate(keys)}
    places = {
        oid: {row: rank[key] for row, key in addresses.of(name).items()}
        for oid, name in fetch(conn, _CATALOGS)[1]
    }
    found: list[list[EdgeRow]] = [[] for _ in keys]
    for class_, oid, column, to_class, to, to_column, type_, is_default in stream(conn, _DEPENDS):
        source, target = places[class_].get(oid), places[to_class].get(to)
        if source is not None and target is not None and source != target:
            name = columns[oid].get(column, "") if column else ""
            to_name = columns[to].get(to_column, "") if to_column else ""
            found[source].append((source, name, target, to_name, type_, is_default))
    return [row for rows in found for row in sorted(set(rows))]
