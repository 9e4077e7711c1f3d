"""Initial data: files of rows, and the tables that they are for."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from pgmig.errors.base import Interrupted, Refused, UsageError


class SeedsUnreadable(UsageError):
    """The folder of seeds or a file in it cannot be read."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"the rows cannot be read: {reason}", where=str(path), do="correct that, or its rights"
        )
        self.path = path
        self.reason = reason


class SeedFileMisnamed(UsageError):
    """A file among the seeds is not named after a table."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path.name} is not named after a table",
            where=str(path),
            do="name it schema.table.csv or schema.table.sql (a dot within a name is %2E), or move"
            " it elsewhere",
        )
        self.path = path


class SeedFileTwice(UsageError):
    """A table has rows and statements in one folder."""

    def __init__(self, *, path: Path, other: Path) -> None:
        super().__init__(
            f"{other.name} is for the same table",
            where=str(path),
            do="keep one of the two",
        )
        self.path = path
        self.other = other


class SeedRuleUnknown(UsageError):
    """The settings speak of a table that has no file."""

    def __init__(self, *, table: str, path: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(table, known, n=1)
        hint = f"; the nearest that has one is {near[0]}" if near else ""
        super().__init__(
            f"seeds.tables.{table}: no file is for that table{hint}",
            where=path,
            do="correct the name, or remove the rule",
        )
        self.table = table
        self.path = path
        self.known = tuple(known)


class SeedTableMissing(Refused):
    """A file is for a table that the database does not have."""

    def __init__(self, *, table: str, where: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(table, known, n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        super().__init__(
            f"there is no table {table}{hint}",
            where=where,
            do="apply the migrations first, with `pgmig up`, or correct the file's name",
        )
        self.table = table
        self.known = tuple(known)


class SeedTableUnfit(Refused):
    """A file is for something that keeps no rows of its own, such as a view."""

    def __init__(self, *, table: str, where: str, what: str) -> None:
        super().__init__(
            f"{table} is a {what}, not a table",
            where=where,
            do="put the rows into the tables that it shows",
        )
        self.table = table
        self.relation = what


class SeedKeyMissing(Refused):
    """Nothing tells the rows of a table apart."""

    def __init__(self, *, table: str, where: str, reason: str) -> None:
        super().__init__(
            f"{table}: {reason}",
            where=where,
            do=f'name columns with a unique index and NOT NULL: key in [seeds.tables."{table}"]',
        )
        self.table = table
        self.reason = reason


class SeedHeaderBad(UsageError):
    """A file of rows does not begin with a header that can be used."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"the header is wrong: {reason}",
            where=f"{path}:1",
            do="let the first line name the columns, in UTF-8, with commas between them",
        )
        self.path = path
        self.reason = reason


class SeedColumnUnfit(Refused):
    """A column that a file or a rule names cannot get values."""

    def __init__(
        self, *, table: str, where: str, column: str, reason: str, known: Sequence[str] = ()
    ) -> None:
        near = difflib.get_close_matches(column, known, n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        super().__init__(
            f"{table}, column {column}: {reason}{hint}",
            where=where,
            do="correct the name, or leave the column out",
        )
        self.table = table
        self.column = column
        self.reason = reason


class SeedCycle(Refused):
    """Tables refer to each other, and none can get its rows first."""

    def __init__(self, *, tables: Sequence[str], keys: Sequence[str]) -> None:
        super().__init__(
            f"{', '.join(tables)} refer to each other, so that none can get its rows first",
            where=", ".join(keys),
            do="make one of these foreign keys DEFERRABLE, or one of its columns nullable",
        )
        self.tables = tuple(tables)
        self.keys = tuple(keys)


class SeedRowTwice(UsageError):
    """A file has two rows with one key."""

    def __init__(self, *, path: Path, lines: tuple[int, int], key: str) -> None:
        super().__init__(
            f"lines {lines[0]} and {lines[1]} have the same key: {key}",
            where=f"{path}:{lines[1]}",
            do="keep one of the two rows",
        )
        self.path = path
        self.lines = lines
        self.key = key


class SeedRowRefused(Refused):
    """The server does not take a row."""

    def __init__(
        self,
        *,
        path: Path,
        line: int,
        column: str,
        value: str | None,
        reason: str,
        sqlstate: str,
        detail: str = "",
        hint: str = "",
    ) -> None:
        self.value = value
        shown = "" if not column else f", column {column}"
        told = "" if value is None else f" ({value})"
        super().__init__(
            f"line {line}{shown}{told}: {reason}",
            where=f"{path}:{line}",
            notes=(("error", f"SQLSTATE {sqlstate}"), ("says", detail), ("hint", hint)),
            do="correct the row, and run the command again: nothing was changed",
        )
        self.path = path
        self.line = line
        self.column = column
        self.sqlstate = sqlstate


class SeedTableRefused(Refused):
    """The server refuses to have a table seeded, whatever its rows."""

    def __init__(
        self,
        *,
        table: str,
        where: str,
        reason: str,
        sqlstate: str,
        detail: str = "",
        hint: str = "",
        do: str = "",
    ) -> None:
        super().__init__(
            f"{table}: {reason}",
            where=where,
            notes=(("error", f"SQLSTATE {sqlstate}"), ("says", detail), ("hint", hint)),
            do=do or "remove the cause, and run the command again: nothing was changed",
        )
        self.table = table
        self.sqlstate = sqlstate


class SeedRowsBound(Refused):
    """Rows that no file has cannot go: rows of other tables would go or change with them."""

    def __init__(
        self, *, table: str, where: str, by: str, columns: Sequence[str], count: int
    ) -> None:
        rows = "1 row of" if count == 1 else f"{count} rows of"
        refer = "refers" if count == 1 else "refer"
        super().__init__(
            f"{rows} {by} {refer} ({', '.join(columns)}) to rows of {table} that the files lack,"
            " and would be removed or changed with them",
            where=where,
            do="remove those rows or let them refer to others first, put the rows that they refer"
            " to into the file, or set missing to report or keep; nothing was changed",
        )
        self.table = table
        self.by = by
        self.columns = tuple(columns)
        self.count = count


class SeedFilesUnmatched(UsageError):
    """A table that was named has no file."""

    def __init__(self, *, pattern: str, folder: Path, nearest: str | None) -> None:
        hint = f"; the nearest that has one is {nearest}" if nearest else ""
        super().__init__(
            f"no file is for {pattern}{hint}",
            where=str(folder),
            do="name schema.table, or schema.* for all of a schema",
        )
        self.pattern = pattern
        self.folder = folder
        self.nearest = nearest


class SeedConnectionLost(Interrupted):
    """The connection broke while tables were brought to what their files say."""

    def __init__(self, *, target: str, reason: str, is_known: bool = True) -> None:
        super().__init__(
            f"the connection broke{': ' if reason else ''}{reason}",
            where=target,
            notes=(
                ("now", "nothing was changed" if is_known else "not known: it broke at COMMIT"),
            ),
            do="run the same command again: it changes what is not done yet",
        )
        self.is_known = is_known


class SeedStatementFailed(Refused):
    """The server refuses a statement of a file."""

    def __init__(
        self,
        *,
        path: Path,
        line: int,
        column: int,
        reason: str,
        sqlstate: str,
        detail: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(
            reason,
            where=f"{path}:{line}:{column}",
            notes=(("error", f"SQLSTATE {sqlstate}"), ("says", detail), ("hint", hint)),
            do="correct the statement, and run the command again: nothing was changed",
        )
        self.path = path
        self.line = line
        self.column = column
        self.sqlstate = sqlstate
