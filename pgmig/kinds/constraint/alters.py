"""What changes a constraint in place."""

from collections.abc import Sequence
from typing import Any

from pgmig import ddl
from pgmig.kinds.constraint import online, parts
from pgmig.kinds.constraint.record import (
    Constraint,
    alter,
    attach,
    cluster_on,
    identify,
    index_name,
    key_of,
    table_of,
    validate,
)
from pgmig.kinds.constraint.record import set_tablespace as place
from pgmig.model import Around, Statement, wholes


def nothing(_: Constraint) -> Sequence[Statement]:
    """The server makes a CHECK again as it was when the type of a column changes."""
    return ()


def rebuilt_key(record: Constraint) -> Sequence[Statement] | None:
    """As the server makes it again when the type of a column changes; see `index.rebuilt`."""
    return None if record.part_of is not None or record.is_on_partitioned else ()


def set_check(old: Constraint, new: Constraint, around: Around) -> Sequence[Statement] | None:
    """VALIDATE CONSTRAINT; what comes and goes with the parent's needs no statement.

    One that was valid cannot be made not valid, and a child's own not the parent's.
    """
    if old.is_valid and not new.is_valid:
        return None
    if new.is_local and not old.is_local and not wholes.left((old.schema, old.table), around):
        return None  # the parent's goes and takes it along
    if old.is_local and not new.is_local and not _is_partition(new, around):
        return None  # a partition's own becomes the parent's by ATTACH
    if old.is_valid or (new.is_parent_valid and old.is_parent_valid is False):
        return ()
    return (validate(new, mode=online.mode_of_scan(new, around)),)


def set_foreign_key(old: Constraint, new: Constraint, around: Around) -> Sequence[Statement] | None:
    """ALTER CONSTRAINT and VALIDATE CONSTRAINT; one that was valid cannot be made not valid."""
    if new.is_enforced and not new.is_valid and (old.is_valid or not old.is_enforced):
        return None  # ENFORCED validates
    if new.is_enforced and not old.is_enforced and around.is_online:
        return online.enforced(old, new, around)
    words: list[str] = []
    if (old.is_deferrable, old.is_deferred) != (new.is_deferrable, new.is_deferred):
        words.append("DEFERRABLE" if new.is_deferrable else "NOT DEFERRABLE")
        if new.is_deferrable:
            words.append("INITIALLY DEFERRED" if new.is_deferred else "INITIALLY IMMEDIATE")
    if old.is_enforced != new.is_enforced:
        words.append("ENFORCED" if new.is_enforced else "NOT ENFORCED")
    made: list[Statement] = []
    if words:
        made.append(alter(new, "ALTER CONSTRAINT", ddl.ident(new.name), *words))
    if old.is_enforced and new.is_valid and not old.is_valid:
        made.append(validate(new, mode=online.mode_of_scan(new, around)))
    return made


def set_part(old: Constraint, new: Constraint, around: Around) -> Sequence[Statement] | None:
    """ATTACH PARTITION; only a partition that is detached takes its index away with it.

    One that is attached brings it along.
    """
    name = (new.schema, new.table)
    if old.part_of is not None and not wholes.left(name, around):
        return None
    if any(parts.is_whole(new, each, around) for each in wholes.joined(name, around)):
        return ()
    return attach(new)


def set_options(old: Constraint, new: Constraint) -> Sequence[Statement] | None:
    """SET and RESET; a partitioned index has neither."""
    if new.is_on_partitioned:
        return None
    before, after = old.options or (), new.options or ()
    return ddl.option_change(key_of(new), "INDEX", index_name(new), before, after)


def set_tablespace(_: Constraint, new: Constraint) -> Sequence[Statement]:
    """`ALTER INDEX name SET TABLESPACE`."""
    return place(new)


def set_clustered(_: Constraint, new: Constraint, around: Around) -> Sequence[Statement]:
    """CLUSTER ON; SET WITHOUT CLUSTER only where no other index takes the mark."""
    if new.is_clustered:
        return (cluster_on(new),)
    table = (new.schema, new.table)
    if any(_is_clustered_of(each, table) for each in around.new.values()):
        return ()
    return (alter(new, "SET WITHOUT CLUSTER"),)


def _is_clustered_of(record: Any, table: tuple[str, str]) -> bool:
    if not getattr(record, "is_clustered", False):
        return False
    return (getattr(record, "table_schema", record.schema), record.table) == table


def set_replica_identity(_: Constraint, new: Constraint) -> Sequence[Statement]:
    """REPLICA IDENTITY USING INDEX.

    The mark goes when another index takes it, or with the table's REPLICA IDENTITY.
    """
    return (identify(new),) if new.is_replica_identity else ()


def set_index_comment(_: Constraint, new: Constraint) -> Sequence[Statement]:
    """COMMENT ON INDEX."""
    return ddl.comment_change(key_of(new), "INDEX", index_name(new), new.index_comment)


def rename(record: Constraint, column: str, new_name: str) -> Sequence[Statement] | None:
    """RENAME CONSTRAINT, which renames the index of a key too."""
    if column:
        return None
    if not record.is_local:
        return ()
    names = (ddl.ident(record.name), "TO", ddl.ident(new_name))
    return (alter(record, "RENAME CONSTRAINT", *names),)


def _is_partition(new: Constraint, around: Around) -> bool:
    return getattr(around.new.get(table_of(new)), "partition_of", None) is not None
