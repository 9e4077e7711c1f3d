"""Failures of a connection while a target is only read."""

from pgmig.errors.base import PgmigError


class TargetLost(PgmigError):
    """The connection to the target broke while it was asked; nothing was changed there."""

    def __init__(self, *, target: str, reason: str) -> None:
        super().__init__(
            f"the connection to the target broke: {reason}",
            where=target,
            do="run the command again: the target was only read, and nothing stays",
        )
        self.reason = reason
