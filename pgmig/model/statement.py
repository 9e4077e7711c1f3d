"""Statement: one thing to run; Hazard: one thing to know before running it."""

from dataclasses import dataclass
from typing import Literal

from pgmig.model.key import ObjectKey

HazardName = Literal["drop-table", "drop-column", "data-loss"]


@dataclass(frozen=True, slots=True)
class Hazard:
    """A danger of a statement, with its evidence.

    Attributes:
        name: what reads well after `--allow`.
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
        is_transactional: false when PostgreSQL refuses it inside a transaction block.
        hazards: dangers, with evidence.
    """

    sql: str
    touches: ObjectKey
    reason: str = ""
    is_transactional: bool = True
    hazards: tuple[Hazard, ...] = ()
