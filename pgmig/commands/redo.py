"""`pgmig redo`: the last applied script down, and up again."""

from contextlib import closing
from pathlib import Path

from pgmig.commands.applying import guarded, read_scripts
from pgmig.commands.target import Target, session
from pgmig.engine import Listener, Options, RunReport, State, Step, apply
from pgmig.engine.rules import steps_redo


def redo(
    target: str | Target,
    directory: Path,
    *,
    options: Options | None = None,
    listener: Listener | None = None,
    is_dry_run: bool = False,
) -> RunReport:
    """Take the last applied script down and apply its file, edited or not.

    Raises:
        PgmigError: what stands in the way, before anything runs; or the statement that failed.
    """
    scripts = read_scripts(directory)
    options = options or Options()
    with closing(session(target, application_name="pgmig redo")) as conn:

        def choose(state: State) -> tuple[Step, ...]:
            steps = steps_redo(conn, scripts, state, allow=options.allow)
            return guarded(target, conn, scripts, steps, consent=options.allow, is_planned=False)

        return apply(conn, choose, options, listener or Listener(), is_dry_run=is_dry_run)
