"""Pieces of statements about the rows of one table.

Rows to write are a list of values `r`: k1, k2 .. are the key; v1 .. are values; was1, is1 .. are
those before and behind. The rows of the table are `t`. Both are compared by their text, as the
session prints it: `=` calls values equal that are not the same, as 1.0 and 1.00 of numeric, and
many types have none.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from pgmig.ddl import ident_text as ident
from pgmig.plan.text import one_line
from pgmig.seeds.changes import Change, Dependent, Values
from pgmig.seeds.inserts import value_sql
from pgmig.seeds.part import Part, Phase
from pgmig.seeds.table import Column

T = TypeVar("T")

_CHUNK: Final = 2_000  # rows of one statement


def changed_groups(part: Part) -> list[tuple[tuple[str, ...], list[Change]]]:
    """The changed rows by the columns that change."""
    found: dict[tuple[str, ...], list[Change]] = {}
    for each in part.changes.changed:
        names = tuple(name for name in part.changes.differing(each) if name in part.owned)
        found.setdefault(names, []).append(each)
    return sorted(found.items())


def key_match(part: Part, left: str = "t", right: str = "r") -> str:
    """Whether two rows have one key."""
    pairs = enumerate(zip(part.key.columns, part.key.equals, strict=True), start=1)
    return " AND ".join(
        f"{left}.{ident(name)} {equals} {right}.k{at}" for at, (name, equals) in pairs
    )


def is_either(name: str, at: int, word: str = "IN", more: str = "") -> str:
    """Whether a column holds what it held before or what it shall hold."""
    return f"ROW(t.{ident(name)})::text {word} (ROW(r.was{at})::text, ROW(r.is{at})::text{more})"


def is_loose(name: str, names: Sequence[str], word: str) -> str:
    """Whether a column holds what it held before or NULL."""
    at = names.index(name) + 1
    return f"ROW(t.{ident(name)})::text {word} (ROW(r.v{at})::text, '()')"


def row_compared(names: Sequence[str], sign: str, of: Sequence[str] = ()) -> str:
    """Whether columns are as they should be, or are not; `of` tells their numbers."""
    values = ", ".join(f"r.v{[*(of or names)].index(name) + 1}" for name in names)
    return f"ROW({listed(names, 't')})::text {sign} ROW({values})::text"


def keyed_values(part: Part, names: Sequence[str], rows: Sequence[Values]) -> str:
    """The keys of rows and some of their values."""
    columns = [*columns_of(part, part.key.columns), *columns_of(part, names)]
    return values_list(
        [*heads_of("k", part.key.columns), *heads_of("v", names)],
        " | ".join([", ".join(part.key.columns), *names]),
        [[(column, row[part.changes.place(column.name)]) for column in columns] for row in rows],
    )


def keyed_pairs(
    part: Part, names: Sequence[str], rows: Sequence[Change], same: Sequence[str] = ()
) -> str:
    """The keys of rows, some of their values before and behind, and some that stay."""
    key, changing = columns_of(part, part.key.columns), columns_of(part, names)
    place = part.changes.place
    heads = [
        *heads_of("k", key),
        *(f"{word}{at}" for at, _ in enumerate(names, start=1) for word in ("was", "is")),
        *heads_of("v", same),
    ]
    lines: list[list[tuple[Column, str | None]]] = []
    for old, new in rows:
        line = [(column, new[place(column.name)]) for column in key]
        for column in changing:
            at = place(column.name)
            line += [(column, old[at]), (column, new[at])]
        line += [(column, new[place(column.name)]) for column in columns_of(part, same)]
        lines.append(line)
    legend = [", ".join(part.key.columns), *(f"{name}: was, is" for name in names), *same]
    return values_list(heads, " | ".join(legend), lines)


def values_list(
    heads: Sequence[str], legend: str, rows: Sequence[Sequence[tuple[Column, str | None]]]
) -> str:
    """Values under short names; the first row says their types."""
    lines = ",\n".join(
        "    (" + ", ".join(value_sql(column, text, is_typed=at == 0) for column, text in row) + ")"
        for at, row in enumerate(rows)
    )
    return f"WITH r ({', '.join(heads)}) AS (VALUES\n    -- {one_line(legend)}\n{lines}\n)"


def blanked(part: Part, row: Values, names: Iterable[str]) -> Values:
    """The row with NULL in these columns."""
    places = {part.changes.place(name) for name in names}
    return tuple(None if at in places else value for at, value in enumerate(row))


def in_table_order(part: Part, wanted: Iterable[str]) -> list[str]:
    """Those columns, in the order of the table."""
    chosen = {*wanted}
    return [column.name for column in part.changes.columns if column.name in chosen]


def besides_key(part: Part, wanted: Iterable[str]) -> list[str]:
    """Those that are not of the key."""
    return [name for name in in_table_order(part, wanted) if name not in part.key.columns]


def columns_of(part: Part, names: Iterable[str]) -> list[Column]:
    """The columns of these names."""
    return [part.changes.columns[part.changes.place(name)] for name in names]


def listed(names: Iterable[str], alias: str = "") -> str:
    """The columns as SQL has them."""
    return ", ".join(f"{alias}.{ident(name)}" if alias else ident(name) for name in names)


def heads_of(letter: str, names: Sequence[object]) -> list[str]:
    """What the values of these columns are called in the list."""
    return [f"{letter}{at}" for at, _ in enumerate(names, start=1)]


def numbered(letter: str, names: Sequence[object]) -> str:
    """The values of these columns as SQL has them."""
    return ", ".join(f"r.{head}" for head in heads_of(letter, names))


def chunks(part: Part, rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Rows that one statement writes; where they may refer to each other, all of them."""
    has_own = any(key.target == part.table.name for key in part.table.foreign_keys)
    size = len(rows) if has_own else _CHUNK
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def refers_to(part: Part, each: Dependent) -> str:
    """Whether rows that stay refer to the row `t` by a foreign key that would take them along."""
    pairs = zip(each.columns, each.equals, each.targets, strict=True)
    terms = [f"d.{ident(own)} {equals} t.{ident(target)}" for own, equals, target in pairs]
    if each.table == part.table.name:
        terms.append(f"NOT EXISTS (SELECT FROM r AS o WHERE {key_match(part, 'd', 'o')})")
    return f"EXISTS (SELECT FROM {each.table} AS d WHERE {' AND '.join(terms)})"


def kept_in(part: Part, phase: Phase) -> str:
    """The setting that holds the keys of rows that stay as they are, until the transaction ends.

    A row that is NULL for a moment looks like one that somebody else made NULL.
    """
    return f"'pgmig.kept_{phase}_{part.number}'"


def is_not_kept(part: Part, phase: Phase) -> str:
    """Whether a row is not one of those that the judge found changed and left alone."""
    kept = f"pg_catalog.unnest(pg_catalog.current_setting({kept_in(part, phase)})::text[])"
    row = f"ROW({numbered('k', part.key.columns)})::text"
    return f"NOT EXISTS (SELECT FROM {kept} AS o (k) WHERE o.k = {row})"


def compared(part: Part) -> list[str]:
    """The columns by which a row is judged whose key is taken."""
    names = besides_key(part, part.owned | part.fixed)
    return [name for name in names if name in part.written]


def judged_by(part: Part) -> tuple[list[str], list[str], list[str]]:
    """The columns by which a row is judged that goes.

    All of them, those that are as they were, and those that were let go of before.
    """
    names = besides_key(part, part.settled)
    same = [name for name in names if name not in part.cuts]
    return names, same, [name for name in names if name in part.cuts]
