"""The queries: pg_constraint, and pg_index where a constraint has an index."""

from collections.abc import Callable
from typing import LiteralString

from pgmig.db import fragments

# The text ends in what ALTER CONSTRAINT or VALIDATE may change, in this order, and the WHERE of an
# exclusion comes before it, with the options of its index before that (ruleutils.c). Each is cut
# off by its length, and the record holds it by itself.
_PREDICATE: LiteralString = "' WHERE (' || d.predicate || ')'"


def _state(enforced: LiteralString) -> LiteralString:
    return (
        "CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END || "
        "CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END || "
        "CASE WHEN NOT " + enforced + " THEN ' NOT ENFORCED' "
        "WHEN NOT k.convalidated THEN ' NOT VALID' ELSE '' END"
    )


def query(types: LiteralString) -> Callable[[int], LiteralString]:
    """The query of the constraints of these types, given a server's version."""

    def of(version: int) -> LiteralString:
        return _query(types, "k.conenforced" if version >= 180000 else "true")

    return of


def _query(types: LiteralString, enforced: LiteralString) -> LiteralString:
    # conparentid marks a partition's clone of a foreign key, which comes with its parent's; a
    # partition's key has a parent too but a name and an index of its own (catalog.md 1.8).
    return (
        """
SELECT k.oid, n.nspname AS schema, c.relname AS table, k.conname AS name,
       c.relkind = 'p' AS is_on_partitioned,
       left(d.printed, length(d.printed) - length("""
        + _state(enforced)
        + """) - CASE WHEN k.contype <> 'x' THEN 0
              ELSE coalesce(length("""
        + _PREDICATE
        + "), 0) + coalesce(length("
        + fragments.printed_options("ic.reloptions")
        + """), 0) END) AS definition,
       d.predicate, k.condeferrable AS is_deferrable, k.condeferred AS is_deferred,
       """
        + enforced
        + """ AS is_enforced, k.convalidated AS is_valid,
       k.conislocal OR k.conparentid <> 0 AS is_local, ic.reloptions AS options,
       ts.spcname AS tablespace,
       coalesce(i.indisclustered, false) AS is_clustered,
       coalesce(i.indisreplident, false) AS is_replica_identity
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
  LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace
 CROSS JOIN LATERAL (SELECT pg_get_constraintdef(k.oid), pg_get_expr(i.indpred, i.indrelid)
       OFFSET 0) d(printed, predicate)
 WHERE k.contype IN ("""
        + types
        + """) AND NOT (k.contype = 'f' AND k.conparentid <> 0)
   AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND """
        + fragments.is_ours("c.relnamespace")
        + " AND "
        + fragments.is_no_member("pg_class", "c.oid")
    )


def facets(types: LiteralString) -> tuple[LiteralString, ...]:
    """What the partitions', children's and commented constraints of these types have besides."""
    return (
        """
SELECT k.oid, ARRAY[pn.nspname::text, p.relname] AS part_of
  FROM pg_constraint k JOIN pg_constraint pk ON pk.oid = k.conparentid
  JOIN pg_class p ON p.oid = pk.conindid JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE k.contype IN ("""
        + types
        + ")",
        """
SELECT k.oid, bool_and(pk.convalidated) AS is_parent_valid
  FROM pg_inherits h JOIN pg_constraint k ON k.conrelid = h.inhrelid
  JOIN pg_constraint pk ON pk.conrelid = h.inhparent AND pk.conname = k.conname
       AND pk.contype = 'c'
 WHERE k.contype = 'c' AND k.contype IN ("""
        + types
        + ") GROUP BY k.oid",
        """
SELECT k.oid, d.description AS index_comment
  FROM pg_constraint k JOIN pg_description d ON d.objoid = k.conindid
       AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
 WHERE k.contype IN ('p', 'u', 'x') AND k.contype IN ("""
        + types
        + ")",
    )
