"""What the columns of a table may hold, given the rows that its foreign keys can point at."""

from collections.abc import Sequence
from typing import Final

from pgmig.ddl import ident_text
from pgmig.shadow.rows.choices import Choice, Choices, Variable, narrowed
from pgmig.shadow.rows.samples import NULL, Value
from pgmig.shadow.rows.table import Check, Column, ForeignKey, Table
from pgmig.shadow.rows.trial import Judge, Trial
from pgmig.shadow.rows.types import Values

_MOST_PARENTS: Final = 60
_MOST_JOINED: Final = 200

Columns = tuple[str, ...]
Parents = dict[tuple[int, Columns], list[Choice]]
"""The values that a table has in some of its columns, by the table's OID and the columns."""


class Unfillable(Exception):
    """No row can be made, and why."""


class Supply:
    """Variables for tables.

    Attributes:
        parents: what the tables filled so far hold where a foreign key points at them.
        promised: the same of tables yet to fill, for a circle of foreign keys that takes no NULL.
        postponed: foreign keys that hold NULL until the table they point at is filled.
    """

    def __init__(self, trial: Trial, values: Values) -> None:
        """Variables of `values`."""
        self._trial = trial
        self._values = values
        self._shared: dict[tuple[int, int, bool, bool], Choices] = {}
        self.parents: Parents = {}
        self.promised: Parents = {}
        self.postponed: list[tuple[Table, ForeignKey]] = []

    def variables(self, table: Table, leaf: Table | None, *, is_first: bool) -> list[Variable]:
        """The variables of a table, or of the rows of one partition of it.

        Args:
            table: the table; a partitioned one at its root.
            leaf: the partition at the bottom.
            is_first: nothing is in the table yet: foreign keys to itself find no row.

        Raises:
            Unfillable: a foreign key finds no row and takes no NULL.
        """
        both = [table] if leaf is None else [table, leaf]
        checks = list({check.expression: check for one in both for check in one.checks}.values())
        if leaf is not None and leaf.bound is not None:
            checks.append(_bound(leaf))
        nullable = self._nullable(both)
        units = [
            self._foreign(table, key, nullable, is_first=is_first)
            for one in both
            for key in one.foreign_keys
        ]
        units += [
            Variable(columns, Choices(choices))
            for one in both
            for (oid, columns), choices in self.promised.items()
            if oid == one.oid
        ]
        joined = _merged([unit for unit in units if unit is not None])
        bound = {column for unit in joined for column in unit.columns}
        keys = {column for one in both for key in one.keys for column in key.columns}
        singles = [
            self._single(column, checks, is_key=column.name in keys, nullable=nullable)
            for column in table.written
            if column.name not in bound
        ]
        return narrowed([*joined, *singles], checks, Judge(self._trial, table))

    def remember(self, table: Table, columns: Columns) -> None:
        """Keep what a filled table has in columns that foreign keys point at."""
        names = ",".join(map(ident_text, columns))
        given = " AND ".join(f"{ident_text(column)} IS NOT NULL" for column in columns)
        only = "" if table.kind == "p" else "ONLY "
        rows = self._trial.ask(
            f"SELECT {names} FROM {only}{table.sql} WHERE {given} LIMIT {_MOST_PARENTS}"  # noqa: S608 - quoted
        )
        if rows:
            self.parents[table.oid, columns] = [tuple(map(Value, row)) for row in rows]

    def promise(self, key: ForeignKey, target: Table) -> None:
        """Choose what a table yet to fill will have in the columns that `key` points at."""
        place = (key.target, key.target_columns)
        if place in self.promised or key.target not in (target.oid, *_oids(target.leaves)):
            return
        by_name = {column.name: column for column in target.columns}
        values = [self._values.of(by_name[name], is_key=True)[:3] for name in key.target_columns]
        self.promised[place] = list(zip(*values, strict=False))

    def is_soft(self, table: Table, key: ForeignKey) -> bool:
        """Whether the foreign key can hold NULL."""
        null = [name for name in key.columns if name in self._nullable([table])]
        return len(null) == len(key.columns) if key.is_match_full else bool(null)

    def _nullable(self, tables: Sequence[Table]) -> frozenset[str]:
        strict = {c.name for one in tables for c in one.columns if c.is_not_null}
        return frozenset(
            column.name
            for column in tables[0].written
            if column.name not in strict and not self._values.is_not_null(column.type)
        )

    def _single(
        self, column: Column, checks: Sequence[Check], *, is_key: bool, nullable: frozenset[str]
    ) -> Variable:
        about = [check.expression for check in checks if column.name in check.columns]
        shape = (column.type, column.modifier, is_key, column.name in nullable)
        if not about and shape in self._shared:
            return Variable((column.name,), self._shared[shape])
        found = self._values.of(column, is_key=is_key)
        texts = {value.text for value in found}
        hinted = [v for v in self._values.hinted(column, about) if v.text not in texts]
        every = [*found, *hinted] + ([NULL] if column.name in nullable or not found else [])
        choices = Choices((value,) for value in every)
        if not about:
            self._shared[shape] = choices
        return Variable((column.name,), choices)

    def _foreign(
        self, table: Table, key: ForeignKey, nullable: frozenset[str], *, is_first: bool
    ) -> Variable | None:
        written = {column.name for column in table.written}
        if not written.issuperset(key.columns):
            return None  # a generated column points: the server's word on the row counts
        rows = self.parents.get((key.target, key.target_columns))
        if rows is None:
            rows = self.promised.get((key.target, key.target_columns))
        choices = list(rows or ())[:_MOST_PARENTS]
        soft = [column in nullable for column in key.columns]
        if all(soft) if key.is_match_full else any(soft):
            choices.append(self._without(key, soft, choices, table))
            if rows is None and not is_first:
                self.postponed.append((table, key))
        elif not choices and is_first and key.target == table.oid:
            return None  # the row is to point at itself
        elif not choices:
            raise Unfillable(f"its foreign key {key.name} finds no row to point at")
        return Variable(key.columns, Choices(choices))

    def _without(
        self, key: ForeignKey, soft: Sequence[bool], choices: Sequence[Choice], table: Table
    ) -> Choice:
        """The choice that points nowhere: NULL in every column that takes it."""
        by_name = {column.name: column for column in table.columns}
        return tuple(
            NULL if is_soft else choices[0][place] if choices else self._any(by_name[name])
            for place, (name, is_soft) in enumerate(zip(key.columns, soft, strict=True))
        )

    def _any(self, column: Column) -> Value:
        found = self._values.of(column)
        return found[0] if found else NULL


