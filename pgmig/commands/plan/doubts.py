"""Doubts: what a script does to rows that only the target has, and no shadow can show."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pgmig.commands.plan.asking import Asker
from pgmig.commands.plan.assigning import is_harmless
from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.facts import ColumnFacts, Facts
from pgmig.commands.plan.harvest import Part, words_of
from pgmig.commands.plan.meeting import Statement, statements_of
from pgmig.commands.plan.programs import Programs, body_words
from pgmig.commands.plan.reach import refuses, relations_named
from pgmig.commands.plan.setting import Setting, settings
from pgmig.commands.plan.sure import is_fitting, is_given
from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.updating import is_asked, updated
from pgmig.commands.plan.values import CheckResult
from pgmig.commands.plan.words import some
from pgmig.ddl import ident_text, qualified
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import tokens

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

_TABLES = frozenset({"r", "p", "f", "m"})
_PROGRAMS = frozenset({"DO", "CALL", "SELECT", "EXECUTE"})
_WRITING = frozenset({"insert", "update", "delete", "merge", "truncate", "copy"})
_CHANGING = frozenset({"Update", "Merge"})


def doubts(
    asker: Asker, scripts: Sequence[Tried], *, on_step: Callable[[str], None]
) -> Iterator[CheckResult]:
    """What is not known of rows that the scripts write, each as a check without an answer.

    Args:
        asker: asks the target.
        scripts: what was seen of them.
        on_step: told what happens next.
    """
    base = scripts[0].before if scripts else Facts()
    last = next((each.after for each in reversed(scripts) if each.after is not None), base)
    target = _Target(asker, base)
    for tried, statements in statements_of(scripts):
        if tried.after is None:
            break
        on_step(f"asking what {tried.step.label} writes to")
        found = _Doubts(target, tried, last)
        yield from found.of_made()
        for statement in statements:
            yield from found.of_statement(statement)


@dataclass(frozen=True, slots=True)
class _Target:
    """Which tables of the target have rows."""

    asker: Asker
    base: Facts
    _full: dict[int, bool] = field(default_factory=dict[int, bool])

    def name(self, oid: int) -> str:
        """A relation's name there."""
        each = self.base.relations[oid]
        return qualified(each.schema, each.name)

    def has_rows(self, oid: int) -> bool:
        """Whether it has any, as far as anybody knows."""
        if oid not in self.base.relations or self.base.relations[oid].kind not in _TABLES:
            return False
        if oid not in self._full:
            found = self.asker.ask(f"SELECT EXISTS (SELECT FROM {self.name(oid)})")
            self._full[oid] = found.fault is not None or bool(found.rows[0][0])
        return self._full[oid]

    def refers(self, oid: int, numbers: Sequence[int]) -> bool:
        """Whether a row of a table has values in all of these columns, as far as anybody knows."""
        if oid not in self.base.relations or any(
            (oid, n) not in self.base.columns for n in numbers
        ):
            return False
        names = (ident_text(self.base.columns[oid, n].name) for n in numbers)
        where = " AND ".join(f"{name} IS NOT NULL" for name in names)
        found = self.asker.ask(f"SELECT EXISTS (SELECT FROM {self.name(oid)} WHERE {where})")
        return found.fault is not None or bool(found.rows[0][0])


