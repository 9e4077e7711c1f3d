"""What ALTER TABLE does for columns: those that come, go, change, or come with a parent's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from pgmig import ddl
from pgmig.ddl.carried import privileges_after
from pgmig.errors import UnsupportedChange
from pgmig.kinds.table import columns, types
from pgmig.kinds.table.change import Change
from pgmig.kinds.table.inherited import (
    is_kept_by_parent,
    is_null_given_up,
    is_remade_by,
    parent_changes,
    with_parents_null,
)
from pgmig.kinds.table.moved import (
    is_default_in_the_way,
    is_remade,
    is_retyped,
    is_taken_apart,
    moved_columns,
    nothing,
)
from pgmig.kinds.table.nulls import NAMED, name_of, named_amid, without
from pgmig.kinds.table.numbers import as_made, retyped
from pgmig.kinds.table.parents import alone
from pgmig.kinds.table.record import Column, ForeignColumn, ForeignTable, Table
from pgmig.kinds.table.settled import settled
from pgmig.kinds.table.values import let_go, released
from pgmig.model import Hazard, Record, Statement


def altered_columns(change: Change) -> tuple[Sequence[Statement], Sequence[Column]]:
    """Statements for the columns, and the columns that they start from.

    The latter are those that stand when privileges, labels and comments are to be set: what was
    added has none.
    """
    plan = _Columns(change)
    made = [*plan.releases(), *plan.drops(), *plan.retyped(), *plan.made()]
    return made, plan.bases


class _Columns:
    """The steps of one table's columns, each in the order that PostgreSQL accepts."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.moved = moved_columns(change)
        self.bases: list[Column] = []

    def releases(self) -> Iterator[Statement]:
        """What is let go of before anything goes: defaults, identities, expressions."""
        for before, after in self._kept():
            yield from released(self.change, before, after)
            if is_null_given_up(self.change, before, after):
                yield self.change.alter_column(
                    after.name, "DROP NOT NULL", recurses=True, phase="release"
                )
            if self._is_apart(before, after):
                yield self.change.alter_column(
                    after.name,
                    f"SET EXPRESSION AS ({nothing(before)})",
                    is_alone=True,
                    phase="release",
                )
            elif is_default_in_the_way(before, after):
                yield self.change.alter_column(
                    after.name, "DROP DEFAULT", is_default=True, phase="release"
                )
        for after in self._added():
            if after.is_local and _passed(self.change, after) is not None:
                yield _add_first(self.change, after)

    def drops(self) -> Iterator[Statement]:
        """Columns that go, and those that are made again: generated ones first."""
        gone = [column for column in self.change.old.columns if self._is_dropped(column)]
        for column in sorted(gone, key=lambda each: each.generated is None):
            if not _comes_from_parent(self.change, column):
                yield _drop(self.change, column)

    def retyped(self) -> Iterator[Statement]:
        """Columns that get another type or collation."""
        for before, after in self._kept():
            if is_retyped(before, after) and not _is_retyped_by_parent(self.change, before):
                yield _set_type(self.change, before, after)

    def made(self) -> Iterator[Statement]:
        """Columns that come, then what changes of all."""
        for after in _in_reading_order(self.change, self._added()):
            passed = _passed(self.change, after)
            if passed is None:
                yield _add(self.change, after)
        for after in self.change.new.columns:
            before = self.change.before.get(after.name)
            is_fresh = before is None or self._is_dropped(before)
            base = self._base(before, after) if before and not is_fresh else None
            base = base or _passed_or_own(self.change, after) or added(self.change, after)
            self.bases.append(base)
            yield from settled(self.change, base, after, is_fresh=is_fresh)

    def _kept(self) -> Iterator[tuple[Column, Column]]:
        for before in self.change.old.columns:
            after = self.change.after.get(before.name)
            if after is not None and not self._is_dropped(before):
                yield before, after

    def _added(self) -> list[Column]:
        before = self.change.before
        return [
            column
            for column in self.change.new.columns
            if column.name not in before or self._is_dropped(before[column.name])
        ]

    def _is_dropped(self, before: Column) -> bool:
        after = self.change.after.get(before.name)
        return after is None or is_remade(before, after, self.moved, self.change.around.major)

    def _is_apart(self, before: Column, after: Column) -> bool:
        return is_taken_apart(before, after, self.moved)

    def _base(self, before: Column, after: Column) -> Column:
        """A column that stays, as the statements up to here and its parents' leave it."""
        base = let_go(before, after)
        if self._is_apart(before, after):
            base = msgspec.structs.replace(base, default=nothing(before))
        elif is_default_in_the_way(before, after):
            base = msgspec.structs.replace(base, default=None)
        base = _handed_over(self.change, _relogged(self.change, base))
        if is_retyped(before, after):
            identity = base.identity and retyped(base.identity, after.type)
            base = msgspec.structs.replace(
                base,
                type=after.type,
                collation=after.collation,
                identity=identity,
                storage=None,
                compression=None,
            )
        if is_null_given_up(self.change, before, after):
            base = without(base)
        if not base.is_local and _is_left_by_parent(self.change, base.name):
            base = alone(base)
        return with_parents_null(self.change, base)


