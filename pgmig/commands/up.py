"""`pgmig up`: apply pending scripts."""

from contextlib import closing
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from pgmig.commands.applying import guarded, read_scripts
from pgmig.commands.plan.document import (
    read_plan,
    require_history,
    require_planned,
    require_target,
    require_yes,
)
from pgmig.commands.plan.keeping import forecasts
from pgmig.commands.target import Target, session
from pgmig.db import describe
from pgmig.engine import Listener, Options, RunReport, State, Step, apply
from pgmig.engine.forecasts import keep
from pgmig.engine.rules import steps_up


def up(
    target: str | Target,
    directory: Path,
    *,
    to: int | None = None,
    plan: Path | None = None,
    is_out_of_order: bool = False,
    options: Options | None = None,
    listener: Listener | None = None,
    is_dry_run: bool = False,
) -> RunReport:
    """Apply the pending scripts of `directory`, up to version `to` when it is given.

    Those below the last applied one are applied in their turn with `is_out_of_order`, else refused.

    Args:
        target: the database.
        directory: of the scripts.
        to: the last version; None: that of the plan, or all.
        plan: the file of a plan, beside which nothing runs.
        is_out_of_order: see above; a plan says it too.
        options: how to run them.
        listener: who hears of it.
        is_dry_run: check everything and run nothing.

    Raises:
        PlanUnreadable, PlanEdited, PlanSaysNo, PlanElsewhere, PlanOutdated, PlanScriptsDiffer,
            PlanTextDiffers: the plan is not of what is here now, or says no.
        PgmigError: what stands in the way, before anything runs; or the statement that failed.
    """
    scripts = read_scripts(directory)
    planned = None if plan is None else read_plan(plan)
    if plan is not None and planned is not None:
        require_yes(planned, plan)
        to = planned.to if to is None else to
        is_out_of_order = is_out_of_order or planned.is_out_of_order
        said = forecasts(planned)
        options = replace(options or Options(), at_begin=partial(keep, forecasts=said))

    with closing(session(target, application_name="pgmig up")) as conn:
        if planned is not None:
            require_target(planned, conn)

        def choose(state: State) -> tuple[Step, ...]:
            if planned is not None:
                require_history(planned, state, describe(conn))
            steps = steps_up(scripts, state, to, is_out_of_order=is_out_of_order)
            if planned is not None:
                require_planned(planned, state, steps)
            is_tried = planned is not None and planned.base != "none"
            return guarded(target, conn, scripts, steps, is_planned=is_tried)

        return apply(
            conn, choose, options or Options(), listener or Listener(), is_dry_run=is_dry_run
        )
