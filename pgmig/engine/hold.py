"""Hold: what a runner has in its hand while it is the only one, and how the server checks it."""

from typing import Final, LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import compose
from pgmig.engine.session import unlocking
from pgmig.scripts import Half

LOCK_KEY: Final = 0x70676D6967  # "pgmig" in ASCII, as one bigint: 482771560807

_LOOKED_AT: Final = 1_000_000  # characters of a script in which the word is looked for

DIVISION_BY_ZERO: Final = "22012"

# Takes a lock again that a script let go, when nobody else has it meanwhile. Session locks are
# counted, and outlive a rollback (explicit-locking.html, 13.3.5).
_LOCKED: LiteralString = (
    "SELECT 1 OPERATOR(pg_catalog./) pg_catalog.pg_try_advisory_lock({key})::pg_catalog.int4;"
)
# For one transaction: nobody has the lock of a session, and nobody else is at this very statement.
_ALONE: LiteralString = (
    "SELECT 1 OPERATOR(pg_catalog./) pg_catalog.pg_try_advisory_xact_lock({key})::pg_catalog.int4;"
)
# Its row lock lasts until the commit: whoever takes the lease over waits for that.
_LEASED: LiteralString = """SELECT 1 OPERATOR(pg_catalog./) pg_catalog.count(*)
FROM (SELECT 1 FROM pgmig.lease WHERE token OPERATOR(pg_catalog.=) {token} FOR UPDATE) AS held;"""


class Hold(msgspec.Struct):
    """The right to be the only runner of a database.

    Attributes:
        token: of the lease; None for a lock of the session.
        doing: what this runner is at, shown to those that wait.
        taken: how often the lock of the session was taken.
    """

    token: int | None = None
    doing: str = ""
    taken: int = 1

    def fence(self, conn: Connection) -> str:
        """A statement that fails with `DIVISION_BY_ZERO` unless this runner still is the only one.

        It goes into the transaction that writes, before the write.
        """
        if self.token is None:
            return compose(conn, _LOCKED, key=LOCK_KEY)
        return compose(conn, _LEASED, token=self.token)

    def unlocking(self, conn: Connection, half: Half) -> str:
        """What lets the advisory locks go that a script took for the session; "" for none."""
        if self.token is not None or half.size > _LOOKED_AT or "advisory" not in half.text.lower():
            return ""
        return unlocking(conn, LOCK_KEY)

    def unlocked(self) -> None:
        """All advisory locks were let go, and ours taken again."""
        self.taken = 1

    def passed(self) -> None:
        """A fence was passed: the session has the lock once more."""
        self.taken += self.token is None


def alone(conn: Connection) -> str:
    """A statement that fails with `DIVISION_BY_ZERO` unless this transaction is the only one."""
    return compose(conn, _ALONE, key=LOCK_KEY)