def _bound(leaf: Table) -> Check:
    """The bound of a partition as a condition; it reads columns that its text names."""
    text = leaf.bound or ""
    named = (column.name for column in leaf.columns if column.name in text)
    return Check(leaf.name, frozenset(named), text)


def _oids(tables: Sequence[Table]) -> list[int]:
    return [table.oid for table in tables]


def _merged(units: Sequence[Variable]) -> list[Variable]:
    """Variables without a column in common: those that have one are joined on it."""
    found: list[Variable] = []
    for unit in units:
        merged = unit
        for other in [one for one in found if set(one.columns) & set(unit.columns)]:
            found.remove(other)
            merged = _join(other, merged)
        found.append(merged)
    return found


def _join(one: Variable, other: Variable) -> Variable:
    """The choices of both that agree on the columns in common.

    Raises:
        Unfillable: none do.
    """
    more = [place for place, name in enumerate(other.columns) if name not in one.columns]
    shared = [(one.columns.index(n), p) for p, n in enumerate(other.columns) if n in one.columns]
    choices = [
        (*left, *(right[place] for place in more))
        for left in one.choices.all
        for right in other.choices.all
        if all(left[a].text == right[b].text for a, b in shared)
    ][:_MOST_JOINED]
    if not choices:
        names = ", ".join(sorted(set(one.columns) & set(other.columns)))
        raise Unfillable(f"its foreign keys over {names} find no row that suits them all")
    return Variable((*one.columns, *(other.columns[place] for place in more)), Choices(choices))
