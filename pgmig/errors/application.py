"""Errors about the statements of an application."""

from pathlib import Path

from pgmig.errors.base import UsageError


class QueriesUnreadable(UsageError):
    """A file of the application's statements holds none, or not where they are looked for."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"{path.name} gives no statements: {reason}",
            where=str(path),
            do="name a file of SQL, or a CSV of pg_stat_statements with its header: psql -c"
            ' "COPY (SELECT query, calls FROM pg_stat_statements) TO STDOUT (FORMAT csv, HEADER)"',
        )
        self.path = path
        self.reason = reason
