"""A table on its way from one snapshot to the other: what its ALTERs have to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pgmig import ddl
from pgmig.kinds.table import columns
from pgmig.kinds.table.record import Column, ForeignTable, Table
from pgmig.model import Around, Hazard, Mode, ObjectKey, Phase, Record, Statement


@dataclass(frozen=True)
class Change:
    """One table before and after, among the others.

    Attributes:
        old: the table as it stands.
        new: the table as it should be.
        around: every other object.
    """

    old: Table | ForeignTable
    new: Table | ForeignTable
    around: Around

    @property
    def key(self) -> ObjectKey:
        """The key of the table."""
        return columns.key_of(self.new)

    @cached_property
    def before(self) -> Mapping[str, Column]:
        """The columns that stand, by name."""
        return {column.name: column for column in self.old.columns}

    @cached_property
    def after(self) -> Mapping[str, Column]:
        """The columns that should be, by name."""
        return {column.name: column for column in self.new.columns}

    @cached_property
    def is_live(self) -> bool:
        """Whether others use the table meanwhile, so that it must not be locked for long."""
        is_table = isinstance(self.new, Table)
        return is_table and self.around.is_online and self.around.is_kept(self.key)

    @cached_property
    def children(self) -> Sequence[ObjectKey]:
        """The tables that inherit from it or are its partitions, as it stands."""
        return children_of(self.old, self.key, self.around)

    @property
    def has_children(self) -> bool:
        """Whether there are any."""
        return bool(self.children)

    def reached(self, column: str, *, is_dropped: bool) -> tuple[ObjectKey, ...]:
        """The tables below this one to whose column of this name an ALTER comes, in order.

        A column that is a child's own too is not dropped with this table's: where it goes, the
        child drops it next.
        """
        found: dict[ObjectKey, None] = {}
        waiting = list(self.children)
        while waiting:
            key = waiting.pop()
            record = self.around.old.get(key)
            if key in found or not isinstance(record, Table | ForeignTable):
                continue
            if is_dropped and self._keeps(key, record, column):
                continue
            found[key] = None
            waiting += children_of(record, key, self.around)
        return tuple(sorted(found))

    def _keeps(self, key: ObjectKey, record: Table | ForeignTable, column: str) -> bool:
        is_there = _is_local(self.around.new.get(key), column) is not None
        return is_there and bool(_is_local(record, column))

    def is_left_to_children(self, column: str) -> bool:
        """Whether a child keeps for its own a column that it only had from this table."""
        return any(
            _is_local(self.around.old.get(key), column) is False
            and _is_local(self.around.new.get(key), column) is True
            for key in self.children
            if self.around.is_kept(key)
        )

    @cached_property
    def parents(self) -> Sequence[tuple[Table | ForeignTable, Table | ForeignTable]]:
        """The tables that it has as parents all the while: as they are and as they should be.

        What is done to their columns reaches this table's too.
        """
        both = [each for each in parents_of(self.old) if each in parents_of(self.new)]
        found: list[tuple[Table | ForeignTable, Table | ForeignTable]] = []
        for schema, name in both:
            for kind in ("table", "foreign table"):
                key = ObjectKey(kind, schema, name)
                old, new = self.around.old.get(key), self.around.new.get(key)
                if not isinstance(old, Table | ForeignTable) or not self.around.is_kept(key):
                    continue
                if isinstance(new, Table | ForeignTable):
                    found.append((old, new))
        return found

    def act(
        self,
        column: str,
        *pieces: "ddl.Node | str | None",
        recurses: bool = False,
        is_alone: bool = False,
        is_default: bool = False,
        phase: Phase = "change",
        mode: Mode = "",
        hazards: tuple[Hazard, ...] = (),
    ) -> Statement:
        """One action on the table.

        Args:
            column: that it is about; "" when it needs all that the table needs.
            pieces: the action.
            recurses: whether it may, or must, reach the children too.
            is_alone: whether it must not share one ALTER with others.
            is_default: as in `Statement`, and the rest too.
            phase: when it runs.
            mode: in which transaction.
            hazards: its dangers.
        """
        name = columns.name_of(self.new)
        target = ddl.clause("ONLY", name) if self.has_children and not recurses else name
        subject = columns.subject(self.new)
        made = ddl.action(
            self.key,
            subject,
            target,
            *pieces,
            hazards=hazards,
            column=column,
            is_default=is_default,
            phase=phase,
            mode=mode,
        )
        reached: tuple[ObjectKey, ...] = ()
        if column and recurses and self.has_children:
            reached = self.reached(column, is_dropped=phase == "remove")
        return replace(made, reaches=reached, joins="" if is_alone else made.joins)

    def alter_column(
        self,
        column: str,
        *pieces: "ddl.Node | str | None",
        recurses: bool = False,
        is_alone: bool = False,
        is_default: bool = False,
        phase: Phase = "change",
        mode: Mode = "",
        hazards: tuple[Hazard, ...] = (),
    ) -> Statement:
        """`ALTER COLUMN column` with one action."""
        return self.act(
            column,
            "ALTER COLUMN",
            ddl.ident(column),
            *pieces,
            recurses=recurses,
            is_alone=is_alone,
            is_default=is_default,
            phase=phase,
            mode=mode,
            hazards=hazards,
        )


def children_of(
    record: Table | ForeignTable, key: ObjectKey, around: Around
) -> Sequence[ObjectKey]:
    """The tables that inherit from a table or are its partitions, as it stands."""
    name = (record.schema, record.name)
    sources = dict.fromkeys(edge.source for edge in around.edges_to(key))
    return [each for each in sources if name in parents_of(around.old.get(each))]


def _is_local(record: Record | None, name: str) -> bool | None:
    """Whether a column is the table's own; None where it has none of this name."""
    if not isinstance(record, Table | ForeignTable):
        return None
    return next((each.is_local for each in record.columns if each.name == name), None)


def parents_of(record: Record | None) -> Sequence[tuple[str, str]]:
    """The tables that a table inherits from, or the one it is a partition of."""
    if not isinstance(record, Table | ForeignTable):
        return ()
    if record.partition_of is not None:
        return ((record.partition_of.schema, record.partition_of.name),)
    return record.inherits or ()
