"""A script without a transaction that has begun and not ended, statement by statement."""

from typing import Literal

import msgspec

from pgmig.engine.cursor import Cursor, read_cursor
from pgmig.scripts.names import Direction

StatementOutcome = Literal["started", "done", "failed"]


class StatementProgress(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a script that runs without a transaction.

    Attributes:
        number: from 1.
        checksum: of its text.
        outcome: `started` while nobody knows more.
        sqlstate: of the error, when it failed.
        message: of the error, when it failed.
        before: what the catalog held before it, as JSON, when it runs alone; of one that runs in
            batches how far it is.
    """

    number: int
    checksum: str
    outcome: StatementOutcome
    sqlstate: str | None = None
    message: str | None = None
    before: str | None = None

    @property
    def cursor(self) -> Cursor | None:
        """How far it is, when it runs in batches."""
        return None if self.before is None else read_cursor(self.before)


class PartWay(msgspec.Struct, frozen=True, kw_only=True):
    """A script without a transaction that has begun and not ended.

    Attributes:
        history_id: the number that its history row will have.
        version: the script's number.
        label: its file name without its half.
        direction: in which it runs.
        statements: what is known of them, in order.
    """

    history_id: int
    version: int
    label: str
    direction: Direction
    statements: tuple[StatementProgress, ...]

    @property
    def done(self) -> int:
        """How many statements ran to their end."""
        return sum(statement.outcome == "done" for statement in self.statements)

    @property
    def started(self) -> int | None:
        """The statement whose outcome is unknown: its runner works on it, or died."""
        unknown = (s for s in self.statements if s.outcome == "started" and s.cursor is None)
        return next((s.number for s in unknown), None)

    @property
    def batched(self) -> StatementProgress | None:
        """The statement that has done some of its rows in batches and is to go on behind them."""
        return next((s for s in self.statements if s.outcome != "done" and s.cursor), None)

    @property
    def batched_words(self) -> str:
        """How far that statement is, for people; "" when there is none."""
        found = self.batched
        cursor = found.cursor if found else None
        if found is None or cursor is None:
            return ""
        return f"{cursor.rows:,} rows of statement {found.number} (up to {cursor.words})"

    @property
    def is_begun(self) -> bool:
        """Whether anything of it is done, or may be."""
        return bool(self.done or self.started is not None or self.batched)
