"""What is known of a statement that runs alone: before it, and of what became of it."""

from typing import Literal

import msgspec


class Relation(msgspec.Struct, frozen=True, array_like=True):
    """Something with a row in a catalog.

    Attributes:
        oid: its number.
        schema: "" for what stands in none.
        name: without quotes.
    """

    oid: int
    schema: str
    name: str


class Index(msgspec.Struct, frozen=True, array_like=True):
    """An index.

    Attributes:
        oid: its number.
        schema: where it stands.
        name: without quotes.
        table: OID of its table, or of its TOAST table.
        is_valid: queries use it; false while it is built and when its building was interrupted.
        may_drop: whether this role may drop it by its name.
    """

    oid: int
    schema: str
    name: str
    table: int
    is_valid: bool
    may_drop: bool = True


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stood in the catalog before a statement that runs alone.

    Attributes:
        form: of the statement, as in CREATE INDEX: of another form it tells nothing.
        named: what the statement names: a table, an index, the parent of a partition, a database
            and so on; None when there was no such thing.
        table: the table whose indexes are told.
        part: the partition to detach.
        new: the name that an index is to get, as the server folds it.
        indexes: those of the table and of its TOAST table; for a whole schema or database those
            that were INVALID.
        state: of the row that the statement is about: `attached`, `pending`, the publications of a
            subscription, and the like; "" when it was not there.
    """

    form: str = ""
    named: Relation | None = None
    table: Relation | None = None
    part: Relation | None = None
    new: str = ""
    indexes: tuple[Index, ...] = ()
    state: str = ""


Outcome = Literal["done", "redo", "busy", "unknown"]

_MEANING: dict[Outcome, str] = {
    "done": "it took effect",
    "redo": "it is to run again",
    "busy": "a session still works on it: wait until it is done",
    "unknown": "the catalog does not tell whether it took effect",
}


class Verdict(msgspec.Struct, frozen=True):
    """What the catalog says of a statement whose outcome nobody recorded.

    Attributes:
        outcome: `done`: it took effect; `redo`: run it again; `busy`: a session still works on it,
            ask again later; `unknown`: a person has to look.
        cleanup: statements to run alone, each by itself, before it counts as done or runs again.
        evidence: what the catalog shows, in lines for people.
    """

    outcome: Outcome
    cleanup: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def meaning(self) -> str:
        """What `pgmig up` makes of it, as a phrase for people."""
        first = f"after {'; '.join(self.cleanup)} " if self.cleanup else ""
        return first + _MEANING[self.outcome]
