"""Facts that no record holds, about objects that pgmig reads or that PostgreSQL made itself.

Rare, and most of them lost by pg_dump too, yet each would be lost without a word. Every branch of
the query gives `kind` and `identity`, in pg_identify_object's words.
"""

from typing import LiteralString

from pgmig.db import fragments


def _rights(
    catalog: LiteralString, acl: LiteralString, letter: LiteralString, owner: LiteralString
) -> LiteralString:
    """Privileges on the system's and on extensions' objects that differ from the initial ones.

    pg_init_privs has what initdb or CREATE EXTENSION left (manual, pg_init_privs), but nothing of
    information_schema. The schema public has a record of its own.
    """
    return (
        "SELECT 'privileges' AS kind, i.type || ' ' || i.identity AS identity FROM ("
        "SELECT o.oid, "
        + acl
        + " AS acl, "
        + owner
        + " AS owner, ("
        + letter
        + ')::"char" AS letter, p.initprivs FROM '
        + catalog
        + " o LEFT JOIN pg_init_privs p ON p.classoid = '"
        + catalog
        + "'::regclass "
        "AND p.objoid = o.oid AND p.objsubid = 0 "
        "WHERE coalesce(" + acl + ", p.initprivs) IS NOT NULL "
        "AND " + acl + "::text IS DISTINCT FROM p.initprivs::text "
        "AND (o.oid < 16384 OR NOT " + fragments.is_no_member(catalog, "o.oid") + ") OFFSET 0) o, "
        "pg_identify_object('" + catalog + "'::regclass, o.oid, 0) i "
        "WHERE i.schema IS DISTINCT FROM 'information_schema' "
        "AND i.identity NOT IN ('information_schema', 'public') "
        "AND " + _differ("o.acl", "o.initprivs", "acldefault(o.letter, o.owner)")
    )


def _differ(acl: LiteralString, initial: LiteralString, default: LiteralString) -> LiteralString:
    """A condition: two acls mean different things, NULL being the default (catalog.md 1.20)."""
    return (
        "EXISTS (SELECT FROM aclexplode(coalesce(" + acl + ", " + default + ")) a "
        "FULL JOIN aclexplode(coalesce(" + initial + ", " + default + ")) b "
        "USING (grantor, grantee, privilege_type) "
        "WHERE a.is_grantable IS DISTINCT FROM b.is_grantable)"
    )


_COLUMN_RIGHTS: LiteralString = (
    """
SELECT 'privileges', i.type || ' ' || i.identity
  FROM pg_attribute o JOIN pg_class c ON c.oid = o.attrelid
  LEFT JOIN pg_init_privs p ON p.classoid = 'pg_class'::regclass
        AND p.objoid = o.attrelid AND p.objsubid = o.attnum,
       pg_identify_object('pg_class'::regclass, o.attrelid, o.attnum) i
 WHERE NOT o.attisdropped AND (o.attacl IS NOT NULL OR (o.attrelid, o.attnum) IN (
       SELECT objoid, objsubid FROM pg_init_privs WHERE classoid = 'pg_class'::regclass))
   AND o.attacl::text IS DISTINCT FROM p.initprivs::text
   AND (o.attrelid < 16384 OR o.attnum < 0 OR c.relkind = 'S' OR NOT """
    + fragments.is_no_member("pg_class", "o.attrelid")
    + ") AND "
    + _differ("o.attacl", "p.initprivs", "acldefault('c', c.relowner)")
)

# Row types come with their relation, yet take privileges and comments of their own.
_ROW_TYPES: LiteralString = """
SELECT 'privileges', i.type || ' ' || i.identity
  FROM pg_type o JOIN pg_class c ON c.oid = o.typrelid AND c.relkind <> 'c',
       pg_identify_object('pg_type'::regclass, o.oid, 0) i
 WHERE o.typacl IS NOT NULL AND o.oid >= 16384 AND """ + _differ(
    "o.typacl", "NULL::aclitem[]", "acldefault('T', o.typowner)"
)

# Comments on rows that stand for no object of their own: row types, array types, the constraint
# of a constraint trigger, a partition's clone of a foreign key, system columns.
_COMMENTS: LiteralString = """
SELECT 'comment', i.type || ' ' || i.identity
  FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
 WHERE d.objoid >= 16384 AND (
       d.objsubid < 0
       OR d.classoid = 'pg_type'::regclass AND EXISTS (
          SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid
             AND e.deptype = 'i') AND NOT EXISTS (
          SELECT FROM pg_range r WHERE r.rngmultitypid = d.objoid AND NOT EXISTS (
             SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = r.rngtypid
                AND e.deptype = 'e'))
       OR d.classoid = 'pg_constraint'::regclass AND EXISTS (
          SELECT FROM pg_constraint k WHERE k.oid = d.objoid
             AND (k.contype = 't' OR k.contype = 'f' AND k.conparentid <> 0)))"""

