"""NOT NULL of a column that stays: SET and DROP until 17, constraints with names from 18 on."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

import msgspec

from pgmig import ddl
from pgmig.errors import UnsupportedChange
from pgmig.kinds.table import columns
from pgmig.kinds.table.change import Change
from pgmig.kinds.table.record import Column, ForeignTable, Table
from pgmig.model import Around, Hazard, Mode, Statement

NAMED = 18
"""The first major whose NOT NULLs are constraints with names."""

T = TypeVar("T", Table, ForeignTable)
C = TypeVar("C", bound=Column)

_LONGEST = 63  # bytes of a name


def name_of(table: Table | ForeignTable, column: Column) -> str:
    """The name of a column's NOT NULL constraint."""
    return column.not_null_name or f"{table.name}_{column.name}_not_null"


def amid(record: T, around: Around) -> T:
    """The table with names for the NOT NULLs for which the server would choose others."""
    named = named_amid(record, record.columns, around)
    return record if named == record.columns else msgspec.structs.replace(record, columns=named)


def named_amid(
    table: Table | ForeignTable, columns: tuple[C, ...], around: Around
) -> tuple[C, ...]:
    """The columns with names for their NOT NULLs where others of the schema have the usual one.

    The server then chooses another name (ChooseConstraintName), unless it is told.
    """
    usual = {
        name_of(table, column): column.name
        for column in columns
        if column.is_not_null and column.not_null_name is None
    }
    if around.major < NAMED or not usual:
        return columns
    taken = {usual[name] for name in _taken(table.schema, usual.keys(), around)}
    return tuple(
        msgspec.structs.replace(each, not_null_name=name_of(table, each))
        if each.name in taken
        else each
        for each in columns
    )


def _taken(schema: str, names: Collection[str], around: Around) -> Iterator[str]:
    """Those of the names that NOT NULLs of the old state have."""
    for record in around.old.values():
        if isinstance(record, Table | ForeignTable) and record.schema == schema:
            is_usual = any(name.startswith(f"{record.name}_") for name in names)
            for column in record.columns:
                if column.is_not_null and (is_usual or column.not_null_name is not None):
                    name = name_of(record, column)
                    yield from (name,) if name in names else ()


def without(column: Column) -> Column:
    """The column once it may be null."""
    return msgspec.structs.replace(
        column,
        is_not_null=False,
        not_null_name=None,
        is_not_null_valid=True,
        is_not_null_no_inherit=False,
        is_not_null_local=False,
        not_null_comment=None,
    )


def nulls(change: Change, base: Column, after: Column, *, is_fresh: bool) -> Sequence[Statement]:
    """Statements that take the NOT NULL of `base` to that of `after`, its comment included.

    Args:
        change: of the table.
        base: the column as the statements so far leave it.
        after: as it should be.
        is_fresh: whether the column was just made, so that nothing has to stay usable.
    """
    made: list[Statement] = []
    if base.is_not_null and after.is_not_null:
        if base.is_not_null_valid and not after.is_not_null_valid:
            name = ddl.ident(name_of(change.new, base))
            made.append(change.act(after.name, "DROP CONSTRAINT", name, recurses=True))
            base = without(base)
        else:
            made += _constraint(change, base, after)
    elif base.is_not_null:
        made.append(change.alter_column(after.name, "DROP NOT NULL", recurses=True))
        base = without(base)
    if after.is_not_null and not base.is_not_null:
        is_online = change.is_live and not is_fresh and not _is_for_key(change)
        made += _online(change, after) if is_online else _set(change, after)
    return (*made, *_comment(change, base, after))


def _is_for_key(change: Change) -> bool:
    """Whether a primary key may be made before a NOT NULL could be validated: it refuses that."""
    if isinstance(change.new, Table) and change.new.partition_key is not None:
        return True
    remade = {
        edge.source
        for edge in change.around.edges_to(change.key)
        if edge.source in change.around.remade
    }
    definitions = (getattr(change.around.new[key], "definition", None) or "" for key in remade)
    return any(each.startswith("PRIMARY KEY ") for each in definitions)


def _comment(change: Change, base: Column, after: Column) -> Sequence[Statement]:
    if base.not_null_comment == after.not_null_comment:
        return ()
    name = ddl.ident(name_of(change.new, after))
    constraint = ddl.clause(name, "ON", columns.name_of(change.new))
    return ddl.comment_change(change.key, "CONSTRAINT", constraint, after.not_null_comment)


