"""Facts of a shadow database that say what its rows must meet, by OID: names may change.

What differs between two readings is what a script demands of rows that are there before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.db.fragments import is_ours

# Every part of a query is a LiteralString, which the type checker proves.
# ruff: noqa: S608

Place = tuple[int, int]
"""A column: OID of its relation, and its number there."""

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
    " pg_catalog.format_type(a.atttypid, a.atttypmod), t.typname::text, a.atttypmod,"
    " CASE WHEN t.typtype = 'd' THEN t.oid END, a.attgenerated <> '',"
    " ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid"
    " ORDER BY e.enumsortorder),"
    # What rows got that were there: kept for them, or of a partition; else it is NULL, or made.
    " coalesce((SELECT pg_catalog.quote_literal((m.attmissingval::text::text[])[1])"
    " FROM pg_catalog.pg_attribute m WHERE m.attname = a.attname AND m.atthasmissing"
    " AND (m.attrelid = a.attrelid OR c.relkind = 'p' AND m.attrelid IN ("
    "SELECT relid FROM pg_catalog.pg_partition_tree(c.oid))) LIMIT 1),"
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
    " SELECT w.oid, w.typmod FROM w WHERE w.kind <> 'd') b (oid, typmod),"
    " LATERAL (SELECT y.oid, y.typnamespace, y.typname FROM pg_catalog.pg_type o"
    " JOIN pg_catalog.pg_type y ON y.oid = CASE WHEN o.typsubscript"
    " = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc THEN o.typelem ELSE o.oid END"
    " WHERE o.oid = b.oid) e"
    " WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND "
    + is_ours("c.relnamespace")
)

_CONSTRAINTS: LiteralString = (
    "SELECT c.contype::text, c.conname::text, c.conrelid, c.conkey::int[], c.confrelid,"
    " c.confkey::int[], pg_catalog.pg_get_expr(c.conbin, c.conrelid), c.connoinherit,"
    " c.confmatchtype::text, coalesce(pg_catalog.to_jsonb(c) ->> 'conperiod' = 'true', false),"
    " ARRAY(SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)"
    " FROM pg_catalog.unnest(coalesce(c.conexclop, c.conpfeqop)) WITH ORDINALITY u(oid, at)"
    " JOIN pg_catalog.pg_operator o ON o.oid = u.oid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace ORDER BY u.at),"
    " pg_catalog.pg_get_expr(i.indpred, i.indrelid), c.contypid"
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
    " ARRAY(SELECT DISTINCT k FROM (SELECT pg_catalog.unnest(i.indkey)::int AS k"
    " UNION ALL SELECT d.refobjsubid FROM pg_catalog.pg_depend d"
    " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid"
    " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid) u"
    " WHERE k > 0 ORDER BY k),"
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

_VIEWS: LiteralString = (
    "SELECT c.oid, pg_catalog.pg_get_viewdef(c.oid) FROM pg_catalog.pg_class c"
    " WHERE c.relkind = 'm' AND c.relispopulated AND " + is_ours("c.relnamespace")
)

_EXTENSIONS: LiteralString = "SELECT extname::text, extversion FROM pg_catalog.pg_extension"

_DISTINCT = frozenset({"nextval()", "gen_random_uuid()", "uuidv4()", "uuidv7()"})

DemandSort = Literal["check", "orphan", "overlap", "duplicate"]

_SORTS: Mapping[str, DemandSort] = MappingProxyType({"c": "check", "f": "orphan"})


@dataclass(frozen=True, slots=True)
class RelationFacts:
    """A relation.

    Attributes:
        schema: its schema.
        name: unquoted.
        kind: pg_class.relkind.
        parent: OID of the first table that it is a partition or a child of; None: of none.
        bound: which rows it may hold, as a partition.
    """

    schema: str
    name: str
    kind: str
    parent: int | None
    bound: str | None


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column.

    Attributes:
        name: unquoted.
        is_not_null: NULL is refused, and no row holds any.
        type: as format_type prints it.
        base: pg_type.typname.
        typmod: pg_attribute.atttypmod.
        domain: OID of its type where that is a domain.
        is_generated: its values come from others.
        labels: of its type, an enum; empty of another.
        value: what rows that were there got, as a literal, or NULL; None where the catalog does
            not tell.
        default: an expression.
        is_volatile: the default is another for each row.
        expression: of a generated column.
        fitter: the function that holds values against the length of the type; None: it has none.
        element: its type, or that of its elements, without a length, beneath domains.
        limit: the typmod that the function takes.
        is_array: it has elements.
        is_own: rows of children may be NULL.
    """

    name: str
    is_not_null: bool
    type: str
    base: str
    typmod: int
    domain: int | None
    is_generated: bool
    labels: list[str]
    value: str | None
    default: str | None
    is_volatile: bool
    expression: str | None
    fitter: str | None
    element: str
    limit: int
    is_array: bool
    is_own: bool

    @property
    def is_filled(self) -> bool:
        """Whether rows that are there before it got a value."""
        return self.is_generated or self.value not in {"NULL", None} or self.is_made

    @property
    def is_made(self) -> bool:
        """Whether each row got a value of its own, which nobody knows before."""
        return self.is_volatile or (self.value is None and self.domain is not None)

    @property
    def is_distinct(self) -> bool:
        """Whether no two of the values that it is made with are alike."""
        made = self.default or ""
        return made in _DISTINCT or (made.startswith("nextval('") and made.endswith("'::regclass)"))


