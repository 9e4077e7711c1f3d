"""What of the rows of files is not in a table yet, and what is there beside them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from pgmig.db import Connection
from pgmig.db.copying import texts
from pgmig.db.execute import ServerFault
from pgmig.db.loading import Outcome, attempt
from pgmig.ddl import ident_text as ident
from pgmig.ddl import literal_text as literal
from pgmig.seeds.load import Load, Source
from pgmig.seeds.task import Task

_SHOWN = 10  # changed rows of a table that are told of, and rows that the files lack
_MANY = 10_000


class RowChange(msgspec.Struct, frozen=True):
    """A row of the table that the files have otherwise.

    Attributes:
        key: the values of its key, as text.
        columns: those that differ, each with its value in the table and in the file; None: NULL.
    """

    key: tuple[str | None, ...]
    columns: tuple[tuple[str, str | None, str | None], ...]


class Stamp(msgspec.Struct, frozen=True):
    """How a table stood at a moment.

    Attributes:
        rows: how many it had.
        oldest: the number of the oldest transaction that was under way.
    """

    rows: int
    oldest: str


class Part(msgspec.Struct, frozen=True):
    """The rows of one load against the table.

    Attributes:
        load: the rows.
        differing: a temporary table with the place of each row that is new or otherwise; None:
            all of them are new, as the table was empty.
        added: how many the table lacks.
        changed: how many it has otherwise.
    """

    load: Load
    differing: str | None
    added: int
    changed: int


class Difference(msgspec.Struct, frozen=True):
    """The files of a table against the table.

    Attributes:
        parts: the loads.
        rows: how many rows the files have.
        beside: how many rows the table has that no file has; 0 when nobody wants to know.
        beside_keys: the keys of the first of them.
        changes: the first rows that are otherwise.
        twice: rows of one file with one key, as the file and their places; nothing else was
            looked at.
    """

    parts: tuple[Part, ...] = ()
    rows: int = 0
    beside: int = 0
    beside_keys: tuple[tuple[str | None, ...], ...] = ()
    changes: tuple[RowChange, ...] = ()
    twice: tuple[Source, tuple[str, str]] | None = None

    @property
    def added(self) -> int:
        """How many rows the table lacks."""
        return sum(part.added for part in self.parts)

    @property
    def changed(self) -> int:
        """How many rows it has otherwise."""
        return sum(part.changed for part in self.parts)


class QueryFailed(Exception):
    """A statement about a table failed that has nothing to do with any row.

    Attributes:
        task: the table.
        fault: what the server said.
    """

    def __init__(self, task: Task, fault: ServerFault) -> None:
        super().__init__(fault.message)
        self.task = task
        self.fault = fault


def compare(
    conn: Connection, task: Task, sources: Sequence[Source], loads: Sequence[Load], name: str
) -> Difference:
    """What is to do in one table.

    Args:
        conn: the session, in the transaction.
        task: the table.
        sources: its files.
        loads: their rows.
        name: the beginning of the names of temporary tables.

    Raises:
        QueryFailed: the server refuses the comparison, for lack of a right for instance.
    """
    if is_empty(conn, task):
        parts = tuple(Part(load, None, load.count, 0) for load in loads)
        return Difference(parts, sum(load.count for load in loads))
    for source in sources:
        if twice := places_twice(conn, task, source.place):
            return Difference(twice=(source, twice))
    parts = tuple(_part(conn, task, load, f"{name}_{n}") for n, load in enumerate(loads))
    rows = sum(load.count for load in loads)
    beside = 0
    keys: tuple[tuple[str | None, ...], ...] = ()
    if task.rule.missing != "keep":
        ((there,),) = ask(conn, task, f"SELECT pg_catalog.count(*) FROM {task.table.only}")
        beside = int(there) - (rows - sum(part.added for part in parts))
        keys = _keys_beside(conn, task, sources) if beside else ()
    changes = [change for part in parts for change in _changes(conn, task, part)]
    return Difference(parts, rows, beside, keys, tuple(changes[:_SHOWN]))


def compare_leftover(
    conn: Connection, task: Task, load: Load, there: Source, name: str, same: int
) -> Difference | None:
    """What is to do in one table whose file was read beside it.

    Args:
        conn: the session, in the transaction.
        task: the table.
        load: the rows of the file that the table does not have in the same words.
        there: the rows of the table that the file does not have in the same words.
        name: the beginning of the names of temporary tables.
        same: how many rows both have.

    Returns:
        None where two rows of the file have one key.

    Raises:
        QueryFailed: the server refuses the comparison.
    """
    if places_twice(conn, task, load.place):
        return None
    part = _part(conn, task, load, name)
    other = f"NOT EXISTS (SELECT FROM {there.place} o WHERE {task.same_key('f', 'o')})"
    query = f"SELECT pg_catalog.count(*) FROM {load.place} f WHERE {other}"
    if ask(conn, task, query) != ((part.added,),):  # the table has one in the words of the file
        return None
    beside = there.count - (load.count - part.added)
    keys: tuple[tuple[str | None, ...], ...] = ()
    if beside and task.rule.missing != "keep":
        named = ", ".join(f"t.{ident(name)}" for name in task.key.columns)
        no_file = f"NOT EXISTS (SELECT FROM {load.place} f WHERE {task.match})"
        query = f"SELECT {named} FROM {there.place} t WHERE {no_file} ORDER BY {named}"
        keys = tuple(texts(conn, f"{query} LIMIT {_SHOWN}"))
    return Difference(
        (part,),
        same + load.count,
        beside if task.rule.missing != "keep" else 0,
        keys,
        tuple(_changes(conn, task, part)),
    )


def is_empty(conn: Connection, task: Task) -> bool:
    """Whether the table has no rows.

    Raises:
        QueryFailed: the server refuses to tell.
    """
    ((is_there,),) = ask(conn, task, f"SELECT EXISTS (SELECT FROM {task.table.only})")
    return not is_there


def stamp(conn: Connection, task: Task) -> Stamp:
    """How a table stands before it is compared.

    Raises:
        QueryFailed: the server refuses to tell.
    """
    ((rows, oldest),) = ask(
        conn,
        task,
        "SELECT pg_catalog.count(*),"
        " pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::xid::text"
        f" FROM {task.table.only}",
    )
    return Stamp(int(rows), str(oldest))


def is_as_it_was(conn: Connection, task: Task, before: Stamp) -> bool:
    """Whether nobody has put in, changed or removed a row since.

    Whoever wrote one since, or was about to, has a transaction number from `oldest` on, and what
    he wrote bears it (xmin, ddl-system-columns.html); whoever removed one leaves fewer.

    Raises:
        QueryFailed: the server refuses to tell.
    """
    found = ask(
        conn,
        task,
        "SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE"
        f" pg_catalog.age(xmin) <= pg_catalog.age({literal(before.oldest)}::xid))"
        f" FROM {task.table.only}",
    )
    return found == ((before.rows, 0),)


def ask(conn: Connection, task: Task, query: str) -> tuple[tuple[Any, ...], ...]:
    """The rows of a query about a table.

    Raises:
        QueryFailed: the server refuses it.
    """
    return _done(task, attempt(conn, query)).rows


def places_twice(conn: Connection, task: Task, place: str) -> tuple[str, str] | None:
    """The places of two rows of a file that have one key."""
    columns = ", ".join(f"f.{ident(name)}" for name in task.key.columns)
    found = ask(
        conn,
        task,
        f"SELECT min(f.ctid)::text, max(f.ctid)::text FROM {place} f GROUP BY {columns}"
        " HAVING pg_catalog.count(*) > 1 LIMIT 1",
    )
    return (str(found[0][0]), str(found[0][1])) if found else None


def place_fixed(conn: Connection, task: Task, load: Load) -> tuple[str, str] | None:
    """The first row of a file that has a number otherwise which can never be changed.

    Returns:
        Its place, and the column.
    """
    for name in task.fixed(load.columns):
        found = ask(
            conn,
            task,
            f"SELECT f.ctid::text FROM {load.place} f JOIN {task.table.only} t ON {task.match}"
            f" WHERE {differs_in(name)} ORDER BY f.ctid LIMIT 1",
        )
        if found:
            return str(found[0][0]), name
    return None


def place_left(conn: Connection, task: Task, part: Part) -> str | None:
    """The place of the first row that still is not in the table, or not as the file says."""
    rows = f"{part.load.place} f"
    if part.differing is not None:
        rows += f" JOIN {part.differing} d ON f.ctid = d.at"
    found = ask(
        conn,
        task,
        f"SELECT f.ctid::text FROM {rows} LEFT JOIN {task.table.only} t ON {task.match}"
        f" WHERE t.ctid IS NULL OR {differs(task, part.load.columns)} ORDER BY f.ctid LIMIT 1",
    )
    return str(found[0][0]) if found else None


def differs(task: Task, columns: Sequence[str]) -> str:
    """The condition that row `f` of a file is not what row `t` of the table is."""
    owned = task.owned(columns)
    if not owned:
        return "false"
    return _differ(owned)


def differs_in(column: str) -> str:
    """The same of one column."""
    return _differ((column,))


def _differ(columns: Sequence[str]) -> str:
    """Where the bytes are the same, so is the text; else the text decides.

    So what a type prints the same is the same. Without the casts to record PostgreSQL would
    compare column by column (functions-comparisons.html, 9.25.5).
    """
    there, here = (", ".join(f"{side}.{ident(name)}" for name in columns) for side in "tf")
    return (
        f"(ROW({there})::record OPERATOR(pg_catalog.*<>) ROW({here})::record"
        f" AND ROW({there})::pg_catalog.text OPERATOR(pg_catalog.<>) ROW({here})::pg_catalog.text)"
    )


def unmatched(task: Task, sources: Sequence[Source]) -> str:
    """The condition that no file has row `t` of the table."""
    return " AND ".join(
        f"NOT EXISTS (SELECT FROM {source.place} f WHERE {task.match})" for source in sources
    )


def _part(conn: Connection, task: Task, load: Load, name: str) -> Part:
    place = f"pg_temp.{name}"
    made = attempt(
        conn,
        f"CREATE TEMP TABLE {name} ON COMMIT DROP AS"
        " SELECT f.ctid AS at, t.ctid IS NULL AS is_new"
        f" FROM {load.place} f LEFT JOIN {task.table.only} t ON {task.match}"
        f" WHERE t.ctid IS NULL OR {differs(task, load.columns)}",
    )
    total = _done(task, made).count
    if not total:
        return Part(load, place, 0, 0)
    if total > _MANY:
        _done(task, attempt(conn, f"ANALYZE {place}"))
    ((added,),) = ask(conn, task, f"SELECT pg_catalog.count(*) FROM {place} d WHERE d.is_new")
    return Part(load, place, int(added), total - int(added))


def _keys_beside(
    conn: Connection, task: Task, sources: Sequence[Source]
) -> tuple[tuple[str | None, ...], ...]:
    keys = ", ".join(f"t.{ident(name)}" for name in task.key.columns)
    query = f"SELECT {keys} FROM {task.table.only} t WHERE {unmatched(task, sources)}"
    return tuple(texts(conn, f"{query} ORDER BY {keys} LIMIT {_SHOWN}"))


def _changes(conn: Connection, task: Task, part: Part) -> list[RowChange]:
    """The first rows that are otherwise, with what they are and what the file says."""
    if not part.changed:
        return []
    keys, owned = task.key.columns, task.owned(part.load.columns)
    shown = [f"f.{ident(name)}" for name in keys]
    shown += [f"{side}.{ident(name)}" for name in owned for side in "tf"]
    found = texts(
        conn,
        f"SELECT {', '.join(shown)} FROM (SELECT d.at FROM {part.differing} d WHERE NOT d.is_new"
        f" ORDER BY d.at LIMIT {_SHOWN}) d JOIN {part.load.place} f ON f.ctid = d.at"
        f" JOIN {task.table.only} t ON {task.match} ORDER BY d.at",
    )
    return [_change(row, len(keys), owned) for row in found]


def _change(row: tuple[str | None, ...], size: int, owned: Sequence[str]) -> RowChange:
    old, new = row[size::2], row[size + 1 :: 2]
    columns = tuple(
        (name, before, after)
        for name, before, after in zip(owned, old, new, strict=True)
        if before != after
    )
    return RowChange(row[:size], columns)


def _done(task: Task, outcome: Outcome) -> Outcome:
    if outcome.fault is not None:
        raise QueryFailed(task, outcome.fault)
    return outcome