def _constraint(change: Change, base: Column, after: Column) -> Iterator[Statement]:
    """What changes of a NOT NULL that stays."""
    name = ddl.ident(name_of(change.new, after))
    if change.around.major < NAMED:
        return
    if name_of(change.new, base) != name_of(change.new, after):
        old, table = ddl.ident(name_of(change.new, base)), columns.name_of(change.new)
        # ALTER FOREIGN TABLE does not have it.
        pieces: tuple[ddl.Node | str, ...] = (
            "ALTER TABLE",
            table,
            "RENAME CONSTRAINT",
            old,
            "TO",
            name,
        )
        yield ddl.statement(change.key, *pieces, column=after.name)
    if base.is_not_null_no_inherit != after.is_not_null_no_inherit:
        word = "NO INHERIT" if after.is_not_null_no_inherit else "INHERIT"
        yield change.act(after.name, "ALTER CONSTRAINT", name, word, recurses=True)
    if not base.is_not_null_valid:
        mode: Mode = "validate" if change.is_live else ""
        if after.is_not_null_valid:
            # In one ALTER with others it would come after them, which may want it valid.
            pieces = ("VALIDATE CONSTRAINT", name)
            yield change.act(after.name, *pieces, recurses=True, is_alone=True, mode=mode)
    if after.is_not_null_local and not base.is_not_null_local:
        # It becomes the table's own beside the parent's.
        yield change.alter_column(after.name, "SET NOT NULL", recurses=True)
    elif base.is_not_null_local and not (after.is_not_null_local or _is_attached(change)):
        field = f"columns {after.name} is_not_null_local"
        raise UnsupportedChange(changes=(f"{change.key}: {field}",))


def _is_attached(change: Change) -> bool:
    """Whether the table is made a partition, which leaves it nothing of its own."""
    return change.new.partition_of is not None and change.old.partition_of is None


def _set(change: Change, after: Column) -> Sequence[Statement]:
    is_simple = after.is_not_null_valid and not after.is_not_null_no_inherit
    if change.around.major < NAMED or (is_simple and after.not_null_name is None):
        hazards = _narrowing(change, after)
        made = change.alter_column(after.name, "SET NOT NULL", recurses=True, hazards=hazards)
        return (made,)
    return (_add(change, after, is_valid=after.is_not_null_valid),)


def _narrowing(change: Change, after: Column) -> tuple[Hazard, ...]:
    return (Hazard("narrowing", change.key, f"column {after.name}: a row may have no value"),)


def _add(change: Change, after: Column, *, is_valid: bool) -> Statement:
    return change.act(
        after.name,
        "ADD CONSTRAINT",
        ddl.ident(name_of(change.new, after)),
        "NOT NULL",
        ddl.ident(after.name),
        "NO INHERIT" if after.is_not_null_no_inherit else None,
        None if is_valid else "NOT VALID",
        recurses=True,
        hazards=_narrowing(change, after) if is_valid else (),
    )


def _online(change: Change, after: Column) -> Sequence[Statement]:
    """The same without a scan under a lock that stops readers (catalog.md 3.3)."""
    column, name = after.name, ddl.ident(name_of(change.new, after))
    if change.around.major >= NAMED:
        added = _add(change, after, is_valid=False)
        if not after.is_not_null_valid:
            return (added,)
        narrow = _narrowing(change, after)
        pieces = ("VALIDATE CONSTRAINT", name)
        valid = change.act(column, *pieces, recurses=True, mode="validate", hazards=narrow)
        return (added, valid)
    check = ddl.ident(_cut(f"pgmig_{column}_not_null"))
    test = f"CHECK ({ddl.ident_text(column)} IS NOT NULL) NOT VALID"
    return (
        change.act(column, "ADD CONSTRAINT", check, test, recurses=True),
        change.act(
            column,
            "VALIDATE CONSTRAINT",
            check,
            recurses=True,
            mode="validate",
            hazards=_narrowing(change, after),
        ),
        change.alter_column(column, "SET NOT NULL", recurses=True, mode="after"),
        change.act(column, "DROP CONSTRAINT", check, recurses=True, mode="after"),
    )


def _cut(name: str) -> str:
    """A name that PostgreSQL does not have to cut."""
    return name.encode()[:_LONGEST].decode(errors="ignore")
