"""States: what is written as one and is none, and what one is made of."""

from pathlib import Path

from pgmig.errors.base import PgmigError, UsageError

FORMS = (
    "postgresql://...",
    "service=...",
    "migrations/",
    "migrations/@7",
    "schema.sql",
    "schema/",
    "snapshot.json",
    "empty",
    "git:REV",
)
"""How states are written."""


class BadState(UsageError):
    """A text that names no state.

    Attributes:
        text: as it was written; "" where it may hold a password.
        reason: why it names none.
    """

    def __init__(self, *, text: str, reason: str) -> None:
        super().__init__(
            (f"{text} is no state: " if text else "") + reason,
            do=f"name one of these: {', '.join(FORMS)}",
        )
        self.text = text
        self.reason = reason


class GitUnusable(UsageError):
    """Git is missing, or does not know what was asked for."""

    def __init__(self, *, rev: str, reason: str, where: str) -> None:
        super().__init__(
            f"git:{rev} is no state: {reason}",
            where=where,
            do="name a commit, branch or tag of this repository that has the migrations directory",
        )
        self.rev = rev
        self.reason = reason


class TransactionLeftOpen(PgmigError):
    """A file of SQL begins a transaction that it does not end."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path.name} does not end the transaction that it begins",
            where=str(path),
            do="write COMMIT at its end, or remove BEGIN",
        )
        self.path = path
