"""What a script did to rows: those that are gone, and values that are no longer the same."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pgmig.db import Connection
from pgmig.db.execute import compose, run
from pgmig.shadow.rows.casts import Casts, formed
from pgmig.shadow.rows.held import HeldColumn, HeldTable, Row, Rows, held
from pgmig.shadow.rows.table import Name
from pgmig.shadow.rows.trial import Trial, looking

Rename = tuple[tuple[str, str, str | None], str]
"""A table, or a column of it, by its old schema, name and column; and the new name."""

_SHOWN = 40  # characters of a value


class Loss(StrEnum):
    """What became of something."""

    ROW = "row lost"
    VALUE = "value changed"
    ADDED = "row added"
    TABLE = "table gone"
    COLUMN = "column gone"


@dataclass(frozen=True, slots=True)
class Lost:
    """A row or a value that is not as it was, or a table or column that there is no more.

    Attributes:
        what: which of these.
        table: the schema and old name of the table.
        column: the old name of the column; of an attribute with the column's, as `address.town`.
        old: the value before.
        new: the value now.
        row: what the row held, or the added one holds, by column.
        rows: how many rows the table that is gone had.
    """

    what: Loss
    table: Name
    column: str | None = None
    old: str | None = None
    new: str | None = None
    row: tuple[tuple[str, str | None], ...] = ()
    rows: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether it is a table or column that there is no more."""
        return self.what in (Loss.TABLE, Loss.COLUMN)

    def __str__(self) -> str:
        """For people: `shop.bike.price: value changed: 1.25 is now 1.3`."""
        place = ".".join((*self.table, self.column) if self.column else self.table)
        match self.what:
            case Loss.VALUE:
                return f"{place}: {self.what}: {_shown(self.old)} is now {_shown(self.new)}"
            case Loss.ROW | Loss.ADDED:
                row = ", ".join(f"{name} = {_shown(value)}" for name, value in self.row)
                return f"{place}: {self.what}: {row}"
            case Loss.TABLE:
                return f"{place}: {self.what}, with {self.rows} rows"
            case Loss.COLUMN:
                return f"{place}: {self.what}"


def lost(before: Rows, conn: Connection, *, renamed: Collection[Rename] = ()) -> tuple[Lost, ...]:
    """What `before` had that the database no longer has, and the rows that it did not have.

    Rows are compared by value, over the columns that are on both sides and can be written on both;
    their order counts for nothing. A partition may move into another tree or out of one. Where a
    column has another type, a value is the same when each of the two types makes its form of the
    other's: what a narrower type cut off has changed.

    Args:
        before: what `values` gave.
        conn: a session in the same database, later.
        renamed: what has another name now.

    Raises:
        ServerRefused: the server refused a query.
    """
    with looking(conn):
        run(conn, compose(conn, "SET LOCAL TimeZone = {zone}", zone=before.time_zone))
        return tuple(_Comparison(before, held(conn), renamed, Casts(Trial(conn))).lost())


@dataclass(frozen=True, slots=True)
class _Common:
    """A column on both sides; its path is that of the new side."""

    path: tuple[str, ...]
    old: HeldColumn
    new: HeldColumn

    @property
    def name(self) -> str:
        return ".".join(self.old.path)

    @property
    def is_composite(self) -> bool:
        """Whether only NULL or not counts, as the attributes are compared by themselves."""
        return self.old.is_composite and self.new.is_composite


@dataclass(frozen=True, slots=True)
class _Fact:
    """A row: the part of the table it is in, and its values in the columns in common."""

    place: Name
    texts: Row
    form: Row  # the texts, of the old side as the new types have them


