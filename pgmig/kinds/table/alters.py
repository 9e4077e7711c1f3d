"""What ALTER TABLE does for columns: those that come, go, change, or come with a parent's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from pgmig import ddl
from pgmig.ddl.carried import privileges_after
from pgmig.errors import UnsupportedChange
from pgmig.kinds.table import columns, types
from pgmig.kinds.table.change import Change
from pgmig.kinds.table.nulls import NAMED, name_of, nulls, without
from pgmig.kinds.table.parents import alone
from pgmig.kinds.table.record import Column, ForeignColumn, ForeignTable, Table
from pgmig.kinds.table.values import let_go, released, retyped, values
from pgmig.model import Hazard, Statement

_WITH_EXPRESSION = {"stored": 17, "virtual": 18}  # the first major with SET EXPRESSION


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
        self.moved = _moved(change)
        self.bases: list[Column] = []

    def releases(self) -> Iterator[Statement]:
        """What is let go of before anything goes: defaults, identities, expressions."""
        for before, after in self._kept():
            yield from released(self.change, before, after)
            if _is_null_given_up(self.change, before, after):
                yield self.change.alter_column(
                    after.name, "DROP NOT NULL", recurses=True, phase="release"
                )
            if self._is_apart(before, after):
                yield self.change.alter_column(
                    after.name,
                    f"SET EXPRESSION AS ({_nothing(before)})",
                    is_alone=True,
                    phase="release",
                )
            elif _is_default_in_the_way(before, after):
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
            if _is_retyped(before, after) and not _is_retyped_by_parent(self.change, before):
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
        return _is_taken_apart(before, after, self.moved)

    def _base(self, before: Column, after: Column) -> Column:
        """A column that stays, as the statements up to here and its parents' leave it."""
        base = let_go(before, after)
        if self._is_apart(before, after):
            base = msgspec.structs.replace(base, default=_nothing(before))
        elif _is_default_in_the_way(before, after):
            base = msgspec.structs.replace(base, default=None)
        base = _handed_over(self.change, _relogged(self.change, base))
        if _is_retyped(before, after):
            identity = base.identity and retyped(base.identity, after.type)
            base = msgspec.structs.replace(
                base,
                type=after.type,
                collation=after.collation,
                identity=identity,
                storage=None,
                compression=None,
            )
        if _is_null_given_up(self.change, before, after):
            base = without(base)
        if not base.is_local and _is_left_by_parent(self.change, base.name):
            base = alone(base)
        return _with_parents_null(self.change, base)


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
        _is_remade_by(parent, name) and _is_dropped_only(parent, name)
        for parent in _parents(change)
    )


def _moved(change: Change) -> frozenset[str]:
    """The columns that go or change under what reads them."""
    return frozenset(
        before.name
        for before in change.old.columns
        if (after := change.after.get(before.name)) is None
        or _is_retyped(before, after)
        or (after.generated and not before.generated)
    )


def is_key_changed(change: Change) -> bool:
    """Whether a column of the partition key moves, which PostgreSQL refuses for ever."""
    old = change.old
    key = (old.partition_key if isinstance(old, Table) else None) or ""
    return bool(ddl.words(key) & _moved(change)) if key else False


def is_remade(before: Column, after: Column, moved: frozenset[str], major: int) -> bool:
    """Whether only DROP COLUMN and ADD COLUMN lead from one to the other."""
    if before.generated != after.generated:
        return after.generated is not None or before.generated == "virtual"
    if not after.generated:
        return False
    is_apart = _is_taken_apart(before, after, moved)
    if before.default == after.default and not is_apart:
        return False
    # NULL would not do as its expression for a while.
    is_refused = is_apart and (before.is_not_null or after.is_not_null)
    return is_refused or major < _WITH_EXPRESSION[after.generated]


