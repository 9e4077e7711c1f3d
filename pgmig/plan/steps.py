"""The one graph of a plan: steps that drop, alter and make, each after what it needs.

Drops follow the old edges, those who need something before what they need; makes follow the new
ones, the other way round. What is altered stands in both.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from pgmig.kinds import KIND_BY_NAME
from pgmig.model import (
    Around,
    Cut,
    Edge,
    Mode,
    ObjectKey,
    Snapshot,
    Statement,
)
from pgmig.plan.closure import Fates, kind_of
from pgmig.plan.mentions import mentioned
from pgmig.plan.reasons import reason_of
from pgmig.plan.web import Web

RANK = {name: place for place, name in enumerate(KIND_BY_NAME)}

Role = Literal["undo", "alter", "drop", "aside", "create", "later", "finish", "rebuilt"]

_DROPS: frozenset[Role] = frozenset({"drop", "aside"})


@dataclass(frozen=True, slots=True)
class Step:
    """A node: some statements of one object.

    Attributes:
        key: the object.
        role: what they do. undo: take back what cut a circle, so that it can be dropped; aside:
            rename what is replaced while something holds it; later: what completes an object after
            a cut; finish: what waits for its owner; rebuilt: set again what the server reset.
        number: counts the steps of one role.
    """

    key: ObjectKey
    role: Role
    number: int = 0


@dataclass(slots=True)
class Decisions:
    """How circles were broken so far.

    Attributes:
        cuts: objects that are made in two steps, each with the circle that it stood in.
        undone: objects whose cut is taken back before they are dropped.
        freed: owned objects that get a DROP of their own.
        together: objects that go as one, by the first of them, which has the statements.
        statements: those statements.
    """

    cuts: dict[ObjectKey, tuple[Cut[Any], frozenset[ObjectKey]]] = field(
        default_factory=dict[ObjectKey, tuple[Cut[Any], frozenset[ObjectKey]]]
    )
    undone: dict[ObjectKey, Cut[Any]] = field(default_factory=dict[ObjectKey, Cut[Any]])
    freed: set[ObjectKey] = field(default_factory=set[ObjectKey])
    together: dict[ObjectKey, ObjectKey] = field(default_factory=dict[ObjectKey, ObjectKey])
    statements: dict[ObjectKey, tuple[Statement, ...]] = field(
        default_factory=dict[ObjectKey, tuple[Statement, ...]]
    )


class Steps:
    """The graph.

    Attributes:
        statements: of each step.
        needs: for a step, those that must come before it.
        wishes: for a step, those that come before it but where a circle forbids it: the object that
            it needs is there already, and is altered.
        hints: for a step, those that had better come before it.
        modes: of each step.
    """

    def __init__(
        self,
        snapshots: tuple[Snapshot, Snapshot],
        webs: tuple[Web, Web],
        fates: Fates,
        around: Around,
        decisions: Decisions,
    ) -> None:
        """Lay all steps and their needs."""
        self.old, self.new = snapshots
        self.old_web, self.new_web = webs
        self.fates, self.around, self.decisions = fates, around, decisions
        self.statements: dict[Step, tuple[Statement, ...]] = {}
        self.needs: defaultdict[Step, set[Step]] = defaultdict(set)
        self.wishes: defaultdict[Step, set[Step]] = defaultdict(set)
        self.hints: defaultdict[Step, set[Step]] = defaultdict(set)
        self.modes: dict[Step, Mode] = {}
        self.owner: dict[ObjectKey, Step] = {}
        self._alters: dict[ObjectKey, list[Step]] = {}
        self._changes: dict[ObjectKey, list[Step]] = {}
        self._creates: dict[ObjectKey, list[Step]] = {}
        self._lay_alters()
        self._lay_drops()
        self._lay_creates()
        self._follow_old()
        self._follow_new()
        self._free_names()
        self._hint_at_bodies()

    def mode_of(self, step: Step) -> Mode:
        """The mode of a step's statements."""
        return self.modes[step]

    def rank(self, step: Step) -> tuple[int, int, ObjectKey, Role, int]:
        """The order among steps that are ready: what lets go, drops, then the rest by kind."""
        place = RANK[step.key.kind]
        if step.role == "undo":
            return (0, -place, step.key, step.role, step.number)
        if step.role in _DROPS:
            return (2, -place, step.key, step.role, step.number)
        phases = {each.phase for each in self.statements[step]}
        return (1 if phases == {"release"} else 3, place, step.key, step.role, step.number)

    # The steps.

    def _lay(self, step: Step, statements: Sequence[Statement]) -> Step:
        self.statements[step] = tuple(statements)
        self.modes[step] = statements[0].mode if statements else ""
        return step

    def _lay_alters(self) -> None:
        for key, statements in self.fates.alters.items():
            let_go_first = sorted(statements, key=lambda each: each.phase != "release")
            steps = [
                self._lay(Step(key, "alter", number), (each,))
                for number, each in enumerate(let_go_first)
            ]
            self._alters[key] = steps
            last: dict[str, Step] = {}
            for step, each in zip(steps, let_go_first, strict=True):
                if each.column in last:
                    self.needs[step].add(last[each.column])
                last[each.column] = step
            for before, after in pairwise(step for step in steps if not self.modes[step]):
                self.hints[after].add(before)
        self._lay_reached()
        for key, statements in self.fates.rebuilt.items():
            if statements:
                why = "reset when a column that it reads changed its type"
                self._lay(Step(key, "rebuilt"), [reason_of(each, why=why) for each in statements])

    def _lay_reached(self) -> None:
        """An ALTER that comes to other objects too stands before their own of the same column."""
        self._changes = {key: list(steps) for key, steps in self._alters.items()}
        for steps in self._alters.values():
            for step in steps:
                each = self.statements[step][0]
                for key in each.reaches:
                    self._changes.setdefault(key, []).append(step)
                    for other in self._alters.get(key, ()):
                        own = self.statements[other][0]
                        is_first = own.phase == "release"
                        first, then = (other, step) if is_first else (step, other)
                        of_one = own.column == each.column
                        (self.needs if of_one else self.wishes)[then].add(first)

    def _lay_drops(self) -> None:
        fates, decisions = self.fates, self.decisions
        dropped = {**{key: self.old.objects[key] for key in fates.remade}, **fates.gone}
        self._own(dropped)
        for key, record in dropped.items():
            kind = kind_of(key)
            why = fates.remade.get(key, "not in the target")
            if key in decisions.undone:
                told = [reason_of(each, why=why) for each in decisions.undone[key].undo]
                self._lay(Step(key, "undo"), told)
            if key in self.owner or decisions.together.get(key, key) != key:
                continue
            statements = decisions.statements.get(key) or tuple(kind.drop(record))
            if key in fates.aside and kind.set_aside is not None:
                after, name = self.new.objects[key], fates.aside[key]
                renaming, statements = map(tuple, kind.set_aside(record, after, name))
                told = [reason_of(each, why=why) for each in renaming]
                aside = self._lay(Step(key, "aside"), told)
                self.needs[Step(key, "create")].add(aside)
            self._lay(Step(key, "drop"), [reason_of(each, why=why) for each in statements])

    def _own(self, dropped: Mapping[ObjectKey, Any]) -> None:
        """Find what PostgreSQL drops together with its owner, or with a column."""
        for key in dropped:
            if not kind_of(key).drops_with_owner or key in self.decisions.freed:
                continue
            for edge in self.old_web.of(key):
                taker = self._taker(edge) if edge.type in {"a", "i"} else None
                if taker is not None:
                    self.owner.setdefault(key, taker)

    def _taker(self, edge: Edge) -> Step | None:
        """The step that drops what an owner's edge leads to."""
        if edge.target in self.fates.aside:
            return None
        if self.fates.is_dropped(edge.target):
            return Step(edge.target, "drop")
        if edge.source in self.fates.remade:
            return None
        return next(
            (
                step
                for step in self._changes.get(edge.target, ())
                if (each := self.statements[step][0]).phase == "remove"
                and each.column == edge.target_column
            ),
            None,
        )

    def drop_of(self, key: ObjectKey) -> Step:
        """The step with which an object goes: its own, its owner's, or that of its circle."""
        key = self.decisions.together.get(key, key)
        while key in self.owner:
            step = self.owner[key]
            if step.role != "drop":
                return step
            key = self.decisions.together.get(step.key, step.key)
        return Step(key, "drop")

    def _lay_creates(self) -> None:
        created = {**{key: self.new.objects[key] for key in self.fates.remade}, **self.fates.made}
        for key, record in created.items():
            kind = kind_of(key)
            why = self.fates.remade.get(key, "new")
            cut = self.decisions.cuts.get(key)
            first = cut[0].first if cut else record
            online = kind.create_online(first, self.around) if self.around.is_online else None
            made = [*(kind.create(first) if online is None else online)]
            made += kind.bestowed(first, self.around)
            told = [
                reason_of(each, why=f"comes with it ({why.partition(':')[0]})" if place else why)
                for place, each in enumerate(made)
            ]
            self._creates[key] = self._lay_by_mode(key, told)
            if cut:
                # CREATE TYPE bestows on what was a shell.
                completed = (*cut[0].later, *kind.bestowed(record, self.around))
                later = [reason_of(each, why=why) for each in completed]
                self.needs[self._lay(Step(key, "later"), later)].add(self._creates[key][-1])
            finish = [reason_of(each, why=why) for each in kind.finish(record)]
            if finish:
                self.needs[self._lay(Step(key, "finish"), finish)].add(self._creates[key][-1])

    def _lay_by_mode(self, key: ObjectKey, statements: Sequence[Statement]) -> list[Step]:
        """One step for each run of statements of one mode."""
        runs: list[list[Statement]] = [[]]
        for each in statements:
            if runs[-1] and runs[-1][-1].mode != each.mode:
                runs.append([])
            runs[-1].append(each)
        steps = [self._lay(Step(key, "create", n), run) for n, run in enumerate(runs)]
        for before, after in pairwise(steps):
            self.needs[after].add(before)
        return steps

    # The needs.

    def _follow_old(self) -> None:
        """Who needs something goes, lets go or is altered before that goes or changes."""
        for key in {*self.fates.gone, *self.fates.remade}:
            drop = self.drop_of(key)
            for edge in self.old_web.to(key):
                self._before_drop(edge, drop)
            if key in self.fates.aside:
                self.needs[drop].add(Step(key, "create"))
            elif key in self.fates.remade:
                self.needs[Step(key, "create")].add(drop)
        self._before_alters()
        self._keep_together()
        for key, cut in self.decisions.undone.items():
            for edge in self.old_web.of(key):
                if cut.is_later(edge) and self.fates.is_dropped(edge.target):
                    self.needs[self.drop_of(edge.target)].add(Step(key, "undo"))

    def _before_alters(self) -> None:
        for key, steps in self._changes.items():
            for edge in self.old_web.to(key):
                for step in steps:
                    self._before_alter(edge, step)
        for key in self.fates.rebuilt:
            for edge in self.old_web.of(key):
                self.needs[Step(key, "rebuilt")].update(self._changing(edge))

    def _keep_together(self) -> None:
        """What goes with the whole that it is a part of is its part until then.

        A partition that is detached takes its index with it, out of the partitioned one.
        """
        for key in {*self.fates.gone, *self.fates.remade}:
            edges = self.old_web.of(key)
            wholes = [e.target for e in edges if e.type == "P" and self.fates.is_dropped(e.target)]
            releases = [
                step
                for edge in edges
                for step in (self._alters.get(edge.target, ()) if wholes else ())
                if (each := self.statements[step][0]).phase == "release" and not each.column
            ]
            for step in releases:
                self.wishes[step].update(map(self.drop_of, wholes))

    def _before_drop(self, edge: Edge, drop: Step) -> None:
        source, target = edge.source, edge.target
        undone = self.decisions.undone.get(source)
        if undone is not None and undone.is_later(edge):
            return
        if self.fates.is_dropped(source):
            gone = self.drop_of(source)
            if gone != drop and not (gone.key == drop.key and gone.role == drop.role):
                self.needs[drop].add(gone)
            if target in self.fates.aside:
                away = Step(source, "aside") if source in self.fates.aside else gone
                if source not in self.fates.aside:
                    self.needs[Step(target, "aside")].add(away)
            return
        let = self.fates.let.get(source)
        is_held = let is not None and target in let.held
        matching = self._matching(edge)
        releases = [step for step in matching if self.statements[step][0].phase != "change"]
        if target in self.fates.aside:
            self.needs[Step(target, "aside")].update(releases)
        before = matching if is_held or not releases else releases
        self.needs[drop].update(before)
        if is_held:
            for step in set(matching) - set(releases):
                self.needs[step].add(self._creates[target][-1])

    def _before_alter(self, edge: Edge, step: Step) -> None:
        """What stands in the way of a change of the column, or would read it."""
        each = self.statements[step][0]
        if each.phase == "release" or each.column != edge.target_column:
            return
        if self.fates.is_dropped(edge.source):
            gone = self.drop_of(edge.source)
            if gone != step:
                (self.needs if each.column else self.hints)[step].add(gone)
            return
        # One that reads the column no more, or that lets go of it, must have done so.
        is_over = each.phase == "remove" or edge not in self.new_web.of(edge.source)
        for other in self._matching(edge):
            if is_over or self.statements[other][0].phase == "release":
                (self.needs if each.column else self.wishes)[step].add(other)

    def _matching(self, edge: Edge) -> list[Step]:
        """The alters of the edge's source that this edge is about."""
        steps = self._alters.get(edge.source, [])
        told = [(step, self.statements[step][0]) for step in steps]
        own = [(step, each) for step, each in told if each.column == edge.source_column]
        defaults = [step for step, each in own if each.is_default]
        if edge.is_default and defaults:
            return defaults
        plain = [step for step, each in own if not each.is_default or edge.is_default]
        return plain or [step for step, each in told if not each.column]

    def _changing(self, edge: Edge) -> list[Step]:
        """The steps that change the column, or the object, that the edge leads to.

        Nobody needs the default of a column that is there already.
        """
        return [
            step
            for step in self._changes.get(edge.target, ())
            if (each := self.statements[step][0]).phase == "change"
            and each.column == edge.target_column
            and not each.is_default
        ]

    def _around(self, edge: Edge) -> list[Step]:
        """The steps that change what the column that the edge leads to belongs to, as a whole.

        Where the edge leads to the whole, as that of a partition does, those of its columns too.
        """
        if edge.target_column and self._changing(edge):
            return []
        return [
            step
            for step in self._alters.get(edge.target, ())
            if (each := self.statements[step][0]).phase != "release"
            and not each.is_default
            and not (edge.target_column and each.column)
        ]

    def _follow_new(self) -> None:
        """What is needed is there before the one who needs it."""
        for key in {*self.fates.made, *self.fates.remade}:
            for edge in self.new_web.of(key):
                self._after(self._using(edge), edge)
        for key in self._alters:
            for edge in self.new_web.of(key):
                # The release of something needs nothing new.
                steps = [
                    step
                    for step in self._matching(edge)
                    if self.statements[step][0].phase == "change"
                ]
                for step in steps:
                    self._after(step, edge)

    def _using(self, edge: Edge) -> Step:
        """The step of a new object that needs what the edge leads to."""
        key = edge.source
        cut = self.decisions.cuts.get(key)
        if cut is not None and cut[0].is_later(edge):
            # Both steps may need the same object: then the first one does.
            return Step(key, "later")
        if kind_of(key).is_finish(edge) and Step(key, "finish") in self.statements:
            return Step(key, "finish")
        return self._creates[key][0]

    def _after(self, step: Step, edge: Edge) -> None:
        target = edge.target
        if target in self._creates:
            self.needs[step].add(self._creates[target][-1])
            cut = self.decisions.cuts.get(target)
            # What reads the object from outside its circle reads it whole.
            if cut is not None and step.key not in cut[1]:
                self.needs[step].add(Step(target, "later"))
            return
        for other in self._changing(edge):
            # A column is there with its type long before its constraint is validated: whoever
            # only reads it must not be gone that long.
            if self.modes[other] and not self.modes[step]:
                continue
            is_there = not edge.target_column and not self._is_committed(other)
            (self.wishes if is_there else self.needs)[step].add(other)
            if self._is_committed(other):
                self.modes[step] = self.modes[step] or "after"
        for other in self._around(edge):
            self.wishes[step].add(other)

    def _is_committed(self, step: Step) -> bool:
        return self.statements[step][0].is_committed_first

    # The hints.

    def _free_names(self) -> None:
        """A name is free before something else takes it."""
        taken: dict[tuple[str, str], list[ObjectKey]] = defaultdict(list)
        for key in {*self.fates.gone, *self.fates.remade}:
            taken[key.schema, key.name].append(key)
        for key, steps in self._creates.items():
            for other in taken.get((key.schema, key.name), ()):
                if other != key and other not in self.fates.aside:
                    self.hints[steps[0]].add(self.drop_of(other))

    def _hint_at_bodies(self) -> None:
        created = {key: self.new.objects[key] for key in self._creates}
        edges = [edge for key in created for edge in self.new_web.of(key)]
        for key, named in mentioned(created, edges).items():
            self.hints[self._creates[key][0]] |= {self._creates[each][-1] for each in named}
