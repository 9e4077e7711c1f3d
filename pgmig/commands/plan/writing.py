"""Writing: whose rows each statement of a script may change, itself or through something else.

Where that cannot be told it may change those of every relation: a check that is taken for decided,
and is not, is worse than one too many that is left to be looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.reach import relations_named
from pgmig.commands.plan.trying import Tried
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import Token, tokens
from pgmig.shadow.trace import StatementTrace

_OF_WRITES = "RowExclusiveLock"
_OF_TRUNCATE = "AccessExclusiveLock"

# Statements by their first word: those that write to what they name, and programs.
_DIRECT = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "TRUNCATE"})
_PROGRAMS = frozenset({"DO", "CALL", "EXECUTE"})
_INNER = frozenset({"insert", "update", "delete", "merge"})  # what WITH and EXPLAIN may hold
_MOVES = frozenset({"attach", "detach", "inherit"})  # partitions, and so rows of their parents
_MAKES_ROUTINES = frozenset({"FUNCTION", "PROCEDURE"})
_RUNS_NOTHING = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER", "RULE", "AGGREGATE", "EVENT"})


@dataclass(frozen=True, slots=True)
class Stake:
    """Rows that something depends on.

    Attributes:
        oid: of the relation.
        columns: their names; empty: any.
    """

    oid: int
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """Rows that a statement may change.

    Attributes:
        is_all: those of every relation.
        rows: relations of which it may change any column.
        updated: relations of which it changes columns that it names.
        said: what it names.
    """

    is_all: bool = False
    rows: frozenset[int] = frozenset()
    updated: frozenset[int] = frozenset()
    said: frozenset[str] = frozenset()

    def meets(self, stake: Stake) -> bool:
        """Whether it may change such rows."""
        if self.is_all or stake.oid in self.rows:
            return True
        is_named = not stake.columns or bool(stake.columns & self.said)
        return stake.oid in self.updated and is_named


def changes(tried: Tried) -> list[Change]:
    """What each statement of a script may change."""
    traced = {each.number: each for each in tried.trace.statements} if tried.trace else {}
    writers = set(tried.reach.writers)
    found: list[Change] = []
    for number, piece in enumerate(tried.step.half.statements(), start=1):
        listed = [each for each in tokens(piece.sql) if each.is_name]
        said = frozenset(unquoted(each.text) for each in listed)
        writers.update(_made(piece, listed))
        found.append(_change(tried, piece, said, traced.get(number), writers))
    return found


def is_program(piece: Piece) -> bool:
    """Whether a statement runs others, among which may be the one that demands something."""
    return piece.words[:1] != () and piece.words[0] in _PROGRAMS | {"SELECT", "WITH"}


def _made(piece: Piece, listed: Sequence[Token]) -> Iterable[str]:
    """The name of a routine that the statement makes; it may be gone at the script's end."""
    if piece.words[:1] == ("CREATE",) and _MAKES_ROUTINES.intersection(piece.words[:4]):
        yield from (unquoted(each.text) for each in listed[2:7] if not each.depth)


def _change(
    tried: Tried,
    piece: Piece,
    said: frozenset[str],
    trace: StatementTrace | None,
    writers: set[str],
) -> Change:
    first = piece.words[0] if piece.words else ""
    reach = tried.reach
    is_calling = bool(said & writers) and not _RUNS_NOTHING.intersection(piece.words[:4])
    if first in _PROGRAMS or (is_calling and first not in {"DROP", "GRANT", "REVOKE", "COMMENT"}):
        return Change(is_all=True)
    locked = _locked(tried, trace, _OF_TRUNCATE if first == "TRUNCATE" else _OF_WRITES)
    named = relations_named([f for f in (tried.before, tried.after) if f is not None], {*said})
    if first in _DIRECT or (first in {"WITH", "EXPLAIN"} and said & _INNER):
        written = reach.written_with(named | locked)
    elif first == "DROP" or (first == "ALTER" and said & _MOVES):
        return Change(rows=reach.kin_of(named))
    else:
        written = reach.written_with(locked)
    if written & reach.programs:
        return Change(is_all=True)
    if first == "UPDATE":
        plain = reach.kin_of(named | locked)
        if plain & reach.triggered:
            return Change(rows=written)
        return Change(rows=written - plain, updated=plain, said=said)
    return Change(rows=written)


def _locked(tried: Tried, trace: StatementTrace | None, mode: str) -> set[int]:
    names = {
        (lock.relation.schema, lock.relation.name)
        for lock in (trace.locks if trace else ())
        if lock.mode == mode
    }
    found = tried.before.relations.items()
    return {oid for oid, each in found if (each.schema, each.name) in names}
