"""Which row of which file the server does not take, and why.

PostgreSQL names the constraint, not the row of a statement that puts in many. The statement is run
again over fewer and fewer rows until one is left.
"""

import re
from collections.abc import Callable, Sequence
from itertools import islice

from pgmig.db import Connection
from pgmig.db.copying import texts
from pgmig.db.execute import ServerFault, fetch, run
from pgmig.db.loading import attempt
from pgmig.ddl import ident_text as ident
from pgmig.errors import (
    PgmigError,
    SeedRowRefused,
    SeedRowTwice,
    SeedTableRefused,
    ServerRefused,
)
from pgmig.seeds.compare import places_twice
from pgmig.seeds.load import Load, LoadFailed, Source
from pgmig.seeds.reading import records
from pgmig.seeds.table import ForeignKey
from pgmig.seeds.task import RowFile, Task

Statement = Callable[[str], str]
"""Gives the statement for those rows `f` that meet a condition."""

_NOT_NULL, _FOREIGN_KEY, _UNIQUE = "23502", "23503", "23505"
_INSUFFICIENT, _LOCKED = "42501", "55P03"

# Classes of errors that are nobody's row: connection, transaction, rights, resources, the server.
_OF_NO_ROW = frozenset({"08", "0A", "25", "2D", "40", "42", "53", "54", "55", "57", "58", "XX"})

_OFFSET_BITS = 11  # a page of 32 kB has at most 1164 rows (MaxHeapTuplesPerPage)

_COLUMNS_OF = """
SELECT a.attname::text
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = %s::oid AND (
    a.attnum = ANY (SELECT pg_catalog.unnest(c.conkey) FROM pg_catalog.pg_constraint c
        WHERE c.conrelid = a.attrelid AND c.conname = %s)
    OR a.attnum = ANY (SELECT pg_catalog.unnest(i.indkey::int2[]) FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = a.attrelid AND x.relname = %s))
ORDER BY a.attnum
"""

_RIGHTS = (
    "grant SELECT, INSERT and UPDATE on the table (DELETE too where rows are removed) and TEMPORARY"
    " on the database to this role, or seed as the table's owner"
)
_WAIT = "wait until whoever holds the lock is done, or longer with `--lock-timeout`"
_OWNER = 'seed as the table\'s owner, who alone may switch triggers off, or set triggers = "on"'
_ROW_SECURITY = "seed as the table's owner or as a role with BYPASSRLS: policies would hide rows"

# Parts of the server's messages; another language falls through to the rights.
_ADVICE = (("row-level security", _ROW_SECURITY), ("must be owner", _OWNER))


def not_loaded(failed: LoadFailed) -> PgmigError:
    """The error that tells of a file that does not go into its temporary table."""
    fault, rows = failed.fault, failed.rows
    place = _copy_place(fault.context, rows)
    if place is None:
        return refused(failed.task, fault, where=str(rows.file.path))
    line, column, value = place
    reason = fault.message
    if fault.sqlstate == _NOT_NULL and fault.column in failed.task.key.columns:
        column, value, reason = fault.column, None, "it is of the key, and NULL equals nothing"
    return SeedRowRefused(
        path=rows.file.path,
        line=_first_line(rows, line),
        column=column,
        value=value,
        reason=reason,
        sqlstate=fault.sqlstate,
        detail=fault.detail if fault.sqlstate != _NOT_NULL else "",
        hint=fault.hint,
    )


def refused(task: Task, fault: ServerFault, *, where: str = "") -> SeedTableRefused:
    """The error that tells of a fault that is no row's."""
    do = ""
    if fault.sqlstate == _INSUFFICIENT:
        do = next((do for part, do in _ADVICE if part in fault.message), _RIGHTS)
    elif fault.sqlstate == _LOCKED:
        do = _WAIT
    return SeedTableRefused(
        table=str(task.name),
        where=where,
        reason=fault.message,
        sqlstate=fault.sqlstate,
        detail=fault.detail,
        hint=fault.hint,
        do=do,
    )


