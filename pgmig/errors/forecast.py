"""`pgmig up --plan`: a plan that is none, or of something else than what is here now."""

from collections.abc import Sequence
from pathlib import Path

from pgmig.errors.base import Refused, UsageError

_AGAIN = "make a new plan with `pgmig plan --out FILE`; nothing has run"


class PlanUnreadable(UsageError):
    """A file is no plan that this pgmig can read."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            f"{path.name} cannot be read as a plan: {reason}",
            where=str(path),
            do="name the file that `pgmig plan --out FILE` wrote",
        )
        self.path = path
        self.reason = reason


class PlanEdited(Refused):
    """A plan is another text than the one that was written."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"{path.name} was edited: its fields and its checksum do not agree",
            where=str(path),
            do=_AGAIN,
        )
        self.path = path


class PlanSaysNo(Refused):
    """The plan's own verdict is no."""

    def __init__(self, *, path: Path, reasons: Sequence[str]) -> None:
        more = f" ({len(reasons) - 1} more)" if len(reasons) > 1 else ""
        super().__init__(
            f"the plan says no: {reasons[0]}{more}" if reasons else "the plan says no",
            where=str(path),
            do="put right what it names, then plan again; nothing has run",
        )
        self.path = path
        self.reasons = tuple(reasons)


class PlanElsewhere(Refused):
    """The plan was made for another database, server or role.

    Attributes:
        what_differs: in words.
        found: what is here.
        planned: what the plan has.
    """

    def __init__(self, *, what_differs: str, found: str, planned: str) -> None:
        super().__init__(
            f"the plan is for another {what_differs}: {planned}, and this is {found}",
            do=f"give the database of the plan, or {_AGAIN}",
        )
        self.what_differs = what_differs
        self.found = found
        self.planned = planned


class PlanOutdated(Refused):
    """The target's history has gone another way since the plan was made."""

    def __init__(self, *, target: str, planned: str, found: str) -> None:
        super().__init__(
            f"the database has moved since the plan was made, from {planned} to {found}",
            where=target,
            do=_AGAIN,
        )
        self.target = target
        self.planned = planned
        self.found = found


class PlanScriptsDiffer(Refused):
    """Other scripts are pending than the plan has.

    Attributes:
        unplanned: labels that are pending and not in the plan.
        gone: labels that are in the plan and not pending.
        order: what is pending, and what the plan has.
    """

    def __init__(
        self,
        *,
        unplanned: Sequence[str],
        gone: Sequence[str],
        order: tuple[Sequence[str], Sequence[str]] = ((), ()),
    ) -> None:
        parts = [f"not in the plan: {', '.join(unplanned)}"] if unplanned else []
        parts += [f"not pending: {', '.join(gone)}"] if gone else []
        if not parts:
            have, want = ([*each] for each in order)
            parts = [f"in another order: {', '.join(have)}, and planned {', '.join(want)}"]
        super().__init__(
            f"the pending migrations are not those of the plan ({'; '.join(parts)})", do=_AGAIN
        )
        self.unplanned = tuple(unplanned)
        self.gone = tuple(gone)
        self.order = order


class PlanTextDiffers(Refused):
    """A script is another text than the one that was planned."""

    def __init__(self, *, path: Path, others: int = 0) -> None:
        more = f" ({others} more)" if others else ""
        super().__init__(
            f"{path.name} is not the text that was planned{more}",
            where=str(path),
            do=f"restore it, or {_AGAIN}",
        )
        self.path = path
        self.others = others
