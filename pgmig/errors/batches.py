"""Statements that run in batches."""

from pathlib import Path

from pgmig.errors.base import Refused
from pgmig.errors.running import StepChanged
from pgmig.errors.scripts import BadScript


class StatementNotBatched(BadScript):
    """A statement that would mean something else in batches, or of which that cannot be told."""

    def __init__(self, *, path: Path | None, line: int, column: int, found: str, do: str) -> None:
        super().__init__(
            f"a statement with {found} does not run in batches",
            path=path,
            line=line,
            column=column,
            do=do,
        )
        self.found = found


class KeyUnfit(Refused):
    """The columns of a batch's key do not tell the rows of its table apart, as the catalog has it.

    Attributes:
        path: the script's file.
        line: of the directive.
        table: as the catalog names it, or as the statement does.
        key: the columns.
        reason: what is amiss with them.
        holds: what the database holds now.
    """

    def __init__(
        self,
        *,
        path: Path,
        line: int,
        table: str,
        key: tuple[str, ...],
        reason: str,
        holds: str,
        do: str,
    ) -> None:
        super().__init__(
            f"{path.name}: {table} cannot be gone through by key={','.join(key)}: {reason}",
            where=f"{path}:{line}",
            notes=(("now", holds),),
            do=do,
        )
        self.path = path
        self.line = line
        self.table = table
        self.key = key
        self.reason = reason
        self.holds = holds


class BatchRefused(Refused):
    """The server shows that a statement would mean something else in batches."""

    def __init__(
        self, *, path: Path, line: int, column: int, found: str, reason: str, holds: str
    ) -> None:
        super().__init__(
            f"{path.name}: a statement with {found} does not run in batches: {reason}",
            where=f"{path}:{line}:{column}",
            notes=(("now", holds),),
            do="put what it reads into a table of its own in a script before, and read that; or"
            " remove `batch` and what belongs to it",
        )
        self.path = path
        self.line = line
        self.found = found
        self.reason = reason
        self.holds = holds


class BatchChanged(StepChanged):
    """A statement that has run for some of its rows is no longer the one that did.

    Attributes:
        path: the script's file.
        line: where that statement stood, or one in its place.
        number: of the statement.
        rows: how many rows it has done.
        reason: in what it is another one.
    """

    def __init__(
        self, *, path: Path, line: int, number: int, version: int, rows: int, reason: str
    ) -> None:
        resolve = f"pgmig resolve {version} --statement {number}"
        super(StepChanged, self).__init__(
            f"statement {number} of {path.name} has run in batches for {rows:,} rows and {reason}",
            where=f"{path}:{line}",
            do="restore it, and it goes on behind those rows; or"
            f" `{resolve} --redo` to begin again at the first row, `{resolve} --done` to leave the"
            " others as they are",
        )
        self.path = path
        self.line = line
        self.number = number
        self.rows = rows
        self.reason = reason
