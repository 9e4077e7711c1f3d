"""The only room with sqlglot: quoting, builders, rendering.

Reading a database needs the kinds but renders nothing, and importing sqlglot costs more than all
else such a command does. So the names below are found on first use: write `ddl.statement(...)`
inside a function, never `from pgmig.ddl import statement` in a module that reading imports.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pgmig.ddl.quote import ident as ident_text
from pgmig.ddl.quote import literal as literal_text
from pgmig.ddl.quote import qualified, unqualified

if TYPE_CHECKING:
    from pgmig.ddl.build import (
        Node,
        alter_table,
        body,
        clause,
        column,
        commas,
        create_table,
        ident,
        lines,
        literal,
        name,
        raw,
        render,
    )
    from pgmig.ddl.common import (
        action,
        comment,
        comment_change,
        drop,
        fdw_option_change,
        fdw_options,
        firing,
        labels,
        option_change,
        options,
        owner,
        privilege_change,
        privileges,
        sequence_options,
        setting,
        statement,
    )
    from pgmig.ddl.words import words

__all__ = [
    "Node",
    "action",
    "alter_table",
    "body",
    "clause",
    "column",
    "commas",
    "comment",
    "comment_change",
    "create_table",
    "drop",
    "fdw_option_change",
    "fdw_options",
    "firing",
    "ident",
    "ident_text",
    "labels",
    "lines",
    "literal",
    "literal_text",
    "name",
    "option_change",
    "options",
    "owner",
    "privilege_change",
    "privileges",
    "qualified",
    "raw",
    "render",
    "sequence_options",
    "setting",
    "statement",
    "unqualified",
    "words",
]

_COMMON = frozenset(
    {
        "action",
        "comment",
        "comment_change",
        "drop",
        "fdw_option_change",
        "fdw_options",
        "firing",
        "labels",
        "option_change",
        "options",
        "owner",
        "privilege_change",
        "privileges",
        "sequence_options",
        "setting",
        "statement",
    }
)


def __getattr__(name: str) -> Any:
    """A builder, its module imported on first use (PEP 562)."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    home = "words" if name == "words" else "common" if name in _COMMON else "build"
    module = import_module(f"pgmig.ddl.{home}")
    value = getattr(module, name)
    globals()[name] = value
    return value
