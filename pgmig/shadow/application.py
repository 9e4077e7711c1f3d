"""Which statement of a script breaks which statement of an application.

The application's statements are parsed in the shadow database before the script and after each of
its statements: nothing of them runs.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, is_idle, run, send
from pgmig.db.shape import Shape, shape
from pgmig.errors import QueriesUnreadable
from pgmig.scripts import Piece, split
from pgmig.scripts.text import read_text

Seen = Shape | ServerFault
"""What the server says of a statement: what it takes and gives, or why it cannot be."""

Change = Literal["broken", "changed", "made to work"]

# What PREPARE takes (sql-prepare.html); a WITH may stand before any of them.
_PLANNED: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "WITH"})
_COLUMN: Final = "query"  # of pg_stat_statements
_OWN_PATH: Final = "RESET search_path"


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
        statement: of the script, from 1, after which it is so; None where none was seen to do it.
    """

    query: Query
    change: Change
    was: Seen
    now: Seen
    statement: int | None = None

    @property
    def told(self) -> str:
        """What changed, in words."""
        match self.was, self.now:
            case Shape() as was, Shape() as now:
                return "; ".join(_differing(was, now))
            case _, ServerFault() as fault:
                return fault.message
            case _:
                return "it works from here on"


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


class Onlooker:
    """Sees what the statements of one script do to those of an application.

    Args:
        queries: the application's.
    """

    def __init__(self, queries: Sequence[Query]) -> None:
        self._queries = queries
        self._before: Mapping[Query, Seen] = {}
        self._now: Mapping[Query, Seen] = {}
        self._since: dict[Query, int] = {}

    def begin(self, conn: Connection) -> None:
        """Look before the script."""
        self._before = self._now = look(conn, self._queries)
        self._since = {}

    def see(self, conn: Connection, number: int) -> None:
        """Look after a statement, in the session that ran it."""
        found = look(conn, self._queries)
        self._since.update((each, number) for each in found if found[each] != self._now[each])
        self._now = found

    def end(self, conn: Connection) -> tuple[Effect, ...]:
        """Look after the script; the effects are in the order of the queries."""
        found = look(conn, self._queries)
        for each in found:
            if found[each] != self._now[each]:
                self._since.pop(each, None)  # not the doing of a statement that was seen
        self._now = found
        effects = (self._effect(each) for each in self._queries)
        return tuple(each for each in effects if each is not None)

    @property
    def failing(self) -> tuple[tuple[Query, ServerFault], ...]:
        """The queries that cannot be, as they were seen last."""
        seen = ((each, self._now.get(each)) for each in self._queries)
        return tuple((each, fault) for each, fault in seen if isinstance(fault, ServerFault))

    def _effect(self, query: Query) -> Effect | None:
        was, now = self._before[query], self._now[query]
        if was == now or (isinstance(was, ServerFault) and isinstance(now, ServerFault)):
            return None
        change: Change = "changed"
        if isinstance(now, ServerFault):
            change = "broken"
        elif isinstance(was, ServerFault):
            change = "made to work"
        return Effect(query, change, was, now, self._since.get(query))


def look(conn: Connection, queries: Sequence[Query]) -> dict[Query, Seen]:
    """What the server says of each statement now; the transaction is as it was afterwards."""
    if not queries:
        return {}
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
    for setting in (_OWN_PATH, *query.settings):  # a script may have set another one
        reply = send(conn, setting)
        if reply.fault is not None:
            return reply.fault
    return shape(conn, query.sql)


def _differing(was: Shape, now: Shape) -> Iterator[str]:
    """What two shapes differ in."""
    if was.parameters != now.parameters:
        yield f"it takes ({', '.join(now.parameters)}), not ({', '.join(was.parameters)})"
    if was.columns != now.columns:
        yield f"it gives ({_listed(now)}), not ({_listed(was)})"


def _listed(of: Shape) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in of.columns)
