"""CREATE TRIGGER: pg_trigger, constraint triggers too; of partitions' clones what is their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

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

# A partition's clone of a row trigger comes with its parent's trigger, and is internal on 14. It
# is read only where somebody made it differ: by its state, a comment, or an extension. Triggers
# of foreign keys belong to the constraint, their clones too (catalog.md 1.8).
QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, c.relname AS table, t.tgname AS name,
       CASE WHEN p.oid IS NULL THEN pg_get_triggerdef(t.oid, false) END AS definition,
       """
    + fragments.firing("t.tgenabled")
    + """ AS state,
       """
    + fragments.firing("p.tgenabled")
    + """ AS parent_state
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_trigger p ON p.oid = t.tgparentid
 WHERE c.relkind IN ('r', 'p', 'v', 'f') AND c.relpersistence <> 't'
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = t.tgconstraint AND k.contype <> 't')
   AND CASE WHEN p.oid IS NULL THEN NOT t.tgisinternal
            ELSE t.tgenabled <> p.tgenabled
                 OR EXISTS (SELECT FROM pg_description d
                             WHERE d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid)
                 OR EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_trigger'::regclass
                               AND x.objid = t.oid AND x.deptype = 'x') END
   AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)


class Trigger(Record, frozen=True, kw_only=True):
    """A trigger of a table or view, or what a partition's clone of one has of its own."""

    schema: str
    table: str
    name: str
    definition: str | None = None  # pg_get_triggerdef; None: a clone of the parent's
    state: str  # enabled, disabled, replica, always
    parent_state: str | None = None  # the same of the trigger that this one is a clone of
    extensions: tuple[str, ...] | None = None  # what it was made to depend on
    comment: str | None = None


def _key(record: Trigger) -> ObjectKey:
    return TRIGGER.key(record)


def _table(record: Trigger) -> "ddl.Node":
    return ddl.name(record.schema, record.table)


def _on_table(record: Trigger) -> "ddl.Node":
    return ddl.clause(ddl.ident(record.name), "ON", _table(record))


CARRIED = Carried("TRIGGER", _on_table, _key, has_owner=False, has_extensions=True)


def _fire(record: Trigger, state: str) -> Statement:
    """The statement that sets the state; on a partitioned table it reaches the clones."""
    return ddl.firing(_key(record), _table(record), "TRIGGER", record.name, state)


def _create(record: Trigger) -> Sequence[Statement]:
    made = (ddl.statement(_key(record), record.definition),) if record.definition else ()
    first = record.parent_state or "enabled"
    return (
        *made,
        *((_fire(record, record.state),) if record.state != first else ()),
        *CARRIED.made(record),
    )


def _drop(record: Trigger) -> Sequence[Statement]:
    if record.definition:
        return ddl.drop(_key(record), "TRIGGER", _on_table(record))
    key, target = _key(record), _on_table(record)
    undone: list[Statement] = []
    if record.parent_state and record.state != record.parent_state:
        undone.append(_fire(record, record.parent_state))
    for extension in record.extensions or ():
        name = ddl.ident(extension)
        undone.append(ddl.statement(key, "ALTER TRIGGER", target, "NO DEPENDS ON EXTENSION", name))
    if record.comment is not None:
        undone += ddl.comment_change(key, "TRIGGER", target, None)
    return undone


def _drop_around(record: Trigger, around: Around) -> Sequence[Statement] | None:
    """DETACH PARTITION drops the clones."""
    is_left = not record.definition and wholes.left((record.schema, record.table), around)
    return () if is_left else None


def _rejoined(record: Trigger, around: Around) -> Sequence[Statement]:
    """A clone is made anew as its table is attached again."""
    is_left = not record.definition and wholes.left((record.schema, record.table), around)
    return _create(record) if is_left else ()


_CREATE = "CREATE TRIGGER "


def _redefine(old: Trigger, new: Trigger, around: Around) -> Sequence[Statement] | None:
    """OR REPLACE, which keeps the comment, and locks less than DROP.

    It enables (C37), and takes DEPENDS ON EXTENSION away.
    """
    key = _key(new)
    if old.definition == new.definition:
        return (_fire(new, new.state),)
    if not old.definition or not new.definition or _is_partitioned(key, around):
        return None
    if not (old.definition.startswith(_CREATE) and new.definition.startswith(_CREATE)):
        return None  # a constraint trigger (C38)
    replacing = "CREATE OR REPLACE TRIGGER " + new.definition.removeprefix(_CREATE)
    fired = (_fire(new, new.state),) if new.state != "enabled" else ()
    kept = [each for each in new.extensions or () if each in (old.extensions or ())]
    return (ddl.statement(key, replacing), *fired, *CARRIED.extended(new, kept))


def _is_partitioned(key: ObjectKey, around: Around) -> bool:
    """Whether the trigger has clones, each of which may have a state of its own."""
    tables = (around.old.get(edge.target) for edge in around.edges_from(key))
    return any(getattr(table, "partition_key", None) is not None for table in tables)


def _let_go(record: Trigger, edges: Sequence[Edge]) -> LetGo[Trigger] | None:
    """Without the extension that would take it along; of nothing else it lets go."""
    if any(edge.type != "x" for edge in edges):
        return None
    kept, freed = CARRIED.freed(record, edges)
    return LetGo(kept, tuple(replace(each, phase="release") for each in freed))


def _rename(record: Trigger, column: str, new_name: str) -> Sequence[Statement] | None:
    if column or not record.definition:
        return None
    change = ddl.clause("RENAME TO", ddl.ident(new_name))
    return (ddl.statement(_key(record), "ALTER TRIGGER", _on_table(record), change),)


TRIGGER = Kind(
    name="trigger",
    record=Trigger,
    classid="pg_trigger",
    query=QUERY,
    facets=(fragments.extension_facet("pg_trigger"),),
    create=_create,
    drop=_drop,
    identity=("schema", "table", "name"),
    parent="table",
    drops_with_owner=True,
    fields=(
        altered_around("definition", "state", "parent_state", by=_redefine),
        *CARRIED.rows(),
    ),
    let_go=_let_go,
    drop_around=_drop_around,
    rejoined=_rejoined,
    rename=_rename,
)
