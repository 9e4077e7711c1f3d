"""Cursor: how far a statement is that runs in batches, as the history keeps it."""

import msgspec


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """The last row that is done, and how many are.

    Attributes:
        table: the one that batches go through, quoted and with its schema.
        key: its columns in the order of the index, as the catalog names them.
        at: their values in the last row that is done, as text; empty before the first.
        rows: how many rows batches have gone through.
    """

    table: str
    key: tuple[str, ...]
    at: tuple[str, ...] = ()
    rows: int = 0

    @property
    def words(self) -> str:
        """How far it is, for people: `id = 4711`."""
        return ", ".join(f"{k} = {v}" for k, v in zip(self.key, self.at, strict=False))


class _Kept(msgspec.Struct, frozen=True):
    batch: Cursor | None = None


def cursor_text(cursor: Cursor) -> str:
    """What the history keeps."""
    return msgspec.json.encode(_Kept(cursor)).decode()


def read_cursor(text: str) -> Cursor | None:
    """The cursor in what the history keeps of a statement; None where that is something else."""
    return msgspec.json.decode(text, type=_Kept).batch
