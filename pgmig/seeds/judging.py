"""Blocks that judge each row before it is written: somebody else may have changed it.

The table is locked against other writers from the judgement to the end of the transaction, so that
what was judged is what is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pgmig.ddl import ident_text as ident
from pgmig.ddl import literal_text
from pgmig.seeds.part import OnConflict, Part, Phase
from pgmig.seeds.pieces import (
    besides_key,
    changed_groups,
    chunks,
    compared,
    is_either,
    kept_in,
    key_match,
    keyed_pairs,
    keyed_values,
    numbered,
    refers_to,
    row_compared,
)

_NAMED: Final = 20  # rows that a message names
_HINT: Final = (
    "Undo the changes or bring them into the files, then try again; or write this script again with"
    " --on-conflict keep (such rows stay) or file (they are overwritten)."
)
_HINT_OF_REFERENCES: Final = (
    "They would go or change with it: let go of the row first; or write this script again with"
    " --on-conflict keep (such rows stay)."
)
_HINT_OF_NUMBERS: Final = (
    "A number GENERATED ALWAYS AS IDENTITY cannot be changed: remove the row or bring its number"
    " into the file, then try again; or write this script again with --on-conflict keep (such rows"
    " stay)."
)
_SAID: Final = {
    "fail": "changed by somebody else",
    "keep": "changed by somebody else, stay as they are",
    "file": "changed by somebody else, are overwritten",
}


def judge(part: Part, phase: Phase, on_conflict: OnConflict) -> Iterator[str]:
    """The block for the rows of one phase; none where nothing can be amiss."""
    if on_conflict == "file" and phase != "delete":
        numbers = _renumbered(part, phase)
        yield from _judge(part, numbers, "fail", hint=_HINT_OF_NUMBERS)
    match phase:
        case "insert":
            yield from _judge(part, _taken(part), on_conflict, keeping=phase if part.cuts else None)
        case "update":
            keeping = phase if part.parked else None
            yield from _judge(part, _edited(part), on_conflict, keeping=keeping)
        case "delete":
            bound = [str(each.table) for each in part.dependents]
            if bound and on_conflict == "file":
                # Rows that somebody put into another table are not overwritten with this one.
                referred = _leaving(part, is_edited=False)
                yield from _judge(part, referred, "fail", also=bound, hint=_HINT_OF_REFERENCES)
                part = replace(part, dependents=())
            # With cuts the rows were judged before they let go of each other.
            leaving = _leaving(part, is_edited=not part.cuts)
            yield from _judge(part, leaving, on_conflict, also=bound)


def judge_edits(part: Part, on_conflict: OnConflict) -> Iterator[str]:
    """The block for rows to remove, of which some columns will be NULL before they go."""
    leaving = _leaving(replace(part, dependents=()))
    yield from _judge(part, leaving, on_conflict, keeping="delete")


def _judge(
    part: Part,
    queries: "Iterable[_Query]",
    on_conflict: OnConflict,
    *,
    also: Sequence[str] = (),
    hint: str = _HINT,
    keeping: Phase | None = None,
) -> Iterator[str]:
    """The block that tells of rows that somebody else changed.

    Args:
        part: the table.
        queries: that find them.
        on_conflict: what becomes of them.
        also: tables to lock too.
        hint: what to do.
        keeping: note the keys of those that stay, for statements of this phase.
    """
    is_noted = keeping is not None and on_conflict == "keep"
    into = ["pgmig_rows", "pgmig_keys"] if is_noted else ["pgmig_rows"]
    told = "\n".join(query.sql(into) for query in queries)
    if not told:
        return
    name = literal_text(f"{part.table.name}".replace("%", "%%") + f": {_SAID[on_conflict]} (%): %")
    level = "EXCEPTION" if on_conflict == "fail" else "WARNING"
    locked = ", ".join(dict.fromkeys([part.table.only, *also]))
    using = f"\n        USING HINT = {literal_text(hint)}" if on_conflict == "fail" else ""
    declared = "".join(f"\n    {name} text[];" for name in into)
    if keeping is not None and is_noted:
        keys = "COALESCE(pgmig_keys, '{}')::text"
        told += f"\nPERFORM pg_catalog.set_config({kept_in(part, keeping)}, {keys}, true);"
    body = f"""