def _is_taken_apart(before: Column, after: Column, moved: frozenset[str]) -> bool:
    """Whether a generated column must read nothing while other columns change."""
    if not before.generated or before.generated != after.generated:
        return False
    is_changed = _is_retyped(before, after) and before.default != after.default
    is_called_off = types.is_set_aside(before.default or "")
    return is_changed or is_called_off or bool(ddl.words(before.default or "") & moved)


def _nothing(column: Column) -> str:
    return f"NULL::{types.shown(column.type)}"


def _is_retyped(before: Column, after: Column) -> bool:
    return (before.type, before.collation) != (after.type, after.collation)


def _is_default_in_the_way(before: Column, after: Column) -> bool:
    """Whether a default would have to be cast to a type of another kind (catalog.md 1.7)."""
    is_plain = not before.generated and before.default is not None
    is_back = after.default is not None and not after.generated
    return is_plain and is_back and not types.is_same_base(before.type, after.type)


def _drop(change: Change, column: Column) -> Statement:
    lost = () if _was_generated(change, column) else (_lost(change, column),)
    # With ONLY the children keep it, and those that must not drop it then.
    return change.act(
        column.name,
        "DROP COLUMN",
        ddl.ident(column.name),
        recurses=not _is_dropped_only(change, column.name),
        phase="remove",
        hazards=lost,
    )


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
    pieces = [f"TYPE {after.type}"]
    if after.collation is not None:
        pieces.append(f"COLLATE {after.collation}")
    if not before.generated and isinstance(change.new, Table):
        name = ddl.ident_text(after.name)
        made = types.using(name, before.type, after.type, change.around)
        pieces += [f"USING {made}"] if made else []
    why = types.narrowing(before.type, after.type, change.around)
    narrow = (Hazard("narrowing", change.key, f"column {after.name}: {why}"),) if why else ()
    return change.alter_column(after.name, *pieces, recurses=True, hazards=narrow)


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
            identity, is_unlogged=unlogged, privileges=None, comment=None
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


def _through(change: Change, old: Table | ForeignTable, new: Table | ForeignTable) -> Change:
    """The change of a parent."""
    return replace(change, old=old, new=new)


def _is_remade_by(change: Change, name: str) -> bool:
    """Whether this change, of a parent, drops a column, to add it again or not."""
    before, after = change.before.get(name), change.after.get(name)
    if before is None:
        return False
    return after is None or is_remade(before, after, _moved(change), change.around.major)


def _parents(change: Change) -> Sequence[Change]:
    return [_through(change, *pair) for pair in change.parents]


def _comes_from_parent(change: Change, column: Column) -> bool:
    """Whether the column goes with a parent's."""
    return not column.is_local and any(
        _is_remade_by(parent, column.name) and not _is_dropped_only(parent, column.name)
        for parent in _parents(change)
    )


def _is_kept_by_parent(change: Change, name: str) -> bool:
    """Whether a parent has the column all the while, so that what is done to it comes here."""
    return any(
        name in parent.before and name in parent.after and not _is_remade_by(parent, name)
        for parent in _parents(change)
    )


def _is_retyped_by_parent(change: Change, before: Column) -> bool:
    return _is_kept_by_parent(change, before.name)


def _passed(change: Change, after: Column) -> Column | None:
    """The column as a parent's ADD COLUMN makes it here; None where none does."""
    for parent in _parents(change):
        name = after.name
        if name not in parent.after or (name in parent.before and not _is_remade_by(parent, name)):
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


def _is_null_given_up(change: Change, before: Column, after: Column) -> bool:
    """Whether a NOT NULL of the table's own makes way for the one that its parent gets."""
    name, is_own = before.name, before.is_not_null and before.is_not_null_local
    if change.around.major < NAMED or not is_own or not after.is_not_null:
        return False
    pairs = [
        (parent.before[name], parent.after[name])
        for parent in _parents(change)
        if _is_kept_by_parent(change, name) and name in parent.before and name in parent.after
    ]
    has = any(_is_passed_on(one) for one, _ in pairs)
    gets = any(_is_passed_on(other) for _, other in pairs)
    return gets and not has and not after.is_not_null_local


