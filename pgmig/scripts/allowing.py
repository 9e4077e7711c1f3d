"""`-- pgmig: allow=blocking-index reason="nobody writes there yet"`, above its statement.

At the head of a file, with a blank line below, it is about the whole file; that is where the
hazards are allowed that the author consents to (`header.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from pgmig.errors.consent import CONSENT
from pgmig.scripts.directive import BadValue, Directive, bad, directives
from pgmig.scripts.lexer import next_token
from pgmig.scripts.position import position
from pgmig.scripts.rule_names import RULE_NAMES

ALLOW_KEYS: Final = ("allow", "reason")


class Allowance(msgspec.Struct, frozen=True):
    """What `pgmig lint` need not tell of a statement.

    Attributes:
        statement: its number in the half, from 1.
        names: rules, and hazards that are rules too.
        reason: why; "" where the head gives none.
        line: where the directive stands, from 1.
        column: the same.
    """

    statement: int
    names: frozenset[str]
    reason: str
    line: int = 1
    column: int = 1


def first_allowance(text: str, path: Path | None) -> Allowance | None:
    """What the head allows the first statement alone: what no blank line parts from it.

    Raises:
        BadDirective: something else than key=value.
    """
    statement = next_token(text, 0)
    near = text.rfind("\n", 0, statement) + 1
    while near and text[(above := text.rfind("\n", 0, near - 1) + 1) : near].strip():
        near = above
    names: dict[bool, set[str]] = {True: set(), False: set()}
    reasons: list[str] = []
    first: Directive | None = None
    for each in directives(text, 0, path) if statement < len(text) else ():
        is_near = each.start > near
        if each.key == "allow":
            names[is_near] |= allowed_names(each.value)
            first = first or (each if is_near else None)
        elif each.key == "reason" and is_near:
            reasons.append(each.value.strip())
    if first is None:
        return None
    line, column = position(text, first.start)
    return Allowance(1, frozenset(names[True] - names[False]), "; ".join(reasons), line, column)


def make_allowance(
    text: str, found: Mapping[str, Directive], statement: int, path: Path | None
) -> Allowance:
    """What these directives allow a statement.

    Raises:
        BadDirective: a name that nobody knows, or one of the two is missing.
    """
    first = next(iter(found.values()))
    if "allow" not in found:
        raise bad(text, first, path, "says nothing without allow=, the names of rules")
    allowed = found["allow"]
    if "reason" not in found or not found["reason"].value.strip():
        why = 'needs a reason beside a statement: allow=NAME reason="..."'
        raise bad(text, allowed, path, why)
    try:
        names = allowed_names(allowed.value)
    except BadValue as error:
        raise bad(text, allowed, path, str(error)) from None
    line, column = position(text, first.start)
    return Allowance(statement, names, found["reason"].value.strip(), line, column)


def allowed_names(value: str) -> frozenset[str]:
    """The hazards and rules of a comma list.

    Raises:
        BadValue: one that is neither.
    """
    names = [name.strip() for name in value.split(",")]
    for name in names:
        if name not in CONSENT and name not in RULE_NAMES:
            known = ", ".join(CONSENT)
            raise BadValue(f"is a comma list of {known}, not {value}, or of rules of `pgmig lint`")
    return frozenset(names)
