"""Cursor: how far a statement is that runs in batches, as the history keeps it."""

import msgspec

from pgmig.scripts import Half
from pgmig.scripts.text import checksum


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """The last row that is done, and how many are.

    Attributes:
        table: the one that batches go through, quoted and with its schema.
        key: its columns in the order of the index, as the catalog names them.
        at: their values in the last row that is done, as text; empty before the first.
        rows: how many rows batches have gone through.
        rest: of the script's other statements, as `others` gives it.
        path: the schemas in which the session finds names, as `current_schemas` tells.
        role: that the statement runs as.
        oid: of the table.
    """

    table: str
    key: tuple[str, ...]
    at: tuple[str, ...] = ()
    rows: int = 0
    rest: str = ""
    path: str = ""
    role: str = ""
    oid: int = 0

    @property
    def words(self) -> str:
        """How far it is, for people: `id = 4711`."""
        return ", ".join(f"{k} = {v}" for k, v in zip(self.key, self.at, strict=False))


def others(half: Half, number: int) -> str:
    """A checksum of all statements of a script but this one, from 1, in their order."""
    pieces = enumerate(half.statements(), start=1)
    return checksum("\n".join(checksum(piece.sql) for at, piece in pieces if at != number))


class _Kept(msgspec.Struct, frozen=True):
    batch: Cursor | None = None


def cursor_text(cursor: Cursor) -> str:
    """What the history keeps."""
    return msgspec.json.encode(_Kept(cursor)).decode()


def read_cursor(text: str) -> Cursor | None:
    """The cursor in what the history keeps of a statement; None where that is something else."""
    return msgspec.json.decode(text, type=_Kept).batch
