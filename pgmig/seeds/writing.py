"""Statements that write the rows of one table, each phase behind its judge.

Where rows that somebody else changed are not to be overwritten, a statement leaves them alone.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from pgmig.ddl import ident_text as ident
from pgmig.plan.text import one_line
from pgmig.seeds.changes import Change, Values
from pgmig.seeds.inserts import value_sql
from pgmig.seeds.judging import judge, judge_edits
from pgmig.seeds.names import TableName
from pgmig.seeds.part import OnConflict, Part, Phase
from pgmig.seeds.pieces import (
    besides_key,
    blanked,
    changed_groups,
    chunks,
    columns_of,
    compared,
    in_table_order,
    is_either,
    is_loose,
    is_not_kept,
    judged_by,
    key_match,
    keyed_pairs,
    keyed_values,
    listed,
    numbered,
    refers_to,
    row_compared,
    values_list,
)
from pgmig.seeds.table import Column


def blocks(part: Part, phase: Phase, on_conflict: OnConflict) -> Iterator[str]:
    """The statements of one phase, with their comment and their judge; none without rows."""
    table, changes = part.table.name, part.changes
    by = one_line(f"-- {table} (key: {', '.join(part.key.columns)})")
    match phase:
        case "insert" if changes.added:
            yield f"{by}: {_rows(len(changes.added))} added"
            yield from judge(part, phase, on_conflict)
            yield from _inserts(part, on_conflict)
        case "update" if changes.changed:
            yield f"{by}: {_rows(len(changes.changed))} changed"
            yield from judge(part, phase, on_conflict)
            is_guarded = on_conflict != "file"
            kept = _kept(part, phase, on_conflict) if part.parked else []
            for names, rows in changed_groups(part):
                yield from _parked(part, names, rows, more=kept, is_guarded=is_guarded)
            for names, rows in changed_groups(part):
                yield from _update(
                    part,
                    names,
                    rows,
                    same=besides_key(part, part.fixed),
                    more=kept,
                    is_guarded=is_guarded,
                )
            if on_conflict == "file":
                yield from _missing(part, part.filled, [each.new for each in changes.changed])
        case "delete" if changes.removed:
            yield f"{by}: {_rows(len(changes.removed))} removed"
            yield from judge(part, phase, on_conflict)
            yield from _deletes(part, on_conflict)
        case _:
            pass
    if phase == "update" and changes.added:
        yield from _tightened(part, on_conflict)


def loosened(part: Part, on_conflict: OnConflict, removing: Collection[TableName]) -> Iterator[str]:
    """Rows of a circle of references let go of each other before they are removed.

    Args:
        part: the table.
        on_conflict: what becomes of rows that somebody else changed.
        removing: the tables that rows are removed from.
    """
    cuts = in_table_order(part, part.cuts)
    if cuts and part.changes.removed:
        rows = [Change(row, blanked(part, row, cuts)) for row in part.changes.removed]
        same = [name for name in besides_key(part, part.settled) if name not in cuts]
        yield f"-- {one_line(str(part.table.name))}: rows that refer to each other"
        yield from judge_edits(part, on_conflict)
        more = _kept(part, "delete", on_conflict)
        if on_conflict == "keep":  # rows that stay for the sake of others keep what they refer to
            others = {*removing} - {part.table.name}
            bound = [each for each in part.dependents if each.table not in others]
            more += [f"NOT {refers_to(part, each)}" for each in bound]
        is_guarded = on_conflict != "file"
        yield from _update(part, cuts, rows, same=same, more=more, is_guarded=is_guarded)


def _tightened(part: Part, on_conflict: OnConflict) -> Iterator[str]:
    """New rows of a circle get what they refer to."""
    cuts = [name for name in in_table_order(part, part.cuts) if name in part.written]
    if cuts:
        rows = [Change(blanked(part, row, cuts), row) for row in part.changes.added]
        same = [name for name in compared(part) if name not in cuts]
        more = _kept(part, "insert", on_conflict)
        yield f"-- {one_line(str(part.table.name))}: rows that refer to each other"
        is_guarded = on_conflict != "file"
        yield from _update(part, cuts, rows, same=same, more=more, is_guarded=is_guarded)


def _kept(part: Part, phase: Phase, on_conflict: OnConflict) -> list[str]:
    """The condition that leaves alone what the judge found changed, where it noted that."""
    judged = {
        "insert": compared(part),
        "update": [*part.owned],
        "delete": besides_key(part, part.settled),
    }
    return [is_not_kept(part, phase)] if on_conflict == "keep" and judged[phase] else []


def _inserts(part: Part, on_conflict: OnConflict) -> Iterator[str]:
    rows = [blanked(part, row, part.cuts) for row in part.changes.added]
    owned = [name for name in besides_key(part, part.owned) if name in part.written]
    if part.key.is_deferrable:  # no arbiter of ON CONFLICT
        if on_conflict == "file" and owned:
            turned = [Change(row, row) for row in part.changes.added]
            yield from _update(part, owned, turned, is_guarded=False)
        yield from _missing(part, part.written, rows)
        return
    otherwise = "NOTHING"
    if on_conflict == "file" and owned:
        sets = ", ".join(f"{ident(name)} = excluded.{ident(name)}" for name in owned)
        both = " <> ".join(f"ROW({listed(owned, side)})::text" for side in ("t", "excluded"))
        otherwise = f"UPDATE SET {sets}\nWHERE {both}"
    columns = columns_of(part, part.written)
    for chunk in chunks(part, rows):
        lines = ",\n".join(f"    ({_plain(part, columns, row)})" for row in chunk)
        yield (
            f"INSERT INTO {part.table.name} AS t ({listed(part.written)}){_overriding(columns)}"
            f" VALUES\n{lines}\nON CONFLICT ({listed(part.key.columns)}) DO {otherwise};"
        )


def _missing(part: Part, names: Sequence[str], rows: Sequence[Values]) -> Iterator[str]:
    """An INSERT of those rows whose key is not there."""
    columns = columns_of(part, names)
    for chunk in chunks(part, rows):
        data = values_list(
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
            f"{data}\nINSERT INTO {part.table.name} ({listed(names)}){_overriding(columns)}\n"
            f"SELECT {values} FROM r\n"
            f"WHERE NOT EXISTS (SELECT FROM {part.table.only} AS t WHERE {same});"
        )


def _update(
    part: Part,
    names: Sequence[str],
    rows: Sequence[Change],
    *,
    same: Sequence[str] = (),
    more: Sequence[str] = (),
    is_guarded: bool,
) -> Iterator[str]:
    """An UPDATE of these columns.

    Args:
        part: the table.
        names: of the columns.
        rows: with what is in them before and behind.
        same: columns that must be as the row after the change has them.
        more: conditions.
        is_guarded: leave rows alone whose columns hold neither.
    """
    sets = ", ".join(f"{ident(name)} = r.is{at}" for at, name in enumerate(names, start=1))
    terms = [key_match(part), *more]
    if is_guarded:
        terms += _unedited(part, names)
    if same and is_guarded:
        terms.append(row_compared(same, "="))
    # Nothing is written that is there already.
    terms.append(f"ROW({listed(names, 't')})::text <> ROW({numbered('is', names)})::text")
    where = "\n    AND ".join(terms)
    for chunk in chunks(part, rows):
        data = keyed_pairs(part, names, chunk, same)
        yield f"{data}\nUPDATE {part.table.only} AS t SET {sets} FROM r\nWHERE {where};"


def _parked(
    part: Part,
    names: Sequence[str],
    rows: Sequence[Change],
    *,
    more: Sequence[str] = (),
    is_guarded: bool,
) -> Iterator[str]:
    """What is unique is let go of before another row takes it."""
    parked = [name for name in names if name in part.parked]
    if not parked:
        return
    heads = {name: at for at, name in enumerate(names, start=1)}
    sets = ", ".join(f"{ident(name)} = NULL" for name in parked)
    changing = " OR ".join(f"ROW(t.{ident(n)})::text <> ROW(r.is{heads[n]})::text" for n in parked)
    guards = _unedited(part, names) if is_guarded else []
    where = "\n    AND ".join([key_match(part), *more, *guards, f"({changing})"])
    for chunk in chunks(part, rows):
        data = keyed_pairs(part, names, chunk)
        yield f"{data}\nUPDATE {part.table.only} AS t SET {sets} FROM r\nWHERE {where};"


def _unedited(part: Part, names: Sequence[str]) -> list[str]:
    """Conditions: columns hold what they held before or what they shall hold."""
    return [
        is_either(name, at, "IN", ", '()'" if name in part.parked else "")
        for at, name in enumerate(names, start=1)
    ]


def _deletes(part: Part, on_conflict: OnConflict) -> Iterator[str]:
    names, same, cuts = judged_by(part)
    terms = [key_match(part)]
    if on_conflict == "file":
        names = []
    else:
        terms += [row_compared(same, "=", names)] if same else []
        terms += [is_loose(name, names, "IN") for name in cuts]
        terms += _kept(part, "delete", on_conflict) if part.cuts else []
        terms += [f"NOT {refers_to(part, each)}" for each in part.dependents]
    where = "\n    AND ".join(terms)
    for chunk in chunks(part, part.changes.removed):
        data = keyed_values(part, names, chunk)
        yield f"{data}\nDELETE FROM {part.table.only} AS t USING r\nWHERE {where};"


def _plain(part: Part, columns: Sequence[Column], row: Values) -> str:
    values = ((column, row[part.changes.place(column.name)]) for column in columns)
    return ", ".join(value_sql(column, text, is_typed=False) for column, text in values)


def _overriding(columns: Iterable[Column]) -> str:
    has_own = any(column.identity == "a" for column in columns)
    return " OVERRIDING SYSTEM VALUE" if has_own else ""


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
