"""CREATE INDEX: pg_index, without the indexes of constraints (constraint.py)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import Any, LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Edge,
    Kind,
    LetGo,
    ObjectKey,
    Record,
    Statement,
    altered_around,
    wholes,
)
from pgmig.model.kind import AlterAround

# The server takes long over pg_get_indexdef. Plain columns of a btree are put together: each with
# the class that PostgreSQL itself makes the default of its type (a varchar's is that of text), with
# the column's own collation, ascending, none besides. Whatever else there is, the server prints.
_PLAIN: LiteralString = """
CASE WHEN x.relam = 403 AND i.indexprs IS NULL AND NOT i.indisunique
          AND i.indnatts = i.indnkeyatts
     THEN (SELECT 'USING btree ('
                  || string_agg(quote_ident(a.attname), ', ' ORDER BY u.place) || ')'
             FROM unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[],
                         i.indoption::int2[])
                  WITH ORDINALITY u(number, class, named, option, place)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
             JOIN pg_opclass o ON o.oid = u.class
           HAVING bool_and(u.option = 0 AND u.named IN (0, a.attcollation)
                  AND o.oid < 16384 AND o.opcdefault
                  AND (o.opcintype = a.atttypid OR o.opcintype = 'text'::regtype
                       AND a.atttypid = 'varchar'::regtype AND NOT EXISTS (
                           SELECT FROM pg_opclass other WHERE other.oid >= 16384
                              AND other.opcdefault AND other.opcintype < 16384))))
     END"""

# pg_get_indexdef prints all but tablespace, statistics targets, cluster and replica marks. A
# partitioned index is invalid until all its parts are attached; another invalid one is a ruin,
# which `catalog` names.
# What stands before the method, the options and the predicate is cut off by its length: each has a
# field of its own.
QUERY: LiteralString = (
    """
SELECT x.oid, n.nspname AS schema, x.relname AS name, tn.nspname AS table_schema,
       t.relname AS table, i.indisunique AS is_unique, x.relkind = 'I' AS is_on_partitioned,
       coalesce(c.plain, substr(
         left(d.printed, length(d.printed) - coalesce(length(' WHERE ' || d.predicate), 0)
                   - coalesce(length("""
    + fragments.printed_options("x.reloptions")
    + """), 0)),
              length('CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX '
                     || quote_ident(x.relname) || ' ON '
                     || CASE WHEN x.relkind = 'I' THEN 'ONLY ' ELSE '' END
                     || quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || ' ') + 1))
           AS definition,
       x.reloptions AS options, d.predicate, i.indisvalid AS is_valid,
       ts.spcname AS tablespace, i.indisclustered AS is_clustered,
       i.indisreplident AS is_replica_identity
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_tablespace ts ON ts.oid = x.reltablespace
 CROSS JOIN LATERAL (SELECT """
    + _PLAIN
    + """ OFFSET 0) c(plain)
 CROSS JOIN LATERAL (SELECT pg_get_indexdef(CASE WHEN c.plain IS NULL THEN x.oid END),
                            pg_get_expr(i.indpred, i.indrelid) OFFSET 0) d(printed, predicate)
 WHERE t.relkind IN ('r', 'p', 'm') AND x.relpersistence <> 't'
   AND (i.indisvalid AND i.indisready OR x.relkind = 'I')
   AND x.oid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))
   AND """
    + fragments.is_ours("t.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "t.oid")
    + " AND "
    + fragments.is_no_member("pg_class", "x.oid")
)

FACETS: tuple[LiteralString, ...] = (
    """
SELECT h.inhrelid AS oid, ARRAY[pn.nspname::text, p.relname] AS part_of
  FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent AND p.relkind = 'I'
  JOIN pg_namespace pn ON pn.oid = p.relnamespace
""",
    """
SELECT a.attrelid AS oid,
       jsonb_agg(jsonb_build_array(a.attnum, a.attstattarget) ORDER BY a.attnum) AS statistics
  FROM pg_attribute a JOIN pg_class x ON x.oid = a.attrelid AND x.relkind IN ('i', 'I')
 WHERE a.attstattarget >= 0 GROUP BY a.attrelid
