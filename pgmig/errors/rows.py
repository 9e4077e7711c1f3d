"""Rows that are written from a database into files and scripts."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from pgmig.errors.base import Refused, UsageError


class TablesUnmatched(UsageError):
    """A pattern chooses no table of the database."""

    def __init__(self, *, pattern: str, target: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(pattern, known, n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        super().__init__(
            f"--data {pattern} matches no table{hint}",
            where=target,
            do="name tables as schema.table, where * stands for any letters; partitions and the"
            " tables of extensions are chosen by their whole names alone",
        )
        self.pattern = pattern
        self.target = target
        self.known = tuple(known)


class RowsAreStatements(Refused):
    """The rows of a table are in a .sql file, which no export can bring up to date."""

    def __init__(self, *, table: str, path: Path) -> None:
        super().__init__(
            f"the rows of {table} are in statements already: {path.name}",
            where=str(path),
            do="remove that file, or leave the table out of --data",
        )
        self.table = table
        self.path = path


class RowsColumnMissing(UsageError):
    """The settings name a column that the table does not have, or that nobody can write."""

    def __init__(self, *, table: str, where: str, column: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(column, known, n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        super().__init__(
            f"{table} has no column {column} that can be written{hint}",
            where=where,
            do="correct the name",
        )
        self.table = table
        self.column = column
        self.known = tuple(known)


class RowsElsewhere(Refused):
    """Rows of a table are not in this database, or not in any column that can be written."""

    def __init__(self, *, table: str, reason: str) -> None:
        super().__init__(
            f"the rows of {table} cannot be carried: {reason}",
            where=table,
            do="leave the table out of --data",
        )
        self.table = table
        self.reason = reason


class TablesNotMade(Refused):
    """Tables whose rows shall be in a baseline that does not make them."""

    def __init__(self, *, tables: Sequence[str]) -> None:
        super().__init__(
            f"the settings ignore what the baseline shall have rows for: {', '.join(tables)}",
            do="leave them out of --data, or no longer ignore them",
        )
        self.tables = tuple(tables)
