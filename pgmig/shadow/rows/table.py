"""The tables to fill, as the catalogs of the session's database tell."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

from pgmig.db import Connection, fragments
from pgmig.db.execute import fetch
from pgmig.ddl import ident_text, qualified

Name = tuple[str, str]
"""The schema and the name of a table."""

_TABLES: LiteralString = (
    """
SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text,
       CASE WHEN c.relispartition THEN (SELECT i.inhparent::bigint FROM pg_inherits i
                                         WHERE i.inhrelid = c.oid) END,
       CASE WHEN c.relispartition THEN pg_get_partition_constraintdef(c.oid) END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND """  # noqa: S608 - all ours
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)

_COLUMNS: LiteralString = """
SELECT a.attrelid::bigint, a.attnum, a.attname::text, a.atttypid::bigint, a.atttypmod,
       format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated <> ''
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'c')
 ORDER BY a.attrelid, a.attnum
"""

# A CHECK that is not enforced (18) has no key in the JSON before.
_CHECKS: LiteralString = """
SELECT k.conrelid::bigint, k.conname::text, k.conkey, pg_get_expr(k.conbin, k.conrelid)
  FROM pg_constraint k
 WHERE k.contype = 'c' AND k.conrelid <> 0
   AND coalesce(to_jsonb(k) ->> 'conenforced', 'true') = 'true'
 ORDER BY k.conrelid, k.conname
"""

# The columns of expressions and of the predicate stand in pg_depend only.
_KEYS: LiteralString = """
SELECT x.indrelid::bigint, c.relname::text, x.indkey::int2[],
       x.indisexclusion OR x.indexprs IS NOT NULL OR x.indpred IS NOT NULL,
       coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false') = 'true',
       ARRAY(SELECT d.refobjsubid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
               AND d.objid = x.indexrelid AND d.refobjid = x.indrelid AND d.refobjsubid > 0),
       NOT x.indimmediate OR coalesce(k.condeferrable, false), x.indnkeyatts
  FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
  LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')
 WHERE (x.indisunique OR x.indisexclusion) AND x.indrelid >= 16384
 ORDER BY x.indrelid, c.relname
"""

_FOREIGN_KEYS: LiteralString = """
SELECT k.conrelid::bigint, k.conname::text, k.conkey, k.confrelid::bigint, k.confkey,
       k.confmatchtype = 'f'
  FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
 ORDER BY k.conrelid, k.conname
"""

# Those that fire whatever session_replication_role says. The trigger that a partition has from the
# table above it counts as internal until 14.
_ALWAYS: LiteralString = """
SELECT t.tgrelid::bigint, 'TRIGGER', t.tgname::text,
       CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END
  FROM pg_trigger t WHERE t.tgenabled IN ('A', 'R')
   AND (NOT t.tgisinternal OR t.tgparentid <> 0)
UNION ALL
SELECT r.ev_class::bigint, 'RULE', r.rulename::text,
       CASE r.ev_enabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END
  FROM pg_rewrite r WHERE r.ev_enabled IN ('A', 'R') AND r.ev_type <> '1'
 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or an attribute of a composite type.

    Attributes:
        type: the OID.
        declared: the type with its modifier, as format_type() prints it.
        is_generated: it cannot be written.
    """

    name: str
    type: int
    modifier: int
    declared: str
    is_not_null: bool
    is_generated: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that each row meets: of a CHECK, or a partition's bound.

    Attributes:
        columns: those it reads.
        expression: as pg_get_expr() prints it.
    """

    name: str
    columns: frozenset[str]
    expression: str


