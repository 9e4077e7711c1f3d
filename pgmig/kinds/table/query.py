"""The queries: pg_class of relkind r, p and f, pg_attribute, pg_attrdef, pg_inherits."""

from typing import LiteralString

from pgmig.db import fragments

# The table it is a partition of, or the tables it inherits from.
_PARENTS: LiteralString = """\
       CASE WHEN c.relispartition THEN (
            SELECT jsonb_build_object('schema', pn.nspname, 'name', p.relname,
                                      'bound', pg_get_expr(c.relpartbound, c.oid),
                                      'is_detach_pending', i.inhdetachpending)
              FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
              JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid)
            END AS partition_of,
       CASE WHEN NOT c.relispartition THEN (
            SELECT array_agg(ARRAY[pn.nspname::text, p.relname] ORDER BY i.inhseqno)
              FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
              JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid)
            END AS inherits,
"""

QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       c.relpersistence = 'u' AS is_unlogged,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
"""
    + _PARENTS
    + """       c.reloptions AS options,
       (SELECT array_agg('toast.' || o ORDER BY place)
          FROM pg_class t, unnest(t.reloptions) WITH ORDINALITY AS u(o, place)
         WHERE t.oid = c.reltoastrelid) AS toast_options,
       nullif(am.amname, 'heap') AS access_method, ts.spcname AS tablespace,
       CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END
           AS replica_identity,
       c.relrowsecurity AS has_row_security, c.relforcerowsecurity AS forces_row_security,
       """
    + fragments.privileges("c.relacl", "'r'", "c.relowner")
    + """ AS privileges
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)


# Not-null constraints are rows of pg_constraint on 18; before, the join finds none. The default
# name is free only while no other constraint of the schema has it (ChooseConstraintName), as that
# of a table made LIKE this one; an inherited one is made later. A partition's
# identity (17) has no sequence of its own: it comes with ATTACH.
def _columns(kinds: LiteralString, more: LiteralString = "") -> LiteralString:
    return (
        """
SELECT a.attrelid AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN (
            SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
              FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
             WHERE co.oid = a.attcollation) END AS collation,
       pg_get_expr(d.adbin, d.adrelid) AS default,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
       CASE WHEN a.attidentity <> '' THEN (
            SELECT jsonb_build_object(
                     'is_always', a.attidentity = 'a', 'name', s.relname,
                     'type', format_type(q.seqtypid, NULL), 'start', q.seqstart,
                     'increment', q.seqincrement, 'minimum', q.seqmin, 'maximum', q.seqmax,
                     'cache', q.seqcache, 'cycle', q.seqcycle,
                     'is_unlogged', s.relpersistence = 'u', 'privileges', """
        + fragments.privileges("s.relacl", "'s'", "s.relowner")
        + """,
                     'comment', """
        + fragments.comment("pg_class", "s.oid")
        + """)
              FROM pg_depend i JOIN pg_class s ON s.oid = i.objid AND s.relkind = 'S'
              JOIN pg_sequence q ON q.seqrelid = s.oid
             WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass
               AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.deptype = 'i')
            END AS identity,
       a.attnotnull AS is_not_null,
       CASE WHEN k.conname <> c.relname || '_' || a.attname || '_not_null' OR EXISTS (
              SELECT FROM pg_constraint o WHERE o.conname = k.conname
                 AND o.connamespace = k.connamespace AND o.oid <> k.oid
                 AND o.coninhcount = 0) THEN k.conname END
           AS not_null_name,
       coalesce(k.convalidated, true) AS is_not_null_valid,
       coalesce(k.connoinherit, false) AS is_not_null_no_inherit,
       coalesce(k.conislocal, a.attnotnull) AS is_not_null_local,
       CASE WHEN k.oid IS NOT NULL THEN """
        + fragments.comment("pg_constraint", "k.oid")
        + """ END AS not_null_comment,
       CASE WHEN a.attstorage <> t.typstorage THEN
            CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                              ELSE 'EXTENDED' END END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       nullif(a.attstattarget, -1) AS statistics,
       a.attoptions AS options,
       a.attislocal AS is_local,
       """
        + more
        + fragments.privileges("a.attacl", "'c'", "c.relowner")
        + """ AS privileges,
       a.attnum AS number
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n'
        AND k.conkey = ARRAY[a.attnum]
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ("""
        + kinds
        + """)
   AND c.relpersistence <> 't' AND """
        + fragments.is_ours("c.relnamespace")
        + """
 ORDER BY a.attrelid, a.attnum"""
    )


COLUMNS = _columns("'r', 'p'")

FOREIGN_QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       s.srvname AS server,
"""
    + _PARENTS
    + "       "
    + fragments.fdw_options("f.ftoptions")
    + """ AS fdw_options,
       """
    + fragments.privileges("c.relacl", "'r'", "c.relowner")
    + """ AS privileges
  FROM pg_foreign_table f
  JOIN pg_foreign_server s ON s.oid = f.ftserver
  JOIN pg_class c ON c.oid = f.ftrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)

FOREIGN_COLUMNS = _columns("'f'", fragments.fdw_options("a.attfdwoptions") + " AS fdw_options, ")
