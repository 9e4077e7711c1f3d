"""Subject: what a statement that runs alone is about."""

from typing import Protocol

import msgspec

from pgmig.db import Connection
from pgmig.engine.outcome.values import Evidence, Verdict


class Subject(Protocol):
    """How to look at what one form of statement is about, and what follows from it."""

    @property
    def form(self) -> str:
        """Its first words, or what stands for them: evidence is of one form."""
        ...

    def observe(self, conn: Connection) -> Evidence:
        """What stands in the catalog now, as the statement's names are resolved now.

        Raises:
            ServerRefused: the server does not resolve them; nor will the statement run.
        """
        ...

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """What became of the statement, of which no session works any more."""
        ...


class Repeatable(msgspec.Struct, frozen=True):
    """What may run twice: the second time it finds nothing to do, or does the same again.

    Attributes:
        words: that it begins with.
    """

    words: str

    @property
    def form(self) -> str:
        """Its first words."""
        return self.words

    def observe(self, conn: Connection) -> Evidence:
        """Nothing: it does not matter."""
        return Evidence()

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """Again."""
        return Verdict("redo", evidence=(f"{self.words} may run twice",))


class Opaque(msgspec.Struct, frozen=True):
    """What leaves no trace that the catalog could tell of.

    Attributes:
        words: that it begins with.
    """

    words: str

    @property
    def form(self) -> str:
        """Its first words."""
        return self.words

    def observe(self, conn: Connection) -> Evidence:
        """Nothing is known to look at."""
        return Evidence()

    def decide(self, conn: Connection, before: Evidence | None) -> Verdict:
        """A person has to look."""
        return Verdict(
            "unknown",
            evidence=(
                f"how far {self.words} came stands in no catalog",
                "no session that this role can see works on it any more",
            ),
        )
