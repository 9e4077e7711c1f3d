"""Keys: what rows that a script writes must meet among rows that are there before."""

from dataclasses import dataclass
from typing import Literal, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, answer, compose, refused

# Every part of a query is a LiteralString, which the type checker proves.
# ruff: noqa: S608

KeySort = Literal["duplicate", "overlap", "parent"]

# The operator by which a B-tree finds equals has strategy 3 (manual, xindex.html).
_EQUAL: LiteralString = (
    "SELECT pg_catalog.format('OPERATOR(%I.%s)', s.nspname, o.oprname)"
    " FROM pg_catalog.pg_opclass k JOIN pg_catalog.pg_amop m ON m.amopfamily = k.opcfamily"
    " AND m.amoplefttype = k.opcintype AND m.amoprighttype = k.opcintype AND m.amopstrategy = 3"
    " JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr"
    " JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace"
)

# The sequence that a column takes its values from: of its default, or its own as an identity.
_DRAWN: LiteralString = (
    "coalesce((SELECT min(q.oid::bigint) FROM pg_catalog.pg_class q JOIN pg_catalog.pg_depend d"
    " ON (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.refobjid = q.oid"
    " AND d.objid IN (SELECT f.oid FROM pg_catalog.pg_attrdef f WHERE f.adrelid = {oid}"
    " AND f.adnum = u.k) OR d.deptype = 'i' AND d.objid = q.oid AND d.refobjid = {oid}"
    " AND d.refobjsubid = u.k) WHERE q.relkind = 'S'), 0)"
)

_UNIQUE: LiteralString = (
    "SELECT CASE WHEN i.indisexclusion THEN 'overlap' ELSE 'duplicate' END, x.relname::text,"
    " (ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, n, true) || coalesce("
    "(SELECT pg_catalog.format(' COLLATE %I.%I', s.nspname, l.collname)"
    " FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace s ON s.oid = l.collnamespace"
    " WHERE l.oid = i.indcollation[n - 1] AND NOT l.collisdeterministic), '')"
    " FROM pg_catalog.generate_series(1, i.indnkeyatts) n ORDER BY n)),"
    " (ARRAY(SELECT CASE WHEN c.conexclop IS NULL THEN (" + _EQUAL + ""
    " WHERE k.oid = i.indclass[n - 1] LIMIT 1) ELSE (SELECT pg_catalog.format("
    "'OPERATOR(%I.%s)', s.nspname, o.oprname) FROM pg_catalog.pg_operator o"
    " JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = c.conexclop[n]) END"
    " FROM pg_catalog.generate_series(1, i.indnkeyatts) n ORDER BY n)),"
    " (ARRAY(SELECT DISTINCT k FROM (SELECT pg_catalog.unnest(i.indkey)::int AS k"
    " UNION ALL SELECT d.refobjsubid FROM pg_catalog.pg_depend d"
    " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid"
    " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid) u"
    " WHERE k > 0 ORDER BY k)),"
    " (ARRAY(SELECT " + _DRAWN + " FROM pg_catalog.unnest(i.indkey)"
    " WITH ORDINALITY u(k, at) WHERE at <= i.indnkeyatts ORDER BY at)),"
    " pg_catalog.pg_get_expr(i.indpred, i.indrelid),"
    " coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),"
    " 0::oid, ARRAY[]::int[], false"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " LEFT JOIN pg_catalog.pg_constraint c ON c.conindid = i.indexrelid"
    " AND c.conexclop IS NOT NULL WHERE i.indrelid = {oid} AND i.indislive"
    " AND (i.indisunique OR i.indisexclusion)"
)
# Whether a trigger fires in this session (manual, session_replication_role).
FIRES: LiteralString = (
    "t.tgenabled IN ('A', CASE pg_catalog.current_setting('session_replication_role')"
    " WHEN 'replica' THEN 'R' ELSE 'O' END)"
)

# What points at a partitioned table has a constraint for each partition too.
_PARENTS: LiteralString = (
    "SELECT 'parent', c.conname::text,"
    " (ARRAY(SELECT pg_catalog.quote_ident(a.attname)"
    " FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY u(k, at) JOIN pg_catalog.pg_attribute a"
    " ON a.attrelid = c.conrelid AND a.attnum = u.k ORDER BY at)),"
    " (ARRAY(SELECT pg_catalog.format('OPERATOR(%I.%s)', s.nspname, o.oprname)"
    " FROM pg_catalog.unnest(c.conpfeqop) WITH ORDINALITY u(k, at)"
    " JOIN pg_catalog.pg_operator o ON o.oid = u.k"
    " JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace ORDER BY at)),"
    " c.conkey::int[],"
    " (ARRAY(SELECT " + _DRAWN.replace("{oid}", "c.confrelid") + ""
    " FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY u(k, at) ORDER BY at)),"
    " NULL, false, c.confrelid, c.confkey::int[], NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t"
    " WHERE t.tgconstraint = c.oid AND t.tgrelid = c.conrelid AND " + FIRES + ")"
    " FROM pg_catalog.pg_constraint c WHERE c.contype = 'f' AND c.conrelid = {oid}"
    " AND coalesce(pg_catalog.to_jsonb(c) ->> 'conenforced', 'true') = 'true'"
    " AND coalesce(pg_catalog.to_jsonb(c) ->> 'conperiod', 'false') = 'false'"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint u WHERE u.oid = c.conparentid"
    " AND u.conrelid = c.conrelid)"
)


@dataclass(frozen=True, slots=True)
class Key:
    """A unique index, an exclusion constraint or a foreign key of a table that holds rows.

    Attributes:
        sort: which of them.
        name: of the index or constraint.
        relation: OID of the table.
        expressions: of its columns, under the names that they had then.
        operators: one for each: by it two rows meet; of a foreign key, the other table's to the
            left.
        columns: numbers of all that it reads.
        sequences: OID of the sequence that a column takes its values from; 0 of none. Of a foreign
            key, of the columns that it points at.
        predicate: which rows it is about; None: all.
        is_null_equal: two NULLs meet.
        target: OID of the table that a foreign key points at.
        target_columns: numbers of the columns that it points at.
        is_off: a foreign key that the session does not hold to.
    """

    sort: KeySort
    name: str
    relation: int
    expressions: tuple[str, ...]
    operators: tuple[str, ...]
    columns: tuple[int, ...]
    sequences: tuple[int, ...]
    predicate: str | None
    is_null_equal: bool
    target: int
    target_columns: tuple[int, ...]
    is_off: bool = False


def keys_of(conn: Connection, oid: int) -> list[Key]:
    """The keys of a table in a shadow database, read by a session whose search_path is empty."""
    found: list[Key] = []
    for query in (_UNIQUE, _PARENTS):
        rows = answer(conn, compose(conn, query, oid=oid))
        if isinstance(rows, ServerFault):
            raise refused(rows)
        for sort, name, expressions, operators, columns, sequences, *rest in rows:
            predicate, is_null_equal, target, target_columns, is_off = rest
            if None in operators:  # nobody knows by which two values are equal
                continue
            found.append(
                Key(
                    sort,
                    name,
                    oid,
                    tuple(expressions),
                    tuple(operators),
                    tuple(columns),
                    tuple(sequences),
                    predicate,
                    is_null_equal,
                    target,
                    tuple(target_columns),
                    is_off,
                )
            )
    return found
