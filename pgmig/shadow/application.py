"""Which statement of a script breaks which statement of an application.

The application's statements are parsed in the shadow database before a script and after it, and
where one changed, after each statement of the script in a copy: nothing of them runs.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from pgmig.db import Connection, connect
from pgmig.db.execute import ServerFault, is_idle, run, send
from pgmig.db.shape import Shape, shape
from pgmig.engine import run_script
from pgmig.engine.session import begin, lex_as_standard
from pgmig.errors import QueriesUnreadable
from pgmig.scripts import Half, Piece, Script, split
from pgmig.scripts.text import read_text

Seen = Shape | ServerFault
"""What the server says of a statement: what it takes and gives, or why it cannot be."""

Change = Literal["broken", "changed", "made to work"]

# What PREPARE takes (sql-prepare.html); a WITH may stand before any of them.
_PLANNED: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "WITH"})
_COLUMN: Final = "query"  # of pg_stat_statements
_LOCK_TIMEOUT: Final = "10s"


@dataclass(frozen=True, slots=True)
class Query:
    """A statement of an application.

    Attributes:
        sql: the text, its parameters as $1, $2 and so on.
        path: the file that it was read from.
        line: of that file, from 1.
        settings: the SET statements that stand before it there.
    """

    sql: str
    path: Path
    line: int
    settings: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Queries:
    """The statements of an application.

    Attributes:
        checked: those that can be parsed without being run.
        unchecked: those that cannot, such as CALL and COPY.
    """

    checked: tuple[Query, ...]
    unchecked: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a script does to a statement of the application.

    Attributes:
        query: the statement.
        change: broken: it cannot be any more; changed: it takes or gives something else; made to
            work: it could not be before.
        was: before the script.
        now: after it.
        statement: of the script, from 1, after which it is so; None where no single one was found.
        line: of that statement in its file.
    """

    query: Query
    change: Change
    was: Seen
    now: Seen
    statement: int | None = None
    line: int | None = None

    @property
    def told(self) -> str:
        """What changed, in words."""
        match self.was, self.now:
            case Shape() as was, Shape() as now:
                return "; ".join(_differing(was, now))
            case _, ServerFault() as fault:
                return fault.message
            case _:
                return "it can be from here on"


def read_queries(path: Path) -> Queries:
    """The statements in a file of SQL, or in the column `query` of a CSV with a header line.

    A SET statement of a file of SQL holds for all behind it, as a search_path does.

    Raises:
        ScriptUnreadable: the file.
        QueriesUnreadable: a CSV without that column, or a file without statements.
        UnterminatedSql and the like: as `scripts.split`.
    """
    text = read_text(path)
    found = [*(_of_csv(path, text) if path.suffix.lower() == ".csv" else _of_sql(path, text))]
    if not found:
        raise QueriesUnreadable(path=path, reason="it holds no statement")
    checked = [query for query, is_planned in found if is_planned]
    return Queries(tuple(checked), tuple(query for query, is_planned in found if not is_planned))


def _of_sql(path: Path, text: str) -> Iterator[tuple[Query, bool]]:
    settings: tuple[str, ...] = ()
    for piece in split(text, path=path):
        if piece.words[:1] == ("SET",):
            settings = (*settings, piece.sql)
        else:
            yield Query(piece.sql, path, piece.line, settings), _is_planned(piece)


def _of_csv(path: Path, text: str) -> Iterator[tuple[Query, bool]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if _COLUMN not in (rows.fieldnames or ()):
        raise QueriesUnreadable(path=path, reason=f"its header has no column {_COLUMN}")
    line = rows.line_num + 1
    for row in rows:
        for piece in split(row[_COLUMN] or "", path=path):
            yield Query(piece.sql, path, line), _is_planned(piece)
        line = rows.line_num + 1


def _is_planned(piece: Piece) -> bool:
    return piece.words[:1] == () or piece.words[0] in _PLANNED


def effects(
    queries: Sequence[Query],
    script: Script,
    opened: Callable[[], AbstractContextManager[str]],
) -> tuple[tuple[Effect, ...], Mapping[Query, Seen]]:
    """What the way up of a script does to the statements of an application.

    Args:
        queries: the statements.
        script: that runs.
        opened: gives a database as it is before the script, for this alone.

    Returns:
        The effects in the order of the statements, and what each is after the script.

    Raises:
        StatementFailed: the script fails.
    """
    with opened() as url, closing(connect(url)) as conn:
        before = look(conn, queries)
        run_script(conn, script, "up")
        after = look(conn, queries)
    found = (_effect(each, before[each], after[each]) for each in queries)
    touched = [each for each in found if each is not None]
    if not touched:
        return (), after
    with opened() as url, closing(connect(url)) as conn:
        return tuple(_placed(conn, script.up, touched)), after


def look(conn: Connection, queries: Sequence[Query]) -> dict[Query, Seen]:
    """What the server says of each statement now; the transaction is as it was afterwards."""
    is_own = is_idle(conn)
    run(conn, "BEGIN" if is_own else "SAVEPOINT pgmig_application")
    back = "ROLLBACK" if is_own else "ROLLBACK TO SAVEPOINT pgmig_application"
    found: dict[Query, Seen] = {}
    try:
        for query in queries:
            run(conn, "SAVEPOINT pgmig_query")
            found[query] = _seen(conn, query)
            run(conn, "ROLLBACK TO SAVEPOINT pgmig_query;RELEASE SAVEPOINT pgmig_query")
    finally:
        if not conn.closed:
            run(conn, back)
    return found


def _seen(conn: Connection, query: Query) -> Seen:
    for setting in query.settings:
        reply = send(conn, setting)
        if reply.fault is not None:
            return reply.fault
    return shape(conn, query.sql)


def _placed(conn: Connection, half: Half, touched: Sequence[Effect]) -> Iterator[Effect]:
    """The effects, with the statement from which on each is there to stay."""
    queries = [each.query for each in touched]
    since: dict[Query, tuple[int, int]] = {}
    for number, piece in enumerate(_running(conn, half), start=1):
        seen = look(conn, queries)
        for each in touched:
            if seen[each.query] != each.now:
                since.pop(each.query, None)
            else:
                since.setdefault(each.query, (number, piece.line))
    for each in touched:
        place = since.get(each.query)
        yield replace(each, statement=place and place[0], line=place and place[1])


def _running(conn: Connection, half: Half) -> Iterator[Piece]:
    """Run the statements one by one, up to the first that fails; each is given when it is done."""
    lex_as_standard(conn)
    if half.header.transaction:
        run(conn, begin(conn, _LOCK_TIMEOUT).text)
    for piece in half.statements():
        if send(conn, piece.sql, piece.data).fault is not None:
            return
        yield piece
        lex_as_standard(conn)


def _effect(query: Query, was: Seen, now: Seen) -> Effect | None:
    match was, now:
        case Shape(), Shape():
            return None if was == now else Effect(query, "changed", was, now)
        case Shape(), ServerFault():
            return Effect(query, "broken", was, now)
        case ServerFault(), Shape():
            return Effect(query, "made to work", was, now)
        case _:
            return None


def _differing(was: Shape, now: Shape) -> Iterator[str]:
    """What two shapes differ in."""
    if was.parameters != now.parameters:
        yield f"it takes ({', '.join(now.parameters)}), not ({', '.join(was.parameters)})"
    if was.columns != now.columns:
        yield f"it gives ({_listed(now)}), not ({_listed(was)})"


def _listed(of: Shape) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in of.columns)
