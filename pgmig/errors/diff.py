"""`pgmig diff`: hints that mean nothing, and consent that is missing."""

from collections.abc import Sequence

from pgmig.errors.base import Refused, UsageError


class BadRename(UsageError):
    """A rename hint cannot be read, or does not name one thing."""

    def __init__(self, *, text: str, reason: str) -> None:
        super().__init__(
            f"--rename {text!r}: {reason}",
            do="give the old name in full and the new one alone, as in public.orders.total=amount",
        )
        self.text = text
        self.reason = reason


class ConsentMissing(Refused):
    """The scripts would take rows or values with them, and nobody agreed to that."""

    def __init__(self, *, dangers: Sequence[tuple[str, str]]) -> None:
        listed = "\n      ".join(f"{name}: {evidence}" for name, evidence in dangers)
        names = " ".join(f"--allow {name}" for name in dict.fromkeys(name for name, _ in dangers))
        super().__init__(
            f"this needs your consent; no file was written:\n      {listed}",
            do=f"if that is what you want, say {names}; a rename is told with --rename OLD=NEW",
        )
        self.dangers = tuple(dangers)


class MajorNotHere(Refused):
    """The scripts were to be tried on a major version that no shadow server has."""

    def __init__(self, *, wanted: int, found: int) -> None:
        super().__init__(
            f"there is no PostgreSQL {wanted} here for the shadow, only {found}",
            do=f"install PostgreSQL {wanted}, or give --shadow-url of a server of that major",
        )
        self.wanted = wanted
        self.found = found
