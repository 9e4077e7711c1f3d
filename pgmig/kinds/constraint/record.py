"""The record of a constraint, and the statements that make it."""

from collections.abc import Sequence

from pgmig import ddl
from pgmig.ddl.carried import Carried
from pgmig.model import Mode, ObjectKey, Record, Statement


class Constraint(Record, frozen=True, kw_only=True):
    """A CHECK, a key (PRIMARY KEY, UNIQUE, EXCLUDE) or a foreign key of a table."""

    schema: str
    table: str
    name: str
    is_on_partitioned: bool
    definition: str  # as pg_get_constraintdef prints it, without what the next fields hold
    predicate: str | None = None  # of an EXCLUDE
    is_deferrable: bool
    is_deferred: bool
    is_enforced: bool  # before 18 always true
    is_valid: bool  # of one that is not enforced, always false
    is_local: bool  # false for a CHECK that comes with the parent's
    is_parent_valid: bool | None = None  # of a CHECK that a parent has too
    part_of: tuple[str, str] | None = None  # the partitioned index that its index is attached to
    options: tuple[str, ...] | None = None  # of its index, as the four that follow
    tablespace: str | None = None
    is_clustered: bool
    is_replica_identity: bool
    index_comment: str | None = None
    comment: str | None = None


def kind_name(record: Constraint) -> str:
    """The kind it is of."""
    if record.definition.startswith("FOREIGN KEY "):
        return "foreign key"
    return "check" if record.definition.startswith("CHECK ") else "key"


def key_of(record: Constraint) -> ObjectKey:
    """Its key."""
    return ObjectKey(kind_name(record), record.schema, record.name, record.table)


def table_of(record: Constraint) -> ObjectKey:
    """The key of its table, if that is no foreign table."""
    return ObjectKey("table", record.schema, record.table)


def table_name(record: Constraint) -> "ddl.Node":
    """The qualified name of its table."""
    return ddl.name(record.schema, record.table)


def index_name(record: Constraint) -> "ddl.Node":
    """The qualified name of a key's index."""
    return ddl.name(record.schema, record.name)


def _on_table(record: Constraint) -> "ddl.Node":
    return ddl.clause(ddl.ident(record.name), "ON", table_name(record))


CARRIED = Carried("CONSTRAINT", _on_table, key_of, has_owner=False)


def alter(
    record: Constraint, *action: "ddl.Node | str | None", only: bool = False, mode: Mode = ""
) -> Statement:
    """`ALTER TABLE table action`."""
    words = "ALTER TABLE ONLY" if only else "ALTER TABLE"
    return ddl.statement(key_of(record), words, table_name(record), *action, mode=mode)


def state(record: Constraint) -> str:
    """What follows a constraint's definition."""
    words = [
        "DEFERRABLE" if record.is_deferrable else "",
        "INITIALLY DEFERRED" if record.is_deferred else "",
        "NOT ENFORCED" if not record.is_enforced else "" if record.is_valid else "NOT VALID",
    ]
    return " ".join(word for word in words if word)


def add(record: Constraint, *, only: bool = False) -> Statement:
    """`ALTER TABLE table ADD CONSTRAINT name definition`.

    The options of a key's index are given here, as a partitioned index takes none later.
    """
    return alter(
        record,
        "ADD CONSTRAINT",
        ddl.ident(record.name),
        record.definition,
        f"WITH {ddl.options(record.options)}" if record.options else None,
        f"WHERE ({record.predicate})" if record.predicate else None,
        state(record),
        only=only,
    )


def validate(record: Constraint, *, mode: Mode = "") -> Statement:
    """`ALTER TABLE table VALIDATE CONSTRAINT name`."""
    return alter(record, "VALIDATE CONSTRAINT", ddl.ident(record.name), mode=mode)


def create_check(record: Constraint) -> Sequence[Statement]:
    """The CHECK; one that comes with a parent's has only what is its own."""
    # Without ONLY: a parent's CHECK reaches its children here as it did when it was written.
    made: list[Statement] = []
    if record.is_local:
        made.append(add(record))
    elif record.is_valid and not record.is_parent_valid:
        made.append(validate(record))
    return (*made, *CARRIED.made(record))


def create_foreign_key(record: Constraint) -> Sequence[Statement]:
    """The foreign key and its comment."""
    return (add(record), *CARRIED.made(record))


def create_key(record: Constraint) -> Sequence[Statement]:
    """The key, then what its index carries.

    On a partitioned table ONLY, each partition's key being attached with its own name.
    """
    return (add(record, only=record.is_on_partitioned), *key_carried(record))


def key_carried(record: Constraint) -> Sequence[Statement]:
    """What a key has besides its definition and the options of its index."""
    return (
        *(attach(record) if record.part_of else ()),
        *(set_tablespace(record) if record.tablespace else ()),
        *((cluster_on(record),) if record.is_clustered else ()),
        *((identify(record),) if record.is_replica_identity else ()),
        *ddl.comment(key_of(record), "INDEX", index_name(record), record.index_comment),
        *CARRIED.made(record),
    )


def attach(record: Constraint) -> Sequence[Statement]:
    """`ALTER INDEX whole ATTACH PARTITION`; nothing when it is part of no index."""
    if record.part_of is None:
        return ()
    whole, index = ddl.name(*record.part_of), index_name(record)
    key = key_of(record)
    return (ddl.statement(key, "ALTER INDEX", whole, "ATTACH PARTITION", index),)


def set_tablespace(record: Constraint) -> Sequence[Statement]:
    """`ALTER INDEX name SET TABLESPACE`; without one, that of most databases."""
    place = ddl.ident(record.tablespace or "pg_default")
    index, key = index_name(record), key_of(record)
    return (ddl.statement(key, "ALTER INDEX", index, "SET TABLESPACE", place),)


def cluster_on(record: Constraint) -> Statement:
    """`ALTER TABLE table CLUSTER ON name`."""
    return alter(record, "CLUSTER ON", ddl.ident(record.name))


def identify(record: Constraint) -> Statement:
    """`ALTER TABLE ONLY table REPLICA IDENTITY USING INDEX name`."""
    name = ddl.ident(record.name)
    return alter(record, "REPLICA IDENTITY USING INDEX", name, only=True)


def drop(record: Constraint) -> Sequence[Statement]:
    """DROP CONSTRAINT; nothing where it goes with the parent's, as PostgreSQL refuses it."""
    if not record.is_local or record.part_of is not None:
        return ()
    return (alter(record, "DROP CONSTRAINT", ddl.ident(record.name)),)
