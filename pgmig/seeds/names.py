"""Names of tables as people, files and SQL write them."""

import re
from typing import NamedTuple
from urllib.parse import unquote

from pgmig.ddl import qualified

# What a file name cannot hold everywhere, the dot that parts schema and table, and the sign that
# begins an escape (Windows, "Naming Files, Paths, and Namespaces").
_UNSAFE = re.compile(r'[\x00-\x1f\x7f%./\\:*?"<>|]|\A | \Z')
_PART = re.compile(r'"((?:[^"]|"")+)"|([^."]+)')


class TableName(NamedTuple):
    """A table; its text is its name as SQL has it, quoted where it must be."""

    schema: str
    name: str

    def __str__(self) -> str:
        """`schema.name`."""
        return qualified(self.schema, self.name)

    @property
    def stem(self) -> str:
        """The name of its files without the ending, as `shop.country`."""
        return f"{_escaped(self.schema)}.{_escaped(self.name)}"

    @property
    def settings(self) -> str:
        """Its table in the settings, as `[seeds.tables."shop.country"]`."""
        quote = "'" if '"' in str(self) else '"'
        return f"[seeds.tables.{quote}{self}{quote}]"


def parse_table(text: str) -> TableName:
    """The table that `schema.name` names; each part may stand in double quotes.

    Without quotes a part is taken as it stands, capitals too.

    Raises:
        ValueError: the text is nothing of the kind.
    """
    first = _PART.match(text)
    second = (
        first
        and text[first.end() : first.end() + 1] == "."
        and _PART.fullmatch(text, first.end() + 1)
    )
    if not first or not second:
        message = f"{text} is not schema.name"
        raise ValueError(message)
    return TableName(_unquoted(first), _unquoted(second))


def table_of_stem(stem: str) -> TableName | None:
    """The table that files of this name are for; None for a name that is not `schema.name`."""
    schema, dot, name = stem.partition(".")
    if not dot or not schema or not name or "." in name:
        return None
    found = TableName(unquote(schema), unquote(name))
    return found if found.stem == stem else None


def _unquoted(part: re.Match[str]) -> str:
    quoted: str | None = part[1]
    return part[2] if quoted is None else quoted.replace('""', '"')


def _escaped(name: str) -> str:
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", name)
