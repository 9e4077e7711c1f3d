"""Constraints that come to a live table: added without a look at its rows, then validated."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from pgmig import ddl
from pgmig.kinds.constraint.record import (
    CARRIED,
    Constraint,
    add,
    alter,
    drop,
    key_carried,
    key_of,
    state,
    table_name,
    table_of,
    validate,
)
from pgmig.model import Around, Mode, Statement


def mode_of_scan(record: Constraint, around: Around) -> Mode:
    """The mode of VALIDATE CONSTRAINT, which lets others write while it reads the table."""
    return "validate" if around.is_online and around.is_kept(table_of(record)) else ""


def check(record: Constraint, around: Around) -> Sequence[Statement] | None:
    """NOT VALID and VALIDATE; None for one that comes with the parent's or is made again."""
    if not record.is_local or not _is_scan(record, around) or key_of(record) in around.remade:
        return None
    return _in_two(record)


def foreign_key(record: Constraint, around: Around) -> Sequence[Statement] | None:
    """NOT VALID and VALIDATE; until 17 a partitioned table takes no foreign key NOT VALID."""
    if not _is_scan(record, around) or (record.is_on_partitioned and around.major < 18):
        return None
    return _in_two(record)


def enforced(old: Constraint, new: Constraint, around: Around) -> Sequence[Statement] | None:
    """A foreign key that is ENFORCED from now on, without a lock while the table is read."""
    added = foreign_key(new, around)
    return added and (*drop(old), *added)


def _is_scan(record: Constraint, around: Around) -> bool:
    return record.is_valid and around.is_kept(table_of(record))


def _in_two(record: Constraint) -> Sequence[Statement]:
    first = msgspec.structs.replace(record, is_valid=False)
    return (add(first), *CARRIED.made(record), validate(record, mode="validate"))


_KEYS = ("PRIMARY KEY ", "UNIQUE NULLS NOT DISTINCT ", "UNIQUE ")


def key(record: Constraint, around: Around) -> Sequence[Statement] | None:
    """A unique index made CONCURRENTLY, then the key USING it.

    None where PostgreSQL refuses it: for a partitioned table, EXCLUDE and WITHOUT OVERLAPS; and
    where a NOT NULL that comes from a parent would become the table's own.
    """
    words = next((each for each in _KEYS if record.definition.startswith(each)), None)
    if words is None or not around.is_kept(table_of(record)) or record.is_on_partitioned:
        return None
    # A column may be called so, and loses this form.
    if key_of(record) in around.remade or "WITHOUT OVERLAPS" in record.definition:
        return None
    if words.startswith("PRIMARY") and _inherits_not_null(record, around):
        return None
    name = ddl.ident(record.name)
    built = ddl.statement(
        key_of(record),
        "CREATE UNIQUE INDEX CONCURRENTLY",
        name,
        "ON",
        table_name(record),
        record.definition.removeprefix(words),
        "NULLS NOT DISTINCT" if "NULLS" in words else None,
        f"WITH {ddl.options(record.options)}" if record.options else None,
        f"TABLESPACE {ddl.ident_text(record.tablespace)}" if record.tablespace else None,
        mode="alone",
    )
    what = "PRIMARY KEY" if words.startswith("PRIMARY") else "UNIQUE"
    using = ("USING INDEX", name, state(record))
    placed = msgspec.structs.replace(record, tablespace=None)
    added = alter(record, "ADD CONSTRAINT", name, what, *using)
    return (built, *_after((added, *key_carried(placed))))


def _inherits_not_null(record: Constraint, around: Around) -> bool:
    """From 18, PRIMARY KEY USING INDEX makes the NOT NULL of its columns local, on a child too."""
    columns = getattr(around.new[table_of(record)], "columns", ())
    return any(each.is_not_null and not each.is_not_null_local for each in columns)


def _after(statements: Iterable[Statement]) -> Sequence[Statement]:
    return tuple(replace(each, mode="after") for each in statements)