# ALTER TABLE .. DISABLE TRIGGER ALL reaches the triggers of foreign and deferrable keys. From 18
# a foreign key may be valid on a partition and not on the whole.
_STATES: LiteralString = """
SELECT DISTINCT 'trigger state', i.type || ' ' || i.identity
  FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint AND k.contype <> 't',
       pg_identify_object('pg_constraint'::regclass, k.oid, 0) i
 WHERE t.tgenabled <> 'O'
UNION ALL
SELECT 'validity', i.type || ' ' || i.identity
  FROM pg_constraint k JOIN pg_constraint p ON p.oid = k.conparentid,
       pg_identify_object('pg_constraint'::regclass, k.oid, 0) i
 WHERE k.contype = 'f' AND k.convalidated <> p.convalidated"""

# Of the index of a constraint: an exclusion's expressions may have targets. A column of another
# index is read.
_TARGETS: LiteralString = """
SELECT 'statistics target', i.type || ' ' || i.identity
  FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conindid AND a.attstattarget >= 0,
       pg_identify_object('pg_class'::regclass, a.attrelid, a.attnum) i
 WHERE k.contype IN ('p', 'u', 'x')"""

# States that no statement makes: CONCURRENTLY was interrupted. pg_dump leaves such an index out
# too, and attaches such a partition as if nothing had happened.
_UNFINISHED: LiteralString = """
SELECT 'invalid index', i.identity || ': REINDEX or DROP it' || CASE
         WHEN k.oid IS NOT NULL THEN ' with its constraint' ELSE '' END
  FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
  LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'),
       pg_identify_object('pg_class'::regclass, x.indexrelid, 0) i
 WHERE x.indrelid >= 16384 AND NOT (x.indisvalid AND x.indisready) AND t.relkind IN ('r', 'm')
   AND t.relpersistence <> 't'
UNION ALL
SELECT 'detaching partition', i.identity || ': ALTER TABLE ' || p.identity || ' DETACH PARTITION '
       || i.identity || ' FINALIZE'
  FROM pg_inherits h, pg_identify_object('pg_class'::regclass, h.inhrelid, 0) i,
       pg_identify_object('pg_class'::regclass, h.inhparent, 0) p
 WHERE h.inhdetachpending AND EXISTS (
       SELECT FROM pg_class c WHERE c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f'))"""

# No statement makes it, and pg_dump leaves it out: the index that it names was dropped.
_REPLICA_IDENTITY: LiteralString = """
SELECT 'replica identity', i.identity || ': its index is gone, ALTER TABLE ' || i.identity
       || ' REPLICA IDENTITY'
  FROM pg_class c, pg_identify_object('pg_class'::regclass, c.oid, 0) i
 WHERE c.relreplident = 'i' AND c.relpersistence <> 't' AND c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisreplident)
   AND """ + fragments.is_no_member("pg_class", "c.oid")

_EXTENSIONS: LiteralString = """
SELECT 'dependency on extension', i.type || ' ' || i.identity
  FROM pg_depend d, pg_identify_object(d.classid, d.objid, 0) i
 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'
   AND (d.classid = 'pg_class'::regclass AND EXISTS (
          SELECT FROM pg_constraint k WHERE k.conindid = d.objid AND k.contype IN ('p', 'u', 'x'))
       OR d.classid = 'pg_proc'::regclass AND EXISTS (
          SELECT FROM pg_aggregate a WHERE a.aggfnoid = d.objid))"""

_LARGE_OBJECTS: LiteralString = """
SELECT 'large object', count(*) || ' in all' FROM pg_largeobject_metadata HAVING count(*) > 0"""

UNCARRIED: LiteralString = "\nUNION ALL\n".join(
    (
        _rights("pg_class", "o.relacl", "CASE WHEN o.relkind = 'S' THEN 's' ELSE 'r' END::\"char\"",
                "o.relowner"),
        _rights("pg_proc", "o.proacl", "'f'", "o.proowner"),
        _rights("pg_type", "o.typacl", "'T'", "o.typowner"),
        _rights("pg_namespace", "o.nspacl", "'n'", "o.nspowner"),
        _rights("pg_language", "o.lanacl", "'l'", "o.lanowner"),
        _rights("pg_foreign_data_wrapper", "o.fdwacl", "'F'", "o.fdwowner"),
        _rights("pg_foreign_server", "o.srvacl", "'S'", "o.srvowner"),
        _COLUMN_RIGHTS,
        _ROW_TYPES,
        _COMMENTS,
        _STATES,
        _TARGETS,
        _UNFINISHED,
        _REPLICA_IDENTITY,
        _EXTENSIONS,
        _LARGE_OBJECTS,
    )
)  # fmt: skip

# Security labels of what may have no record, as members of extensions, row types and columns of
# composite types; those of roles, tablespaces and databases are the cluster's.
LABELS: LiteralString = """
SELECT c.relname, l.objoid, 'security label', l.provider || ' on ' || i.type || ' ' || i.identity,
       EXISTS (SELECT FROM pg_depend d
                WHERE d.classid = l.classoid AND d.objid = l.objoid AND d.deptype IN ('e', 'i')
                  AND (d.refclassid, d.refobjid) <> (d.classid, d.objid))
       OR l.objsubid > 0 AND i.type = 'composite type column' AS is_on_part
  FROM pg_seclabel l JOIN pg_class c ON c.oid = l.classoid,
       pg_identify_object(l.classoid, l.objoid, l.objsubid) i"""
