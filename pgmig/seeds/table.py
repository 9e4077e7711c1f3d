"""What the catalog says of the tables that rows are put into."""

from collections.abc import Sequence
from typing import Literal, LiteralString, TypeVar

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.errors import SeedKeyMissing, SeedTableMissing, SeedTableUnfit
from pgmig.seeds.names import TableName

# The names as two arrays; tables (r) and partitioned ones (p) keep rows.
_RELATIONS: LiteralString = """
SELECT w.schema, w.name, c.oid, c.relkind::text, c.relrowsecurity,
    c.relkind = 'r' AND c.relhassubclass,
    EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition)
FROM ROWS FROM (pg_catalog.unnest(%s::text[]), pg_catalog.unnest(%s::text[])) AS w (schema, name)
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
    LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""

_KNOWN: LiteralString = """
SELECT n.nspname::text, c.relname::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgmig')
    AND n.nspname !~ '^pg_'
ORDER BY 1, 2
"""

# The sequence that an identity or serial column owns, else the one that its default depends on:
# pg_depend says of a default that calls nextval('s') that it needs s. A default is always one value
# if its tree (pg_node_tree) holds constants and immutable functions, such as casts, alone.
_COLUMNS: LiteralString = r"""
SELECT a.attrelid, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
    a.attnotnull, a.attgenerated::text, a.attidentity::text, a.atthasdef, a.atttypid::int8,
    t.typtype::text, t.typcategory::text, COALESCE(co.collisdeterministic, true),
    (SELECT pg_catalog.format('%%I.%%I', sn.nspname, s.relname)
     FROM pg_catalog.pg_class s JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
     WHERE s.relkind = 'S' AND s.oid IN (
        SELECT d.objid FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
        UNION ALL
        SELECT d.refobjid FROM pg_catalog.pg_attrdef ad
            JOIN pg_catalog.pg_depend d ON d.objid = ad.oid
        WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
            AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND ad.adrelid = a.attrelid AND ad.adnum = a.attnum)
     ORDER BY s.oid LIMIT 1),
    a.attidentity = '' AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_attrdef ad
        WHERE ad.adrelid = a.attrelid AND ad.adnum = a.attnum AND (
            EXISTS (
                SELECT FROM pg_catalog.regexp_matches(ad.adbin::text, '\{([A-Z]+)', 'g') AS m (node)
                WHERE m.node[1] NOT IN ('CONST', 'RELABELTYPE', 'FUNCEXPR', 'ARRAY', 'ARRAYEXPR'))
            OR EXISTS (
                SELECT FROM pg_catalog.regexp_matches(ad.adbin::text, ':funcid ([0-9]+)', 'g')
                    AS m (oid) JOIN pg_catalog.pg_proc p ON p.oid = m.oid[1]::oid
                WHERE p.provolatile <> 'i')))
FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
WHERE a.attrelid = ANY (%s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# Unique indexes over plain columns of all rows, the primary key first. The operator is the equality
# of the index's own operator class, so that a join uses the index and means what it means.
_KEYS: LiteralString = """
SELECT i.indrelid, c.relname::text, i.indisprimary, NOT i.indimmediate,
    pg_catalog.array_agg(a.attname::text ORDER BY k.place),
    pg_catalog.array_agg(
        pg_catalog.format('OPERATOR(%%I.%%s)', onn.nspname, o.oprname) ORDER BY k.place)
FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    CROSS JOIN LATERAL ROWS FROM (
        pg_catalog.unnest(i.indkey::int2[]), pg_catalog.unnest(i.indclass::oid[])
    ) WITH ORDINALITY AS k (attnum, opclass, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    JOIN pg_catalog.pg_opclass oc ON oc.oid = k.opclass
    JOIN pg_catalog.pg_amop am ON am.amopfamily = oc.opcfamily AND am.amopstrategy = 3
        AND am.amoplefttype = oc.opcintype AND am.amoprighttype = oc.opcintype
    JOIN pg_catalog.pg_operator o ON o.oid = am.amopopr
    JOIN pg_catalog.pg_namespace onn ON onn.oid = o.oprnamespace
    JOIN pg_catalog.pg_am m ON m.oid = oc.opcmethod AND m.amname = 'btree'
WHERE i.indrelid = ANY (%s::oid[]) AND i.indisunique AND i.indisvalid
    AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
GROUP BY i.indrelid, c.relname, i.indisprimary, i.indimmediate
ORDER BY i.indrelid, i.indisprimary DESC, c.relname
"""

_FOREIGN_KEYS: LiteralString = """
SELECT c.conrelid, c.conname::text, ARRAY[n.nspname::text, r.relname::text], c.condeferrable,
    (SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.place)
     FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum),
    (SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.place)
     FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum)
FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_class r ON r.oid = c.confrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
WHERE c.contype = 'f' AND c.conrelid = ANY (%s::oid[]) AND c.conparentid = 0
ORDER BY c.conrelid, c.conname
"""

_TRIGGERS: LiteralString = """
SELECT t.tgrelid, t.tgname::text, t.tgenabled::text
FROM pg_catalog.pg_trigger t
WHERE t.tgrelid = ANY (%s::oid[]) AND NOT t.tgisinternal
ORDER BY t.tgrelid, t.tgname
"""

# What fires in a session like any other, of tables and of their partitions. Until 14 the triggers
# that a partition has from its table count as internal; they know their parent, as those of foreign
# keys do, which have a constraint of their own kind. Rows that go through the table fire the row
# triggers of its partitions alone (tgtype: 1 row, 4 insert).
_FIRING: LiteralString = """
SELECT w.oid, pg_catalog.format('%%I.%%I', n.nspname, c.relname), t.tgname::text, t.tgenabled::text,
    t.tgtype & 4 <> 0 AND (c.oid = w.oid OR t.tgtype & 1 <> 0)
FROM pg_catalog.unnest(%s::oid[]) AS w (oid)
    CROSS JOIN LATERAL (
        SELECT w.oid AS relid UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(w.oid) p) AS p
    JOIN pg_catalog.pg_class c ON c.oid = p.relid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_trigger t ON t.tgrelid = p.relid
    LEFT JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
WHERE t.tgenabled IN ('O', 'A')
    AND (NOT t.tgisinternal OR t.tgparentid <> 0 AND (k.contype IS NULL OR k.contype = 't'))
ORDER BY w.oid, c.oid <> w.oid, n.nspname, c.relname, t.tgname
"""

_S = TypeVar("_S", bound=msgspec.Struct)

_KINDS = {"v": "view", "m": "materialized view", "f": "foreign table"}


class Column(msgspec.Struct, frozen=True):
    """One column.

    Attributes:
        name: as it is.
        type: with its modifier, as `format_type` prints it under an empty search_path.
        is_not_null: refuses NULL.
        generated: "s" stored, "v" virtual, "" not: nobody writes a generated one.
        identity: "a" always, "d" by default, "" not.
        has_default: a row that does not name it gets another value than NULL.
        type_oid: of the type.
        typtype: as pg_type has it: b base, c composite, d domain, e enum, r range, m multirange.
        typcategory: as pg_type has it: A array, N number, S text ...
        is_deterministic: its collation, if any, calls only equal what is the same text.
        sequence: that gives its values, quoted with its schema; None without one.
        is_steady: it has no default, or one that is the same everywhere and at any time.
    """

    name: str
    type: str
    is_not_null: bool
    generated: str
    identity: str
    has_default: bool
    type_oid: int
    typtype: str
    typcategory: str
    is_deterministic: bool
    sequence: str | None
    is_steady: bool = True


class Key(msgspec.Struct, frozen=True):
    """A unique index of plain columns over all rows.

    Attributes:
        name: of the index.
        is_primary: of the primary key.
        is_deferrable: checked at the end of the transaction if that is asked for.
        columns: in the index's order.
        equals: for each the operator that the index compares with, as `OPERATOR(pg_catalog.=)`.
    """

    name: str
    is_primary: bool
    is_deferrable: bool
    columns: tuple[str, ...]
    equals: tuple[str, ...]


class ForeignKey(msgspec.Struct, frozen=True):
    """A reference to another table, or to the same one.

    Attributes:
        name: of the constraint.
        target: the table referred to.
        is_deferrable: can be checked at the end of the transaction.
        columns: that refer.
        target_columns: that are referred to.
    """

    name: str
    target: TableName
    is_deferrable: bool
    columns: tuple[str, ...]
    target_columns: tuple[str, ...]


class Trigger(msgspec.Struct, frozen=True):
    """A trigger that a user made.

    Attributes:
        name: as it is.
        state: tgenabled: O fires, D does not, R on a replica, A always.
    """

    name: str
    state: Literal["O", "D", "R", "A"]


class Firing(msgspec.Struct, frozen=True):
    """A trigger that fires in a session like any other.

    Attributes:
        table: that it is on, the table or a partition of it, as SQL has it.
        name: as it is.
        state: tgenabled.
        is_on_insert: rows that come into the table make it fire.
    """

    table: str
    name: str
    state: Literal["O", "A"]
    is_on_insert: bool


class Table(msgspec.Struct, frozen=True):
    """A table.

    Attributes:
        name: with its schema.
        oid: of pg_class.
        is_partitioned: its rows are in its partitions.
        is_partition: of another table.
        is_parent: others inherit from it; ONLY leaves their rows out.
        has_row_security: policies may hide rows.
        columns: in their order.
        keys: the primary one first.
        foreign_keys: by name.
        triggers: by name.
        firing: those that fire, of its partitions too.
    """

    name: TableName
    oid: int
    is_partitioned: bool
    is_partition: bool
    is_parent: bool
    has_row_security: bool
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    foreign_keys: tuple[ForeignKey, ...]
    triggers: tuple[Trigger, ...]
    firing: tuple[Firing, ...] = ()

    @property
    def only(self) -> str:
        """How a statement speaks of its own rows."""
        return f"ONLY {self.name}" if self.is_parent else str(self.name)

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((each for each in self.columns if each.name == name), None)

    def key_of(self, wanted: Sequence[str], *, where: str) -> Key:
        """The key that tells rows apart: that of these columns, without any the primary key.

        Args:
            wanted: columns, in any order.
            where: names the file or the settings in errors.

        Raises:
            SeedKeyMissing: there is no such key, or one of its columns may be NULL.
        """
        found = self._key(wanted)
        if found is None:
            columns = ", ".join(wanted)
            reason = (
                f"no unique index is on exactly {columns}"
                if wanted
                else "there is no primary key, and no key is named"
            )
            raise SeedKeyMissing(table=str(self.name), where=where, reason=reason)
        for name in found.columns:
            column = self.column(name)
            if column is not None and not column.is_not_null:
                reason = f"{name} of the key may be NULL, which equals nothing"
                raise SeedKeyMissing(table=str(self.name), where=where, reason=reason)
        return found

    def _key(self, wanted: Sequence[str]) -> Key | None:
        if not wanted:
            return next((each for each in self.keys if each.is_primary), None)
        return next((each for each in self.keys if {*each.columns} == {*wanted}), None)


def known_tables(conn: Connection) -> list[TableName]:
    """Every table of the database that is not PostgreSQL's or ours, by name.

    Raises:
        ServerRefused: the server answered with an error.
    """
    return [TableName(schema, name) for schema, name in fetch(conn, _KNOWN)]


def read_tables(conn: Connection, wanted: dict[TableName, str]) -> dict[TableName, Table]:
    """The facts of tables.

    Args:
        conn: a session whose search_path is empty.
        wanted: the tables, each with what names its origin in errors, such as the file.

    Raises:
        SeedTableMissing: there is no such table.
        SeedTableUnfit: it is a view or a foreign table.
        ServerRefused: the server answered with an error.
    """
    found: dict[TableName, tuple[int, str, bool, bool, bool]] = {}
    schemas, names = [each.schema for each in wanted], [each.name for each in wanted]
    for schema, name, oid, kind, *flags in fetch(conn, _RELATIONS, (schemas, names)):
        table = TableName(schema, name)
        if oid is None:
            known = [str(each) for each in known_tables(conn)]
            raise SeedTableMissing(table=str(table), where=wanted[table], known=known)
        if kind in _KINDS:
            raise SeedTableUnfit(table=str(table), where=wanted[table], what=_KINDS[kind])
        has_security, is_parent, is_partition = map(bool, flags)
        found[table] = (int(oid), kind, has_security, is_parent, is_partition)
    return _tables(conn, found)


def _tables(
    conn: Connection, found: dict[TableName, tuple[int, str, bool, bool, bool]]
) -> dict[TableName, Table]:
    oids = [oid for oid, *_ in found.values()]
    columns, keys, foreign, triggers, firing = (
        _by_table(fetch(conn, query, (oids,)))
        for query in (_COLUMNS, _KEYS, _FOREIGN_KEYS, _TRIGGERS, _FIRING)
    )
    return {
        name: Table(
            name,
            oid,
            is_partitioned=kind == "p",
            is_partition=is_partition,
            is_parent=is_parent,
            has_row_security=has_security,
            columns=_made(Column, columns.get(oid, ())),
            keys=_made(Key, keys.get(oid, ())),
            foreign_keys=_made(ForeignKey, foreign.get(oid, ())),
            triggers=_made(Trigger, triggers.get(oid, ())),
            firing=_made(Firing, firing.get(oid, ())),
        )
        for name, (oid, kind, has_security, is_parent, is_partition) in found.items()
    }


def _by_table(rows: Sequence[tuple[object, ...]]) -> dict[int, list[tuple[object, ...]]]:
    found: dict[int, list[tuple[object, ...]]] = {}
    for oid, *rest in rows:
        found.setdefault(int(str(oid)), []).append(tuple(rest))
    return found


def _made(record: type[_S], rows: Sequence[Sequence[object]]) -> tuple[_S, ...]:
    """Rows, whose columns are in the order of the record's fields, as records."""
    fields = record.__struct_fields__
    return tuple(msgspec.convert(dict(zip(fields, row, strict=True)), record) for row in rows)