def _with_parents_null(change: Change, base: Column) -> Column:
    """The column with what its parents' NOT NULLs became."""
    for parent in _parents(change):
        if _is_kept_by_parent(change, base.name) and base.name in parent.before:
            base = _with_parent_null(change, parent, base)
    return base


def _with_parent_null(change: Change, parent: Change, base: Column) -> Column:
    before, after = parent.before[base.name], parent.after[base.name]
    is_named = change.around.major >= NAMED
    has, gets = _is_passed_on(before), _is_passed_on(after)
    if has and gets:
        theirs = name_of(parent.new, before)
        if is_named and base.is_not_null and name_of(change.new, base) == theirs:
            base = msgspec.structs.replace(base, not_null_name=name_of(parent.new, after))
        return msgspec.structs.replace(
            base, is_not_null_valid=base.is_not_null_valid or after.is_not_null_valid
        )
    if has and not gets and is_named and after.is_not_null:
        # NO INHERIT leaves it to the child.
        return msgspec.structs.replace(base, is_not_null_local=True)
    if has and not gets:
        return base if is_named and base.is_not_null_local else without(base)
    if gets and not base.is_not_null:
        return msgspec.structs.replace(
            base,
            is_not_null=True,
            is_not_null_local=not is_named,
            not_null_name=name_of(parent.new, after) if is_named else None,
            is_not_null_valid=after.is_not_null_valid,
        )
    return base


def _is_passed_on(column: Column) -> bool:
    return column.is_not_null and not column.is_not_null_no_inherit


def settled(change: Change, base: Column, after: Column, *, is_fresh: bool) -> Iterator[Statement]:
    """Statements that take a column of the right type to what it should be.

    Its privileges, labels and comment are not among them.
    """
    yield from nulls(change, base, after, is_fresh=is_fresh)
    yield from values(change, base, after, is_fresh=is_fresh)
    yield from _physical(change, base, after)
    if isinstance(base, ForeignColumn) and isinstance(after, ForeignColumn):
        options = ddl.fdw_option_change(base.fdw_options or (), after.fdw_options or ())
        if options:
            yield change.alter_column(after.name, options)


def _physical(change: Change, base: Column, after: Column) -> Iterator[Statement]:
    """How values are stored and sampled."""
    name = after.name
    if base.storage != after.storage:
        is_new = change.around.major >= 16  # SET STORAGE DEFAULT
        default = "DEFAULT" if is_new else types.default_storage(after.type, change.around)
        yield change.alter_column(name, f"SET STORAGE {after.storage or default}")
    if base.compression != after.compression:
        if isinstance(change.new, ForeignTable):
            field = f"columns {name} compression"
            raise UnsupportedChange(changes=(f"{change.key}: {field}",))
        yield change.alter_column(name, f"SET COMPRESSION {after.compression or 'default'}")
    if base.statistics != after.statistics:
        target = -1 if after.statistics is None else after.statistics
        yield change.alter_column(name, f"SET STATISTICS {target}")
    yield from _options(change, name, base.options or (), after.options or ())


def _options(
    change: Change, name: str, old: Sequence[str], new: Sequence[str]
) -> Iterator[Statement]:
    """RESET and SET of options; what SET sets goes to the end, so all are set in another order."""
    names = {each.partition("=")[0] for each in new}
    gone = [each for each in (one.partition("=")[0] for one in old) if each not in names]
    kept = [each for each in old if each.partition("=")[0] in names]
    missing = new[len(kept) :] if list(new[: len(kept)]) == kept else new
    if gone:
        yield change.alter_column(name, f"RESET ({', '.join(gone)})")
    if missing:
        yield change.alter_column(name, f"SET {ddl.options(missing)}")
