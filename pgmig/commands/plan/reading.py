"""Reading: the facts of a shadow database, all of them or those of some relations."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from types import MappingProxyType
from typing import Any, LiteralString

from pgmig.commands.plan.facts import (
    ColumnFacts,
    Demand,
    DemandSort,
    DomainFacts,
    Facts,
    IndexFacts,
    RelationFacts,
    SequenceFacts,
)
from pgmig.db import Connection
from pgmig.db.execute import fetch_each, run
from pgmig.db.fragments import is_ours

# Every part of a query is a LiteralString, which the type checker proves.
# ruff: noqa: S608

_RELATIONS: LiteralString = (
    "SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text,"
    " (SELECT min(h.inhparent::bigint) FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid),"
    " CASE WHEN c.relispartition THEN pg_catalog.pg_get_partition_constraintdef(c.oid) END"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND " + is_ours("c.relnamespace")
)

# On 18 a NOT NULL can be one that nobody has looked at the rows for (catalogs, pg_constraint).
_COLUMNS: LiteralString = (
    "SELECT a.attrelid, a.attnum::int, a.attname::text, a.attnotnull AND NOT EXISTS ("
    "SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'n'"
    " AND NOT k.convalidated AND k.conkey = ARRAY[a.attnum]),"
    " pg_catalog.format_type(a.atttypid, a.atttypmod), t.oid, t.typname::text, a.atttypmod,"
    " CASE WHEN t.typtype = 'd' THEN t.oid END, coalesce(b.domains, '{}'), a.attgenerated <> '',"
    " ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid"
    " ORDER BY e.enumsortorder),"
    # What rows got that were there: kept for them, or of a partition; else it is NULL, or made.
    " coalesce(CASE WHEN a.atthasmissing"
    " THEN pg_catalog.quote_literal((a.attmissingval::text::text[])[1])"
    " WHEN c.relkind = 'p' THEN (SELECT"
    " pg_catalog.quote_literal((m.attmissingval::text::text[])[1])"
    " FROM pg_catalog.pg_partition_tree(c.oid) x JOIN pg_catalog.pg_attribute m"
    " ON m.attrelid = x.relid AND m.attname = a.attname WHERE m.atthasmissing LIMIT 1) END,"
    " CASE WHEN a.attgenerated = '' AND d.adbin IS NULL AND a.attidentity = ''"
    " AND t.typdefault IS NULL THEN 'NULL' END),"
    " CASE WHEN a.attidentity <> '' THEN 'nextval()' WHEN a.attgenerated = ''"
    " THEN coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), t.typdefault) END,"
    " coalesce(a.attidentity <> '' OR (SELECT pg_catalog.bool_or(p.provolatile = 'v')"
    " FROM pg_catalog.regexp_matches(d.adbin::text, ':(?:op)?funcid (\\d+)', 'g') f"
    " JOIN pg_catalog.pg_proc p ON p.oid = f[1]::oid), false),"
    " CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,"
    # The function that cuts values off, or refuses those that are too long (pg_cast).
    " (SELECT pg_catalog.format('%I.%I', n.nspname, p.proname) FROM pg_catalog.pg_cast k"
    " JOIN pg_catalog.pg_proc p ON p.oid = k.castfunc AND p.pronargs = 3"
    " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE k.castsource = e.oid"
    " AND k.casttarget = e.oid AND b.typmod >= 0),"
    " pg_catalog.format('%I.%I', (SELECT n.nspname FROM pg_catalog.pg_namespace n"
    " WHERE n.oid = e.typnamespace), e.typname), b.typmod, e.oid <> b.oid,"
    " EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = a.attrelid"
    " AND k.contype = 'n' AND k.connoinherit AND k.conkey = ARRAY[a.attnum])"
    " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
    " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum,"
    " LATERAL (WITH RECURSIVE w (oid, typmod, kind, of) AS ("
    "SELECT t.oid, a.atttypmod, t.typtype, t.typbasetype UNION ALL"
    " SELECT o.oid, CASE WHEN w.typmod < 0 THEN i.typtypmod ELSE w.typmod END, o.typtype,"
    " o.typbasetype FROM w JOIN pg_catalog.pg_type i ON i.oid = w.oid"
    " JOIN pg_catalog.pg_type o ON o.oid = w.of WHERE w.kind = 'd')"
    " SELECT w.oid, w.typmod, (SELECT pg_catalog.array_agg(d.oid::bigint) FROM w d"
    " WHERE d.kind = 'd') FROM w WHERE w.kind <> 'd' LIMIT 1) b (oid, typmod, domains),"
    " LATERAL (SELECT y.oid, y.typnamespace, y.typname FROM pg_catalog.pg_type o"
    " JOIN pg_catalog.pg_type y ON y.oid = CASE WHEN o.typsubscript"
    " = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc THEN o.typelem ELSE o.oid END"
    " WHERE o.oid = b.oid LIMIT 1) e"
    " WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND "
    + is_ours("c.relnamespace")
)

_READ_BY_INDEX: LiteralString = (
    "SELECT DISTINCT k FROM (SELECT pg_catalog.unnest(i.indkey)::int AS k"
    " UNION ALL SELECT d.refobjsubid FROM pg_catalog.pg_depend d"
    " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid"
    " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid) u"
    " WHERE k > 0 ORDER BY k"
)

_CONSTRAINTS: LiteralString = (
    "SELECT c.contype::text, c.conname::text, c.conrelid, CASE WHEN c.conexclop IS NULL"
    " THEN c.conkey::int[] ELSE ARRAY(" + _READ_BY_INDEX + ") END, c.confrelid,"
    " c.confkey::int[], pg_catalog.pg_get_expr(c.conbin, c.conrelid), c.connoinherit,"
    " c.confmatchtype::text, coalesce(pg_catalog.to_jsonb(c) ->> 'conperiod' = 'true', false),"
    " ARRAY(SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)"
    " FROM pg_catalog.unnest(coalesce(c.conexclop, c.conpfeqop)) WITH ORDINALITY u(oid, at)"
    " JOIN pg_catalog.pg_operator o ON o.oid = u.oid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace ORDER BY u.at),"
    " pg_catalog.pg_get_expr(i.indpred, i.indrelid), c.contypid,"
    " CASE WHEN c.conexclop IS NOT NULL THEN ARRAY(SELECT pg_catalog.pg_get_indexdef("
    "i.indexrelid, n, true) FROM pg_catalog.generate_series(1, i.indnkeyatts) n ORDER BY n) END"
    " FROM pg_catalog.pg_constraint c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.conindid"
    " AND c.contype <> 'f'"
    " WHERE (c.contype IN ('c', 'f') OR c.conexclop IS NOT NULL) AND c.convalidated"
    # A partition has keys of its parent; what points at one has them twice.
    " AND CASE WHEN c.conparentid = 0 THEN c.coninhcount = 0 OR c.conislocal ELSE EXISTS ("
    "SELECT FROM pg_catalog.pg_constraint u WHERE u.oid = c.conparentid"
    " AND u.conrelid <> c.conrelid) END AND " + is_ours("c.connamespace")
)

_UNIQUE: LiteralString = (
    "SELECT x.relname::text, i.indrelid,"
    " ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, n, true) || coalesce("
    # It prints no collation of a key, and by some two texts are the same.
    "(SELECT pg_catalog.format(' COLLATE %I.%I', s.nspname, l.collname)"
    " FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace s ON s.oid = l.collnamespace"
    " WHERE l.oid = i.indcollation[n - 1] AND NOT l.collisdeterministic), '')"
    " FROM pg_catalog.generate_series(1, i.indnkeyatts) n ORDER BY n),"
    " ARRAY(" + _READ_BY_INDEX + "),"
    " pg_catalog.pg_get_expr(i.indpred, i.indrelid),"
    " coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " WHERE i.indisunique AND NOT i.indisexclusion AND i.indislive AND " + is_ours("x.relnamespace")
)

_KEYS: LiteralString = (
    "SELECT i.indrelid, i.indkey::int2[]::int[] FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indisprimary AND "
    + is_ours("x.relnamespace")
)

_DOMAINS: LiteralString = (
    "SELECT t.oid, n.nspname::text, t.typname::text, t.typnotnull FROM pg_catalog.pg_type t"
    " JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND "
    + is_ours("t.typnamespace")
)

_ROUTINES: LiteralString = (
    "SELECT p.oid, p.proname::text, pg_catalog.md5(pg_catalog.concat(p.prosrc, '|', p.probin, '|',"
    " p.prosqlbody::text, '|', p.proconfig::text)) FROM pg_catalog.pg_proc p WHERE "
    + is_ours("p.pronamespace")
)

# What an index or a materialized view computes of rows. A leakproof function fails on none.
_INDEXES: LiteralString = (
    "SELECT x.oid, x.relname::text, i.indrelid,"
    " ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, n, true)"
    " FROM pg_catalog.generate_series(1, i.indnatts) n WHERE i.indkey[n - 1] = 0),"
    " ARRAY(SELECT d.refobjsubid FROM pg_catalog.pg_depend d"
    " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid"
    " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid"
    " AND d.refobjsubid > 0 GROUP BY 1 ORDER BY 1),"
    " pg_catalog.pg_get_expr(i.indpred, i.indrelid)"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " WHERE NOT x.relispartition AND (i.indexprs::text || coalesce(i.indpred::text, '')"
    " ~ '[{](COERCEVIAIO|ARRAYCOERCE|COERCETODOMAIN|XMLEXPR) '"
    " OR EXISTS (SELECT FROM pg_catalog.regexp_matches("
    "pg_catalog.concat(i.indexprs, i.indpred), ':(?:op)?funcid (\\d+)', 'g') f"
    " JOIN pg_catalog.pg_proc p ON p.oid = f[1]::oid WHERE NOT p.proleakproof"
    " AND NOT (p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace"
    " AND p.proname IN ('lower', 'upper', 'md5')))) AND " + is_ours("x.relnamespace")
)

# What a btree holds of values that can be long: a row of it has a limit (manual, btree.html).
_BTREES: LiteralString = (
    "SELECT x.oid, x.relname::text, i.indrelid,"
    " ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k.attnum, true)"
    " FROM pg_catalog.pg_attribute k WHERE k.attrelid = i.indexrelid AND k.attlen = -1),"
    " ARRAY(" + _READ_BY_INDEX + "),"
    " pg_catalog.pg_get_expr(i.indpred, i.indrelid),"
    # Of what is kept compressed where it is long the length is known.
    " i.indexprs IS NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attstorage = 'e')"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " JOIN pg_catalog.pg_am m ON m.oid = x.relam WHERE m.amname = 'btree'"
    " AND NOT x.relispartition AND EXISTS (SELECT FROM pg_catalog.pg_attribute k"
    " JOIN pg_catalog.pg_type t ON t.oid = k.atttypid"
    " WHERE k.attrelid = i.indexrelid AND k.attlen = -1 AND t.typcategory IN ('S', 'A', 'U', 'C')"
    " AND (t.typcategory <> 'S' OR k.atttypmod NOT BETWEEN 0 AND 600)) AND "
    + is_ours("x.relnamespace")
)

# Identity columns and serial ones own theirs.
_SEQUENCES: LiteralString = (
    "SELECT s.seqrelid, n.nspname::text, c.relname::text, s.seqmin, s.seqmax, s.seqstart,"
    " s.seqincrement, s.seqcycle, coalesce(d.refobjid, 0), coalesce(d.refobjsubid, 0)"
    " FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_depend d"
    " ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.seqrelid"
    " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')"
    " WHERE " + is_ours("c.relnamespace")
)

# A table's own type is no word that a script changes by itself.
_TYPES: LiteralString = (
    "SELECT t.oid::bigint, t.typname::text, pg_catalog.concat(n.nspname, '|', t.typbasetype, '|',"
    " t.typtypmod, '|', t.typnotnull, '|', (SELECT pg_catalog.string_agg(e.enumlabel, '|'"
    " ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '|',"
    " (SELECT pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(k.oid), '|' ORDER BY k.conname)"
    " FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid))"
    " FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
    " WHERE t.typtype IN ('e', 'd', 'b', 'r') AND t.typcategory <> 'A' AND "
    + is_ours("t.typnamespace")
)

_VIEWS: LiteralString = (
    "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname),"
    " pg_catalog.pg_get_viewdef(c.oid)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'm' AND c.relispopulated AND " + is_ours("c.relnamespace")
)

_EXTENSIONS: LiteralString = "SELECT extname::text, extversion FROM pg_catalog.pg_extension"

_SORTS: Mapping[str, DemandSort] = MappingProxyType({"c": "check", "f": "orphan"})


_ALL: Mapping[LiteralString, LiteralString] = MappingProxyType(
    {
        "relations": _RELATIONS,
        "columns": _COLUMNS,
        "constraints": _CONSTRAINTS,
        "unique": _UNIQUE,
        "keys": _KEYS,
        "indexes": _INDEXES,
        "btrees": _BTREES,
        "sequences": _SEQUENCES,
        "domains": _DOMAINS,
        "views": _VIEWS,
        "extensions": _EXTENSIONS,
        "routines": _ROUTINES,
        "types": _TYPES,
    }
)

OIDS = "pgmig.oids"
"""The setting that says which relations are read, as an array."""

_IS_ONE: LiteralString = " = ANY (pg_catalog.current_setting('pgmig.oids')::pg_catalog.oid[])"

_SOME: tuple[LiteralString, ...] = (
    # A foreign key may point at a table that the script has made.
    _RELATIONS + " AND (c.oid" + _IS_ONE + " OR c.oid IN (SELECT f.confrelid"
    " FROM pg_catalog.pg_constraint f WHERE f.contype = 'f' AND f.conrelid" + _IS_ONE + "))",
    _COLUMNS + " AND c.oid" + _IS_ONE,
    _CONSTRAINTS + " AND (c.contypid <> 0 OR c.conrelid" + _IS_ONE + ")",
    _UNIQUE + " AND i.indrelid" + _IS_ONE,
    _KEYS + " AND i.indrelid" + _IS_ONE,
    _INDEXES + " AND i.indrelid" + _IS_ONE,
    _BTREES + " AND i.indrelid" + _IS_ONE,
    _SEQUENCES + " AND (c.oid" + _IS_ONE + " OR d.refobjid" + _IS_ONE + ")",
    _DOMAINS,
    _VIEWS,
)

_Rows = list[tuple[Any, ...]]


def prepare_facts(conn: Connection) -> None:
    """Have the queries of `read_facts` planned once in a session, which takes longer than they."""
    run(conn, ";".join(f"PREPARE pgmig_{name} AS {query}" for name, query in _ALL.items()))


def read_facts(conn: Connection) -> Facts:
    """The facts of a shadow database, read by a prepared session whose search_path is empty."""
    asked: list[LiteralString] = [f"EXECUTE pgmig_{name}" for name in _ALL]
    *found, extensions, routines, types = fetch_each(conn, *asked)
    return replace(
        _facts(found),
        extensions=dict[str, str](extensions),
        routines={oid: (name, print_) for oid, name, print_ in routines},
        types=_by_name(types),
    )


def read_names(conn: Connection) -> Facts:
    """Relations and extensions alone: where the target has no tables, nothing has rows."""
    relations, extensions = fetch_each(conn, _RELATIONS, _EXTENSIONS)
    return Facts(
        relations={oid: RelationFacts(*rest) for oid, *rest in relations},
        extensions=dict[str, str](extensions),
    )


def _by_name(types: _Rows) -> dict[str, frozenset[tuple[int, str]]]:
    found: dict[str, set[tuple[int, str]]] = {}
    for oid, name, print_ in types:
        found.setdefault(name, set()).add((oid, print_))
    return {name: frozenset(each) for name, each in found.items()}


def read_some(conn: Connection, old: Facts, oids: Set[int]) -> Facts:
    """The facts where only some relations have changed, read by such a session.

    Args:
        conn: a session in which the setting `OIDS` says which.
        old: the facts before; extensions, routines and types stay as they are there.
        oids: which relations.
    """
    return old.renewed(_facts(fetch_each(conn, *_SOME)), oids)


def _facts(found: Sequence[_Rows]) -> Facts:
    relations, columns, constraints, unique, keys, indexes, btrees, *others = found
    sequences, domains, views = others
    return Facts(
        relations={oid: RelationFacts(*rest) for oid, *rest in relations},
        columns={(oid, number): ColumnFacts(*rest) for oid, number, *rest in columns},
        demands=dict(_demands(constraints, unique)),
        keys={oid: tuple(numbers) for oid, numbers in keys},
        domains={oid: DomainFacts(*rest) for oid, *rest in domains},
        indexes={oid: IndexFacts(*rest) for oid, *rest in indexes},
        btrees={oid: IndexFacts(*rest) for oid, *rest in btrees},
        sequences={oid: SequenceFacts(*rest) for oid, *rest in sequences},
        views={oid: (name, query) for oid, name, query in views},
    )


def _demands(constraints: _Rows, unique: _Rows) -> list[tuple[Demand, str]]:
    found: list[tuple[Demand, str]] = []
    for row in constraints:
        sort, name, relation, columns, target, target_columns, expression, is_only = row[:8]
        match, has_period, operators, predicate, domain, keys = row[8:]
        demand = Demand(
            _SORTS.get(sort, "overlap"),
            relation,
            tuple(columns or ()),
            expressions=tuple(keys or ()) if expression is None else (expression,),
            operators=tuple(operators),
            predicate=predicate,
            is_only=is_only and sort == "c",
            target=target,
            target_columns=tuple(target_columns or ()),
            is_full=match == "f",
            has_period=has_period,
            domain=domain,
        )
        found.append((demand, name))
    for name, relation, expressions, columns, predicate, is_null_equal in unique:
        demand = Demand(
            "duplicate",
            relation,
            tuple(columns),
            expressions=tuple(expressions),
            predicate=predicate,
            is_null_equal=is_null_equal,
        )
        found.append((demand, name))
    return found