DECLARE{declared}
BEGIN
LOCK TABLE {locked} IN SHARE ROW EXCLUSIVE MODE;
{told}
IF pgmig_rows IS NOT NULL THEN
    RAISE {level} {name}, pg_catalog.cardinality(pgmig_rows),
        pg_catalog.array_to_string(pgmig_rows[1:{_NAMED}], ', '){using};
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


@dataclass(frozen=True, slots=True)
class _Query:
    """Finds rows, in words and by their keys.

    Attributes:
        data: the rows of the script.
        values: words and keys.
        found: which of the rows are amiss.
    """

    data: str
    values: tuple[str, str]
    found: str

    def sql(self, into: Sequence[str]) -> str:
        """A query that adds them to those that are known already."""
        both = zip(into, self.values, strict=False)
        added = (
            f"pg_catalog.array_cat({name}, pg_catalog.array_agg({value}))" for name, value in both
        )
        return f"{self.data}\nSELECT {', '.join(added)} INTO {', '.join(into)}\n{self.found};"


def _taken(part: Part) -> Iterator[_Query]:
    """New rows whose key is taken by a row with other values."""
    names = compared(part)
    for chunk in chunks(part, part.changes.added) if names else ():
        data = keyed_values(part, names, chunk)
        yield _query(
            part, data, "' is there with other values'", [row_compared(names, "<>")], "JOIN"
        )


def _edited(part: Part) -> Iterator[_Query]:
    """Rows to change that are neither as they were nor as they shall be, or that are gone."""
    is_gone = f"t.{ident(part.key.columns[0])} IS NULL"
    told = f"CASE WHEN {is_gone} THEN ' is gone' ELSE ' was changed' END"
    fixed = besides_key(part, part.fixed)
    for names, rows in changed_groups(part):
        wrong = [is_either(name, at, "NOT IN") for at, name in enumerate(names, start=1)]
        wrong += [row_compared(fixed, "<>")] if fixed else []
        for chunk in chunks(part, rows):
            data = keyed_pairs(part, names, chunk, fixed)
            yield _query(part, data, told, [is_gone, *wrong], "LEFT JOIN")


def _renumbered(part: Part, phase: Phase) -> Iterator[_Query]:
    """Rows to write that have another number, which cannot be overwritten."""
    fixed = besides_key(part, part.fixed)
    changes = part.changes
    rows = changes.added if phase == "insert" else [each.new for each in changes.changed]
    for chunk in chunks(part, rows) if fixed else ():
        data = keyed_values(part, fixed, chunk)
        yield _query(part, data, "' has another number'", [row_compared(fixed, "<>")], "JOIN")


def _leaving(part: Part, *, is_edited: bool = True) -> Iterator[_Query]:
    """Rows to remove that others would go with, or, with `is_edited`, that are not as they were."""
    names = besides_key(part, part.settled) if is_edited else []
    wrong = [row_compared(names, "<>")] if names else []
    bound = {each: refers_to(part, each) for each in part.dependents}
    cases = [
        f"WHEN {condition} THEN {literal_text(f' is referred to by {each.table}')}"
        for each, condition in bound.items()
    ]
    told = f"CASE {' '.join(cases)} ELSE ' was changed' END" if cases else "' was changed'"
    conditions = [*wrong, *bound.values()]
    for chunk in chunks(part, part.changes.removed) if conditions else ():
        yield _query(part, keyed_values(part, names, chunk), told, conditions, "JOIN")


def _query(part: Part, data: str, told: str, conditions: Sequence[str], join: str) -> _Query:
    row = f"ROW({numbered('k', part.key.columns)})"
    word = f"pg_catalog.concat({row}, {told})"
    where = "\n    OR ".join(conditions)
    found = f"FROM r {join} {part.table.only} AS t ON {key_match(part)}\nWHERE {where}"
    return _Query(data, (word, f"{row}::text"), found)
