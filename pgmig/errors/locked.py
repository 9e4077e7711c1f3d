"""Failures while somebody else has locked what is to be read."""

from collections.abc import Sequence

from pgmig.errors.base import PgmigError
from pgmig.errors.connection import ReadFailed


class CatalogLocked(ReadFailed):
    """A catalog function waited too long for a relation that somebody else has locked.

    Attributes:
        held: each relation with who has locked it, in words; empty where nobody has any more.
    """

    def __init__(self, *, target: str, held: Sequence[str]) -> None:
        told = "; ".join(held) or "a relation was locked, and is no more"
        PgmigError.__init__(
            self,
            f"the catalog cannot be read: {told} (SQLSTATE 55P03)",
            where=target,
            do="wait until it has ended, or end it with pg_terminate_backend, and run this again"
            if held
            else "run the command again",
        )
        self.held = tuple(held)
        self.sqlstate = "55P03"