def _relogged(change: Change, base: Column) -> Column:
    """The column once SET LOGGED or SET UNLOGGED took its sequence along, from 15 on."""
    old, new = change.old, change.new
    if not isinstance(old, Table) or not isinstance(new, Table) or base.identity is None:
        return base
    if old.is_unlogged == new.is_unlogged:
        return base
    identity = msgspec.structs.replace(base.identity, is_unlogged=new.is_unlogged)
    return msgspec.structs.replace(base, identity=identity)


def _handed_over(change: Change, base: Column) -> Column:
    """The column once OWNER TO took its sequence along."""
    if base.identity is None:
        return base
    held = privileges_after(base.identity, change.around.old.get(change.key), change.new)
    identity = msgspec.structs.replace(base.identity, privileges=tuple(held) or None)
    return msgspec.structs.replace(base, identity=identity)


def _is_left_by_parent(change: Change, name: str) -> bool:
    """Whether a parent drops its column and leaves this table's."""
    return any(
        is_remade_by(parent, name) and _is_dropped_only(parent, name)
        for parent in parent_changes(change)
    )


def _drop(change: Change, column: Column) -> Statement:
    lost = () if _was_generated(change, column) else (_lost(change, column),)
    # With ONLY the children keep it, and those that must not drop it then.
    made = change.act(
        column.name,
        "DROP COLUMN",
        ddl.ident(column.name),
        recurses=not _is_dropped_only(change, column.name),
        phase="remove",
        hazards=lost,
    )
    children = [key for key in made.reaches if not _is_partition(change.around.old.get(key))]
    below = (replace(each, key=key) for each in lost for key in children)
    return replace(made, hazards=(*lost, *below))


def _is_partition(record: Record | None) -> bool:
    """Whether its rows are told of as those of the whole."""
    return isinstance(record, Table | ForeignTable) and record.partition_of is not None


def _was_generated(change: Change, column: Column) -> bool:
    """Whether its values come back, or came from the others: it may be plain only by now."""
    before = change.around.old.get(change.key)
    return column.generated is not None or (
        isinstance(before, Table | ForeignTable)
        and any(each.name == column.name and each.generated for each in before.columns)
    )


def _is_dropped_only(change: Change, name: str) -> bool:
    return _can_be_alone(change) and change.is_left_to_children(name)


def _can_be_alone(change: Change) -> bool:
    return isinstance(change.old, ForeignTable) or change.old.partition_key is None


def _lost(change: Change, column: Column) -> Hazard:
    if isinstance(change.new, ForeignTable):
        evidence = f"column {column.name}; its values stay on the foreign server"
    else:
        evidence = f"every value of column {column.name} ({column.type}) is lost"
    return Hazard("drop-column", change.key, evidence)


def _set_type(change: Change, before: Column, after: Column) -> Statement:
    pieces, using = [f"TYPE {after.type}"], None
    if after.collation is not None:
        pieces.append(f"COLLATE {after.collation}")
    if not before.generated and isinstance(change.new, Table):
        name = ddl.ident_text(after.name)
        using = types.using(name, before.type, after.type, change.around)
        pieces += [f"USING {using}"] if using else []
    why = types.narrowing(before.type, after.type, change.around)
    narrow = (Hazard("narrowing", change.key, f"column {after.name}: {why}"),) if why else ()
    made = change.alter_column(after.name, *pieces, recurses=True, hazards=narrow)
    if using:
        _require_tables(change, after, made)
    return made


def _require_tables(change: Change, column: Column, made: Statement) -> None:
    """Refuse USING where it would reach a foreign table: PostgreSQL does (tablecmds.c)."""
    if any(isinstance(change.around.old.get(key), ForeignTable) for key in made.reaches):
        field = f"columns {column.name} type, while a foreign table inherits it"
        raise UnsupportedChange(changes=(f"{change.key}: {field}",))