@dataclass(frozen=True, slots=True)
class Demand:
    """What rows must meet, but for its name.

    Attributes:
        sort: `check`, `orphan`, `overlap` or `duplicate`.
        relation: OID of the relation; 0 of a domain's.
        columns: that it reads.
        expressions: of a key, as pg_get_indexdef prints them; of a CHECK the condition.
        operators: of an EXCLUDE, one for each expression.
        predicate: which rows it is about; None: all.
        is_null_equal: two NULLs are duplicates.
        is_only: rows of children need not meet it.
        target: OID of the relation that a foreign key points at.
        target_columns: what it points at there.
        is_full: MATCH FULL.
        has_period: it is about ranges of time.
        domain: OID of the domain that it is of.
    """

    sort: DemandSort
    relation: int
    columns: tuple[int, ...]
    expressions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    predicate: str | None = None
    is_null_equal: bool = False
    is_only: bool = False
    target: int = 0
    target_columns: tuple[int, ...] = ()
    is_full: bool = False
    has_period: bool = False
    domain: int = 0


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """An index that computes something which can fail.

    Attributes:
        name: unquoted.
        relation: OID of its table.
        expressions: of its columns.
        columns: that they read.
        predicate: which rows it is about; None: all.
    """

    name: str
    relation: int
    expressions: list[str]
    columns: list[int]
    predicate: str | None


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """A domain."""

    schema: str
    name: str
    is_not_null: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What one shadow database demands of its rows.

    Attributes:
        relations: by OID.
        columns: of tables.
        demands: each with its name.
        keys: the numbers of the columns of the primary key, by the OID of the table.
        domains: by OID.
        extensions: version by name.
        routines: name and fingerprint, by OID.
        indexes: that compute something, by OID.
        views: the query of each materialized view that has rows, by OID.
    """

    relations: Mapping[int, RelationFacts] = field(default_factory=dict[int, RelationFacts])
    columns: Mapping[Place, ColumnFacts] = field(default_factory=dict[Place, ColumnFacts])
    demands: Mapping[Demand, str] = field(default_factory=dict[Demand, str])
    keys: Mapping[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])
    domains: Mapping[int, DomainFacts] = field(default_factory=dict[int, DomainFacts])
    extensions: Mapping[str, str] = field(default_factory=dict[str, str])
    routines: Mapping[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])
    indexes: Mapping[int, IndexFacts] = field(default_factory=dict[int, IndexFacts])
    views: Mapping[int, str] = field(default_factory=dict[int, str])


def read_facts(conn: Connection) -> Facts:
    """The facts of a shadow database, read by a session whose search_path is empty."""
    columns = {(oid, number): ColumnFacts(*rest) for oid, number, *rest in fetch(conn, _COLUMNS)}
    return Facts(
        relations={oid: RelationFacts(*rest) for oid, *rest in fetch(conn, _RELATIONS)},
        columns=columns,
        demands=dict(_demands(conn)),
        keys={oid: tuple(numbers) for oid, numbers in fetch(conn, _KEYS)},
        domains={oid: DomainFacts(*rest) for oid, *rest in fetch(conn, _DOMAINS)},
        extensions=dict[str, str](fetch(conn, _EXTENSIONS)),
        routines={oid: (name, print_) for oid, name, print_ in fetch(conn, _ROUTINES)},
        indexes={oid: IndexFacts(*rest) for oid, *rest in fetch(conn, _INDEXES)},
        views=dict[int, str](fetch(conn, _VIEWS)),
    )


def _demands(conn: Connection) -> list[tuple[Demand, str]]:
    found: list[tuple[Demand, str]] = []
    for row in fetch(conn, _CONSTRAINTS):
        sort, name, relation, columns, target, target_columns, expression, is_only = row[:8]
        match, has_period, operators, predicate, domain = row[8:]
        demand = Demand(
            _SORTS.get(sort, "overlap"),
            relation,
            tuple(columns or ()),
            expressions=() if expression is None else (expression,),
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
    for name, relation, expressions, columns, predicate, is_null_equal in fetch(conn, _UNIQUE):
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
