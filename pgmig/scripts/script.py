"""Script: one numbered step of the schema, with its way up and its way down."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pgmig.errors import EmptyScript
from pgmig.scripts.header import Header
from pgmig.scripts.lexer import is_without_statements
from pgmig.scripts.names import is_timestamp
from pgmig.scripts.split import Piece, split


@dataclass(frozen=True, slots=True)
class Half:
    """One file of a script: the way up or the way down.

    Attributes:
        path: the file.
        text: what runs: the file's text without a byte order mark, and with LF where every line
            of the file ends with CRLF (`text.py` says why).
        checksum: SHA-256 of `text` in UTF-8, in hexadecimal.
        header: what the directives at the head of the file say.
    """

    path: Path
    text: str
    checksum: str
    header: Header

    @property
    def is_empty(self) -> bool:
        """Whether the file holds nothing but blanks, comments and semicolons."""
        return is_without_statements(self.text)

    def statements(self) -> Iterator[Piece]:
        """The statements in their order.

        Raises:
            EmptyScript: there is none: a script that does nothing is a mistake or a lie.
            UnterminatedSql, PsqlCommand, ...: as `split` does, with the file's name.
        """
        if self.is_empty:
            raise EmptyScript(path=self.path)
        return split(self.text, path=self.path)


@dataclass(frozen=True, slots=True)
class Script:
    """One version of the schema.

    Attributes:
        version: the number; scripts run in its order.
        name: the name without the number.
        up: the way from the version before to this one.
        down: the way back; None when the up half says why there is none.
    """

    version: int
    name: str
    up: Half
    down: Half | None

    @property
    def label(self) -> str:
        """The file name without its half, like `0042_orders`."""
        return self.up.path.name.removesuffix(".up.sql")

    @property
    def is_timestamp(self) -> bool:
        """Whether the number is a time, so that holes between numbers mean nothing."""
        return is_timestamp(self.version)

    @property
    def irreversible(self) -> str | None:
        """Why there is no way back, or None when there is one."""
        if self.up.header.irreversible is not None or self.down is None:
            return self.up.header.irreversible
        return self.down.header.irreversible
