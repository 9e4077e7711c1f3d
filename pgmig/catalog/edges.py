"""pg_depend, folded: which object needs which, by key and column.

PostgreSQL records dependencies of rows that are no objects of their own: defaults, rewrite rules,
row types, array types, the indexes of constraints, members of extensions. Each is folded into the
object it belongs to (catalog.md 2.1).
"""

from collections.abc import Mapping
from typing import LiteralString

from pgmig.db import Connection, fetch
from pgmig.model import Edge, ObjectKey

Address = tuple[str, int]
"""A catalog's name and a row's OID: OIDs are unique only within one catalog."""

# Rows that stand for another object: (classid, objid) belongs to (ownerclass, owner).
_ALIASES: LiteralString = """
SELECT 'pg_type' AS class, t.typarray AS oid, 'pg_type' AS owner_class, t.oid AS owner
  FROM pg_type t WHERE t.typarray <> 0 AND t.oid >= 16384
UNION ALL
SELECT 'pg_type', c.reltype, 'pg_class', c.oid
  FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384
UNION ALL
SELECT 'pg_class', t.typrelid, 'pg_type', t.oid
  FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' WHERE t.oid >= 16384
UNION ALL
SELECT 'pg_type', r.rngmultitypid, 'pg_type', r.rngtypid FROM pg_range r WHERE r.rngtypid >= 16384
UNION ALL
SELECT 'pg_type', t.typarray, 'pg_type', r.rngtypid
  FROM pg_range r JOIN pg_type t ON t.oid = r.rngmultitypid WHERE r.rngtypid >= 16384
UNION ALL
SELECT 'pg_proc', d.objid, 'pg_type', d.refobjid
  FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass
   AND d.deptype = 'i'
UNION ALL
SELECT 'pg_publication_rel', r.oid, 'pg_publication', r.prpubid FROM pg_publication_rel r
UNION ALL
SELECT 'pg_class', k.conindid, 'pg_constraint', k.oid
  FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x') AND k.conindid <> 0
UNION ALL
SELECT 'pg_constraint', k.oid, 'pg_constraint', p.oid
  FROM pg_constraint k JOIN pg_constraint p ON p.oid = k.conparentid AND p.conrelid = k.conrelid
 WHERE k.contype = 'f'
UNION ALL
SELECT 'pg_class', d.objid, 'pg_class', d.refobjid
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
 WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
   AND d.deptype = 'i'
"""

# Members of extensions, with what hangs on them internally (catalog.md A1).
_MEMBERS: LiteralString = """
WITH RECURSIVE m(classid, objid, extension) AS (
  SELECT classid, objid, refobjid FROM pg_depend
   WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  UNION
  SELECT d.classid, d.objid, m.extension FROM m JOIN pg_depend d
    ON d.refclassid = m.classid AND d.refobjid = m.objid AND d.deptype = 'i')
SELECT c.relname AS class, m.objid AS oid, 'pg_extension' AS owner_class, m.extension AS owner
  FROM m JOIN pg_class c ON c.oid = m.classid
"""

# A default's or a rule's dependencies become those of its column or relation. A generated
# column's expression is no default: the column cannot be made without it. That a child's CHECK
# comes with its parent's is recorded in no row, only in coninhcount.
_DEPENDS: LiteralString = """
SELECT CASE WHEN ad.oid IS NOT NULL OR rw.oid IS NOT NULL THEN 'pg_class'
            ELSE sc.relname END AS source_class,
       coalesce(ad.adrelid, rw.ev_class, d.objid) AS source,
       coalesce(sa.attname, '') AS source_column,
       tc.relname AS target_class, d.refobjid AS target,
       coalesce(ta.attname, '') AS target_column,
       d.deptype AS type, coalesce(ad.oid IS NOT NULL AND sa.attgenerated = '', false) AS is_default
  FROM pg_depend d
  JOIN pg_class sc ON sc.oid = d.classid
  JOIN pg_class tc ON tc.oid = d.refclassid
  LEFT JOIN pg_attrdef ad ON d.classid = 'pg_attrdef'::regclass AND ad.oid = d.objid
  LEFT JOIN pg_rewrite rw ON d.classid = 'pg_rewrite'::regclass AND rw.oid = d.objid
        AND rw.rulename = '_RETURN'
  LEFT JOIN pg_attribute sa ON sa.attrelid = coalesce(ad.adrelid, CASE
        WHEN d.classid = 'pg_class'::regclass AND d.objsubid > 0 THEN d.objid END)
        AND sa.attnum = coalesce(ad.adnum, d.objsubid)
  LEFT JOIN pg_attribute ta ON d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
        AND ta.attrelid = d.refobjid AND ta.attnum = d.refobjsubid
 WHERE d.deptype IN ('n', 'a', 'i', 'x', 'P', 'S')
   AND (d.refclassid <> 'pg_namespace'::regclass OR d.classid = 'pg_extension'::regclass)
UNION ALL
SELECT 'pg_constraint', k.oid, '', 'pg_constraint', p.oid, '', 'P', false
  FROM pg_constraint k
  JOIN pg_inherits i ON i.inhrelid = k.conrelid
  JOIN pg_constraint p ON p.conrelid = i.inhparent AND p.conname = k.conname AND p.contype = 'c'
 WHERE k.contype = 'c' AND k.coninhcount > 0
"""


def read_edges(conn: Connection, keys: Mapping[Address, ObjectKey]) -> tuple[Edge, ...]:
    """All edges between the objects of `keys`, sorted, without those of an object to itself.

    Args:
        conn: a session inside `db.reading`.
        keys: every modelled object by its catalog and OID.
    """
    owners: dict[Address, Address] = {}
    for query in (_MEMBERS, _ALIASES):
        for class_, oid, owner_class, owner in fetch(conn, query)[1]:
            owners.setdefault((class_, oid), (owner_class, owner))

    def find(address: Address) -> ObjectKey | None:
        for _ in range(4):  # array type -> row type -> relation is the longest chain
            key = keys.get(address)
            if key is not None or address not in owners:
                return key
            address = owners[address]
        return keys.get(address)

    edges: set[Edge] = set()
    for row in fetch(conn, _DEPENDS)[1]:
        source, target = find((row[0], row[1])), find((row[3], row[4]))
        if source is None or target is None or source == target:
            continue
        edges.add(
            Edge(
                source=source,
                source_column=row[2],
                target=target,
                target_column=row[5],
                type=row[6],
                is_default=row[7],
            )
        )
    return tuple(sorted(edges))