class _Comparison:
    """All tables before and after."""

    def __init__(
        self, before: Rows, after: Rows, renamed: Collection[Rename], casts: Casts
    ) -> None:
        self._old = before.tables
        self._new = after.tables
        self._casts = casts
        self._tables = {
            (schema, table): (schema, name)
            for (schema, table, column), name in renamed
            if column is None
        }
        self._columns = {
            ((schema, table), column): name
            for (schema, table, column), name in renamed
            if column is not None
        }

    def lost(self) -> Iterator[Lost]:
        """Everything that differs, table by table."""
        for old, new in self._groups():
            if new:
                yield from self._compared(old, new)
            else:
                for name in old:
                    yield Lost(Loss.TABLE, name, rows=len(self._old[name].rows))

    def _now(self, name: Name) -> Name:
        return self._tables.get(name, name)

    def _groups(self) -> Iterator[tuple[list[Name], list[Name]]]:
        """Tables before and after that have the same parts, however these have moved."""
        homes: dict[Name, set[Name]] = defaultdict(set)  # the new tables of a part
        for name, table in self._new.items():
            for part in (name, *table.parts):
                homes[part].add(name)
        groups: list[tuple[list[Name], set[Name]]] = []
        place: dict[Name, int] = {}  # the group of a new table
        for name in sorted(self._old):
            now = {
                home
                for part in (name, *self._old[name].parts)
                for home in homes.get(self._now(part), ())
            }
            tied = sorted({place[home] for home in now if home in place})
            members, targets = [name], set(now)
            for number in tied:
                members += groups[number][0]
                targets |= groups[number][1]
                groups[number] = ([], set())
            groups.append((members, targets))
            place |= dict.fromkeys(targets, len(groups) - 1)
        for members, targets in groups:
            if members:
                yield sorted(members), sorted(targets)

    def _compared(self, old: Sequence[Name], new: Sequence[Name]) -> Iterator[Lost]:
        parts = {part for name in new for part in self._new[name].parts}
        for name in old:
            for part in sorted(self._old[name].parts):
                if self._now(part) not in parts:
                    yield Lost(Loss.TABLE, part, rows=self._old[name].places.count(part))
            yield from self._gone_columns(name, new)
        before = {name: self._old_places(name) for name in old}
        after = {name: {c.path: n for n, c in enumerate(self._new[name].columns)} for name in new}
        common = self._common(old[0], before, new[0], after)
        was = [f for name in old for f in _facts(self._old[name], before[name], common)]
        now = [f for name in new for f in _facts(self._new[name], after[name], common)]
        was = self._converted(was, now, common)
        # What was in a part that is gone may be elsewhere now; if not, it went with the part.
        missing = [fact for fact in _rest(was, now) if self._now(fact.place) in parts]
        names = [column.name for column in common]
        yield from _told(old[0], missing, _rest(now, was), names)

    def _old_places(self, name: Name) -> dict[tuple[str, ...], int]:
        return {self._path(name, c): n for n, c in enumerate(self._old[name].columns)}

    def _common(
        self,
        old: Name,
        before: Mapping[Name, Mapping[tuple[str, ...], int]],
        new: Name,
        after: Mapping[Name, Mapping[tuple[str, ...], int]],
    ) -> list[_Common]:
        """The columns that every one of the tables has."""
        every = [*before.values(), *after.values()]
        return [
            _Common(path, self._old[old].columns[place], self._new[new].columns[after[new][path]])
            for path, place in before[old].items()
            if all(path in one for one in every)
        ]

    def _gone_columns(self, name: Name, new: Sequence[Name]) -> Iterator[Lost]:
        columns = [column for each in new for column in self._new[each].columns]
        there = {column.path for column in columns}
        # The attributes of what is no composite type any more are compared as part of the whole.
        told = [column.path for column in columns if not column.is_composite]
        for column in self._old[name].columns:
            now = self._path(name, column)
            if now not in there and not any(now[: len(path)] == path for path in told):
                told.append(now)
                yield Lost(Loss.COLUMN, name, ".".join(column.path))

    def _path(self, name: Name, column: HeldColumn) -> tuple[str, ...]:
        first, *rest = column.path
        return (self._columns.get((name, first), first), *rest)

    def _converted(
        self, was: Sequence[_Fact], now: Sequence[_Fact], common: Sequence[_Common]
    ) -> list[_Fact]:
        """The old rows in the forms of the new types."""
        maps: list[Mapping[str, str]] = []
        for place, column in enumerate(common):
            if column.old.type == column.new.type or column.is_composite:
                maps.append({})
                continue
            old = {text for fact in was if (text := fact.form[place]) is not None}
            new = {text for fact in now if (text := fact.form[place]) is not None}
            maps.append(self._casts.forms(column.old, column.new, old, new))
        return [
            _Fact(
                fact.place,
                fact.texts,
                tuple(
                    None if text is None else forms.get(text, text)
                    for text, forms in zip(fact.form, maps, strict=True)
                ),
            )
            for fact in was
        ]


def _facts(
    table: HeldTable, places: Mapping[tuple[str, ...], int], common: Sequence[_Common]
) -> Iterator[_Fact]:
    columns = [
        (places[one.path], table.columns[places[one.path]], one.is_composite) for one in common
    ]
    for row, part in zip(table.rows, table.places, strict=True):
        texts = tuple(row[place] for place, _, _ in columns)
        form = tuple(
            "" if is_composite and text is not None else formed(column, text)
            for text, (_, column, is_composite) in zip(texts, columns, strict=True)
        )
        yield _Fact(part, texts, form)


def _rest(some: Sequence[_Fact], others: Sequence[_Fact]) -> list[_Fact]:
    """The rows that have no equal among the others, each of which counts once."""
    left = Counter(fact.form for fact in others)
    found: list[_Fact] = []
    for fact in some:
        if left[fact.form] > 0:
            left[fact.form] -= 1
        else:
            found.append(fact)
    return found


def _told(
    table: Name, missing: Sequence[_Fact], extra: Sequence[_Fact], names: Sequence[str]
) -> Iterator[Lost]:
    """Each missing row as one that is gone, or as the extra row most like it with new values."""
    left = list(extra)
    for fact in missing:
        like = max(left, key=lambda other: _likeness(fact, other), default=None)
        if like is None or not _likeness(fact, like):
            yield Lost(Loss.ROW, table, row=tuple(zip(names, fact.texts, strict=True)))
            continue
        left.remove(like)
        for name, *forms, old, new in zip(
            names, fact.form, like.form, fact.texts, like.texts, strict=True
        ):
            if forms[0] != forms[1]:
                yield Lost(Loss.VALUE, table, name, old, new)
    for fact in left:
        yield Lost(Loss.ADDED, table, row=tuple(zip(names, fact.texts, strict=True)))


def _likeness(one: _Fact, other: _Fact) -> int:
    """In how many columns two rows are equal, 0 when that is fewer than half of them.

    A table of one column has no other to tell its rows by: any two are alike.
    """
    equal = sum(a == b for a, b in zip(one.form, other.form, strict=True))
    return equal + 1 if 2 * (equal + 1) > len(one.form) else 0


def _shown(text: str | None) -> str:
    if text is None:
        return "NULL"
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
