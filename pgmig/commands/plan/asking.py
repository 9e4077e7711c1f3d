"""Questions to the target: each in a read-only transaction of its own, with a time limit.

None locks more than ACCESS SHARE, none waits for a lock for long, and none is behind the next in
a transaction that keeps vacuum from its work.
"""

import time
from dataclasses import dataclass
from typing import Any, LiteralString

from pgmig.db import Connection, describe
from pgmig.db.execute import CONNECTION_LOST, ServerFault, answer, compose, local_role, refused, run
from pgmig.errors import TargetLost

_LOCK_TIMEOUT = 1_000  # milliseconds; who asks stands in a queue in front of everybody else

# Names in what is asked are qualified. Where row security hides rows from the role, the server says
# so instead of counting the rest (manual, row_security).
_BEGIN: LiteralString = """BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;
SELECT pg_catalog.set_config('search_path', {path}, true);SET LOCAL lock_timeout={lock_timeout};
SET LOCAL statement_timeout={timeout};SET LOCAL idle_in_transaction_session_timeout='10s';
SET LOCAL row_security=off;SET LOCAL DateStyle='ISO';SET LOCAL standard_conforming_strings=on;
SET LOCAL application_name='pgmig plan';"""

CANCELED = "57014"
_LOCKED, _DENIED = "55P03", "42501"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question.

    Attributes:
        rows: of the answer.
        fault: why there is none.
        seconds: how long it took.
    """

    rows: list[tuple[Any, ...]]
    fault: ServerFault | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks the target.

    Attributes:
        conn: a session there, as the deploying role.
        timeout: milliseconds that an answer may take; 0: as long as it wants.
        path: the search_path of the deploying role.
    """

    conn: Connection
    timeout: int
    path: str = ""

    def ask(self, query: str, path: str = "") -> Answer:
        """The rows of one query.

        Args:
            query: whose names are qualified.
            path: the search_path that other names are found with.

        Raises:
            TargetLost: the connection broke.
        """
        begin = compose(
            self.conn,
            _BEGIN,
            lock_timeout=_LOCK_TIMEOUT,
            timeout=self.timeout,
            path=path,
        ) + local_role(self.conn)
        began = time.monotonic()
        found = answer(self.conn, begin + query)
        seconds = time.monotonic() - began
        if isinstance(found, ServerFault):
            if found.sqlstate == CONNECTION_LOST or self.conn.closed or self.conn.broken:
                raise TargetLost(target=describe(self.conn), reason=found.message)
            run(self.conn, "ROLLBACK")
            return Answer([], found, seconds)
        run(self.conn, "ROLLBACK")
        return Answer(found, None, seconds)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query that nothing can go on without.

        Raises:
            ServerRefused: the server refused it, or did not answer in time.
        """
        found = self.ask(query)
        if found.fault is not None:
            raise refused(found.fault)
        return found.rows


def told(fault: ServerFault, timeout: int) -> str:
    """Why there is no answer, in words."""
    if fault.sqlstate == CANCELED:
        return f"no answer within {timeout / 1000:g} s"
    if fault.sqlstate == _LOCKED:
        return "somebody else has it locked"
    if fault.sqlstate == _DENIED:
        return f"the deploying role may not read it: {fault.message}"
    return f"{fault.message} (SQLSTATE {fault.sqlstate})"
