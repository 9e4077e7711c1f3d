"""The rows of files in temporary tables of the target's own types."""

from collections.abc import Iterable, Sequence

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import ServerFault
from pgmig.db.loading import Outcome, attempt, load
from pgmig.ddl import ident_text as ident
from pgmig.seeds.reading import blocks, without_mark
from pgmig.seeds.stream import Leftover
from pgmig.seeds.task import RowFile, Task

_NO_MARK = 180000  # the first server to which no line of a CSV file is its end
_MANY = 10_000  # rows above which the server should know how the values are spread


class Source(msgspec.Struct, frozen=True):
    """A file of rows in a temporary table, its rows in their order.

    Attributes:
        rows: the file.
        place: the temporary table.
        count: how many rows.
        numbers: which records of the file they are, from 1; None: all.
    """

    rows: RowFile
    place: str
    count: int
    numbers: tuple[int, ...] | None = None


class Load(msgspec.Struct, frozen=True):
    """Rows that are put into the table together.

    Attributes:
        place: the temporary table.
        columns: that the rows have values for.
        sources: the files; a row tells in `pgmig_file` which of them it is from and in `pgmig_at`
            from which row, where the temporary table is not a file's own.
        is_merged: so it is not.
        count: how many rows.
    """

    place: str
    columns: tuple[str, ...]
    sources: tuple[Source, ...]
    is_merged: bool
    count: int


class LoadFailed(Exception):
    """A file could not be put into its temporary table.

    Attributes:
        task: the table.
        rows: the file.
        fault: what the server said.
    """

    def __init__(self, task: Task, rows: RowFile, fault: ServerFault) -> None:
        super().__init__(fault.message)
        self.task = task
        self.rows = rows
        self.fault = fault


def load_files(conn: Connection, task: Task, number: int) -> tuple[tuple[Source, ...], list[Load]]:
    """The rows of the files of one table, and how they go into it.

    Raises:
        LoadFailed: the server refuses a row.
        SeedsUnreadable: a file is gone.
    """
    sources = tuple(
        _load(conn, task, rows, f"pg_temp.pgmig_seed_{number}_{place}")
        for place, rows in enumerate(task.files)
    )
    match sources:
        case (one,):
            return sources, [
                Load(one.place, one.rows.columns, sources, is_merged=False, count=one.count)
            ]
        case (base, top):
            return sources, _merge(conn, task, number, (base, top))
        case _:
            return sources, []


def load_some(
    conn: Connection, task: Task, number: int, found: Leftover
) -> tuple[Source, Source] | None:
    """The lines that a file and its table do not have in common, those of the file first.

    None where the server refuses one: it names its line when it has the whole file.
    """
    rows = task.files[0]
    places = (f"pg_temp.pgmig_seed_{number}_here", f"pg_temp.pgmig_seed_{number}_there")
    try:
        here = _load(conn, task, rows, places[0], [b"".join(found.here)])
        there = _load(conn, task, rows, places[1], [b"".join(found.there)])
    except LoadFailed:
        return None
    return msgspec.structs.replace(here, numbers=found.numbers), there


def load_at_once(conn: Connection, task: Task) -> Outcome:
    """Put the one file of a task into its table, which is empty."""
    rows = task.files[0]
    columns = ", ".join(map(ident, rows.columns))
    text = f"COPY {task.name} ({columns}) FROM STDIN WITH (FORMAT csv)"
    return load(conn, text, _data(conn, rows))


def _load(
    conn: Connection, task: Task, rows: RowFile, place: str, given: Iterable[bytes] | None = None
) -> Source:
    columns = ", ".join(map(ident, rows.columns))
    keys = ", ".join(f"ALTER {ident(name)} SET NOT NULL" for name in task.key.columns)
    outcome = attempt(
        conn,
        f"CREATE TEMP TABLE {place.removeprefix('pg_temp.')} ON COMMIT DROP AS"
        f" SELECT {columns} FROM {task.table.only} WITH NO DATA;"
        f"ALTER TABLE {place} {keys}",
    )
    if outcome.fault is None:
        text = f"COPY {place} ({columns}) FROM STDIN WITH (FORMAT csv)"
        outcome = load(conn, text, _data(conn, rows, given))
    if outcome.fault is not None:
        raise LoadFailed(task, rows, outcome.fault)
    if outcome.count > _MANY:
        _done(task, rows, attempt(conn, f"ANALYZE {place}"))
    return Source(rows, place, outcome.count)


def _data(conn: Connection, rows: RowFile, given: Iterable[bytes] | None = None) -> Iterable[bytes]:
    """What is sent of a file, all or the part that is given."""
    path, header = rows.file.path, rows.header
    data = blocks(path, header) if given is None else given
    return data if conn.info.server_version >= _NO_MARK else without_mark(path, header, data)


def _merge(conn: Connection, task: Task, number: int, sources: tuple[Source, Source]) -> list[Load]:
    """Rows of the first file that the second does not have, and those of the second.

    A row that both have has the columns of both, and where both name one, the second's value.
    """
    base, top = sources
    alone = [name for name in base.rows.columns if name not in top.rows.columns]
    of_top = _part(top.rows.columns, f"{top.place} f", number=1)
    of_base = _part(base.rows.columns, f"{base.place} f", number=0)
    in_base = f"EXISTS (SELECT FROM {base.place} o WHERE {task.same_key('f', 'o')})"
    in_top = f"EXISTS (SELECT FROM {top.place} o WHERE {task.same_key('f', 'o')})"
    if {*base.rows.columns} == {*top.rows.columns}:
        own = _part(top.rows.columns, f"{base.place} f", number=0)
        parts = [(top.rows.columns, f"{own} WHERE NOT {in_top} UNION ALL {of_top}")]
    elif not alone:
        parts = [
            (base.rows.columns, f"{of_base} WHERE NOT {in_top}"),
            (top.rows.columns, of_top),
        ]
    else:
        both = (*top.rows.columns, *alone)
        named = ", ".join(f"{'o' if name in alone else 'f'}.{ident(name)}" for name in both)
        joined = (
            f"SELECT {named}, 1 AS pgmig_file, f.ctid AS pgmig_at"
            f" FROM {top.place} f JOIN {base.place} o ON {task.same_key('f', 'o')}"
        )
        parts = [
            (base.rows.columns, f"{of_base} WHERE NOT {in_top}"),
            (top.rows.columns, f"{of_top} WHERE NOT {in_base}"),
            (both, joined),
        ]
    return [
        _merged(conn, task, f"pg_temp.pgmig_seed_{number}_m{n}", columns, query, sources)
        for n, (columns, query) in enumerate(parts)
    ]


def _part(columns: Sequence[str], source: str, *, number: int) -> str:
    named = ", ".join(f"f.{ident(name)}" for name in columns)
    return f"SELECT {named}, {number} AS pgmig_file, f.ctid AS pgmig_at FROM {source}"


def _merged(
    conn: Connection,
    task: Task,
    place: str,
    columns: tuple[str, ...],
    query: str,
    sources: tuple[Source, Source],
) -> Load:
    name = place.removeprefix("pg_temp.")
    outcome = attempt(conn, f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {query}")
    _done(task, sources[1].rows, outcome)
    if outcome.count > _MANY:
        _done(task, sources[1].rows, attempt(conn, f"ANALYZE {place}"))
    return Load(place, columns, sources, is_merged=True, count=outcome.count)


def _done(task: Task, rows: RowFile, outcome: Outcome) -> None:
    if outcome.fault is not None:
        raise LoadFailed(task, rows, outcome.fault)
