"""Statement: one thing to run; Hazard: one thing to know before running it."""

from dataclasses import dataclass
from typing import Literal

from pgmig.errors.consent import Consent
from pgmig.model.key import ObjectKey

HazardName = Literal[Consent, "rewrite", "scan", "lock", "narrowing", "irreversible"]

Phase = Literal["release", "change", "remove"]

Mode = Literal["", "alone", "validate", "after"]


@dataclass(frozen=True, slots=True)
class Hazard:
    """A danger of a statement, with its evidence.

    Attributes:
        name: what reads well after `--allow`. drop-table, drop-column: rows go. data-loss: values
            go. drop: a drop and a create that look like a rename. rewrite, scan, lock: the work
            on a live table. narrowing: values may not fit. irreversible: the way down cannot give
            back what was there.
        key: the object in danger.
        evidence: what was observed or follows from the statement.
    """

    name: HazardName
    key: ObjectKey
    evidence: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, without its semicolon.

    Attributes:
        sql: complete and fully qualified text.
        touches: the object it makes, changes or drops.
        reason: which field of which object changed and what forced the statement.
        hazards: dangers, with evidence.
        column: the column of the object that an ALTER is about; "" for the whole object.
        is_default: it changes the column's default and nothing else.
        phase: release lets go of what the object needed and needs nothing new; remove takes the
            column away, as DROP does an object; change is all else.
        mode: "" runs in a transaction with its neighbours; alone is refused in a transaction
            block; validate belongs in a transaction of its own after what was made before it is
            committed; after is a plain statement that needs what was before it committed.
        is_committed_first: what needs the changed object must wait until this is committed, as
            with a new label of an enum.
        reaches: other objects whose column of this name it adds, changes or removes too, as an
            ALTER of a table does those of its children.
        is_joining: it makes the object a part of a whole; what is to be a part of the whole's parts
            stands before it or after it (`Kind.before_joining`).
        is_filling: it runs the query of the object: what that reads, itself or through others, must
            have its rows before.
        joins: the start of the statement, when actions on one table may be joined into one ALTER:
            `sql` is this text, a blank and the action.
    """

    sql: str
    touches: ObjectKey
    reason: str = ""
    hazards: tuple[Hazard, ...] = ()
    column: str = ""
    is_default: bool = False
    phase: Phase = "change"
    mode: Mode = ""
    is_committed_first: bool = False
    reaches: tuple[ObjectKey, ...] = ()
    is_joining: bool = False
    is_filling: bool = False
    joins: str = ""

    @property
    def is_transactional(self) -> bool:
        """False when PostgreSQL refuses it inside a transaction block."""
        return self.mode != "alone"
