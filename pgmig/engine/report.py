"""What a run did, or would do, as values."""

import msgspec

from pgmig.engine.body import Body
from pgmig.engine.refresh.report import RefreshedView
from pgmig.engine.step import Step
from pgmig.scripts.names import Direction


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """One step that ran, or would run.

    Attributes:
        version: the script's number.
        label: its file name without its half.
        direction: up or down.
        source: `history` when the text is the one that history keeps, its file gone or changed.
        is_transactional: whether it is one transaction.
        statements: how many it has.
        seconds: how long it took; None when it did not run.
        done_before: how many of its statements an earlier run has done, for a dry run.
    """

    version: int
    label: str
    direction: Direction
    source: str
    is_transactional: bool
    statements: int
    seconds: float | None = None
    done_before: int = 0


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did, or would do.

    Attributes:
        target: user, host, port and database.
        before: the current version before it; 0 when there was none.
        after: the current version after it.
        steps: in the order of running.
        is_dry_run: nothing ran.
        label: of the current version after it; "" when there is none.
        refreshed: materialized views that scripts had left without the rows that they had.
        due: the same that are left so; in a dry run those that would be refreshed.
    """

    target: str
    before: int
    after: int
    steps: tuple[StepReport, ...]
    is_dry_run: bool = False
    label: str = ""
    refreshed: tuple[RefreshedView, ...] = ()
    due: tuple[str, ...] = ()


def step_report(
    step: Step, body: Body, seconds: float | None, *, done_before: int = 0
) -> StepReport:
    """The report of one step."""
    return StepReport(
        version=step.version,
        label=step.label,
        direction=step.direction,
        source=step.source,
        is_transactional=step.half.header.transaction,
        statements=body.count,
        seconds=seconds,
        done_before=done_before,
    )
