"""`pgmig goto`: to one version, up or down or from one branch to another."""

from contextlib import closing
from pathlib import Path

from pgmig.commands.applying import guarded
from pgmig.commands.target import Target, session
from pgmig.engine import Listener, Options, RunReport, State, Step, apply
from pgmig.engine.rules import steps_goto
from pgmig.scripts import read


def goto(
    target: str | Target,
    directory: Path,
    version: int,
    *,
    is_out_of_order: bool = False,
    options: Options | None = None,
    listener: Listener | None = None,
    is_dry_run: bool = False,
) -> RunReport:
    """Bring the database to what the files up to `version` say; 0 is one without migrations.

    What was applied from another branch goes down with the text that history keeps. Pending
    scripts below the last one that stays are applied in their turn with `is_out_of_order`, else
    refused.

    Raises:
        PgmigError: what stands in the way, before anything runs; or the statement that failed.
    """
    scripts = read(directory)
    options = options or Options()
    with closing(session(target, application_name="pgmig goto")) as conn:

        def choose(state: State) -> tuple[Step, ...]:
            steps = steps_goto(
                conn,
                scripts,
                state,
                version,
                allow=options.allow,
                is_out_of_order=is_out_of_order,
            )
            return guarded(target, conn, scripts, steps, consent=options.allow, is_planned=False)

        return apply(conn, choose, options, listener or Listener(), is_dry_run=is_dry_run)
