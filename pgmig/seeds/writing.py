"""Statements that write the rows of one table, and the block before them that judges each row.

Rows are compared by their text: `=` calls values equal that are not the same, as 1.0 and 1.00 of
numeric, and many types have none. The table is locked against other writers from the judgement to
the end of the transaction, so that what was judged is what is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from pgmig.ddl import ident_text as ident
from pgmig.ddl import literal_text
from pgmig.plan.text import one_line
from pgmig.seeds.changes import Change, Dependent, Values
from pgmig.seeds.inserts import value_sql
from pgmig.seeds.part import OnConflict, Part, Phase
from pgmig.seeds.table import Column

T = TypeVar("T")

_CHUNK: Final = 2_000  # rows of one statement
_NAMED: Final = 20  # rows that a message names
_HINT: Final = (
    "Undo the changes or bring them into the files, then try again; or write this script again with"
    " --on-conflict keep (such rows stay) or file (they are overwritten)."
)
_SAID: Final = {
    "fail": "changed by somebody else",
    "keep": "changed by somebody else, stay as they are",
    "file": "changed by somebody else, are overwritten",
}


def blocks(part: Part, phase: Phase, on_conflict: OnConflict) -> Iterator[str]:
    """The statements of one phase, with their comment and their judge; none without rows."""
    table, changes = part.table.name, part.changes
    by = one_line(f"-- {table} (key: {', '.join(part.key.columns)})")
    match phase:
        case "insert" if changes.added:
            yield f"{by}: {_rows(len(changes.added))} added"
            yield from _judge(part, _taken(part), on_conflict)
            yield from _inserts(part, on_conflict)
        case "update" if changes.changed:
            yield f"{by}: {_rows(len(changes.changed))} changed"
            yield from _judge(part, _edited(part), on_conflict)
            is_guarded = on_conflict != "file"
            for names, rows in _groups(part):
                yield from _parked(part, names, rows, is_guarded=is_guarded)
            for names, rows in _groups(part):
                yield from _update(part, names, rows, is_guarded=is_guarded)
            if on_conflict == "file":
                yield from _missing(part, part.returned, [each.new for each in changes.changed])
        case "delete" if changes.removed:
            yield f"{by}: {_rows(len(changes.removed))} removed"
            bound = [str(each.table) for each in part.dependents]
            yield from _judge(part, _leaving(part), on_conflict, also=bound)
            yield from _deletes(part, on_conflict)
        case _:
            pass
    if phase == "update" and changes.added:
        yield from _tightened(part, on_conflict)


def loosened(part: Part, on_conflict: OnConflict) -> Iterator[str]:
    """Rows of a circle of references let go of each other before they are removed."""
    cuts = _names(part, part.cuts)
    if cuts and part.changes.removed:
        rows = [Change(row, _without(part, row, cuts)) for row in part.changes.removed]
        same = [name for name in _others(part, part.settled) if name not in cuts]
        yield f"-- {one_line(str(part.table.name))}: rows that refer to each other"
        yield from _update(part, cuts, rows, same=same, is_guarded=on_conflict != "file")


def _tightened(part: Part, on_conflict: OnConflict) -> Iterator[str]:
    """New rows of a circle get what they refer to."""
    cuts = [name for name in _names(part, part.cuts) if name in part.written]
    if cuts:
        rows = [Change(_without(part, row, cuts), row) for row in part.changes.added]
        same = [name for name in _others(part, part.owned) if name not in cuts]
        yield f"-- {one_line(str(part.table.name))}: rows that refer to each other"
        yield from _update(part, cuts, rows, same=same, is_guarded=on_conflict != "file")


# Judges -----------------------------------------------------------------------------------------


def _judge(
    part: Part, queries: Iterable[str], on_conflict: OnConflict, *, also: Sequence[str] = ()
) -> Iterator[str]:
    """The block that tells of rows that somebody else changed; `also` are tables to lock too."""
    told = "\n".join(f"{query};" for query in queries)
    if not told:
        return
    name = literal_text(f"{part.table.name}".replace("%", "%%") + f": {_SAID[on_conflict]} (%): %")
    level = "EXCEPTION" if on_conflict == "fail" else "WARNING"
    locked = ", ".join(dict.fromkeys([part.table.only, *also]))
    hint = f"\n        USING HINT = {literal_text(_HINT)}" if on_conflict == "fail" else ""
    body = f"""
DECLARE
    pgmig_rows text[];
BEGIN
LOCK TABLE {locked} IN SHARE ROW EXCLUSIVE MODE;
{told}
IF pgmig_rows IS NOT NULL THEN
    RAISE {level} {name}, pg_catalog.cardinality(pgmig_rows),
        pg_catalog.array_to_string(pgmig_rows[1:{_NAMED}], ', '){hint};
