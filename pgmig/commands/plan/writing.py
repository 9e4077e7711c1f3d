"""Writing: whose rows each statement of a script may change, itself or through something else.

Where that cannot be told it may change those of every relation: a check that is taken for decided,
and is not, is worse than one too many that is left to be looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.reach import relations_named
from pgmig.commands.plan.setting import update_of
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
# What DROP takes rows with, and what stands beside INSERT that changes others.
_HOLDS_ROWS = frozenset({"TABLE", "SCHEMA", "OWNED", "EXTENSION", "FOREIGN", "SERVER", "TYPE"})
_NOT_ONLY_ADDS = frozenset({"update", "delete", "merge", "conflict"})
_RUNS_NOTHING = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER", "RULE", "AGGREGATE", "EVENT"})


@dataclass(frozen=True, slots=True)
class Stake:
    """Rows that something depends on.

    Attributes:
        oid: of the relation.
        columns: their names; empty: any.
        is_target: others refer to them.
    """

    oid: int
    columns: frozenset[str] = frozenset()
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Rows that a statement may change.

    Attributes:
        is_all: those of every relation.
        rows: relations of which it may change any column.
        added: relations that it gives rows, and does nothing else to.
        removed: relations that it takes rows from, and does nothing else to.
        updated: relations of which it changes columns that it names.
        said: what it names; where that can be told, those columns.
    """

    is_all: bool = False
    rows: frozenset[int] = frozenset()
    added: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    updated: frozenset[int] = frozenset()
    said: frozenset[str] = frozenset()

    def meets(self, stake: Stake) -> bool:
        """Whether it may change such rows."""
        if self.is_all or stake.oid in self.rows | self.added | self.removed:
            return True
        is_named = not stake.columns or bool(stake.columns & self.said)
        return stake.oid in self.updated and is_named

    def turns(self, stake: Stake, *, is_met: bool) -> bool:
        """Whether what rows meet may be met no more, or what they do not meet may be met.

        Fewer rows meet it as well, and so do those that refer to more.
        """
        if stake.oid in self.rows | self.updated or self.is_all:
            return self.meets(stake)
        if stake.oid in self.added:
            return is_met != stake.is_target
        return stake.oid in self.removed and is_met == stake.is_target


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
    update = update_of(piece.sql) if first == "UPDATE" else None
    names = {*said} if update is None else {update.name}
    said = said if update is None else frozenset(update.values)
    named = relations_named([f for f in (tried.before, tried.after) if f is not None], names)
    if first == "DROP":
        is_of_rows = bool(_HOLDS_ROWS.intersection(piece.words[1:2]))
        return Change(removed=reach.kin_of(named) if is_of_rows else frozenset())
    if first == "ALTER" and said & _MOVES:
        return Change(rows=reach.kin_of(named))
    is_writing = first in _DIRECT or (first in {"WITH", "EXPLAIN"} and bool(said & _INNER))
    plain = reach.kin_of(named | locked if is_writing else locked)
    written = reach.written_with(plain)
    if written & reach.programs:
        return Change(is_all=True)
    return _sorted(first, said, written, plain, is_triggered=bool(plain & reach.triggered))


def _sorted(
    first: str,
    said: frozenset[str],
    written: frozenset[int],
    plain: frozenset[int],
    *,
    is_triggered: bool,
) -> Change:
    """The change, by what its first word does to the rows that it names."""
    rest = written - plain
    if first == "UPDATE" and not is_triggered:
        return Change(rows=rest, updated=plain, said=said)
    if first in {"INSERT", "COPY"} and not said & _NOT_ONLY_ADDS:
        return Change(added=plain)
    if first in {"DELETE", "TRUNCATE"}:
        return Change(rows=rest, removed=plain)
    return Change(rows=written)


def _locked(tried: Tried, trace: StatementTrace | None, mode: str) -> set[int]:
    names = {
        (lock.relation.schema, lock.relation.name)
        for lock in (trace.locks if trace else ())
        if lock.mode == mode
    }
    found = tried.before.relations.items()
    return {oid for oid, each in found if (each.schema, each.name) in names}