@dataclass(frozen=True, slots=True)
class Key:
    """A unique index or an exclusion constraint.

    Attributes:
        columns: those it reads.
        is_plain: it compares columns, of every row.
        is_deferrable: a row that breaks it is found by a trigger, which does not fire here.
    """

    name: str
    columns: tuple[str, ...]
    is_plain: bool
    nulls_are_equal: bool
    is_deferrable: bool


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key and what it points at."""

    name: str
    columns: tuple[str, ...]
    target: int
    target_columns: tuple[str, ...]
    is_match_full: bool


@dataclass(slots=True)
class Table:
    """A table of the database.

    Attributes:
        parent: of which partitioned table it is a partition.
        bound: the condition that its rows meet as a partition, with those of the tables above.
        leaves: the partitions at the bottom, of a partitioned table.
        always: triggers and rules that fire in every session, and whether ALWAYS or as REPLICA.
    """

    oid: int
    schema: str
    name: str
    kind: str
    parent: int | None
    bound: str | None
    columns: tuple[Column, ...] = ()
    checks: list[Check] = field(default_factory=list[Check])
    keys: list[Key] = field(default_factory=list[Key])
    foreign_keys: list[ForeignKey] = field(default_factory=list[ForeignKey])
    leaves: list["Table"] = field(default_factory=list["Table"])
    always: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def sql(self) -> str:
        """Its name in a statement."""
        return qualified(self.schema, self.name)

    @property
    def key(self) -> tuple[str, str]:
        """Its schema and name."""
        return self.schema, self.name

    @property
    def written(self) -> tuple[Column, ...]:
        """The columns that an INSERT may name."""
        return tuple(column for column in self.columns if not column.is_generated)

    def read_by_constraints(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The columns that each CHECK and each key reads."""
        for check in self.checks:
            yield check.name, tuple(sorted(check.columns))
        for key in self.keys:
            yield key.name, key.columns


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a database.

    Attributes:
        by_oid: every table, partitions and foreign tables too.
        attributes: the columns of tables and the attributes of composite types, by pg_class OID.
    """

    by_oid: dict[int, Table]
    attributes: dict[int, tuple[Column, ...]]

    def root(self, oid: int) -> Table | None:
        """The table at the top of the partition tree, or the table itself."""
        table = self.by_oid.get(oid)
        while table is not None and table.parent is not None:
            table = self.by_oid.get(table.parent)
        return table

    def roots(self) -> list[Table]:
        """The plain and partitioned tables that are no partitions, by name."""
        return [
            table for table in self.by_oid.values() if table.parent is None and table.kind != "f"
        ]


def read_tables(conn: Connection) -> Tables:
    """Every table that a snapshot reads; the session's search_path is empty."""
    names: dict[int, dict[int, str]] = defaultdict(dict)
    attributes: dict[int, list[Column]] = defaultdict(list)
    for relation, number, name, *rest in fetch(conn, _COLUMNS):
        names[relation][number] = name
        attributes[relation].append(Column(name, *rest))
    found = [Table(*row) for row in fetch(conn, _TABLES)]
    by_oid = {table.oid: table for table in sorted(found, key=lambda table: table.key)}
    for oid, table in by_oid.items():
        table.columns = tuple(attributes[oid])
    _add_constraints(conn, by_oid, names)
    tables = Tables(by_oid, {oid: tuple(columns) for oid, columns in attributes.items()})
    for oid, table in by_oid.items():
        if table.parent is not None and table.kind != "p":
            root = tables.root(oid)
            if root is not None:
                root.leaves.append(table)
    return tables


def _add_constraints(
    conn: Connection, by_oid: dict[int, Table], names: dict[int, dict[int, str]]
) -> None:
    def named(relation: int, numbers: Sequence[int] | None) -> tuple[str, ...]:
        return tuple(names[relation][n] for n in numbers or () if n in names[relation])

    for relation, name, numbers, expression in fetch(conn, _CHECKS):
        if relation in by_oid:
            check = Check(name, frozenset(named(relation, numbers)), expression)
            by_oid[relation].checks.append(check)
    for row in fetch(conn, _KEYS):
        if row[0] in by_oid:
            by_oid[row[0]].keys.append(_key(row, named))
    for relation, name, numbers, target, target_numbers, is_full in fetch(conn, _FOREIGN_KEYS):
        if relation in by_oid:
            columns, there = named(relation, numbers), named(target, target_numbers)
            by_oid[relation].foreign_keys.append(ForeignKey(name, columns, target, there, is_full))
    for relation, what, name, state in fetch(conn, _ALWAYS):
        if relation in by_oid:
            by_oid[relation].always.append((f"{what} {ident_text(name)}", state))


def _key(row: Sequence[Any], named: Any) -> Key:
    relation, name, numbers, is_special, nulls_are_equal, read, is_deferrable, count = row
    columns = named(relation, numbers[:count])
    more = [column for column in named(relation, read) if column not in columns]
    if is_special:
        columns = (*columns, *more)
    return Key(name, columns, not is_special, nulls_are_equal, is_deferrable)