def twice(conn: Connection, task: Task, source: Source, places: tuple[str, str]) -> SeedRowTwice:
    """The error that tells of two rows with one key."""
    first, second = (_line(conn, source, place) for place in places)
    keys = ", ".join(f"f.{ident(name)}" for name in task.key.columns)
    ((*values,),) = texts(
        conn, f"SELECT {keys} FROM {source.place} f WHERE f.ctid = '{places[0]}'::tid"
    )
    named = zip(task.key.columns, values, strict=True)
    key = ", ".join(f"{name} {value}" for name, value in named)
    return SeedRowTwice(path=source.rows.file.path, lines=(first, second), key=key)


def diagnose(
    conn: Connection, task: Task, load: Load, fault: ServerFault, statement: Statement
) -> PgmigError:
    """The error that tells of a fault of a statement over many rows, with the row if it is one's.

    Everything is rolled back to where it was before the statement.

    Args:
        conn: the session, in the transaction and without the statement's effects.
        task: the table.
        load: the rows.
        fault: what the server said.
        statement: gives the statement again.
    """
    if fault.sqlstate[:2] in _OF_NO_ROW:
        return refused(task, fault)
    if fault.sqlstate == _UNIQUE:
        for source in load.sources:
            if places := places_twice(conn, task, source.place):
                return twice(conn, task, source, places)
    if fault.sqlstate == _NOT_NULL and fault.column and fault.column not in load.columns:
        where = str(load.sources[-1].rows.file.path)
        return SeedTableRefused(
            table=str(task.name),
            where=f"{where}:1",
            reason=fault.message,
            sqlstate=fault.sqlstate,
            do=f"give {fault.column} values in the file, or a default in the table",
        )
    place = find_row(conn, task, load, fault, statement)
    return refused(task, fault) if place is None else of_row(conn, task, load, fault, place)


def find_row(
    conn: Connection, task: Task, load: Load, fault: ServerFault, statement: Statement | None
) -> str | None:
    """The place of the row that a fault is about; None when it is no single one's."""
    if fault.sqlstate == _FOREIGN_KEY:
        for key in task.table.foreign_keys:
            if key.name == fault.constraint and (place := _dangling(conn, task, load, key)):
                return place
    if fault.sqlstate == _NOT_NULL and fault.column in load.columns:
        query = f"SELECT f.ctid FROM {load.place} f WHERE f.{ident(fault.column)} IS NULL"
        if place := _one(conn, f"{query} ORDER BY f.ctid LIMIT 1"):
            return place
    return None if statement is None else _bisect(conn, load, fault, statement)


def of_row(
    conn: Connection, task: Task, load: Load, fault: ServerFault, place: str
) -> SeedRowRefused:
    """The error that tells of one row."""
    source, own = load.sources[0], place
    if load.is_merged:
        ((number, at),) = texts(
            conn,
            f"SELECT f.pgmig_file, f.pgmig_at FROM {load.place} f WHERE f.ctid = '{place}'::tid",
        )
        source, own = load.sources[int(number or 0)], str(at)
    columns = _columns(conn, task, load, fault)
    values: tuple[str | None, ...] = ()
    if columns:
        named = ", ".join(f"f.{ident(name)}" for name in columns)
        query = f"SELECT {named} FROM {load.place} f WHERE f.ctid = '{place}'::tid"
        (values,) = texts(conn, query)
    shown = ", ".join("NULL" if value is None else value for value in values)
    return SeedRowRefused(
        path=source.rows.file.path,
        line=_line(conn, source, own),
        column=", ".join(columns),
        value=shown if values else None,
        reason=fault.message,
        sqlstate=fault.sqlstate,
        detail="" if fault.detail.startswith("Failing row contains") else fault.detail,
        hint=fault.hint,
    )


def _columns(conn: Connection, task: Task, load: Load, fault: ServerFault) -> list[str]:
    """The columns of a row that a fault is about, those that the file has."""
    if fault.column:
        return [fault.column] if fault.column in load.columns else []
    name = fault.constraint
    if not name:
        return []
    found = [str(column) for (column,) in fetch(conn, _COLUMNS_OF, (task.table.oid, name, name))]
    return [column for column in found if column in load.columns]


