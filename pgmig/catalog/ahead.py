"""A second session on the same snapshot, which asks ahead what the first will want to know."""

import logging
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from threading import Condition, Thread
from typing import Any, LiteralString

from pgmig.db import Connection, fetch, reading
from pgmig.errors import PgmigError

logger = logging.getLogger(__name__)

Answer = tuple[list[str], Sequence[Sequence[Any]]]
"""The column names and rows of a query."""

Fetch = Callable[[LiteralString], Answer]
"""Asks the server, or knows already."""

_EXPORT: LiteralString = "SELECT pg_export_snapshot()"


@contextmanager
def alone(conn: Connection) -> Generator[Fetch]:
    """Every query is asked when its answer is wanted."""
    yield lambda query: fetch(conn, query)


@contextmanager
def ahead(
    conn: Connection, open_session: Callable[[], Connection], queries: Iterable[LiteralString]
) -> Generator[Fetch]:
    """A second session answers the last of `queries` while the first is at the first of them.

    Both see one exported snapshot (manual, pg_export_snapshot). Where no second session is to be
    had, the first does it all.

    Args:
        conn: the first session, inside `db.reading`.
        open_session: opens the second.
        queries: in the order in which they will be asked, each once.
    """
    ((snapshot,),) = fetch(conn, _EXPORT)[1]
    helper = _Helper(open_session, snapshot, list(queries))
    thread = Thread(target=helper.run, name="pgmig-ahead", daemon=True)
    thread.start()
    try:
        yield lambda query: helper.answer(conn, query)
    finally:
        helper.stop()
        thread.join()


class _Helper:
    """What both threads know; all of it is read and written under the condition's lock."""

    def __init__(
        self, open_session: Callable[[], Connection], snapshot: str, queries: list[LiteralString]
    ) -> None:
        self._open = open_session
        self._snapshot = snapshot
        self._left = queries
        self._asked: LiteralString | None = None
        self._answers: dict[LiteralString, Answer] = {}
        self._conn: Connection | None = None
        self._changed = Condition()

    def run(self) -> None:
        """Answer queries from the last one on, until none is left."""
        try:
            conn = self._open()
        except PgmigError as error:
            logger.debug("reading with one session: %s", error)
            return
        try:
            with self._changed:
                self._conn = conn
            with reading(conn, snapshot=self._snapshot):
                while (query := self._next()) is not None:
                    self._put(query, fetch(conn, query))
        except PgmigError as error:
            logger.debug("the second session gave up: %s", error)
        finally:
            with self._changed:
                self._conn, self._asked, self._left = None, None, []
                self._changed.notify_all()
            conn.close()

    def answer(self, conn: Connection, query: LiteralString) -> Answer:
        """The answer that the second session has or is about to have, else the first's own."""
        with self._changed:
            if query in self._left:
                self._left.remove(query)
            while query == self._asked:
                self._changed.wait()
            if query in self._answers:
                return self._answers.pop(query)
        return fetch(conn, query)

    def stop(self) -> None:
        """Ask nothing more, and give up what is being asked."""
        with self._changed:
            self._left.clear()
            if self._asked is not None and self._conn is not None:
                self._conn.cancel_safe(timeout=5)

    def _next(self) -> LiteralString | None:
        with self._changed:
            self._asked = self._left.pop() if self._left else None
            return self._asked

    def _put(self, query: LiteralString, answer: Answer) -> None:
        with self._changed:
            self._answers[query] = answer
            self._asked = None
            self._changed.notify_all()