""",
    fragments.extension_facet("pg_class"),
)


_LONGEST = 63  # bytes of a name


class Index(Record, frozen=True, kw_only=True):
    """An index that no constraint owns."""

    schema: str
    name: str
    table_schema: str
    table: str
    is_unique: bool
    is_on_partitioned: bool
    definition: str  # as pg_get_indexdef prints it from USING on, without what follows here
    options: tuple[str, ...] | None = None
    predicate: str | None = None
    is_valid: bool  # false for a partitioned one that lacks parts
    part_of: tuple[str, str] | None = None  # the partitioned index it is attached to
    tablespace: str | None = None
    is_clustered: bool
    is_replica_identity: bool
    statistics: tuple[tuple[int, int], ...] | None = None  # column number, target
    extensions: tuple[str, ...] | None = None  # what it was made to depend on
    comment: str | None = None


def _key(record: Index) -> ObjectKey:
    return INDEX.key(record)


def _name(record: Index) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


def _table(record: Index) -> "ddl.Node":
    return ddl.name(record.table_schema, record.table)


CARRIED = Carried("INDEX", _name, _key, has_owner=False, has_extensions=True)


def _define(record: Index, *, concurrently_as: str = "") -> Statement:
    """CREATE INDEX; CONCURRENTLY with a name where one is given, and then in its tablespace."""
    is_at_once = concurrently_as and record.tablespace
    return ddl.statement(
        _key(record),
        "CREATE",
        "UNIQUE" if record.is_unique else None,
        "INDEX CONCURRENTLY" if concurrently_as else "INDEX",
        ddl.ident(concurrently_as or record.name),
        "ON ONLY" if record.is_on_partitioned else "ON",
        _table(record),
        record.definition,
        f"WITH {ddl.options(record.options)}" if record.options else None,
        f"TABLESPACE {ddl.ident_text(record.tablespace or '')}" if is_at_once else None,
        f"WHERE {record.predicate}" if record.predicate else None,
        mode="alone" if concurrently_as else "",
    )


def _alter(record: Index, *action: "ddl.Node | str") -> Statement:
    return ddl.statement(_key(record), "ALTER INDEX", _name(record), *action)


def _place(record: Index) -> Statement:
    return _alter(record, "SET TABLESPACE", ddl.ident(record.tablespace or "pg_default"))


def _targets(record: Index) -> Sequence[Statement]:
    return tuple(
        _alter(record, f"ALTER COLUMN {number} SET STATISTICS {target}")
        for number, target in record.statistics or ()
    )


def _attach(record: Index) -> Sequence[Statement]:
    if record.part_of is None:
        return ()
    whole, name = ddl.name(*record.part_of), _name(record)
    return (ddl.statement(_key(record), "ALTER INDEX", whole, "ATTACH PARTITION", name),)


def _cluster_on(record: Index) -> Statement:
    name = ddl.ident(record.name)
    return ddl.statement(_key(record), "ALTER TABLE", _table(record), "CLUSTER ON", name)


def _identify(record: Index) -> Statement:
    action = ("REPLICA IDENTITY USING INDEX", ddl.ident(record.name))
    return ddl.statement(_key(record), "ALTER TABLE ONLY", _table(record), *action)


def _carried(record: Index) -> Sequence[Statement]:
    """What it has besides its definition and its tablespace."""
    return (
        *_targets(record),
        *_attach(record),
        *((_cluster_on(record),) if record.is_clustered else ()),
        *((_identify(record),) if record.is_replica_identity else ()),
        *CARRIED.made(record),
    )


def _create(record: Index) -> Sequence[Statement]:
    place = (_place(record),) if record.tablespace else ()
    return (_define(record), *place, *_carried(record))


def _drop(record: Index) -> Sequence[Statement]:
    if record.part_of is not None:
        return ()  # PostgreSQL refuses: it goes with the partitioned index
    return ddl.drop(_key(record), "INDEX", _name(record))


def _after(statements: Iterable[Statement]) -> Sequence[Statement]:
    return tuple(replace(each, mode="after") for each in statements)


def _is_live(record: Index, around: Around) -> bool:
    """Whether its table, or materialized view, stays."""
    return any(
        around.is_kept(ObjectKey(kind, record.table_schema, record.table))
        for kind in ("table", "materialized view")
    )


def _create_online(record: Index, around: Around) -> Sequence[Statement] | None:
    """CONCURRENTLY; one that is unique is not left out for a while when it is made again."""
    if record.is_on_partitioned or not _is_live(record, around):
        return None
    if record.is_unique and _key(record) in around.remade:
        return None
    return (_define(record, concurrently_as=record.name), *_after(_carried(record)))


def _is_other(old: Index, new: Index) -> bool:
    """Whether only another index can be what the new record says."""
    return any(getattr(old, field) != getattr(new, field) for field in _DEFINING)


_DEFINING = ("definition", "predicate", "is_unique", "is_on_partitioned")


def _replace(old: Index, new: Index, around: Around) -> Sequence[Statement] | None:
    """Made beside the old one, which then makes way; None where that is one of several parts.

    Before it can be made, the columns must be as it needs them.
    """
    if not around.is_online or not _is_live(new, around) or new.is_on_partitioned:
        return None
    if (old.table_schema, old.table) != (new.table_schema, new.table):
        return None
    if old.part_of is not None or new.part_of is not None or _is_retyped(old, around):
        return None
    name = _free_name(new, around)
    aside = ddl.name(new.schema, name)
    renamed = ("ALTER INDEX", aside, "RENAME TO", ddl.ident(new.name))
    return (
        _define(new, concurrently_as=name),
        *_after((*_drop(old), ddl.statement(_key(new), *renamed), *_carried(new))),
    )


def _is_retyped(old: Index, around: Around) -> bool:
    """Whether a column that it reads changes its type: it has to go before."""
    return any(
        _shape(around.old, edge) != _shape(around.new, edge)
        for edge in around.edges_from(_key(old))
        if edge.target_column
    )


def _shape(side: Mapping[ObjectKey, Record], edge: Edge) -> tuple[str | None, ...]:
    columns = getattr(side.get(edge.target), "columns", ())
    found = next((each for each in columns if each.name == edge.target_column), None)
    return tuple(getattr(found, field, None) for field in ("type", "collation", "generated"))


def _free_name(record: Index, around: Around) -> str:
    """A name beside the index's own; of one that must be cut, with a digest of what it was."""
    taken = {key.name for side in (around.old, around.new) for key in side}
    for number in count(1):
        suffix = f"_new{number if number > 1 else ''}"
        if len(record.name.encode()) + len(suffix) > _LONGEST:
            suffix = f"_{sha256(record.name.encode()).hexdigest()[:6]}{suffix}"
        kept = record.name.encode()[: _LONGEST - len(suffix)].decode(errors="ignore")
        if kept + suffix not in taken:
            return kept + suffix
    raise AssertionError


