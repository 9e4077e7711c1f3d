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
        self._joins: defaultdict[ObjectKey, list[Step]] = defaultdict(list)
        self._early: set[ObjectKey] = set()
        self._lay_alters()
        self._lay_drops()
        self._lay_creates()
        self._follow_old()
        self._follow_new()
        self._follow_parts()
        self._fill_in_order()
        self._empty_schemas()
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
            self._lay_leaving_and_joining(key, steps)
        self._lay_reached()
        for key, statements in self.fates.rebuilt.items():
            if statements:
                why = "reset when a column that it reads changed its type"
                self._lay(Step(key, "rebuilt"), [reason_of(each, why=why) for each in statements])

    def _lay_leaving_and_joining(self, key: ObjectKey, steps: Sequence[Step]) -> None:
        """Away from a whole first, into one last."""
        for number, step in enumerate(steps):
            each = self.statements[step][0]
            if each.is_joining:
                self._joins[key].append(step)
                self.needs[step].update(steps[:number])
            if _is_leaving(each):
                for after in steps[number + 1 :]:
                    self.needs[after].add(step)

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
            given = decisions.statements.get(key) or kind.drop_around(record, self.around)
            statements = tuple(kind.drop(record) if given is None else given)
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
        # Those that have parts before the parts.
        for key in sorted(created, key=lambda key: RANK[key.kind]):
            record, kind = created[key], kind_of(key)
            why = self.fates.remade.get(key, "new")
            cut = self.decisions.cuts.get(key)
            first = cut[0].first if cut else record
            made = self._made(key, first)
            made += kind.bestowed(first, self.around)
            told = [
                reason_of(each, why=_why_of_later(each, why) if place else why)
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

    def _made(self, key: ObjectKey, record: Any) -> list[Statement]:
        """What makes an object: as a part, or by itself before its table joins the whole."""
        kind = kind_of(key)
        record = kind.amid(record, self.around)
        if key in self.fates.made:
            left = kind.left_over(record, self.around)
            if left is not None:
                return [*left]
        if any(edge.target in self._joins for edge in self.new_web.of(key)):
            alone = kind.before_joining(record, self.around)
            if alone is not None:
                self._early.add(key)
                record = alone
        online = kind.create_online(record, self.around) if self.around.is_online else None
        return [*(kind.create(record) if online is None else online)]

    def _lay_by_mode(self, key: ObjectKey, statements: Sequence[Statement]) -> list[Step]:
        """One step for each run of statements of one mode; one for each that joins a whole."""
        runs: list[list[Statement]] = [[]]
        for each in statements:
            is_joining = each.is_joining or any(one.is_joining for one in runs[-1])
            if runs[-1] and (runs[-1][-1].mode != each.mode or is_joining):
                runs.append([])
            runs[-1].append(each)
        steps = [self._lay(Step(key, "create", n), run) for n, run in enumerate(runs)]
        for step, run in zip(steps, runs, strict=True):
            if any(each.is_joining for each in run):
                self._joins[key].append(step)
        for before, after in pairwise(steps):
            self.needs[after].add(before)
        return steps

    # The needs.

    def _follow_old(self) -> None:
        """Who needs something goes, lets go or is altered before that goes or changes."""
        for key in {*self.fates.gone, *self.fates.remade}:
            drop = self.drop_of(key)
            if drop.key == key and drop.role == "drop":
                self.needs[drop].update(self._leaving(key))
            for edge in self.old_web.to(key):
                self._before_drop(edge, drop)
            if key in self.fates.aside:
                self.needs[drop].add(Step(key, "create"))
            elif key in self.fates.remade:
                self.needs[Step(key, "create")].add(drop)
        self._before_alters()
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

    def _leaving(self, key: ObjectKey) -> list[Step]:
        """The steps with which what an object hangs on leaves the whole that it is a part of."""
        return [
            step
            for edge in self.old_web.of(key)
            for step in self._alters.get(edge.target, ())
            if _is_leaving(self.statements[step][0])
        ]

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
        if edge.type == "P":
            self.needs[drop].update(self._leaving(source))
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
                using = self._using(edge)
                self._after(using, edge)
                if using != self._creates[key][0]:
                    # The name of a NOT NULL is free for the whole as long as no part has it.
                    self.hints[self._creates[key][0]].update(self._creates.get(edge.target, ())[:1])
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
        if kind_of(key).is_finish(edge):
            if Step(key, "finish") in self.statements:
                return Step(key, "finish")
            if key in self._joins:
                return self._joins[key][0]
        return self._creates[key][0]

    def _after(self, step: Step, edge: Edge) -> None:
        target = edge.target
        if target in self._creates:
            is_early = edge.source in self._early
            if is_early and edge.type == "P":
                return
            there = self._creates[target]
            if is_early or step in self._joins.get(edge.source, ()):
                there = [each for each in there if each not in self._joins.get(target, ())]
            self.needs[step].add(there[-1])
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

    def _follow_parts(self) -> None:
        """What is made by itself stands before the joining that makes it a part; the rest after.

        A whole that is made meanwhile stands behind it, or the joining would make it parts.
        """
        for key in {*self._creates, *self._alters}:
            joins = {step for e in self.new_web.of(key) for step in self._joins.get(e.target, ())}
            if not joins or key in self._joins:
                continue
            steps = self._creates.get(key) or self._alters[key]
            if key in self._early or self._is_taken_along(key):
                ends = [self._creates[part][-1] for part in self._parts_of(key)]
                for join in joins:
                    self.needs[join].update(ends, steps)
                continue
            for whole in self._wholes_of(key):
                self.needs[self._creates[whole][0]].update(joins)
            if any(edge.type == "P" for edge in self.new_web.of(key)):
                for step in steps:
                    self.needs[step].update(joins)
        for key in [key for key in self._joins if key in self._alters]:
            self._lay_rejoined(key)

    def _is_taken_along(self, key: ObjectKey) -> bool:
        """Whether an object that is altered becomes a part with the joining of its table."""
        if key in self._creates:
            return False
        return kind_of(key).before_joining(self.new.objects[key], self.around) is not None

    def _wholes_of(self, key: ObjectKey) -> list[ObjectKey]:
        """The new objects that an object is a part of, and theirs."""
        found = [key]
        for part in found:
            wholes = (edge.target for edge in self.new_web.of(part) if edge.type == "P")
            found += [each for each in wholes if each in self._creates and each not in found]
        return found[1:]

    def _parts_of(self, key: ObjectKey) -> list[ObjectKey]:
        """The new parts of an object, and theirs."""
        found = [key]
        for whole in found:
            parts = (edge.source for edge in self.new_web.to(whole) if edge.type == "P")
            found += [each for each in parts if each in self._creates and each not in found]
        return found[1:]

    def _lay_rejoined(self, key: ObjectKey) -> None:
        for other in {edge.source for edge in self.new_web.to(key)}:
            if not self.around.is_kept(other) or other in self._alters:
                continue
            record = self.new.objects[other]
            made = kind_of(other).rejoined(record, self.around)
            if made:
                why = f"reset as {key} is attached again"
                step = self._lay(
                    Step(other, "rebuilt"), [reason_of(each, why=why) for each in made]
                )
                self.needs[step].update(self._joins[key])

    def _fill_in_order(self) -> None:
        """What a query reads has its rows before it runs; what stands in between may stay."""
        filling = [
            step
            for step, statements in self.statements.items()
            if any(each.is_filling for each in statements)
        ]
        filled = {step.key: step for step in filling if step.role == "alter"}
        for step in filling if filled else ():
            self.wishes[step].update(filled[key] for key in self._read_by(step.key) & {*filled})

    def _read_by(self, key: ObjectKey) -> set[ObjectKey]:
        """All that an object needs in the end."""
        found: set[ObjectKey] = set()
        waiting = [key]
        while waiting:
            new = {edge.target for edge in self.new_web.of(waiting.pop())} - found
            found |= new
            waiting += new
        return found - {key}

    def _is_committed(self, step: Step) -> bool:
        return self.statements[step][0].is_committed_first

    # The hints.

    def _empty_schemas(self) -> None:
        """What is in a schema goes before the schema: pg_depend's rows of that are not read."""
        holders = {
            key.name: self.drop_of(key)
            for key in self.fates.gone
            if kind_of(key).classid == "pg_namespace"
        }
        for key in {*self.fates.gone, *self.fates.remade} if holders else ():
            if key.schema in holders:
                self.needs[holders[key.schema]].add(self.drop_of(key))

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


def _is_leaving(statement: Statement) -> bool:
    return statement.phase == "release" and not statement.column


def _why_of_later(statement: Statement, why: str) -> str:
    """The reason of what follows the first statement of a CREATE."""
    short = why.partition(":")[0]
    if statement.mode == "validate":
        return f"its rows are checked once it is there ({short})"
    return f"comes with it ({short})"
