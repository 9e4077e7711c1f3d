"""The initial rows of a baseline: chosen, and written into its way up behind the schema."""

import dataclasses
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pgmig.commands.snapshot_data import chosen_tables
from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.errors import FileNotWritten, TablesNotMade
from pgmig.kinds.event_trigger import EVENT_TRIGGER
from pgmig.kinds.table import TABLE, nulls
from pgmig.kinds.table.record import Column
from pgmig.kinds.table.record import Table as TableRecord
from pgmig.model import ObjectKey, Snapshot, Statement
from pgmig.plan import plan
from pgmig.scripts import Script
from pgmig.scripts.directory import read_half
from pgmig.seeds.initial import Initial, write_initial
from pgmig.seeds.names import TableName
from pgmig.seeds.rules import Rules
from pgmig.seeds.session import SETTINGS
from pgmig.seeds.table import Table

_TITLE = """
-- The rows that the tables had then, for databases that this script makes. Triggers do not fire.
"""


class Data(msgspec.Struct, frozen=True):
    """What of a database's rows shall be in its baseline.

    Attributes:
        patterns: choose tables; none: no rows.
        rules: name the keys that rows are sorted by.
    """

    patterns: tuple[str, ...] = ()
    rules: Rules = Rules()


class Place(msgspec.Struct, frozen=True):
    """Where the rows come to stand.

    Attributes:
        folder: for the script's file, which may be large.
        behind: statements that come behind them.
        late: the objects that those make.
    """

    folder: Path
    behind: str
    late: frozenset[ObjectKey]


def made_late(target: Snapshot) -> frozenset[ObjectKey]:
    """What a script makes behind the rows.

    Constraints that are not valid let rows be which they refuse; event triggers would fire on the
    statements around the rows.
    """
    return frozenset(
        key
        for key, record in target.objects.items()
        if key.kind == EVENT_TRIGGER.name
        or getattr(record, "is_valid", True) is False
        or getattr(record, "is_parent_valid", None) is False
    )


def parted(
    up: Sequence[Statement], new: Snapshot, target: Snapshot, late: Collection[ObjectKey]
) -> tuple[Sequence[Statement], Sequence[Statement]]:
    """The statements that come before the rows, and those that come behind.

    A NOT NULL that is not valid is no object: the statements that make it are those that the same
    tables without it do not need.

    Args:
        up: make `target` out of `new`.
        new: the start.
        target: the whole.
        late: objects that are made behind the rows.
    """
    before = [each for each in up if each.touches not in late]
    behind = [each for each in up if each.touches in late]
    changed = {
        key: replace(record, columns=tuple(map(_nullable, record.columns)))
        for key, record in target.objects.items()
        if isinstance(record, TableRecord) and not all(map(_is_valid, record.columns))
    }
    if changed:
        easier = dataclasses.replace(target, objects={**target.objects, **changed})
        needed = {each.sql for each in plan(new, easier).statements}
        behind = [*(each for each in before if each.sql not in needed), *behind]
        before = [each for each in before if each.sql in needed]
    return before, behind


def _is_valid(column: Column) -> bool:
    return column.is_not_null_valid


def _nullable(column: Column) -> Column:
    return column if column.is_not_null_valid else nulls.without(column)


def read_initial(
    conn: Connection, data: Data, target: Snapshot, on_step: Callable[[str], None]
) -> Initial:
    """The rows as they are, for a script that has them already.

    Raises:
        PgmigError: as `with_rows`, but for the file.
    """

    class Nowhere:
        def write(self, data: bytes, /) -> object:
            return len(data)

    tables = _tables(conn, data, target)
    ignored = target.ignored.objects
    told = _told(on_step)
    return write_initial(conn, tables, data.rules, Nowhere(), ignored=ignored, on_table=told)


def with_rows(
    conn: Connection,
    data: Data,
    target: Snapshot,
    pair: Script,
    place: Place,
    on_step: Callable[[str], None],
) -> tuple[Script, Initial]:
    """The pair with the rows in its way up, which is a file now.

    Args:
        conn: a session within `db.reading`.
        data: which rows.
        target: the snapshot that the pair makes.
        pair: the schema, without what comes behind the rows.
        place: where they come to stand.
        on_step: told what happens next.

    Raises:
        BadPattern, TablesUnmatched, RowsElsewhere, SeedKeyMissing: as `choose` and
            `write_initial` say.
        TablesNotMade: a chosen table is not part of the snapshot.
        FileNotWritten: the file cannot be written.
    """
    tables = _tables(conn, data, target)
    path = place.folder / pair.up.path.name
    try:
        with path.open("wb") as stream:
            stream.write(f"{pair.up.text}{_TITLE}".encode())
            initial = write_initial(
                conn,
                tables,
                data.rules,
                stream,
                ignored=target.ignored.objects,
                late=place.late,
                on_table=_told(on_step),
            )
            if place.behind:
                stream.write(f"\n{place.behind}".encode())
    except OSError as error:
        raise FileNotWritten(path=path, reason=error.strerror or str(error)) from None
    return replace(pair, up=read_half(path)), initial


def _tables(conn: Connection, data: Data, target: Snapshot) -> dict[TableName, Table]:
    fetch(conn, SETTINGS)

    def is_ignored(table: TableName) -> bool:
        return ObjectKey(TABLE.name, *table) not in target.objects

    found = chosen_tables(conn, data.patterns, is_ignored=is_ignored)
    not_made = [name for name in found if is_ignored(name)]
    if not_made:
        raise TablesNotMade(tables=[str(name) for name in not_made])
    return found


def _told(on_step: Callable[[str], None]) -> Callable[[TableName], None]:
    return lambda name: on_step(f"reading the rows of {name}")
