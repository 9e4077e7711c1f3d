"""`pgmig up`: apply pending scripts."""

from contextlib import closing
from pathlib import Path

from pgmig.commands.applying import guarded, read_scripts
from pgmig.commands.target import Target, session
from pgmig.engine import Listener, Options, RunReport, State, Step, apply
from pgmig.engine.rules import steps_up


def up(
    target: str | Target,
    directory: Path,
    *,
    to: int | None = None,
    is_out_of_order: bool = False,
    options: Options | None = None,
    listener: Listener | None = None,
    is_dry_run: bool = False,
) -> RunReport:
    """Apply the pending scripts of `directory`, up to version `to` when it is given.

    Those below the last applied one are applied in their turn with `is_out_of_order`, else refused.

    Raises:
        PgmigError: what stands in the way, before anything runs; or the statement that failed.
    """
    scripts = read_scripts(directory)

    with closing(session(target, application_name="pgmig up")) as conn:

        def choose(state: State) -> tuple[Step, ...]:
            steps = steps_up(scripts, state, to, is_out_of_order=is_out_of_order)
            return guarded(target, conn, scripts, steps, is_planned=is_dry_run)

        return apply(
            conn, choose, options or Options(), listener or Listener(), is_dry_run=is_dry_run
        )