END IF;
END
"""
    tag = next(tag for tag in _tags() if tag not in body)
    yield f"DO {tag}{body}{tag};"


def _tags() -> Iterator[str]:
    yield "$pgmig$"
    number = 1
    while True:
        yield f"$pgmig{number}$"
        number += 1


def _taken(part: Part) -> Iterator[str]:
    """New rows whose key is taken by a row with other values."""
    names = [name for name in _others(part, part.owned) if name in part.written]
    for chunk in _chunks(part, part.changes.added) if names else ():
        data = _data(part, names, chunk)
        yield _query(part, data, "' is there with other values'", [_compared(names, "<>")], "JOIN")


def _edited(part: Part) -> Iterator[str]:
    """Rows to change that are neither as they were nor as they shall be, or that are gone."""
    is_gone = f"t.{ident(part.key.columns[0])} IS NULL"
    told = f"CASE WHEN {is_gone} THEN ' is gone' ELSE ' was changed' END"
    for names, rows in _groups(part):
        wrong = [_either(name, at, "NOT IN") for at, name in enumerate(names, start=1)]
        for chunk in _chunks(part, rows):
            data = _pairs(part, names, chunk)
            yield _query(part, data, told, [is_gone, *wrong], "LEFT JOIN")


def _leaving(part: Part) -> Iterator[str]:
    """Rows to remove that are not as they were, or that others would go with."""
    names, same, cuts = _staying(part)
    wrong = [_compared(same, "<>", names)] if same else []
    wrong += [_loose(name, names, "NOT IN") for name in cuts]
    refers = {each: _refers(part, each) for each in part.dependents}
    cases = [
        f"WHEN {condition} THEN {literal_text(f' is referred to by {each.table}')}"
        for each, condition in refers.items()
    ]
    told = f"CASE {' '.join(cases)} ELSE ' was changed' END" if cases else "' was changed'"
    conditions = [*wrong, *refers.values()]
    for chunk in _chunks(part, part.changes.removed) if conditions else ():
        yield _query(part, _data(part, names, chunk), told, conditions, "JOIN")


def _query(part: Part, data: str, told: str, conditions: Sequence[str], join: str) -> str:
    """A query that adds rows, each in words, to those that are known already."""
    row = f"ROW({_numbered('k', part.key.columns)})"
    word = f"pg_catalog.concat({row}, {told})"
    where = "\n    OR ".join(conditions)
    return (
        f"{data}\nSELECT pg_catalog.array_cat(pgmig_rows, pg_catalog.array_agg({word}))"
        f" INTO pgmig_rows\n"
        f"FROM r {join} {part.table.only} AS t ON {_match(part)}\nWHERE {where}"
    )


def _refers(part: Part, each: Dependent) -> str:
    """Whether rows that stay refer to the row `t` by a foreign key that would take them along."""
    pairs = zip(each.columns, each.equals, each.targets, strict=True)
    terms = [f"d.{ident(own)} {equals} t.{ident(target)}" for own, equals, target in pairs]
    if each.table == part.table.name:
        terms.append(f"NOT EXISTS (SELECT FROM r AS o WHERE {_match(part, 'd', 'o')})")
    return f"EXISTS (SELECT FROM {each.table} AS d WHERE {' AND '.join(terms)})"


# Statements -------------------------------------------------------------------------------------


def _inserts(part: Part, on_conflict: OnConflict) -> Iterator[str]:
    rows = [_without(part, row, part.cuts) for row in part.changes.added]
    owned = [name for name in _others(part, part.owned) if name in part.written]
    if part.key.is_deferrable:  # no arbiter of ON CONFLICT
        if on_conflict == "file" and owned:
            turned = [Change(row, row) for row in part.changes.added]
            yield from _update(part, owned, turned, is_guarded=False)
        yield from _missing(part, part.written, rows)
        return
    otherwise = "NOTHING"
    if on_conflict == "file" and owned:
        sets = ", ".join(f"{ident(name)} = excluded.{ident(name)}" for name in owned)
        both = " <> ".join(f"ROW({_listed(owned, side)})::text" for side in ("t", "excluded"))
        otherwise = f"UPDATE SET {sets}\nWHERE {both}"
    columns = _columns(part, part.written)
    for chunk in _chunks(part, rows):
        lines = ",\n".join(f"    ({_plain(part, columns, row)})" for row in chunk)
        yield (
            f"INSERT INTO {part.table.name} AS t ({_listed(part.written)}){_overriding(columns)}"
            f" VALUES\n{lines}\nON CONFLICT ({_listed(part.key.columns)}) DO {otherwise};"
        )


def _missing(part: Part, names: Sequence[str], rows: Sequence[Values]) -> Iterator[str]:
    """An INSERT of those rows whose key is not there."""
    columns = _columns(part, names)
    for chunk in _chunks(part, rows):
        data = _with(
            [f"v{at}" for at, _ in enumerate(names, start=1)],
            ", ".join(names),
            [
                [(column, row[part.changes.place(column.name)]) for column in columns]
                for row in chunk
            ],
        )
        values = ", ".join(f"r.v{at}" for at, _ in enumerate(names, start=1))
        same = " AND ".join(
            f"t.{ident(name)} {equals} r.v{[*names].index(name) + 1}"
            for name, equals in zip(part.key.columns, part.key.equals, strict=True)
        )
        yield (
            f"{data}\nINSERT INTO {part.table.name} ({_listed(names)}){_overriding(columns)}\n"
            f"SELECT {values} FROM r\n"
            f"WHERE NOT EXISTS (SELECT FROM {part.table.only} AS t WHERE {same});"
        )


def _update(
    part: Part,
    names: Sequence[str],
    rows: Sequence[Change],
    *,
    same: Sequence[str] = (),
    is_guarded: bool,
) -> Iterator[str]:
    """An UPDATE of these columns.

    Args:
        part: the table.
        names: of the columns.
        rows: with what is in them before and behind.
        same: columns that must be as the row after the change has them.
        is_guarded: leave rows alone whose columns hold neither.
    """
    sets = ", ".join(f"{ident(name)} = r.is{at}" for at, name in enumerate(names, start=1))
    terms = [_match(part)]
    if is_guarded:
        terms += _unedited(part, names)
    if same and is_guarded:
        terms.append(_compared(same, "="))
    # Nothing is written that is there already.
    terms.append(f"ROW({_listed(names, 't')})::text <> ROW({_numbered('is', names)})::text")
    where = "\n    AND ".join(terms)
    for chunk in _chunks(part, rows):
        data = _pairs(part, names, chunk, same)
        yield f"{data}\nUPDATE {part.table.only} AS t SET {sets} FROM r\nWHERE {where};"


def _parked(
    part: Part, names: Sequence[str], rows: Sequence[Change], *, is_guarded: bool
) -> Iterator[str]:
    """What is unique is let go of before another row takes it."""
    parked = [name for name in names if name in part.parked]
    if not parked:
        return
    heads = {name: at for at, name in enumerate(names, start=1)}
    sets = ", ".join(f"{ident(name)} = NULL" for name in parked)
    changing = " OR ".join(f"ROW(t.{ident(n)})::text <> ROW(r.is{heads[n]})::text" for n in parked)
    guards = _unedited(part, names) if is_guarded else []
    where = "\n    AND ".join([_match(part), *guards, f"({changing})"])
    for chunk in _chunks(part, rows):
        data = _pairs(part, names, chunk)
        yield f"{data}\nUPDATE {part.table.only} AS t SET {sets} FROM r\nWHERE {where};"


def _unedited(part: Part, names: Sequence[str]) -> list[str]:
    """Conditions: columns hold what they held before or what they shall hold."""
    return [
        _either(name, at, "IN", ", '()'" if name in part.parked else "")
        for at, name in enumerate(names, start=1)
    ]


def _deletes(part: Part, on_conflict: OnConflict) -> Iterator[str]:
    names, same, cuts = _staying(part)
    terms = [_match(part)]
    if on_conflict == "file":
        names = []
    else:
        terms += [_compared(same, "=", names)] if same else []
        terms += [_loose(name, names, "IN") for name in cuts]
        terms += [f"NOT {_refers(part, each)}" for each in part.dependents]
    where = "\n    AND ".join(terms)
    for chunk in _chunks(part, part.changes.removed):
        data = _data(part, names, chunk)
        yield f"{data}\nDELETE FROM {part.table.only} AS t USING r\nWHERE {where};"


def _staying(part: Part) -> tuple[list[str], list[str], list[str]]:
    """The columns by which a row is judged that goes.

    All of them, those that are as they were, and those that were let go of before.
    """
    names = _others(part, part.settled)
    same = [name for name in names if name not in part.cuts]
    return names, same, [name for name in names if name in part.cuts]


# Pieces -----------------------------------------------------------------------------------------


def _groups(part: Part) -> list[tuple[tuple[str, ...], list[Change]]]:
    """The changed rows by the columns that change."""
    found: dict[tuple[str, ...], list[Change]] = {}
    for each in part.changes.changed:
        names = tuple(name for name in part.changes.differing(each) if name in part.owned)
        found.setdefault(names, []).append(each)
    return sorted(found.items())


def _match(part: Part, left: str = "t", right: str = "r") -> str:
    pairs = enumerate(zip(part.key.columns, part.key.equals, strict=True), start=1)
    return " AND ".join(
        f"{left}.{ident(name)} {equals} {right}.k{at}" for at, (name, equals) in pairs
    )


def _either(name: str, at: int, word: str = "IN", more: str = "") -> str:
    """Whether a column holds what it held before or what it shall hold."""
    return f"ROW(t.{ident(name)})::text {word} (ROW(r.was{at})::text, ROW(r.is{at})::text{more})"


def _loose(name: str, names: Sequence[str], word: str) -> str:
    """Whether a column holds what it held before or NULL."""
    at = names.index(name) + 1
    return f"ROW(t.{ident(name)})::text {word} (ROW(r.v{at})::text, '()')"


def _compared(names: Sequence[str], sign: str, of: Sequence[str] = ()) -> str:
    """Whether columns are as they should be, or are not; `of` tells their numbers."""
    values = ", ".join(f"r.v{[*(of or names)].index(name) + 1}" for name in names)
    return f"ROW({_listed(names, 't')})::text {sign} ROW({values})::text"


def _data(part: Part, names: Sequence[str], rows: Sequence[Values]) -> str:
    """The keys of rows and some of their values."""
    columns = [*_columns(part, part.key.columns), *_columns(part, names)]
    return _with(
        [*_heads("k", part.key.columns), *_heads("v", names)],
        " | ".join([", ".join(part.key.columns), *names]),
        [[(column, row[part.changes.place(column.name)]) for column in columns] for row in rows],
    )


def _pairs(
    part: Part, names: Sequence[str], rows: Sequence[Change], same: Sequence[str] = ()
) -> str:
    """The keys of rows, some of their values before and behind, and some that stay."""
    key, changing = _columns(part, part.key.columns), _columns(part, names)
    place = part.changes.place
    heads = [
        *_heads("k", key),
        *(f"{word}{at}" for at, _ in enumerate(names, start=1) for word in ("was", "is")),
        *_heads("v", same),
    ]
    lines: list[list[tuple[Column, str | None]]] = []
    for old, new in rows:
        line = [(column, new[place(column.name)]) for column in key]
        for column in changing:
            at = place(column.name)
            line += [(column, old[at]), (column, new[at])]
        line += [(column, new[place(column.name)]) for column in _columns(part, same)]
        lines.append(line)
    legend = [", ".join(part.key.columns), *(f"{name}: was, is" for name in names), *same]
    return _with(heads, " | ".join(legend), lines)


def _with(
    heads: Sequence[str], legend: str, rows: Sequence[Sequence[tuple[Column, str | None]]]
) -> str:
    """Values under short names; the first row says their types."""
    lines = ",\n".join(
        "    (" + ", ".join(value_sql(column, text, is_typed=at == 0) for column, text in row) + ")"
        for at, row in enumerate(rows)
    )
    return f"WITH r ({', '.join(heads)}) AS (VALUES\n    -- {one_line(legend)}\n{lines}\n)"


def _plain(part: Part, columns: Sequence[Column], row: Values) -> str:
    values = ((column, row[part.changes.place(column.name)]) for column in columns)
    return ", ".join(value_sql(column, text, is_typed=False) for column, text in values)


def _overriding(columns: Iterable[Column]) -> str:
    has_own = any(column.identity == "a" for column in columns)
    return " OVERRIDING SYSTEM VALUE" if has_own else ""


def _without(part: Part, row: Values, names: Iterable[str]) -> Values:
    """The row with NULL in these columns."""
    places = {part.changes.place(name) for name in names}
    return tuple(None if at in places else value for at, value in enumerate(row))


def _names(part: Part, wanted: Iterable[str]) -> list[str]:
    """Those columns, in the order of the table."""
    chosen = {*wanted}
    return [column.name for column in part.changes.columns if column.name in chosen]


def _others(part: Part, wanted: Iterable[str]) -> list[str]:
    """Those that are not of the key."""
    return [name for name in _names(part, wanted) if name not in part.key.columns]


def _columns(part: Part, names: Iterable[str]) -> list[Column]:
    return [part.changes.columns[part.changes.place(name)] for name in names]


def _listed(names: Iterable[str], alias: str = "") -> str:
    return ", ".join(f"{alias}.{ident(name)}" if alias else ident(name) for name in names)


def _heads(letter: str, names: Sequence[object]) -> list[str]:
    return [f"{letter}{at}" for at, _ in enumerate(names, start=1)]


def _numbered(letter: str, names: Sequence[object]) -> str:
    return ", ".join(f"r.{head}" for head in _heads(letter, names))


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _chunks(part: Part, rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Rows that one statement writes; where they may refer to each other, all of them."""
    has_own = any(key.target == part.table.name for key in part.table.foreign_keys)
    size = len(rows) if has_own else _CHUNK
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
