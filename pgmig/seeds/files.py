"""The folder of seeds: which files there are, and for which tables.

    seeds/
      shop.country.csv     rows for every environment
      shop.plan.sql        statements that put rows there
      dev/
        shop.country.csv   more rows, or others of the same keys, with --env dev

Text (`.md`, `.txt`) and hidden files are left alone; any other name is an error, so that no file is
passed over in silence.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from pgmig.errors import SeedFileMisnamed, SeedFileTwice, SeedsUnreadable
from pgmig.seeds.names import TableName, table_of_stem

Form = Literal["csv", "sql"]

_LEFT_ALONE = frozenset({".md", ".txt", ".rst"})


class SeedFile(msgspec.Struct, frozen=True):
    """One file.

    Attributes:
        path: where it is.
        table: that it is for.
        form: csv, rows; or sql, statements.
        env: the environment whose folder it is in; None for every environment.
    """

    path: Path
    table: TableName
    form: Form
    env: str | None = None


def find(folder: Path, env: str | None = None) -> tuple[SeedFile, ...]:
    """The files of a folder, and behind them those of an environment's; each by table.

    A table may have a file for every environment and one of the environment: that one's rows come
    on top. No folder means no files, nor does one for the environment.

    Raises:
        SeedsUnreadable: the folder cannot be read.
        SeedFileMisnamed: a file is not named after a table.
        SeedFileTwice: one folder has a .csv and a .sql file for one table.
    """
    found = _in_folder(folder, None)
    if env is not None:
        found += _in_folder(folder / env, env)
    return tuple(found)


def environments(folder: Path) -> tuple[str, ...]:
    """The names of the folders for single environments."""
    if not folder.is_dir():
        return ()
    names = (each.name for each in folder.iterdir() if each.is_dir())
    return tuple(sorted(name for name in names if not name.startswith(".")))


def _in_folder(folder: Path, env: str | None) -> list[SeedFile]:
    found: dict[TableName, SeedFile] = {}
    for file in _files(folder, env):
        if other := found.get(file.table):
            raise SeedFileTwice(path=file.path, other=other.path)
        found[file.table] = file
    return [found[table] for table in sorted(found)]


def _files(folder: Path, env: str | None) -> Iterator[SeedFile]:
    try:
        entries = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise SeedsUnreadable(path=folder, reason=error.strerror or str(error)) from None
    for entry in entries:
        if entry.name.startswith(".") or entry.suffix in _LEFT_ALONE or entry.is_dir():
            continue
        table = table_of_stem(entry.stem)
        match entry.suffix:
            case ".csv" if table is not None:
                yield SeedFile(entry, table, "csv", env)
            case ".sql" if table is not None:
                yield SeedFile(entry, table, "sql", env)
            case _:
                raise SeedFileMisnamed(path=entry)