def _dangling(conn: Connection, task: Task, load: Load, key: ForeignKey) -> str | None:
    """The place of the first row that refers to none."""
    if any(name not in load.columns for name in key.columns):
        return None
    there = " AND ".join(f"f.{ident(name)} IS NOT NULL" for name in key.columns)
    same = " AND ".join(
        f"r.{ident(target)} = f.{ident(name)}"
        for name, target in zip(key.columns, key.target_columns, strict=True)
    )
    lacking = f"NOT EXISTS (SELECT FROM {key.target} r WHERE {same})"
    if key.target == task.name and {*key.target_columns} <= {*load.columns}:
        lacking += f" AND NOT EXISTS (SELECT FROM {load.place} r WHERE {same})"
    return _one(
        conn,
        f"SELECT f.ctid FROM {load.place} f WHERE {there} AND {lacking} ORDER BY f.ctid LIMIT 1",
    )


def _bisect(conn: Connection, load: Load, fault: ServerFault, statement: Statement) -> str | None:
    """The place of the first row with which the statement fails like this.

    What passes is kept while the rest is tried, as rows may fail together that pass alone.
    """
    size = _one(
        conn,
        f"SELECT pg_catalog.pg_relation_size('{load.place}')"
        " / pg_catalog.current_setting('block_size')::int8",
    )
    kept = low = 0
    high = int(size or 0) << _OFFSET_BITS
    run(conn, "SAVEPOINT pgmig_bisect")
    while high - low > 1:
        middle = (low + high) // 2
        among = f"f.ctid >= '{_tid(kept)}'::tid AND f.ctid < '{_tid(middle)}'::tid"
        found = attempt(conn, statement(among)).fault
        if found is None:
            run(conn, "RELEASE SAVEPOINT pgmig_bisect;SAVEPOINT pgmig_bisect")
            kept = low = middle
            continue
        run(conn, "ROLLBACK TO SAVEPOINT pgmig_bisect")
        if _is_like(found, fault):
            high = middle
        elif found.sqlstate[:2] in _OF_NO_ROW:
            return None
        else:
            low = middle
    query = f"SELECT f.ctid FROM {load.place} f WHERE f.ctid = '{_tid(low)}'::tid"
    return _one(conn, query)


def _is_like(found: ServerFault, fault: ServerFault) -> bool:
    return (found.sqlstate, found.constraint) == (fault.sqlstate, fault.constraint)


def _tid(place: int) -> str:
    return f"({place >> _OFFSET_BITS},{place & ((1 << _OFFSET_BITS) - 1)})"


def _one(conn: Connection, query: str) -> str | None:
    """The one value of a query; None without one, or where the server cannot answer it."""
    run(conn, "SAVEPOINT pgmig_look")
    try:
        rows: Sequence[tuple[str | None, ...]] = texts(conn, query)
    except ServerRefused:
        run(conn, "ROLLBACK TO SAVEPOINT pgmig_look")
        return None
    run(conn, "RELEASE SAVEPOINT pgmig_look")
    return rows[0][0] if rows else None


def _line(conn: Connection, source: Source, place: str) -> int:
    """The line in which a row of a file begins."""
    query = f"SELECT pg_catalog.count(*) FROM {source.place} f WHERE f.ctid <= '{place}'::tid"
    number = int(_one(conn, query) or 1)
    if source.numbers is not None:
        number = source.numbers[number - 1]
    rows = source.rows
    found = next(islice(records(rows.file.path, rows.header), number - 1, None), None)
    return found[0] if found else 0


def _first_line(rows: RowFile, named: int) -> int:
    """The line in which the record begins of which the server says that it is in line `named`."""
    last = rows.header.lines + 1
    for first, counted in records(rows.file.path, rows.header):
        last = first
        if counted >= named:
            break
    return last


def _copy_place(context: str, rows: RowFile) -> tuple[int, str, str | None] | None:
    """The line, the column and the value that the context of a COPY names.

    It reads `COPY table, line 3, column a: "x"`, in the server's language.
    """
    _, _, told = context.partition("pgmig_seed_")
    found = re.match(r"[0-9_]+\D+([0-9]+)(.*)", told, re.DOTALL)
    if found is None:
        return None
    line, rest = int(found[1]), found[2]
    head, mark, value = rest.partition(":")
    named = [name for name in rows.columns if head.endswith(f" {name}")]
    column = max(named, key=len, default="")
    quoted = re.search(r'["«„»“](.*)["»“«”]', value, re.DOTALL) if mark and column else None
    return line, column, quoted[1] if quoted else None
