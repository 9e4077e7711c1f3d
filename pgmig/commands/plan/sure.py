"""Sure: expressions that are never NULL, or never fail, whatever rows there are."""

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from pgmig.commands.plan.casts import holds_all, unquoted
from pgmig.commands.plan.facts import ColumnFacts
from pgmig.scripts.batch.tokens import Token

_TRUTH = frozenset({"TRUE", "FALSE"})
_NOW = frozenset({"CURRENT_DATE", "CURRENT_TIMESTAMP", "CURRENT_USER", "LOCALTIMESTAMP"})
_GIVING = frozenset(
    {"CLOCK_TIMESTAMP", "CONCAT", "GEN_RANDOM_UUID", "NEXTVAL", "NOW", "RANDOM", "UUIDV4", "UUIDV7"}
)
_KEEPING = frozenset({"LOWER", "UPPER", "INITCAP", "BTRIM", "TRIM", "MD5"})  # NULL of NULL alone
_TOTAL = _KEEPING | {"CONCAT", "COALESCE", "NULLIF", "REPLACE"}
_ASKING = frozenset({"AND", "BETWEEN", "ILIKE", "IN", "IS", "LIKE", "NOT", "NULL", "OR"})
_TEXTS = frozenset({"text", "varchar"})
_NUMBERED = frozenset({"int4", "int8"})
_SIGNS = frozenset("(),.|")
_CALL = 3  # tokens of one without arguments


def is_given(listed: Sequence[Token], columns: Mapping[str, ColumnFacts], own: Set[str]) -> bool:
    """Whether an expression is never NULL.

    Args:
        listed: its tokens.
        columns: of the table, by name.
        own: names that the table's columns are qualified with.
    """
    listed = _bare(listed)
    if not listed:
        return False
    parts = _parts(listed, "|")
    if len(parts) > 1:
        return all(is_given(each, columns, own) for each in parts if each)
    if _is_literal(listed) or (len(listed) == 1 and listed[0].word in _NOW):
        return True
    column = _column(listed, columns, own)
    if column is not None:
        return column.is_not_null
    if not _is_call(listed):
        return False
    name, arguments = listed[0].word, _parts(listed[2:-1], ",")
    if name in _KEEPING:
        return len(arguments) == 1 and is_given(arguments[0], columns, own)
    if name == "COALESCE":
        return any(is_given(each, columns, own) for each in arguments)
    return name in _GIVING


def is_fitting(
    listed: Sequence[Token],
    column: ColumnFacts,
    columns: Mapping[str, ColumnFacts],
    own: Set[str],
) -> bool:
    """Whether an expression never fails, and what it gives is always a value of a column.

    Args:
        listed: its tokens.
        column: that gets it.
        columns: of the table, by name.
        own: names that the table's columns are qualified with.
    """
    listed = _bare(listed)
    if column.domain is not None or not listed:
        return False
    is_null = len(listed) == 1 and listed[0].word == "NULL"
    if is_null or _is_literal(listed):  # what is no value is refused before any row is read
        return True
    has_length = column.typmod >= 0 and not column.base.startswith("time")
    if len(listed) == 1 and listed[0].word in _NOW:
        return not has_length
    other = _column(listed, columns, own)
    if other is not None and (other.is_of_type(column) or holds_all(other, column)):
        return True
    if _is_call(listed) and listed[0].word in _GIVING - {"CONCAT"}:
        return not has_length and (listed[0].word != "NEXTVAL" or column.base in _NUMBERED)
    is_text = column.base in _TEXTS and column.typmod < 0
    return is_text and _is_total(listed, columns, frozenset())


def is_harmless(listed: Sequence[Token], columns: Mapping[str, ColumnFacts]) -> bool:
    """Whether a condition never fails."""
    return _is_total(listed, columns, frozenset("<>=!"))


def _is_total(
    listed: Sequence[Token], columns: Mapping[str, ColumnFacts], signs: frozenset[str]
) -> bool:
    known = _TOTAL | _TRUTH | _NOW | (_ASKING if signs else {"NULL"})
    names = {each.text for at, each in enumerate(listed) if _is_qualifier(listed, at)}
    return all(
        each.text in _SIGNS | signs
        or each.word in known
        or (each.is_name and (unquoted(each.text) in columns or each.text in names))
        or (not each.is_name and _is_literal([each]))
        for each in listed
    ) and not any(
        one.is_name and other.text == "(" and one.word not in known
        for one, other in pairwise(listed)
    )


def _is_qualifier(listed: Sequence[Token], at: int) -> bool:
    return listed[at].is_name and at + 1 < len(listed) and listed[at + 1].text == "."


def _bare(listed: Sequence[Token]) -> Sequence[Token]:
    """The expression without parentheses around all of it."""
    while (
        len(listed) > 1
        and listed[0].text == "("
        and listed[-1].text == ")"
        and all(each.depth > listed[0].depth for each in listed[1:-1])
    ):
        listed = listed[1:-1]
    return listed


def _parts(listed: Sequence[Token], sign: str) -> list[Sequence[Token]]:
    """What stands between signs that have no parentheses around them."""
    depth = min((each.depth for each in listed), default=0)
    found, part = list[Sequence[Token]](), list[Token]()
    for each in listed:
        if each.text == sign and each.depth == depth:
            found.append(part)
            part = []
        else:
            part.append(each)
    return [*found, part]


def _is_literal(listed: Sequence[Token]) -> bool:
    """Whether it is a string, a number, TRUE or FALSE."""
    first, *rest = listed
    is_one = first.word in _TRUTH or not first.is_name
    is_sign = first.text in {"-", "+"} and len(rest) == 1 and rest[0].text[:1].isdigit()
    is_value = "'" in first.text or first.text[:1].isdigit() or first.text.startswith("$")
    return is_sign or (not rest and is_one and (is_value or first.word in _TRUTH))


def _column(
    listed: Sequence[Token], columns: Mapping[str, ColumnFacts], own: Set[str]
) -> ColumnFacts | None:
    """The column that an expression is; None where it is another one."""
    *before, name = listed
    is_own = not before or (
        before[-1].text == "."
        and len(before) > 1
        and unquoted(before[-2].text) in own
        and all(each.is_name or each.text == "." for each in before)
    )
    return columns.get(unquoted(name.text)) if is_own and name.is_name else None


def _is_call(listed: Sequence[Token]) -> bool:
    """Whether it is one call of a function, and nothing else."""
    return (
        len(listed) >= _CALL
        and bool(listed[0].word)
        and (listed[1].text, listed[-1].text) == ("(", ")")
        and all(each.depth > listed[0].depth for each in listed[2:-1])
    )
