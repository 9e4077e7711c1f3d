"""Values that the text of a condition brings to mind: its literals, and what is near them.

They are guesses: the server says which of them the condition takes. Nothing else hangs on how the
text is read.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from pgmig.shadow.rows.pattern import matching

_TOKEN = re.compile(
    r"""'(?P<string>(?:[^']|'')*+)'|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"""
    r"""|(?P<operator>[-+*/<>=~!@#%^&|`?]+)|(?P<word>[^\W\d]\w*+)|"(?:[^"]|"")*+\""""
)
_MATCHES = frozenset({"~", "~*", "!~", "!~*"})
_LIKE = frozenset({"~~", "~~*", "!~~", "!~~*"})
_MOST = 60
_LONGEST = 1000


def hints(expressions: Sequence[str], category: str) -> list[str]:
    """What may meet the conditions, for a type of this pg_type.typcategory."""
    found: dict[str, None] = {}
    for expression in expressions:
        for operator, literal, is_string in _literals(expression):
            for text in _near(operator, literal, category, is_string=is_string):
                found.setdefault(text)
    if category == "U":  # jsonb: an object that has every word as a key
        keys = [
            literal for one in expressions for _, literal, is_string in _literals(one) if is_string
        ]
        members: tuple[object, ...] = (1, "a", {}, [])
        for value in members:
            found.setdefault(msgspec.json.encode(dict.fromkeys(keys, value)).decode())
    return list(found)[:_MOST]


def _literals(expression: str) -> Iterator[tuple[str, str, bool]]:
    """Each literal of an expression, with the operator that came last, and whether it is quoted."""
    operator = ""
    for token in _TOKEN.finditer(expression):
        match token.lastgroup:
            case "operator":
                operator = token[0]
            case "string":
                yield operator, token["string"].replace("''", "'"), True
            case "number":
                yield operator, token[0], False
            case _:
                pass


def _near(operator: str, literal: str, category: str, *, is_string: bool) -> Iterator[str]:
    if category == "N":
        yield from _numbers(literal)
    elif is_string and category == "S":
        yield from _strings(operator, literal)
    elif is_string:
        yield literal
        if category == "A":
            yield '{"' + literal.replace("\\", "\\\\").replace('"', '\\"') + '"}'
    elif category == "S" and literal.isdigit() and int(literal) <= _LONGEST:
        for size in (int(literal), int(literal) + 1, int(literal) - 1):
            yield "a" * size
            yield "1" * size
    elif category == "U" and literal.isdigit() and int(literal) <= _LONGEST:  # bytea
        for size in (int(literal), int(literal) + 1):
            yield "\\x" + "5a" * size
    elif category == "D" and literal.isdigit() and len(literal) == len("2024"):
        yield f"{literal}-01-01"


def _numbers(literal: str) -> Iterator[str]:
    try:
        number = Decimal(literal)
    except InvalidOperation:
        return
    if number.is_finite():
        for near in (number, number + 1, number - 1):
            yield format(near, "f")


def _strings(operator: str, literal: str) -> Iterator[str]:
    if operator in _MATCHES:
        yield from matching(literal)
    elif operator in _LIKE:
        yield literal.replace("%", "").replace("_", "a")
        yield literal.replace("%", "a").replace("_", "a")
    else:
        yield literal
