"""`pgmig snapshot --data`: rows of a database as files that `pgmig seed` puts into others."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pgmig.catalog.scope import ALL, Scope
from pgmig.db import Connection, connect, describe, reading
from pgmig.db.execute import fetch
from pgmig.errors import RowsAreStatements
from pgmig.kinds.schema import SCHEMA
from pgmig.kinds.table import TABLE
from pgmig.model import ObjectKey
from pgmig.scripts.staging import Change, Staging
from pgmig.scripts.write import make_directory
from pgmig.seeds.chosen import choose
from pgmig.seeds.export import columns_of, key_of, require_here, write_rows
from pgmig.seeds.names import TableName
from pgmig.seeds.rules import Rules
from pgmig.seeds.session import SETTINGS
from pgmig.seeds.table import Table, read_tables


@dataclass(frozen=True, slots=True)
class Written:
    """One table's file.

    Attributes:
        table: whose rows.
        path: of the file.
        rows: how many.
        change: what became of the file.
        key: the columns that it is sorted by; none: the table has no key, without which nobody
            can seed it.
    """

    table: TableName
    path: Path
    rows: int
    change: Change
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        target: user, host, port and database.
        folder: where the files are.
        tables: by name.
    """

    target: str
    folder: Path
    tables: tuple[Written, ...]


def snapshot_data(
    url: str,
    folder: Path,
    patterns: Iterable[str],
    rules: Rules,
    *,
    scope: Scope = ALL,
    on_table: Callable[[TableName], None] = lambda _: None,
) -> Exported:
    """Write the rows of the tables that patterns choose, a file a table, as of one moment.

    All files are written or none; those that are there are replaced whole. Memory does not grow
    with the rows.

    Args:
        url: the database.
        folder: for the files; made if it is not there.
        patterns: as `seeds.chosen.choose` takes them.
        rules: name keys, and the columns that files own.
        scope: what of the database is the project's; what is not is chosen by its whole name alone.
        on_table: hears whose rows are read next.

    Raises:
        BadPattern, TablesUnmatched, SeedTableMissing: as `choose` says.
        RowsAreStatements: a table has a .sql file in the folder.
        SeedKeyMissing, RowsColumnMissing, RowsElsewhere: the rules or the table forbid it.
        FileNotWritten: no space, no rights; the files that were there are as they were.
        ReadFailed, ServerRefused: the server refused a query.
    """
    with closing(connect(url)) as conn, reading(conn):
        fetch(conn, SETTINGS)
        tables = chosen_tables(conn, patterns, is_ignored=partial(_is_ignored, scope))
        for name in tables:
            statements = folder / f"{name.stem}.sql"
            if statements.exists():
                raise RowsAreStatements(table=str(name), path=statements)
        is_new = not folder.is_dir()
        make_directory(folder)
        try:
            written = _write(conn, folder, tables, rules, on_table)
        except BaseException:
            if is_new:
                with suppress(OSError):
                    folder.rmdir()
            raise
        return Exported(describe(conn), folder, written)


def chosen_tables(
    conn: Connection,
    patterns: Iterable[str],
    *,
    is_ignored: Callable[[TableName], bool],
) -> dict[TableName, Table]:
    """The facts of the tables that patterns choose.

    Args:
        conn: a session.
        patterns: as `choose` takes them.
        is_ignored: whether a table is somebody else's, and chosen by its whole name alone.

    Raises:
        BadPattern, TablesUnmatched: as `choose` says.
        RowsElsewhere: a partition is a foreign table.
    """
    names = choose(conn, patterns, is_ignored=is_ignored)
    tables = read_tables(conn, dict.fromkeys(names, "--data"))
    for table in tables.values():
        require_here(conn, table)
    return {name: tables[name] for name in names}


def _is_ignored(scope: Scope, table: TableName) -> bool:
    keys = ObjectKey(TABLE.name, *table), ObjectKey(SCHEMA.name, "", table.schema)
    return any(pattern.matches(key) for pattern in scope.patterns() for key in keys)


def _write(
    conn: Connection,
    folder: Path,
    tables: Mapping[TableName, Table],
    rules: Rules,
    on_table: Callable[[TableName], None],
) -> tuple[Written, ...]:
    made: list[tuple[TableName, Path, int, tuple[str, ...]]] = []
    with Staging() as staging:
        for name, table in tables.items():
            on_table(name)
            path, rule = folder / f"{name.stem}.csv", rules.of(name)
            key = key_of(table, rule, where=f"key in {name.settings}")
            columns = columns_of(table, key, rule)
            with staging.file(path) as stream:
                rows = write_rows(conn, table, key, stream, columns=columns)
            made.append((name, path, rows, key.columns if key else ()))
        changes = staging.place()
    return tuple(
        Written(name, path, rows, changes[path.resolve() if path.is_symlink() else path], key)
        for name, path, rows, key in made
    )