def _unless_replaced(by: AlterAround) -> AlterAround:
    """`by`, unless `_replace` makes another index, and all of it."""

    def change(old: Index, new: Index, around: Around) -> Sequence[Statement] | None:
        return () if _is_other(old, new) else by(old, new, around)

    return change


def _set_options(old: Index, new: Index, _: Around) -> Sequence[Statement] | None:
    """SET and RESET; a partitioned index has neither."""
    if new.is_on_partitioned:
        return None
    return ddl.option_change(_key(new), "INDEX", _name(new), old.options or (), new.options or ())


def _set_tablespace(_: Index, new: Index, __: Around) -> Sequence[Statement]:
    return (_place(new),)


def _set_statistics(old: Index, new: Index, _: Around) -> Sequence[Statement]:
    before, after = dict(old.statistics or ()), dict(new.statistics or ())
    changes = [(number, after.get(number, -1)) for number in sorted({*before, *after})]
    changed = tuple(each for each in changes if before.get(each[0], -1) != each[1])
    return _targets(msgspec.structs.replace(new, statistics=changed))


def _set_clustered(_: Index, new: Index, around: Around) -> Sequence[Statement]:
    """CLUSTER ON; SET WITHOUT CLUSTER only where no other index takes the mark."""
    if new.is_clustered:
        return (_cluster_on(new),)
    table = (new.table_schema, new.table)
    if any(_is_clustered_of(each, table) for each in around.new.values()):
        return ()
    return (ddl.statement(_key(new), "ALTER TABLE", _table(new), "SET WITHOUT CLUSTER"),)


