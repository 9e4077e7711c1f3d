"""Certain: faults of a statement that no row of the target could mend."""

from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.reach import relations_named
from pgmig.commands.plan.trying import Fault, Tried
from pgmig.scripts.batch.tokens import tokens

# Of values alone: data exceptions, NOT NULL and CHECK (errcodes-appendix.html).
_OF_VALUES = frozenset({"23502", "23514"})
_DATA = "22"

_QUERIES = frozenset({"SELECT", "FROM", "TABLE", "WITH", "USING"})


def is_certain(tried: Tried, fault: Fault) -> bool:
    """Whether the statement fails on every database: it reads no rows, and writes given ones."""
    if not (fault.sqlstate.startswith(_DATA) or fault.sqlstate in _OF_VALUES):
        return False
    piece = None
    for each in tried.step.half.statements():
        if (each.line, each.column) > (fault.line, fault.column):
            break
        piece = each
    if piece is None or not fault.line:
        return False
    listed = list(tokens(piece.sql))
    names = {unquoted(each.text) for each in listed if each.is_name}
    facts = [each for each in (tried.before, tried.after) if each is not None]
    if names & {name for each in facts for name, _ in each.routines.values()}:
        return False
    first = piece.words[:1]
    named = relations_named(facts, names)
    if first == ("SELECT",):
        return not named
    if first != ("INSERT",) or len(named) > 1 or named & tried.reach.triggered:
        return False
    # What the script itself has made by then is in no reading of a script that failed.
    return bool(named) and not any(each.word in _QUERIES for each in listed)
