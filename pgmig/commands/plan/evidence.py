"""Evidence: all that the verdict of a plan is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgmig.commands.plan.server import Extensions
from pgmig.commands.plan.shadowing import Shadow
from pgmig.commands.plan.trying import Tried
from pgmig.commands.plan.values import (
    CheckResult,
    PlannedScript,
    Replica,
    Room,
    Session,
    Slot,
    TableFacts,
)
from pgmig.engine.outcome import Leftover


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a verdict is made of.

    Attributes:
        scripts: with their forecasts.
        tried: what was seen of them; empty without a shadow.
        shadow: where; None without one.
        major: of the target.
        role: the deploying one.
        checks: of rows.
        tables: facts by name.
        sessions: transactions that have been open for a while.
        replicas: what follows the target.
        slots: what WAL is kept for.
        rooms: what rewrites need, and what is free.
        leftovers: what crashes have left there.
        extensions: what the target's server has.
        runner: who holds the runner lock; None: nobody.
        unknown: why the script that is part-way cannot go on; "" when it can.
        timeout: the role's statement_timeout, in milliseconds; 0: none.
    """

    scripts: Sequence[PlannedScript]
    tried: Sequence[Tried]
    shadow: Shadow | None
    major: int
    role: str
    checks: Sequence[CheckResult]
    tables: Mapping[str, TableFacts]
    sessions: Sequence[Session]
    replicas: Sequence[Replica]
    slots: Sequence[Slot]
    rooms: Sequence[Room]
    leftovers: Sequence[Leftover]
    extensions: Extensions
    runner: str | None
    unknown: str
    timeout: int