def _is_clustered_of(record: Any, table: tuple[str, str]) -> bool:
    if not getattr(record, "is_clustered", False):
        return False
    return (getattr(record, "table_schema", record.schema), record.table) == table


def _set_replica_identity(_: Index, new: Index, __: Around) -> Sequence[Statement]:
    """The mark goes when another index takes it, or with the table's REPLICA IDENTITY."""
    return (_identify(new),) if new.is_replica_identity else ()


def _set_validity(old: Index, _: Index, __: Around) -> Sequence[Statement] | None:
    """A partitioned index becomes valid with its last part, and never invalid again."""
    return None if old.is_valid else ()


def _set_part(old: Index, new: Index, around: Around) -> Sequence[Statement] | None:
    """ATTACH PARTITION; only a partition that is detached takes its index away with it.

    One that is attached brings it along.
    """
    if old.part_of is not None and not wholes.left((old.table_schema, old.table), around):
        return None
    return () if _comes_along(new, around) else _attach(new)


def _comes_along(record: Index, around: Around) -> bool:
    """Whether its table is attached to one that has the whole, which takes the index for its part.

    ATTACH PARTITION makes an index where there is none that is like the whole's.
    """
    if record.part_of is None or not around.is_kept(ObjectKey("index", *record.part_of)):
        return False
    return bool(wholes.joined((record.table_schema, record.table), around))


def _before_joining(record: Index, around: Around) -> Index | None:
    return _alone(record) if _comes_along(record, around) else None


def _drop_around(record: Index, around: Around) -> Sequence[Statement] | None:
    """A part is the table's own once that was detached."""
    if record.part_of is None or not wholes.left((record.table_schema, record.table), around):
        return None
    return _drop(_alone(record))


def _alone(record: Index) -> Index:
    return msgspec.structs.replace(record, part_of=None)


def _rebuilt(record: Index) -> Sequence[Statement] | None:
    """When the type of a column changes the targets go (C26), and what it depends on by wish.

    The index of a partition is made again under another name: it must go with the whole before.
    """
    if record.part_of is not None or record.is_on_partitioned:
        return None
    return (*_targets(record), *CARRIED.extended(record, record.extensions or ()))


def _let_go(record: Index, edges: Sequence[Edge]) -> LetGo[Index] | None:
    """NO DEPENDS ON EXTENSION, or the index would go with it."""
    kept, freed = CARRIED.freed(record, edges)
    return LetGo(kept, tuple(freed)) if all(edge.type == "x" for edge in edges) else None


INDEX = Kind(
    name="index",
    record=Index,
    classid="pg_class",
    query=QUERY,
    facets=FACETS,
    create=_create,
    drop=_drop,
    drops_with_owner=True,
    fields=(
        altered_around(*_DEFINING, "table", "table_schema", by=_replace),
        altered_around("options", by=_unless_replaced(_set_options)),
        altered_around("tablespace", by=_unless_replaced(_set_tablespace)),
        altered_around("statistics", by=_unless_replaced(_set_statistics)),
        altered_around("is_clustered", by=_unless_replaced(_set_clustered)),
        altered_around("is_replica_identity", by=_unless_replaced(_set_replica_identity)),
        altered_around("is_valid", by=_unless_replaced(_set_validity)),
        altered_around("part_of", by=_unless_replaced(_set_part)),
        *(altered_around(*spec.fields, by=_unless_replaced(spec.alter)) for spec in CARRIED.rows()),
    ),
    rebuilt=_rebuilt,
    let_go=_let_go,
    create_online=_create_online,
    before_joining=_before_joining,
    drop_around=_drop_around,
    rename=CARRIED.renamed,
)
