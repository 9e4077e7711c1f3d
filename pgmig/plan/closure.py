"""What becomes of each object: gone, made, altered, made again, or rebuilt by the server.

An object that is made again, or a column whose type changes, moves those who need it (catalog.md
2.6): they let go of it, are altered first, are rebuilt by PostgreSQL, or are made again too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pgmig.errors import UnsupportedChange
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import (
    AnyKind,
    Around,
    Edge,
    FieldSpec,
    LetGo,
    ObjectKey,
    Record,
    Snapshot,
    Statement,
)
from pgmig.plan.compare import changed_rows
from pgmig.plan.reasons import because, reason_of
from pgmig.plan.web import Web, by_source


@dataclass(slots=True)
class Fates:
    """What becomes of the objects of two snapshots.

    Attributes:
        gone: those that only the old snapshot has.
        made: those that only the new one has.
        remade: those of both that are dropped and made again, each with the reason.
        let: those that let go of something and stay, as they are after that.
        rebuilt: those that PostgreSQL rebuilds, with the statements for what that resets.
        alters: the statements that change the others in place, let_go's first.
        aside: those of `remade` that are renamed until nothing holds them, with that name.
        ends: the objects of the two snapshots.
    """

    gone: dict[ObjectKey, Record]
    made: dict[ObjectKey, Record]
    remade: dict[ObjectKey, str] = field(default_factory=dict[ObjectKey, str])
    let: dict[ObjectKey, LetGo[Any]] = field(default_factory=dict[ObjectKey, LetGo[Any]])
    rebuilt: dict[ObjectKey, tuple[Statement, ...]] = field(
        default_factory=dict[ObjectKey, tuple[Statement, ...]]
    )
    alters: dict[ObjectKey, tuple[Statement, ...]] = field(
        default_factory=dict[ObjectKey, tuple[Statement, ...]]
    )
    aside: dict[ObjectKey, str] = field(default_factory=dict[ObjectKey, str])

    ends: tuple[Mapping[ObjectKey, Record], Mapping[ObjectKey, Record]] = ({}, {})

    def sides(self, key: ObjectKey) -> tuple[Record, Record]:
        """An object of both snapshots, as it was and as it should be."""
        return self.ends[0][key], self.ends[1][key]

    def is_dropped(self, key: ObjectKey) -> bool:
        """Whether a DROP is in its way."""
        return key in self.gone or key in self.remade

    def is_created(self, key: ObjectKey) -> bool:
        """Whether a CREATE is in its way."""
        return key in self.made or key in self.remade


class Closure:
    """Finds the fates, until nothing moves any more.

    Attributes:
        spared: objects that stay although what they needed goes: they are altered first.
    """

    def __init__(
        self,
        old: Snapshot,
        new: Snapshot,
        webs: tuple[Web, Web],
        *,
        is_online: bool,
        remake: Iterable[ObjectKey] = (),
        firm: Iterable[ObjectKey] = (),
    ) -> None:
        """Start from what differs.

        Args:
            old: what is.
            new: what should be.
            webs: the edges of both.
            is_online: as in `Around`.
            remake: objects to make again although they could be altered.
            firm: objects that cannot be altered before what they needed goes.
        """
        self.old, self.new = old, new
        self.web, self.new_web = webs
        self.is_online = is_online
        self.fates = Fates(
            {key: record for key, record in old.objects.items() if key not in new.objects},
            {key: record for key, record in new.objects.items() if key not in old.objects},
            ends=(old.objects, new.objects),
        )
        self._changed = {
            key
            for key, before in old.objects.items()
            if (after := new.objects.get(key)) is not None and before != after
        }
        for key in remake:
            if key in old.objects and key in new.objects:
                self.fates.remade[key] = "made again, as altering it would not do"
        self._bestowals = [
            bestowal
            for side in (old, new)
            for key, record in side.objects.items()
            for bestowal in kind_of(key).bestows(record)
        ]
        self._asked: dict[ObjectKey, tuple[Edge, ...]] = {}
        self._refused: list[str] = []
        self._in_place: set[ObjectKey] = set()
        self._firm = frozenset(firm)
        self.spared: set[ObjectKey] = set()

    def around(self) -> Around:
        """What an ALTER may look at, as far as it is known by now."""
        return Around(
            old=self.old.objects,
            new=self.new.objects,
            major=self.new.major,
            is_online=self.is_online,
            remade=frozenset(self.fates.remade),
            edges_from=self.web.of,
            edges_to=self.web.to,
            bestowals=self._bestowals,
        )

    def found(self) -> Fates:
        """The fates.

        Raises:
            UnsupportedChange: an object differs in a way that has no statement; all are named.
        """
        while self._alter() or self._move():
            pass
        self._put_aside()
        self._name_causes()
        if self._refused:
            raise UnsupportedChange(changes=tuple(dict.fromkeys(self._refused)))
        return self.fates

    def _name_causes(self) -> None:
        """Say of what is made again as it differs what else forces that."""
        for key, edges in by_source(self._pulled()).items():
            why = self.fates.remade.get(key)
            if why is not None and "it needs" not in why:
                self.fates.remade[key] = f"{why}; it needs {self._cause(edges[0])}"

    def _alter(self) -> bool:
        """Find the statements of what is altered; whether something must be made again instead."""
        fates, around, is_moved = self.fates, self.around(), False
        self._refused.clear()
        fates.alters.clear()
        self._in_place.clear()
        for key in sorted({*self._changed, *fates.let}):
            if key in fates.remade:
                continue
            statements = self._altered(key, around)
            if statements is None:
                is_moved = True
                continue
            if statements:
                fates.alters[key] = statements
        return is_moved

    def _altered(self, key: ObjectKey, around: Around) -> tuple[Statement, ...] | None:
        let = self.fates.let.get(key)
        before = self.old.objects[key] if let is None else let.record
        after = self.new.objects[key]
        made: list[Statement] = list(let.statements) if let else []
        for spec in changed_rows(before, after, key):
            if not spec.is_planned:
                self._refused.extend(f"{key}: {field}" for field in spec.fields)
                continue
            found = spec.alter(before, after, around)
            if found is None:
                self.fates.remade[key] = f"made again: {because(before, after, spec)}"
                return None
            if _may_refer(before, after, spec):
                self._in_place.add(key)
            made += [reason_of(each, before, after, spec) for each in found]
        return tuple(made)

    def _move(self) -> bool:
        """Ask those who need what moves; whether one more is made again or lets go."""
        is_moved = self._move_wholes()
        for key, edges in sorted(by_source(self._pulled()).items()):
            if self.fates.is_dropped(key) or key not in self.new.objects:
                continue
            if self._asked.get(key) == tuple(edges):
                continue
            self._asked[key] = tuple(edges)
            is_moved = self._ask(key, edges) or is_moved
        return is_moved

    def _move_wholes(self) -> bool:
        """What cannot be dropped or made by itself is made again with the whole it is a part of."""
        is_moved, around = self._move_wholes_of_new(), self.around()
        for key in sorted({*self.fates.gone, *self.fates.remade}):
            kind, record, edges = kind_of(key), self.old.objects[key], self.web.of(key)
            goes = any(e.type in "aiS" and self.fates.is_dropped(e.target) for e in edges)
            if goes or tuple(kind.drop(record)) or kind.drop_around(record, around) is not None:
                continue
            for edge in edges:
                if edge.type == "P" and not self.fates.is_dropped(edge.target):
                    self.fates.let.pop(edge.target, None)
                    self.fates.rebuilt.pop(edge.target, None)
                    self.fates.remade[edge.target] = f"made again: {key} is a part of it"
                    is_moved = True
        return is_moved

    def _move_wholes_of_new(self) -> bool:
        is_moved, around = False, self.around()
        for key in sorted({*self.fates.made, *self.fates.remade}):
            if not kind_of(key).comes_along(self.new.objects[key], around):
                continue
            for edge in self.new_web.of(key):
                if edge.type == "P" and around.is_kept(edge.target):
                    self.fates.let.pop(edge.target, None)
                    self.fates.rebuilt.pop(edge.target, None)
                    self.fates.remade[edge.target] = f"made again: {key} comes with it"
                    is_moved = True
        return is_moved

    def _pulled(self) -> Iterable[Edge]:
        """The old edges to what is dropped, changes its type, or loses the column."""
        fates = self.fates
        for key in sorted({*fates.gone, *fates.remade}):
            yield from self.web.to(key)
        for key in sorted({*fates.alters, *self._reached()}):
            columns = self._columns(key)
            if columns:
                yield from (
                    edge
                    for edge in self.web.to(key)
                    if edge.target_column in columns and (edge.target_column or not _is_part(edge))
                )

    def _columns(self, key: ObjectKey) -> frozenset[str]:
        """The columns whose readers must move."""
        let = self.fates.let.get(key)
        before = self.old.objects[key] if let is None else let.record
        disturbed = kind_of(key).disturbed(before, self.new.objects[key])
        return disturbed | self._removed(key)

    def _removed(self, key: ObjectKey) -> frozenset[str]:
        alters = (*self.fates.alters.get(key, ()), *self._reached().get(key, ()))
        return frozenset(each.column for each in alters if each.phase == "remove")

    def _reached(self) -> dict[ObjectKey, list[Statement]]:
        """The statements of others that come to an object of both snapshots too."""
        found: dict[ObjectKey, list[Statement]] = {}
        for statements in self.fates.alters.values():
            for each in statements:
                for key in each.reaches:
                    if key in self.new.objects and not self.fates.is_dropped(key):
                        found.setdefault(key, []).append(each)
        return found

    def _ask(self, key: ObjectKey, edges: list[Edge]) -> bool:
        """Let one object move out of the way; whether that may move others."""
        kind, record, fates = kind_of(key), self.old.objects[key], self.fates
        left = [edge for edge in edges if not self._is_altered_first(key, edge)]
        hard = [edge for edge in left if not self._is_shape(edge)]
        if not left:
            return False
        again = kind.rebuilt(self.new.objects[key]) if kind.rebuilt is not None else None
        if again is not None and not any(self._is_lost(edge) for edge in hard):
            fates.rebuilt[key] = tuple(again)
            return False
        let = kind.let_go(record, left)
        if let is None and not hard:
            return False
        if let is None:
            fates.let.pop(key, None)
            fates.rebuilt.pop(key, None)
            fates.remade[key] = f"made again: it needs {self._cause(hard[0])}"
            return True
        why = f"lets go of {self._cause(left[0])}"
        statements = tuple(reason_of(each, why=why) for each in let.statements)
        fates.let[key] = LetGo(let.record, statements, let.held)
        return True

    def _is_altered_first(self, key: ObjectKey, edge: Edge) -> bool:
        """Whether the object no longer needs it in the new snapshot, and changes without a DROP."""
        if key in self._firm or key not in self._in_place or edge in self.new_web.of(key):
            return False
        self.spared.add(key)
        return True

    def _is_shape(self, edge: Edge) -> bool:
        """Whether the edge is only there because the shape of the whole target changes."""
        return not edge.target_column and not self.fates.is_dropped(edge.target)

    def _is_lost(self, edge: Edge) -> bool:
        """Whether what the edge leads to goes, rather than gets another type."""
        return self.fates.is_dropped(edge.target) or edge.target_column in self._removed(
            edge.target
        )

    def _cause(self, edge: Edge) -> str:
        """For people: what moved."""
        column = f", column {edge.target_column}" if edge.target_column else ""
        named = f"{edge.target}{column}"
        if edge.target in self.fates.gone:
            return f"{named}, which goes"
        if edge.target in self.fates.remade:
            return f"{named}, which is made again"
        if edge.target_column in self._removed(edge.target):
            return f"{named}, which is dropped"
        return f"{named}, which changes"

    def _put_aside(self) -> None:
        held = {target: key for key, let in sorted(self.fates.let.items()) for target in let.held}
        for target, holder in sorted(held.items()):
            if target not in self.fates.remade:
                self._refused.append(f"{target}: goes while {holder} has values of it")
            elif kind_of(target).set_aside is None:
                self._refused.append(f"{target}: replaced while {holder} has values of it")
        aside, waiting = set[ObjectKey](), [*held]
        while waiting:
            key = waiting.pop()
            if key in aside or key not in self.fates.remade or kind_of(key).set_aside is None:
                continue
            # What stands aside has not let go of what it is made of.
            aside.add(key)
            waiting += [edge.target for edge in self.web.of(key)]
        self.fates.aside.update(
            (key, f"pgmig_old_{number}") for number, key in enumerate(sorted(aside), start=1)
        )


# What an object carries speaks of roles and of itself.
_CARRIED = frozenset({"owner", "privileges", "labels", "comment", "options"})


def _may_refer(old: Record, new: Record, spec: FieldSpec) -> bool:
    """Whether the change may rid the object of another that it needed."""
    return any(
        field not in _CARRIED and before != after and not isinstance(after, bool)
        for field in spec.fields
        for before, after in [(getattr(old, field), getattr(new, field))]
    )


def _is_part(edge: Edge) -> bool:
    return bool(edge.source_column)


def kind_of(key: ObjectKey) -> AnyKind:
    """The kind of an object."""
    return KIND_BY_NAME[key.kind]
