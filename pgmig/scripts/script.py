"""Script: one numbered step of the schema, with its way up and its way down."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from pgmig.errors import EmptyScript
from pgmig.scripts.allowing import Allowance
from pgmig.scripts.batch.directive import Batch
from pgmig.scripts.header import Header
from pgmig.scripts.large import LargeText
from pgmig.scripts.lexer import is_without_statements
from pgmig.scripts.names import is_timestamp
from pgmig.scripts.split import Piece, split
from pgmig.scripts.window import is_large_without_statements, split_large


class Half(msgspec.Struct, frozen=True):
    """One file of a script: the way up or the way down.

    Attributes:
        path: the file.
        source: what runs: the file's text without a byte order mark, and with LF where every line
            of the file ends with CRLF (`text.py` says why). A large one stays in its file.
        checksum: SHA-256 of it in UTF-8, in hexadecimal.
        header: what the directives at the head of the file say.
        batches: which of its statements run in batches, in their order.
        allowances: which of its statements `pgmig lint` need not tell of, in their order.
    """

    path: Path
    source: str | LargeText
    checksum: str
    header: Header
    batches: tuple[Batch, ...] = ()
    allowances: tuple[Allowance, ...] = ()

    @property
    def text(self) -> str:
        """What runs, all of it: a large one is read, and is not kept.

        Raises:
            ScriptUnreadable, ScriptChanged: a large file is not what was checked.
        """
        return self.source if isinstance(self.source, str) else self.source.text

    @property
    def size(self) -> int:
        """How much it is, about: the characters of a text, the bytes of a large file."""
        return len(self.source) if isinstance(self.source, str) else self.source.end

    @property
    def is_empty(self) -> bool:
        """Whether the file holds nothing but blanks, comments and semicolons."""
        if isinstance(self.source, str):
            return is_without_statements(self.source)
        return is_large_without_statements(self.source)

    def batch(self, number: int) -> Batch | None:
        """How statement `number` runs in batches; None when it runs at once."""
        return next((batch for batch in self.batches if batch.statement == number), None)

    def statements(self) -> Iterator[Piece]:
        """The statements in their order.

        Raises:
            EmptyScript: there is none: a script that does nothing is a mistake or a lie.
            UnterminatedSql, PsqlCommand, ...: as `split` does, with the file's name.
        """
        if self.is_empty:
            raise EmptyScript(path=self.path)
        if isinstance(self.source, str):
            return split(self.source, path=self.path)
        return split_large(self.source)


class Script(msgspec.Struct, frozen=True):
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
