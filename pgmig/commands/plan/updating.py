"""Updating: what an UPDATE makes of rows of the target, asked of them before it runs.

Its values are reckoned in a query: whether they can be, fit their columns, and meet what rows of
the table must meet. Keys are not asked: rows that it leaves alone have them too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pgmig.commands.plan.casts import (
    assigned,
    is_cast_of,
    not_among,
    too_long,
    unquoted,
    unreadable,
)
from pgmig.commands.plan.checks import Check, Course
from pgmig.commands.plan.checks.conditions import condition
from pgmig.commands.plan.checks.references import orphan
from pgmig.commands.plan.facts import ColumnFacts, Demand, Facts
from pgmig.commands.plan.reach import Reach, relations_named
from pgmig.commands.plan.setting import Update, update_of
from pgmig.commands.plan.sources import ROW
from pgmig.commands.plan.sure import is_fitting, is_given, is_harmless
from pgmig.commands.plan.words import some
from pgmig.commands.plan.writing import Stake
from pgmig.ddl import ident_text
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import Token, tokens

# Names and expressions in a query are quoted, or are those of the script, or of the deparser.
# ruff: noqa: S608

# What a query can do beside computing, in a transaction that only reads too.
_VOLATILE = frozenset(
    {"set_config", "pg_terminate_backend", "pg_cancel_backend", "pg_advisory_lock", "pg_notify"}
    | {"pg_advisory_xact_lock", "pg_sleep", "pg_reload_conf", "dblink", "dblink_exec", "setval"}
)
_NOTHING = Token("", "", 0, 0, 0)
_ASKED = frozenset({"check", "orphan"})


def updated(facts: Facts, piece: Piece) -> tuple[int, Update] | None:
    """The table that a plain UPDATE changes, and how; None of any other statement."""
    update = update_of(piece.sql) if piece.words[:1] == ("UPDATE",) else None
    if update is None:
        return None
    found = [
        oid
        for oid, each in facts.relations.items()
        if each.name == update.name and update.schema in {"", each.schema} and each.kind in "rp"
    ]
    return (found[0], update) if len(found) == 1 else None


def is_asked(demand: Demand, oid: int) -> bool:
    """Whether a query tells if changed rows of a table meet it."""
    return demand.relation == oid and demand.sort in _ASKED and not demand.has_period


def updates(course: Course, reach: Reach, piece: Piece) -> tuple[Sequence[Check], Sequence[Stake]]:
    """What is asked of the rows that a statement changes, and whose rows decide it."""
    found = updated(course.after, piece)
    if found is None or not course.is_there(found[0]):
        return (), ()
    changing = _Changing(course, reach, *found)
    return tuple(changing.checks()), changing.stakes()


@dataclass(frozen=True, slots=True)
class _Changing:
    """A plain UPDATE of a table of the target."""

    course: Course
    reach: Reach
    oid: int
    update: Update

    @property
    def names(self) -> set[str]:
        """All that it names, but for the columns that it only sets."""
        texts = [*self.update.values.values(), self.update.source, self.update.where]
        return {unquoted(each.text) for text in texts for each in tokens(text) if each.is_name}

    @property
    def others(self) -> set[int]:
        """Other relations that it reads."""
        return relations_named([self.course.base, self.course.after], self.names) - {self.oid}

    def demands(self) -> list[Demand]:
        """What its columns must meet, and a query can tell."""
        columns = self.course.after.columns
        return [
            each
            for each in self.course.after.demands
            if is_asked(each, self.oid)
            and any(columns[self.oid, n].name in self.update.values for n in each.columns if n > 0)
        ]

    def stakes(self) -> list[Stake]:
        """Whose rows decide."""
        columns, demands = self.course.after.columns, self.demands()
        places = {(self.oid, n) for each in demands for n in each.columns}
        read = {columns[at].name for at in places if at in columns}
        read = (read - self.update.values.keys()) | self.names
        is_generated = any(
            each.is_generated for (oid, _), each in columns.items() if oid == self.oid
        )
        # Constants alone depend on no column; a generated one changes with others.
        return [
            Stake(self.oid, frozenset() if is_generated else frozenset(read or {""})),
            *(Stake(oid) for oid in self.others),
            *(Stake(each.target, is_target=True) for each in demands if each.target),
        ]

    def checks(self) -> Iterator[Check]:
        """All of them."""
        reason = self._reason()
        for each in (*self._computed(), *self._filled(), *self._met()):
            # Of several rows behind FROM it takes any.
            is_open = self.oid in self.reach.triggered or bool(self.update.source)
            yield replace(
                each,
                oid=self.oid,
                path=self.course.path,
                reason=each.reason or reason,
                is_doubtful=each.is_doubtful or is_open,
            )

    def _reason(self) -> str:
        """Why it cannot be asked; "" where it can."""
        made = self.course.made
        if self.names & self.reach.writers:
            return "it calls a routine that may write"
        if self.names & _VOLATILE:
            return "what it calls does more than to compute"
        if self._is_of_row():
            return "it reads whole rows"
        for oid in sorted(self.others):
            if self._is_changed(oid):
                name = (
                    self.course.after.relations.get(oid) or self.course.base.relations[oid]
                ).name
                return f"the scripts make or change {ident_text(name)}, which it reads"
        texts = [*self.update.values.values(), self.update.source, self.update.where]
        return made.unknown(self.oid, self._numbers()) or made.changed(*texts)

    def _is_of_row(self) -> bool:
        """Whether it names the row as a whole, which the rows of a query have more in than that."""
        texts = [*self.update.values.values(), self.update.where]
        names = self._own - self._named.keys()
        return any(
            unquoted(one.text) in names
            and one.is_name
            and (sign.text != "." or column.text == "*")
            and before.text != "."
            for listed in ([_NOTHING, *tokens(text), _NOTHING, _NOTHING] for text in texts)
            for before, one, sign, column in zip(
                listed, listed[1:], listed[2:], listed[3:], strict=False
            )
        )

    def _is_changed(self, oid: int) -> bool:
        base, after = self.course.base, self.course.after
        if base.relations.get(oid) != after.relations.get(oid):
            return True
        there = {at: each for at, each in base.columns.items() if at[0] == oid}
        now = {at: each for at, each in after.columns.items() if at[0] == oid}
        named = {at for at, each in (*there.items(), *now.items()) if each.name in self.names}
        return any(
            at not in there
            or at not in now
            or (there[at].name, there[at].type_oid) != (now[at].name, now[at].type_oid)
            for at in named
        )

    def _numbers(self) -> list[int]:
        columns = self.course.after.columns.items()
        return [n for (oid, n), each in columns if oid == self.oid and each.name in self.names]

    def _columns(self) -> Iterator[tuple[ColumnFacts, str]]:
        """The columns that it sets, each with its value."""
        for (oid, _), column in self.course.after.columns.items():
            if oid == self.oid and column.name in self.update.values:
                value = self.update.values[column.name]
                is_default = value.upper() == "DEFAULT"
                yield column, (column.default or "NULL") if is_default else value

    def _rows(self, selected: str, numbers: Sequence[int] = ()) -> str:
        """A query of something of the rows that it changes, as they are before."""
        alias = ident_text(self.update.alias or self.update.name)
        needed = sorted({*self._numbers(), *numbers})
        source = self.course.rows.source(self.oid, needed, alias=alias, is_only=self.update.is_only)
        others = f", {self.update.source}" if self.update.source else ""
        where = f" WHERE ({self.update.where})" if self.update.where else ""
        return f"SELECT {selected} FROM {source}{others}{where}"

    def _row(self) -> str:
        return f"{ident_text(self.update.alias or self.update.name)}.{ROW}"

    def _computed(self) -> Iterator[Check]:
        """That its values can be reckoned, and fit their columns."""
        table = self.course.rows.name(self.oid)
        found = [(one, value) for one, value in self._columns() if not self._is_plain(one, value)]
        if not found:
            yield from self._chosen()
            return
        names = some(tuple(ident_text(one.name) for one, _ in found), 3)
        yield Check(
            "computed",
            table,
            f"what it sets {names} of {table} to can be computed, and fits",
            f"rows of {table} of which what it sets {names} to cannot be computed, or does not fit",
            self._misfit(*found[0]) if len(found) == 1 and not self.update.source else "",
            trial=self._rows(", ".join(assigned(value, one) for one, value in found)),
        )

    def _misfit(self, column: ColumnFacts, value: str) -> str:
        """A query for rows whose value does not fit, of a column as it is or with a cast."""
        name, *rest = tokens(value)
        read = self._named.get(unquoted(name.text)) if name.is_name else None
        if read is None or column.domain is not None:
            return ""
        if rest and not is_cast_of(value, read.name):
            return ""
        wrong = not_among(read, column) or unreadable(read, column, self.course.major)
        wrong = (too_long(read, column) if not rest else "") or wrong
        if not wrong:
            return ""
        inner = self._rows(f"{wrong} AS wrong, {self._row()} AS {ROW}")
        return f"SELECT {ROW} FROM ({inner} OFFSET 0) v WHERE wrong"

    def _chosen(self) -> Iterator[Check]:
        """That its condition can be reckoned."""
        if is_harmless(list(tokens(self.update.where)), self._named):
            return
        table = self.course.rows.name(self.oid)
        yield Check(
            "computed",
            table,
            f"the condition of what it changes in {table} can be computed",
            f"rows of {table} that the condition of what it changes fails on",
            trial=self._rows("pg_catalog.count(*)"),
        )

    @property
    def _named(self) -> dict[str, ColumnFacts]:
        """The columns of the table, by name."""
        columns = self.course.after.columns.items()
        return {each.name: each for (oid, _), each in columns if oid == self.oid}

    def _is_plain(self, column: ColumnFacts, value: str) -> bool:
        """Whether it cannot fail: a constant, the next of a sequence, a column of that type."""
        return is_fitting(list(tokens(value)), column, self._named, self._own)

    @property
    def _own(self) -> frozenset[str]:
        """What its columns are qualified with."""
        return frozenset({self.update.alias or self.update.name})

    def _filled(self) -> Iterator[Check]:
        """That no column which is NOT NULL gets NULL."""
        table = self.course.rows.name(self.oid)
        for column, value in self._columns():
            if not column.is_not_null or is_given(list(tokens(value)), self._named, self._own):
                continue
            named = ident_text(column.name)
            inner = self._rows(f"({value})::{column.type} AS value, {self._row()} AS {ROW}")
            yield Check(
                "null",
                table,
                f"no row of {table} gets NULL in {named}",
                f"NULL for {named} in rows of {table} that it changes",
                f"SELECT {ROW} FROM ({inner} OFFSET 0) v WHERE value IS NULL",
            )

    def _met(self) -> Iterator[Check]:
        """That changed rows meet conditions, and have the rows that they refer to."""
        columns, name = self.course.after.columns, self.update.alias or self.update.name
        values = {column.name: (column, value) for column, value in self._columns()}
        for demand in self.demands():
            read = [columns[self.oid, n].name for n in demand.columns if n > 0]
            selected = [
                f"({values[one][1]})::{values[one][0].type} AS {ident_text(one)}"
                if one in values
                else f"{ident_text(name)}.{ident_text(one)} AS {ident_text(one)}"
                for one in read
            ]
            inner = self._rows(
                ", ".join([*selected, f"{self._row()} AS {ROW}"]),
                [n for n in demand.columns if n > 0],
            )
            names = (self.course.after.demands[demand], self.course.after.relations[self.oid].name)
            maker = orphan if demand.sort == "orphan" else condition
            check = maker(self.course, demand, names, f"({inner} OFFSET 0)")
            reason = self.course.made.unknown(self.oid, demand.columns)
            reason = reason or self.course.made.changed(*demand.expressions)
            if demand.target and self.course.is_there(demand.target):
                made = self.course.made.unknown(demand.target, demand.target_columns)
                reason = reason or made
            asks = f"{check.asks} once it has changed them"
            yield replace(check, asks=asks, reason=check.reason or reason)