def _in_reading_order(change: Change, added: Sequence[Column]) -> Iterator[Column]:
    """Columns to add, a generated one after those that it reads."""
    waiting = list(added)
    while waiting:
        names = {column.name for column in waiting}
        first = next(
            (
                column
                for column in waiting
                if not column.generated
                or not (ddl.words(column.default or "") - {column.name}) & names
            ),
            waiting[0],
        )
        waiting.remove(first)
        yield first


def _add(change: Change, after: Column) -> Statement:
    base = added(change, after)
    options = None
    if isinstance(after, ForeignColumn):
        options = ddl.fdw_options(after.fdw_options or ())
    base = named_amid(change.new, (base,), change.around)[0]
    given = [
        f"COMPRESSION {base.compression}" if base.compression else None,
        options,
        *columns.constraints(change.new, base),
    ]
    definition = ddl.column(after.name, after.type, *(part for part in given if part))
    is_filled = base.default is not None or base.identity is not None
    hazards = () if is_filled or not base.is_not_null else (_unfilled(change, after),)
    return change.act(after.name, "ADD COLUMN", definition, recurses=True, hazards=hazards)


def _unfilled(change: Change, after: Column) -> Hazard:
    evidence = f"column {after.name}: no row has a value for it, and it is NOT NULL"
    return Hazard("narrowing", change.key, evidence)


def _add_first(change: Change, after: Column) -> Statement:
    """A column of the child's own too: the parent's ADD COLUMN then finds it there."""
    definition = ddl.column(after.name, after.type, *_collated(after))
    return change.act(after.name, "ADD COLUMN", definition, recurses=True, phase="release")


def _collated(column: Column) -> Sequence[str]:
    return (f"COLLATE {column.collation}",) if column.collation else ()


def _passed_or_own(change: Change, after: Column) -> Column | None:
    passed = _passed(change, after)
    if passed is None or not after.is_local:
        return passed
    return without(msgspec.structs.replace(passed, default=None, is_local=True))


def added(change: Change, after: Column) -> Column:
    """A column as ADD COLUMN makes it; the rest follows."""
    is_simple = not _is_row_type_used(change)
    identity = after.identity
    if identity is not None:
        unlogged = isinstance(change.new, Table) and change.new.is_unlogged
        identity = msgspec.structs.replace(
            as_made(identity, after.type), is_unlogged=unlogged, privileges=None, comment=None
        )
        if not is_simple or (change.has_children and _can_be_alone(change)):
            identity = None
    is_foreign = isinstance(change.new, ForeignTable)
    base = msgspec.structs.replace(
        after,
        default=after.default if is_simple or after.generated else None,
        identity=identity,
        is_local=True,
        storage=None,
        compression=after.compression if is_foreign else None,
        statistics=None,
        options=None,
        privileges=None,
        labels=None,
        comment=None,
        not_null_comment=None,
    )
    return base if after.is_not_null_valid else without(base)


def _is_row_type_used(change: Change) -> bool:
    """Whether a column of another table has this table's row type (catalog.md 1.7)."""
    return any(
        edge.source_column and not edge.target_column and not edge.is_default
        for edge in change.around.edges_to(change.key)
    )


def _comes_from_parent(change: Change, column: Column) -> bool:
    """Whether the column goes with a parent's."""
    return not column.is_local and any(
        is_remade_by(parent, column.name) and not _is_dropped_only(parent, column.name)
        for parent in parent_changes(change)
    )


def _is_retyped_by_parent(change: Change, before: Column) -> bool:
    return is_kept_by_parent(change, before.name)


def _passed(change: Change, after: Column) -> Column | None:
    """The column as a parent's ADD COLUMN makes it here; None where none does."""
    for parent in parent_changes(change):
        name = after.name
        if name not in parent.after or (name in parent.before and not is_remade_by(parent, name)):
            continue
        theirs = parent.after[name]
        made = added(parent, theirs)
        made = without(made) if made.is_not_null_no_inherit else made
        is_named = made.is_not_null and change.around.major >= NAMED
        return msgspec.structs.replace(
            added(change, after),
            default=made.default,
            generated=made.generated,
            identity=None,
            is_not_null=made.is_not_null,
            not_null_name=name_of(parent.new, made) if is_named else None,
            is_not_null_valid=True,
            is_not_null_no_inherit=False,
            is_not_null_local=made.is_not_null and not is_named,
            is_local=False,
        )
    return None
