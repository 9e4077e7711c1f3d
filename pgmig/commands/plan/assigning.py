"""Assigning: what the function of a row trigger gives to columns, read from its text."""

from collections.abc import Iterator, Sequence
from typing import Literal

from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.facts import Facts
from pgmig.errors import PgmigError
from pgmig.scripts.batch.tokens import Token, tokens

Value = Literal["sure", "total"]
"""Of a value: `sure`: every column that it is meant for can hold it; `total`: reckoning it cannot
fail."""

_NOW = frozenset(
    {"NOW", "CLOCK_TIMESTAMP", "STATEMENT_TIMESTAMP", "TRANSACTION_TIMESTAMP", "CURRENT_DATE"}
    | {"CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "CURRENT_USER", "SESSION_USER"}
)
_ZONE = frozenset({"AT", "TIME", "ZONE", "TIMEZONE"})
_ROWS = frozenset({"NEW", "OLD"})
_TOTAL = (
    _NOW
    | _ZONE
    | _ROWS
    | {"TG_OP", "IS", "NOT", "NULL", "DISTINCT", "FROM", "AND", "OR", "TRUE", "FALSE"}
    | {"COALESCE", "LOWER", "UPPER", "TRIM", "BTRIM", "TO_TSVECTOR", "SETWEIGHT"}
)
_FREE = frozenset({"text", "varchar", "tsvector", "bool"})  # types that hold what is given to them
_SIGNS = frozenset("().,=<>|")


def is_harmless(body: str, oid: int, facts: Facts, kin: frozenset[int]) -> bool:
    """Whether a function of a table's row trigger lets every row through, as it then may be.

    Args:
        body: of the function.
        oid: the table.
        facts: that have it.
        kin: what holds its rows too.
    """
    found = assigned(body)
    if not found:
        return found is not None
    asked = {
        (demand.relation, n)
        for demand in facts.demands
        if demand.relation in kin
        for n in demand.columns
    }
    free = {
        column.name
        for (one, n), column in facts.columns.items()
        if one == oid
        and column.base in _FREE
        and column.typmod < 0
        and not column.is_not_null
        and not {(each, at) for each in kin for at in (n, 0)} & asked
    }
    return all(value == "sure" or name in free for name, value in found.items())


def assigned(body: str) -> dict[str, Value] | None:
    """The columns of NEW that a function sets; None where it does anything else."""
    try:
        listed = list(tokens(body))
    except (PgmigError, ValueError, IndexError):  # another language
        return None
    found = dict[str, Value]()
    for part in _statements(listed):
        if part[0].word in {"BEGIN", "END", "ELSE", "NULL", "THEN"} and len(part) == 1:
            continue
        words = [each.word for each in part]
        if words == ["END", "IF"] or (words[0] == "RETURN" and set(words[1:]) <= _ROWS | {"NULL"}):
            continue
        if words[0] in {"IF", "ELSIF"} and _is_total(part[1:]):
            continue
        made = _assignment(part)
        if made is None:
            return None
        column, value = made
        found[column] = "total" if found.get(column) == "total" else value
    return found


def _statements(listed: Sequence[Token]) -> Iterator[list[Token]]:
    """What ends with a semicolon, and the words around."""
    part: list[Token] = []
    for each in listed:
        if each.text == ";" or each.word == "THEN":
            if part:
                yield part
            part = []
            continue
        part.append(each)
        if each.word in {"BEGIN", "ELSE"}:
            yield part
            part = []
    if part:
        yield part


def _assignment(part: Sequence[Token]) -> tuple[str, Value] | None:
    """The column and what kind of value it gets; None: it is no assignment of which that is so."""
    texts = [each.text for each in part[3:5]]
    if [each.word for each in part[:1]] != ["NEW"] or texts[:1] not in (["="], [":"]):
        return None
    value = part[4 + (texts[0] == ":") :]
    if not value or part[1].text != "." or not _is_total(value):
        return None
    column = unquoted(part[2].text)
    return column, "sure" if _is_sure(value, column) else "total"


def _is_sure(value: Sequence[Token], column: str) -> bool:
    words = {each.word for each in value if each.word}
    if words & _NOW and words <= _NOW | _ZONE:
        return True
    is_old = [each.word for each in value[:1]] == ["OLD"] and len(value) > 2
    rest = [each.text for each in value[3:]]
    is_next = len(rest) == 2 and rest[0] == "+" and rest[1].isdigit()
    return is_old and unquoted(value[2].text) == column and (not rest or is_next)


def _is_total(listed: Sequence[Token]) -> bool:
    """Whether an expression can be reckoned of every row."""
    before = ""
    for at, each in enumerate(listed):
        if each.is_name:
            if before != "." and each.word not in _TOTAL:
                return False
        elif each.text in {"*", "+"}:
            is_step = each.text == "+" and [one.text.isdigit() for one in listed[at + 1 :]] == [
                True
            ]
            if not is_step and before != ".":
                return False
        elif not (each.text in _SIGNS or each.text.startswith("'") or each.text.isdigit()):
            return False
        before = each.text
    return True
