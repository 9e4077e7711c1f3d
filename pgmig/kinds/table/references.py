"""Foreign keys over the DETACH of a partition: what it keeps of the whole's, and who refers to it.

They are a kind of their own, so that their records are looked at by their fields.
"""

from collections.abc import Iterator, Sequence

from pgmig import ddl
from pgmig.kinds.table import columns, parents
from pgmig.kinds.table.record import ForeignTable, Table
from pgmig.model import Around, Edge, ObjectKey, Record, Statement, wholes

_LIKE = ("definition", "is_deferrable", "is_deferred", "is_enforced", "is_valid")


def left_over(
    old: Table | ForeignTable, new: Table | ForeignTable, around: Around
) -> Iterator[Statement]:
    """Drops of the foreign keys that a partition keeps once it is detached, but should not have."""
    if old.partition_of is None or old.partition_of == new.partition_of:
        return
    name = (old.schema, old.name)
    before = [*wholes.ancestors(name, around.old)]
    after = [name, *wholes.ancestors(name, around.new)]
    for key in sorted({each.source for one in before for each in _edges_to(one, around)}):
        one = around.old.get(key)
        if key.kind != "foreign key" or one is None or (key.schema, key.parent) not in before:
            continue
        others = (around.new.get(ObjectKey(key.kind, s, key.name, t)) for s, t in after)
        if not any(other is not None and _is_like(one, other) for other in others):
            dropped = ("DROP CONSTRAINT", ddl.ident(key.name))
            subject, table = columns.subject(new), columns.name_of(new)
            yield ddl.action(columns.key_of(new), subject, table, *dropped, phase="release")


def detach_first(record: Table, around: Around) -> Sequence[Statement]:
    """DETACH of a partition that is to be dropped, where foreign keys that stay refer to the whole.

    PostgreSQL refuses to drop it while it is a partition.
    """
    whole = record.partition_of
    if whole is None or not around.is_kept(ObjectKey("table", whole.schema, whole.name)):
        return ()
    texts = [
        getattr(around.old[edge.source], "definition", "")
        for edge in around.edges_to(columns.key_of(record))
        if edge.source.kind == "foreign key" and around.is_kept(edge.source)
    ]
    above = [*wholes.ancestors((record.schema, record.name), around.old)]
    if any(f" REFERENCES {ddl.qualified(*name)}(" in text for name in above for text in texts):
        return (parents.detach(record, whole),)
    return ()


def _edges_to(name: wholes.Name, around: Around) -> Sequence[Edge]:
    return around.edges_to(ObjectKey("table", *name))


def _is_like(one: Record, other: Record) -> bool:
    return all(getattr(one, each) == getattr(other, each) for each in _LIKE)
