"""Casts: what a change of a column's type asks of its values, and how a script says it."""

from collections.abc import Iterable
from dataclasses import dataclass

from pgmig.commands.plan.facts import ColumnFacts
from pgmig.ddl import ident_text, literal_text
from pgmig.scripts import Piece
from pgmig.scripts.batch.tokens import tokens

# Names and expressions in a query are quoted, or come from the script and run read-only.
# ruff: noqa: S608

_ASKS_INPUT = 16  # pg_input_is_valid
_TEXTS = frozenset({"varchar", "bpchar", "text", "name"})
_BRACKETS = frozenset({"(", ")"})
_PLAIN = frozenset({"text", "varchar", "character varying"})  # what they hold any text can be
_INTEGERS = ("int2", "int4", "int8")  # each holds all values of those before it
_HEADER = 4  # VARHDRSZ, in the typmod of varchar and char


_BEFORE_COLUMN = frozenset({"ALTER", "COLUMN"})  # a column can be called type


@dataclass(frozen=True, slots=True)
class Cast:
    """How a statement makes the new values of a column.

    Attributes:
        names: all that the statement mentions.
        column: the column.
        expression: that follows USING.
    """

    names: frozenset[str]
    column: str
    expression: str


def is_cast_of(using: str, name: str) -> bool:
    """Whether an expression is a column with a cast and nothing else, also by way of text."""
    first, *rest = (each for each in tokens(using) if each.text not in _BRACKETS)
    types = list[list[str]]()
    for token in rest:
        if token.text == ":":
            if not types or types[-1]:  # it takes two
                types.append([])
        elif types and (token.is_name or token.text == "."):
            types[-1].append(token.text)
        else:
            return False
    between = (" ".join(each).lower() for each in types[:-1])
    return unquoted(first.text) == name and bool(types) and all(t in _PLAIN for t in between)


def types_in(text: str) -> set[str]:
    """Names of types that an expression casts to, and of their schemas."""
    found = set[str]()
    is_type, before = False, ""
    for token in tokens(text):
        if token.text == ":" or token.word == "AS":
            is_type = True
        elif token.text != "." and not (token.is_name and before in {".", ":", "AS"}):
            is_type = False
        if is_type and token.is_name and token.word != "AS":
            found.add(unquoted(token.text))
        before = token.word or token.text
    return found


def unquoted(text: str) -> str:
    """A name as the server folds it."""
    return text[1:-1].replace('""', '"') if text.startswith('"') else text.lower()


def too_long(before: ColumnFacts, column: ColumnFacts) -> str:
    """A condition: the value is too long for its new type; "" where another cast tells.

    ALTER COLUMN .. TYPE assigns, which refuses what is too long but for blanks at its end; a cast
    cuts it off (manual, datatype-character.html).
    """
    if column.base not in {"varchar", "bpchar"} or column.typmod < _HEADER:
        return ""
    if before.base not in _TEXTS:
        return ""
    named = ident_text(before.name)
    return f"char_length(rtrim({named}::text, ' ')) > {column.typmod - _HEADER}"


def holds_all(before: ColumnFacts, column: ColumnFacts) -> bool:
    """Whether the new type has every value of the old one, an integer, each as it is."""
    if before.is_array or column.is_array or column.domain is not None or before.domain is not None:
        return False
    if before.base not in _INTEGERS or column.base not in _INTEGERS:
        return False
    return _INTEGERS.index(before.base) <= _INTEGERS.index(column.base)


def assigned(expression: str, column: ColumnFacts) -> str:
    """An aggregate that fails where a value does not fit its new type, as an assignment does.

    A cast cuts off what is too long; the function behind it refuses that when its last argument
    says that nobody asked for the cut (manual, sql-createcast.html).
    """
    cast = f"({expression})::{column.type}"
    if column.fitter is None:
        return f"pg_catalog.count({cast})"
    if column.is_array:
        fit = f"{column.fitter}(e, {column.limit}, false)"
        parts = f"pg_catalog.unnest(({expression})::{column.element}[]) e"
        return f"pg_catalog.count({cast}), pg_catalog.sum((SELECT count({fit}) FROM {parts}))"
    fit = f"{column.fitter}(({expression})::{column.element}, {column.limit}, false)"
    return f"pg_catalog.count(({fit})::{column.type})"


def unreadable(before: ColumnFacts, column: ColumnFacts, major: int) -> str:
    """A condition: a text is no value of the new type, where the server has a word for that."""
    if major < _ASKS_INPUT or before.base not in _TEXTS:
        return ""
    named = ident_text(before.name)
    return f"NOT pg_input_is_valid({named}::text, {literal_text(column.type)})"


def casts_of(piece: Piece, names: frozenset[str]) -> list[Cast]:
    """The USING of each column whose type an ALTER TABLE changes.

    Args:
        piece: the statement.
        names: that it mentions.
    """
    found: list[Cast] = []
    column, begin, before = "", 0, ""
    for token in tokens(piece.sql):
        if token.depth:
            continue
        if token.text == "," and column:
            if begin:
                found.append(Cast(names, column, piece.sql[begin : token.start].strip()))
            column, begin = "", 0
        elif token.word == "TYPE" and not column and before.upper() not in _BEFORE_COLUMN:
            column = unquoted(before)
        elif token.word == "USING" and column and not begin:
            begin = token.end
        if token.word not in {"SET", "DATA"}:  # ALTER x SET DATA TYPE y
            before = token.text
    if column and begin:
        found.append(Cast(names, column, piece.sql[begin:].strip()))
    return found


def using(casts: Iterable[Cast], relation: str, column: str) -> str:
    """The expression that makes the new values of a column; "" where its own become those."""
    found = [c.expression for c in casts if c.column == column and relation in c.names]
    return found[-1] if found else ""


def not_among(before: ColumnFacts, column: ColumnFacts) -> str:
    """A condition: the value is no label of the enum that is the new type; "" of another type."""
    if not column.labels:
        return ""
    labels = ", ".join(literal_text(label) for label in column.labels)
    return f"{ident_text(before.name)}::text <> ALL (ARRAY[{labels}]::text[])"
