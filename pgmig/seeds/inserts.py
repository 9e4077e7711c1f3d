"""Rows as the text of statements."""

import re
from typing import Final

from pgmig.ddl import literal_text
from pgmig.seeds.table import Column

# Types whose values may stand without quotes: the server makes of the digits the same value that
# the type's own input function does, numeric to real and double precision included (they go by the
# text, numeric_float8 in numeric.c). But -0 is the integer 0.
_WHOLE: Final = frozenset({20, 21, 23})  # bigint, smallint, integer
_FRACTIONS: Final = frozenset({700, 701, 1700})  # real, double precision, numeric
_INTEGER: Final = 23
_BOOLEAN: Final = 16
_DIGITS = re.compile(r"-?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_WORDS = {"t": "true", "f": "false"}

SCRIPT_SETTINGS: Final = (
    "lc_monetary = 'C'",
    "xmloption = content",
    "array_nulls = on",
)
"""What a script says before values of any type: how the server reads the text of money, of XML
that is no document, and of NULL in an array. All other types read what `session.SETTINGS` makes
them print the same under any settings. In the form that `plan.script_text` takes."""

# Categories whose types, but for money, print the same under any settings and read it so: dates,
# timespans, booleans, addresses, bit strings, numbers, strings, geometry; enums too.
_PLAIN: Final = frozenset("DTBIVNSGE")
_MONEY: Final = 790
_FIRST_OF_USERS: Final = 16384  # FirstNormalObjectId, transam.h


def is_plain(column: Column) -> bool:
    """Whether values of a column can stand in a script without `SCRIPT_SETTINGS`."""
    if column.typtype == "e" or column.type_oid in {17, 114, 2950, 3802}:  # bytea json uuid jsonb
        return True
    is_known = column.type_oid < _FIRST_OF_USERS and column.typcategory in _PLAIN
    return is_known and column.type_oid != _MONEY


def value_sql(column: Column, text: str | None, *, is_typed: bool) -> str:
    """A value as SQL: a bare number or truth value where that is exact, else in quotes.

    Args:
        column: the column that it is of.
        text: as the type's output function prints it under `session.SETTINGS`; None for NULL.
        is_typed: make it a value of the column's type wherever it stands. Without, it is for a
            place that gives the type, as INSERT and SET do.
    """
    if text is None:
        return f"NULL::{column.type}" if is_typed else "NULL"
    if column.type_oid == _BOOLEAN:
        return _WORDS[text]
    if not _is_bare(column.type_oid, text):
        return f"{_quoted(text)}::{column.type}" if is_typed else _quoted(text)
    if not is_typed or (column.type_oid == _INTEGER and text != "-2147483648"):
        return text
    # A minus binds weaker than the cast, and the number alone may be too large.
    value = literal_text(text) if text.startswith("-") else text
    return f"{value}::{column.type}"


def _quoted(text: str) -> str:
    r"""`text` as a literal; CR as \r, which no editor and no git takes for the end of a line."""
    if "\r" not in text:
        return literal_text(text)
    escaped = text.replace("\\", "\\\\").replace("'", "''").replace("\r", "\\r")
    return f"E'{escaped}'"


def _is_bare(type_oid: int, text: str) -> bool:
    if type_oid in _WHOLE:
        return _DIGITS.fullmatch(text) is not None
    return type_oid in _FRACTIONS and text != "-0" and _DECIMAL.fullmatch(text) is not None