@dataclass(frozen=True, slots=True)
class _Doubts:
    """Those of one script."""

    target: _Target
    tried: Tried
    last: Facts

    @property
    def programs(self) -> Programs:
        """Routines that the script can call."""
        return Programs(self.target.base, self.tried.reach, self.target.has_rows)

    def of_statement(self, statement: Statement) -> Iterator[CheckResult]:
        """What is not known of one statement."""
        written = statement.written
        if written.unseen:
            yield self._unknown(
                (written.number, statement.piece),
                "rows that it writes meet none of the target that is in their way",
                f"the rows could not be looked at in the shadow: {written.unseen}",
            )
        if written.parts is None or statement.piece.words[:1] == ("SELECT",):
            yield from self._of_program(statement)
        parts = written.parts or ()
        read = {oid for part in parts if not part.operation for oid in self._oids(part)}
        for part in dict.fromkeys(parts):
            for oid in self._oids(part):
                if part.operation in {"Insert", "Merge"}:
                    yield from self._of_reading(statement, oid, read)
                    yield from self._of_routines(statement, oid)
                if part.operation in _CHANGING or part.resolution == "UPDATE":
                    yield from self._of_changes(statement, oid)
                if part.operation in {"Delete", "Merge"} and self.target.has_rows(oid):
                    yield from self._of_references(statement, oid)
                if part.operation:
                    yield from self._of_triggers(statement, part, oid, read)

    def of_made(self) -> Iterator[CheckResult]:
        """Tables that the script makes of rows that the target has."""
        after = self.tried.after or Facts()
        for number, piece in enumerate(self.tried.step.half.statements(), start=1):
            said = list(tokens(piece.sql))
            outer = {each.word for each in said if not each.depth}
            is_table = piece.words[:1] == ("CREATE",) and "TABLE" in piece.words[:4]
            is_into = piece.words[:1] in {("SELECT",), ("WITH",)} and "INTO" in outer
            if not (is_table and "AS" in outer) and not is_into:
                continue
            names = {unquoted(each.text) for each in said if each.is_name}
            read = {oid for oid, one in self.target.base.relations.items() if one.name in names}
            for oid in after.relations.keys() - self.tried.before.relations.keys():
                if after.relations[oid].name in names:
                    yield from self._of_rows(number, piece, oid, read)

    def _oids(self, part: Part) -> list[int]:
        named = (part.schema, part.name)
        readings = (self.tried.before, self.tried.after or Facts())
        return list(
            dict.fromkeys(
                oid
                for each in readings
                for oid, one in each.relations.items()
                if (one.schema, one.name) == named
            )
        )

    def _of_reading(self, statement: Statement, oid: int, read: set[int]) -> Iterator[CheckResult]:
        yield from self._of_rows(statement.written.number, statement.piece, oid, read)

    def _of_rows(
        self, number: int, piece: Piece, oid: int, read: set[int]
    ) -> Iterator[CheckResult]:
        """Rows that are made of others, which the shadow does not have."""
        demands = self._demands(oid)
        sources = [self.target.name(each) for each in sorted(read) if self.target.has_rows(each)]
        if demands and sources:
            yield self._unknown(
                (number, piece),
                f"the rows that it writes to {self._name(oid)} meet {some(demands, 3)}",
                f"they come from {some(tuple(sources), 3)}, whose rows the shadow does not have",
                self._name(oid),
            )

    def _of_changes(self, statement: Statement, oid: int) -> Iterator[CheckResult]:
        """Keys, conditions and the like that rows may break once they are changed."""
        if not self.target.has_rows(oid):
            return
        found = settings(statement.piece.sql)
        plain = updated(self.tried.before, statement.piece) or updated(self.last, statement.piece)
        if plain is None and self._is_of_view(statement.piece):  # whose columns have other names
            found = None
        demands = self._demands(oid, found, asked=plain[0] if plain else 0)
        if found is not None and plain is None:
            demands += self._misfits(oid, found)
        if demands:
            yield self._unknown(
                (statement.written.number, statement.piece),
                f"rows of {self._name(oid)} meet {some(demands, 3)} once it has changed them",
                "the shadow has only the rows that scripts wrote",
                self._name(oid),
            )
        columns = None if found is None else set(found)
        yield from self._of_references(statement, oid, columns)

    def _of_references(
        self,
        statement: Statement,
        oid: int,
        columns: set[str] | None = None,
        gone: frozenset[int] = frozenset(),
    ) -> Iterator[CheckResult]:
        """Rows that refer to one that is deleted, or of whose key one of `columns` is changed.

        Those that go with it are deleted too, but for `gone`, of which that is told.
        """
        facts = self.tried.after or self.tried.before
        is_delete = columns is None
        for demand, name in sorted(facts.demands.items(), key=lambda each: each[1]):
            if demand.sort != "orphan" or demand.target != oid:
                continue
            keys = {
                facts.columns[oid, n].name
                for n in demand.target_columns
                if (oid, n) in facts.columns
            }
            if not is_delete and not keys & (columns or set()):
                continue
            if is_delete and (oid, demand.relation, demand.columns) in self.tried.reach.deletes:
                if demand.relation not in gone and self.target.has_rows(demand.relation):
                    further = gone | {oid, demand.relation}
                    yield from self._of_references(statement, demand.relation, gone=further)
                continue
            is_kept = any(
                (demand.relation, n) in facts.columns
                and facts.columns[demand.relation, n].is_not_null
                for n in demand.columns
            )
            is_set = demand.relation in self.tried.reach.cascades.get(oid, ())
            if is_set and not (is_delete and is_kept):
                continue
            if self.target.refers(demand.relation, demand.columns):
                yield self._unknown(
                    (statement.written.number, statement.piece),
                    f"no row of {self._name(demand.relation)} refers to one that it takes away"
                    f" ({ident_text(name)})",
                    f"rows of {self._name(demand.relation)} refer to {self._name(oid)}",
                    self._name(oid),
                )

    def _of_triggers(
        self, statement: Statement, part: Part, oid: int, read: set[int]
    ) -> Iterator[CheckResult]:
        """Triggers that fire for its rows, and may refuse them for rows of the target."""
        if not statement.written.triggers:
            return
        is_copied = any(self.target.has_rows(each) for each in read)
        facts = self.last if oid in self.last.relations else self.tried.before
        kin = self.tried.reach.kin_of([oid])
        is_there = any(self.target.has_rows(each) for each in kin)  # behind a view too
        for_each, by_others = list[str](), list[str]()
        for each in statement.written.triggers:
            if (each.schema, each.relation) != (part.schema, part.name):
                continue
            changed = settings(statement.piece.sql) if each.columns else None
            if changed is not None and not each.columns & changed.keys():
                continue
            is_met = (each.is_of_changes and is_there) or (each.is_of_inserts and is_copied)
            if is_met and not is_harmless(each.body, oid, facts, kin):
                for_each.append(ident_text(each.name))
            elif each.is_of_changes and not each.is_of_inserts:
                continue
            elif self.programs.reads(body_words(each.body)):
                by_others.append(ident_text(each.name))
        for names, reason in (
            (
                for_each,
                "the trigger fires for each row, and the shadow has only those that scripts wrote",
            ),
            (by_others, "its function reads rows that the shadow does not have"),
        ):
            if names:
                yield self._unknown(
                    (statement.written.number, statement.piece),
                    f"{some(tuple(names), 3)} lets rows of {self._name(oid)} through",
                    reason,
                    self._name(oid),
                )

    def _of_routines(self, statement: Statement, oid: int) -> Iterator[CheckResult]:
        """Defaults and conditions of a table that rows are added to, which read others."""
        if not self.tried.reach.words:
            return
        facts = self.tried.after or self.tried.before
        kin = self.tried.reach.kin_of([oid])
        reads = self.programs.has_reading_routine
        names = [
            f"the default of {ident_text(each.name)}"
            for (one, _), each in facts.columns.items()
            if one == oid and each.default and reads(each.default)
        ]
        names += [
            ident_text(name)
            for demand, name in facts.demands.items()
            if demand.sort == "check"
            and demand.relation in kin
            and any(reads(each) for each in demand.expressions)
        ]
        if names:
            yield self._unknown(
                (statement.written.number, statement.piece),
                f"rows that it writes to {self._name(oid)} are let through by"
                f" {some(tuple(sorted(names)), 3)}",
                "a function reads rows that the shadow does not have",
                self._name(oid),
            )

    def _of_program(self, statement: Statement) -> Iterator[CheckResult]:
        piece = statement.piece
        first = piece.words[0] if piece.words else ""
        names = {unquoted(each.text) for each in tokens(piece.sql) if each.is_name}
        said = words_of(piece.sql)
        is_writing = bool((said if first == "DO" else names - _WRITING) & self._writers(first))
        relations = self.target.base.relations.items()
        named = [oid for oid, one in relations if one.name in said and one.kind in _TABLES]
        if first not in _PROGRAMS or not (
            is_writing or self._refuses(piece, said, has_tables=bool(named))
        ):
            return
        if named and not any(self.target.has_rows(oid) for oid in named):
            return
        yield self._unknown(
            (statement.written.number, piece),
            f"{first} does with rows of the target what it does in the shadow",
            "the shadow has only those that scripts wrote",
        )

    def _refuses(self, piece: Piece, said: set[str], *, has_tables: bool) -> bool:
        """Whether it may fail by the rows that it reads."""
        listed = list(tokens(piece.sql))
        is_failing = refuses(piece.sql) or any(each.text in "/%" for each in listed)
        if "CASE" in {each.word for each in listed}:
            is_failing |= any(each.text == ":" or each.word == "CAST" for each in listed)
        is_called = bool(said & self.tried.reach.raisers) and self.programs.reads(said)
        return is_called or (has_tables and is_failing)

    def _writers(self, first: str) -> frozenset[str]:
        own = self.tried.reach.writers - _WRITING - {"execute", "call"}
        return own | _WRITING if first == "DO" else own

    def _demands(
        self, oid: int, changed: Mapping[str, Setting] | None = None, asked: int = 0
    ) -> tuple[str, ...]:
        """Names of what rows of a table must meet; of those only that read changed columns.

        What a query asks of the rows of the table `asked` is left out.
        """
        facts = self.last if oid in self.last.relations else self.tried.before
        kin = self.tried.reach.kin_of([oid])
        found = [
            name
            for demand, name in facts.demands.items()
            if demand.relation in kin
            and not (asked and is_asked(demand, asked))
            and (
                changed is None
                or self._is_at_stake(facts, demand.relation, demand.columns, changed)
            )
        ]
        columns = [
            f"NOT NULL of {ident_text(column.name)}"
            for (relation, _), column in facts.columns.items()
            if relation == oid != asked
            and column.is_not_null
            and (changed is None or self._may_be_null(facts, oid, changed.get(column.name)))
        ]
        return tuple(dict.fromkeys([*(ident_text(each) for each in sorted(found)), *columns]))

    def _is_at_stake(
        self, facts: Facts, oid: int, numbers: Sequence[int], changed: Mapping[str, Setting]
    ) -> bool:
        names = {facts.columns[oid, n].name for n in numbers if (oid, n) in facts.columns}
        return bool(names & changed.keys()) or 0 in numbers

    def _may_be_null(self, facts: Facts, oid: int, setting: Setting | None) -> bool:
        if setting is None or setting.is_constant:
            return setting is not None and setting.is_null
        return not is_given(setting.listed, _columns(facts, oid), _own(facts, oid))

    def _misfits(self, oid: int, changed: Mapping[str, Setting]) -> tuple[str, ...]:
        """Columns whose type may refuse what they get."""
        facts = self.last if oid in self.last.relations else self.tried.before
        columns, own = _columns(facts, oid), _own(facts, oid)
        return tuple(
            f"the type of {ident_text(name)}"
            for name, setting in changed.items()
            if name in columns and not is_fitting(setting.listed, columns[name], columns, own)
        )

    def _is_of_view(self, piece: Piece) -> bool:
        names = {unquoted(each.text) for each in tokens(piece.sql) if each.is_name}
        readings = (self.tried.before, self.last)
        found = relations_named(readings, names)
        return any(
            each.relations[oid].kind == "v"
            for each in readings
            for oid in found
            if oid in each.relations
        )

    def _name(self, oid: int) -> str:
        facts = self.target.base
        for each in (facts, self.tried.before, self.tried.after or facts):
            if oid in each.relations:
                return qualified(each.relations[oid].schema, each.relations[oid].name)
        return ""

    def _unknown(
        self, place: tuple[int, Piece], asks: str, reason: str, relation: str = ""
    ) -> CheckResult:
        return CheckResult(
            sort="written",
            relation=relation,
            asks=asks,
            fails="",
            script=self.tried.step.label,
            statement=place[0],
            line=place[1].line,
            outcome="unknown",
            reason=reason,
        )


def _columns(facts: Facts, oid: int) -> dict[str, ColumnFacts]:
    return {each.name: each for (one, _), each in facts.columns.items() if one == oid}


def _own(facts: Facts, oid: int) -> frozenset[str]:
    """What a column can be qualified with to be of the table, or of a row for it."""
    return frozenset({facts.relations[oid].name, "excluded"} if oid in facts.relations else ())
