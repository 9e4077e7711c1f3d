"""Which statement of a script breaks which statement of an application.

The application's statements are parsed in the shadow database before the script and after each of
its statements: nothing of them runs.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from pgmig.db import Connection
from pgmig.db.execute import ServerFault, is_idle, run, send
from pgmig.db.shape import RawShape, Shape, raw_shape, shape, type_names
from pgmig.shadow.inserted import lacking, target_of
from pgmig.shadow.queries import Queries, Query, numbered, read_queries

__all__ = ["Change", "Effect", "Onlooker", "Queries", "Query", "Seen", "look", "read_queries"]

Seen = Shape | ServerFault
"""What the server says of a statement: what it takes and gives, or why it cannot be."""

Change = Literal["broken", "changed", "made to work"]

_SYNTAX: Final = "42601"  # errcodes: syntax_error
_NOT_NULL: Final = "23502"  # errcodes: not_null_violation
_LONG: Final = 20.0  # seconds of one script
_OWN_PATH: Final = "RESET search_path"


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
        self._spent = 0.0

    def begin(self, conn: Connection) -> None:
        """Look before the script."""
        self._before = self._now = look(conn, self._queries)
        self._since, self._spent = {}, 0.0

    def see(self, conn: Connection, number: int) -> None:
        """Look after a statement, in the session that ran it; not when that has taken too long.

        What then changes is told at the end, without the statement that did it.
        """
        if self._spent > _LONG:
            return
        began = time.monotonic()
        found = look(conn, self._queries)
        self._spent += time.monotonic() - began
        for each in found:
            if found[each] == self._before[each]:
                self._since.pop(each, None)
            elif _is_other(self._now[each], found[each]):
                is_broken = isinstance(found[each], ServerFault)
                if is_broken or isinstance(self._now[each], ServerFault):
                    self._since[each] = number
                self._since.setdefault(each, number)  # what has changed goes on to be so
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


def _is_other(was: Seen, now: Seen) -> bool:
    """Whether something has changed; what is broken stays so, for whatever reason."""
    return was != now and not (isinstance(was, ServerFault) and isinstance(now, ServerFault))


def look(conn: Connection, queries: Sequence[Query]) -> dict[Query, Seen]:
    """What the server says of each statement now; the transaction is as it was afterwards."""
    if not queries:
        return {}
    is_own = is_idle(conn)
    run(conn, "BEGIN" if is_own else "SAVEPOINT pgmig_application")
    back = "ROLLBACK" if is_own else "ROLLBACK TO SAVEPOINT pgmig_application"
    found = dict[Query, Seen]()
    try:
        for settings, group in groupby(queries, key=lambda each: each.settings):
            run(conn, "SAVEPOINT pgmig_settings")
            found.update(_seen(conn, settings, [*group]))
            run(conn, "ROLLBACK TO SAVEPOINT pgmig_settings;RELEASE SAVEPOINT pgmig_settings")
    finally:
        if not conn.closed:
            run(conn, back)
    return found


def _seen(conn: Connection, settings: Sequence[str], queries: Sequence[Query]) -> dict[Query, Seen]:
    """What the server says of statements behind the same settings."""
    for setting in (_OWN_PATH, *settings):  # a script may have set another path
        reply = send(conn, setting)
        if reply.fault is not None:
            return dict.fromkeys(queries, reply.fault)
    run(conn, "SAVEPOINT pgmig_query")
    raw = {query: _raw(conn, query.sql) for query in queries}
    names = type_names(conn, [each for each in raw.values() if isinstance(each, RawShape)])
    targets = {
        query.sql: target
        for query, each in raw.items()
        if isinstance(each, RawShape) and (target := target_of(query.sql)) is not None
    }
    missing = lacking(conn, targets)
    return {
        query: each
        if isinstance(each, ServerFault)
        else _without_value(missing[query.sql])
        if query.sql in missing
        else shape(each, names)
        for query, each in raw.items()
    }


def _raw(conn: Connection, sql: str) -> RawShape | ServerFault:
    """What the server says of one; where it cannot read it, of it with numbered parameters."""
    found = raw_shape(conn, sql)
    if isinstance(found, RawShape):
        return found
    run(conn, "ROLLBACK TO SAVEPOINT pgmig_query")
    if found.sqlstate != _SYNTAX or (text := numbered(sql)) == sql:
        return found
    again = raw_shape(conn, text)
    if isinstance(again, ServerFault):
        run(conn, "ROLLBACK TO SAVEPOINT pgmig_query")
        return found if again.sqlstate == _SYNTAX else again
    return again


def _without_value(columns: Sequence[str]) -> ServerFault:
    names = ", ".join(columns)
    return ServerFault(_NOT_NULL, f"it gives no value for {names}: NOT NULL without a default")


def _differing(was: Shape, now: Shape) -> Iterator[str]:
    """What two shapes differ in."""
    if was.parameters != now.parameters:
        yield f"it takes ({', '.join(now.parameters)}), not ({', '.join(was.parameters)})"
    if was.columns != now.columns:
        yield f"it gives ({_listed(now)}), not ({_listed(was)})"


def _listed(of: Shape) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in of.columns)
