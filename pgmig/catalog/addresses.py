"""Which object a row of a catalog belongs to: its own, or one that it is a part of.

PostgreSQL records dependencies of rows that are no objects of their own: row types, array types,
the indexes of constraints, members of extensions. Each stands for the object it belongs to
(catalog.md 2.1).
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import LiteralString

from pgmig.db import Connection, fetch
from pgmig.model import ObjectKey

Address = tuple[str, int]
"""A catalog's name and a row's OID: OIDs are unique only within one catalog."""

# Rows that stand for another object: (classid, objid) belongs to (ownerclass, owner). Every table
# has a row type and an array of it; few of them are used.
_ALIASES: LiteralString = """
WITH used AS (
  SELECT DISTINCT refobjid FROM pg_depend
   WHERE refclassid = 'pg_type'::regclass AND refobjid >= 16384
     AND (deptype <> 'i' OR classid <> 'pg_type'::regclass))
SELECT 'pg_type' AS class, t.typarray AS oid, 'pg_class' AS owner_class, t.typrelid AS owner
  FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
 WHERE t.typarray IN (SELECT refobjid FROM used)
UNION ALL
SELECT 'pg_type', t.typarray, 'pg_type', t.oid
  FROM pg_type t WHERE t.typarray IN (SELECT refobjid FROM used)
UNION ALL
SELECT 'pg_type', c.reltype, 'pg_class', c.oid
  FROM pg_class c
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.reltype IN (SELECT refobjid FROM used)
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
SELECT c.relname, d.objid, 'pg_publication', d.refobjid
  FROM pg_depend d JOIN pg_class c ON c.oid = d.classid
   AND c.relname IN ('pg_publication_rel', 'pg_publication_namespace')
 WHERE d.refclassid = 'pg_publication'::regclass
UNION ALL
SELECT c.relname, d.objid, 'pg_opclass', d.refobjid
  FROM pg_depend d JOIN pg_class c ON c.oid = d.classid AND c.relname IN ('pg_amop', 'pg_amproc')
 WHERE d.refclassid = 'pg_opclass'::regclass
UNION ALL
SELECT 'pg_class', k.conindid, 'pg_constraint', k.oid
  FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x') AND k.conindid <> 0
UNION ALL
SELECT 'pg_constraint', k.oid, 'pg_constraint', p.oid
  FROM pg_constraint k JOIN pg_constraint p ON p.oid = k.conparentid AND p.conrelid = k.conrelid
 WHERE k.contype = 'f' AND k.conparentid <> 0
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


class Addresses:
    """The keys of the objects read, by catalog and OID of each row that belongs to them."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._keys: defaultdict[str, dict[int, ObjectKey]] = defaultdict(dict)
        self._has_parts = False

    def add(self, class_: str, oid: int, key: ObjectKey) -> None:
        """Say which object a row is, or belongs to."""
        self._keys[class_][oid] = key

    def of(self, class_: str) -> Mapping[int, ObjectKey]:
        """The keys of one catalog's rows, by OID."""
        return self._keys[class_]

    def __contains__(self, address: object) -> bool:
        """Whether a row belongs to an object that was read."""
        return isinstance(address, tuple) and address[1] in self._keys[address[0]]

    def add_parts(self, conn: Connection) -> None:
        """Read the rows that stand for another object, unless they are known already.

        Args:
            conn: a session inside `db.reading`.
        """
        if self._has_parts:
            return
        self._has_parts = True
        owners: dict[Address, Address] = {}
        for query in (_MEMBERS, _ALIASES):
            for class_, oid, owner_class, owner in fetch(conn, query)[1]:
                if oid not in self._keys[class_]:
                    owners.setdefault((class_, oid), (owner_class, owner))
        for address in owners:
            end = address
            for _ in range(4):  # array type -> multirange -> range is the longest chain
                end = owners.get(end, end)
            if end in self:
                self.add(*address, self._keys[end[0]][end[1]])
