"""The queries: pg_class of relkind r, p and f, pg_attribute, pg_attrdef, pg_inherits."""

from typing import LiteralString

from pgmig.db import fragments


# The table it is a partition of, or the tables it inherits from.
def parents(kinds: LiteralString) -> tuple[LiteralString, ...]:
    """Facets of tables of these relkinds: what they are partitions of or inherit from."""
    return (
        """
SELECT c.oid, jsonb_build_object('schema', pn.nspname, 'name', p.relname,
                                 'bound', pg_get_expr(c.relpartbound, c.oid),
                                 'is_detach_pending', i.inhdetachpending) AS partition_of
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
  JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE c.relispartition AND c.relkind IN ("""
        + kinds
        + ")",
        """
SELECT i.inhrelid AS oid,
       array_agg(ARRAY[pn.nspname::text, p.relname] ORDER BY i.inhseqno) AS inherits
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
  JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE NOT c.relispartition AND c.relkind IN ("""
        + kinds
        + ") GROUP BY i.inhrelid",
    )


_TOAST_OPTIONS: LiteralString = """
SELECT c.oid, (SELECT array_agg('toast.' || o ORDER BY place)
                 FROM unnest(t.reloptions) WITH ORDINALITY AS u(o, place)) AS toast_options
  FROM pg_class t JOIN pg_class c ON c.reltoastrelid = t.oid
 WHERE t.relkind = 't' AND t.reloptions IS NOT NULL
"""

FACETS = (*parents("'r', 'p'"), _TOAST_OPTIONS)

QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       c.relpersistence = 'u' AS is_unlogged,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       c.reloptions AS options,
       CASE WHEN c.relkind = 'p' OR am.amname <> 'heap' THEN am.amname END AS access_method,
       ts.spcname AS tablespace,
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


def _columns(kinds: LiteralString, more: LiteralString = "") -> LiteralString:
    return (
        """
SELECT a.attrelid AS oid, a.attnum AS number, a.attname AS name,
       format_type(a.atttypid, a.atttypmod) AS type,
       """
        + fragments.collation("a.attcollation", "t.typcollation")
        + """ AS collation,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated,
       a.attnotnull AS is_not_null, a.attnotnull AS is_not_null_local,
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
        + """ AS privileges
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_type t ON t.oid = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ("""
        + kinds
        + """)
   AND c.relpersistence <> 't' AND """
        + fragments.is_ours("c.relnamespace")
        + """
 ORDER BY a.attrelid, a.attnum"""
    )


COLUMNS = _columns("'r', 'p'")


def column_facets(kinds: LiteralString) -> tuple[LiteralString, ...]:
    """Facets of the columns of tables of these relkinds."""
    # An expression without a column prints without its table: that spares the server a look at it.
    defaults: LiteralString = (
        """
SELECT d.adrelid AS oid, d.adnum AS number,
       pg_get_expr(d.adbin, CASE WHEN position('{VAR ' IN d.adbin::text) > 0 THEN d.adrelid
                                 ELSE 0 END) AS default
  FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
 WHERE c.relkind IN ("""
        + kinds
        + ")"
    )
    # A partition's identity (17) has no sequence of its own: it comes with ATTACH. Until 14 no
    # sequence is unlogged, and so none can differ from its table.
    identities: LiteralString = (
        """
SELECT a.attrelid AS oid, a.attnum AS number, jsonb_build_object(
         'is_always', a.attidentity = 'a', 'name', s.relname,
         'type', format_type(q.seqtypid, NULL), 'start', q.seqstart,
         'increment', q.seqincrement, 'minimum', q.seqmin, 'maximum', q.seqmax,
         'cache', q.seqcache, 'cycle', q.seqcycle,
         'is_unlogged', CASE WHEN current_setting('server_version_num')::integer < 150000
                             THEN c.relpersistence ELSE s.relpersistence END = 'u',
         'privileges', """
        + fragments.privileges("s.relacl", "'s'", "s.relowner")
        + """, 'comment', d.description) AS identity
  FROM pg_class s
  JOIN pg_sequence q ON q.seqrelid = s.oid
  LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = s.oid
       AND d.objsubid = 0
  JOIN pg_depend i ON i.classid = 'pg_class'::regclass AND i.objid = s.oid
       AND i.refclassid = 'pg_class'::regclass AND i.refobjsubid > 0 AND i.deptype = 'i'
  JOIN pg_attribute a ON a.attrelid = i.refobjid AND a.attnum = i.refobjsubid
  JOIN pg_class c ON c.oid = a.attrelid
 WHERE s.relkind = 'S' AND c.relkind IN ("""
        + kinds
        + ")"
    )
    # Not-null constraints are rows of pg_constraint on 18; before, there are none. The default
    # name is free only while no other constraint of the schema has it (ChooseConstraintName), as
    # that of a table made LIKE this one; an inherited one is made later. A child's own on a column
    # it inherits always has its name: SET NOT NULL would leave it the parent's.
    not_nulls: LiteralString = (
        r"""
WITH shared AS (
  SELECT conname FROM pg_constraint WHERE coninhcount = 0 AND conname LIKE '%\_not\_null'
   GROUP BY conname, connamespace HAVING count(*) > 1),
found AS (
  SELECT k.conrelid AS oid, k.conkey[1] AS number,
         CASE WHEN k.conname <> c.relname || '_' || a.attname || '_not_null'
                OR k.conname IN (SELECT conname FROM shared)
                OR k.conislocal AND NOT a.attislocal AND NOT c.relispartition
                OR k.coninhcount > 0 AND EXISTS (
                   SELECT FROM pg_constraint o WHERE o.conname = k.conname
                      AND o.connamespace = k.connamespace AND o.oid <> k.oid
                      AND o.coninhcount = 0) THEN k.conname END AS not_null_name,
         k.convalidated AS is_not_null_valid, k.connoinherit AS is_not_null_no_inherit,
         k.conislocal AS is_not_null_local, d.description AS not_null_comment
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
   WHERE k.contype = 'n' AND c.relkind IN ("""
        + kinds
        + """))
SELECT * FROM found
 WHERE not_null_name IS NOT NULL OR not_null_comment IS NOT NULL
    OR NOT is_not_null_valid OR is_not_null_no_inherit OR NOT is_not_null_local
"""
    )
    return defaults, identities, not_nulls


FOREIGN_QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       s.srvname AS server,
       """
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
