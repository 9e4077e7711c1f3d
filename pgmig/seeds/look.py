"""What is to do in a table, found out in the way that costs least."""

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, run
from pgmig.seeds.compare import (
    compare,
    compare_leftover,
    is_as_it_was,
    place_fixed,
    stamp,
)
from pgmig.seeds.diagnosis import of_row, twice
from pgmig.seeds.load import Load, load_files, load_some
from pgmig.seeds.reading import size_of
from pgmig.seeds.savepoint import BACK, FORGET, SAVE
from pgmig.seeds.state import State
from pgmig.seeds.stream import leftover
from pgmig.seeds.task import Task

_ALWAYS = "428C9"  # errcodes: generated_always
_IS_FIXED = (
    "the row of this key has another number in the table, GENERATED ALWAYS AS IDENTITY, which"
    " cannot be changed"
)


def look(conn: Connection, state: State, *, has_late: bool, beside: int) -> None:
    """Find out what is to do in a table, in the way that costs least.

    Args:
        conn: the session, in the transaction.
        state: the table.
        has_late: some of its columns have to wait for rows of other tables.
        beside: bytes of a file from which on it is read beside its table.

    Raises:
        LoadFailed, QueryFailed, SeedRowTwice: as `load`.
    """
    task = state.task
    state.stamp = stamp(conn, task)
    if len(task.files) == 1:
        rows = task.files[0]
        size = size_of(rows.file.path) - rows.header.size
        if not size:
            load(conn, state)
            return
        if not state.stamp.rows:
            # A trigger may swallow rows: those that came have to be counted.
            is_quiet = not task.table.triggers and not task.table.is_partitioned
            state.is_direct = is_quiet and not has_late and not _has_defaults(task)
            if state.is_direct:
                return
        elif size >= beside and _is_read_beside(conn, state):
            return
    load(conn, state)


def _has_defaults(task: Task) -> bool:
    """Whether columns that no file has get values of their own, such as the time of day."""
    return any(
        column.has_default and not column.generated and column.name not in task.columns
        for column in task.table.columns
    )


def look_again(conn: Connection, state: State) -> None:
    """Under the lock: compare once more where others have changed the table since.

    Raises:
        LoadFailed, QueryFailed, SeedRowTwice, SeedRowRefused: as `load`.
    """
    if state.stamp is not None and is_as_it_was(conn, state.task, state.stamp):
        return
    if state.is_direct or state.is_partial:
        load(conn, state)
    else:
        compare_again(conn, state)


def load(conn: Connection, state: State) -> None:
    """Have the server compare the whole files.

    Raises:
        LoadFailed: it refuses a row.
        QueryFailed: it refuses the comparison.
        SeedRowTwice: two rows of a file have one key.
        SeedRowRefused: a row would need another number that cannot be changed.
    """
    state.is_direct = False
    state.is_partial = False
    state.sources, state.loads = load_files(conn, state.task, state.number)
    compare_again(conn, state)


def _is_read_beside(conn: Connection, state: State) -> bool:
    """Compare the file with the table line by line; false where that does not tell all."""
    task = state.task
    run(conn, SAVE)
    found = leftover(conn, task)
    some = None if found is None else load_some(conn, task, state.number, found)
    if found is None or some is None:
        run(conn, BACK)
        return False
    here, there = some
    rows = Load(here.place, here.rows.columns, (here,), is_merged=False, count=here.count)
    name = f"pgmig_seed_{state.number}_d0"
    _require_changeable(conn, task, rows)
    told = compare_leftover(conn, task, rows, there, name, found.same)
    if told is None or (told.beside and task.rule.missing == "delete"):
        run(conn, BACK)
        return False
    run(conn, FORGET)
    state.sources, state.loads, state.difference = (here,), [rows], told
    state.is_partial = True
    return True


def compare_again(conn: Connection, state: State) -> None:
    """Compare what is loaded with what the table is now.

    Raises:
        QueryFailed, SeedRowTwice, SeedRowRefused: as `load`.
    """
    state.compared += 1
    name = f"pgmig_seed_{state.number}_d{state.compared}"
    state.difference = compare(conn, state.task, state.sources, state.loads, name)
    if state.difference.twice is not None:
        source, places = state.difference.twice
        raise twice(conn, state.task, source, places)
    for part in state.difference.parts:
        _require_changeable(conn, state.task, part.load)


def _require_changeable(conn: Connection, task: Task, rows: Load) -> None:
    """Refuse another number than the table has where it cannot be changed.

    Rows of other files may refer to that number, and would refer to another row.
    """
    if found := place_fixed(conn, task, rows):
        place, column = found
        raise of_row(conn, task, rows, ServerFault(_ALWAYS, _IS_FIXED, column=column), place)
