"""`pgmig down`: take applied scripts back, the last first."""

from contextlib import closing
from pathlib import Path

from pgmig.commands.applying import protected
from pgmig.commands.target import Target, session
from pgmig.engine import Listener, Options, RunReport, State, Step, apply
from pgmig.engine.rules import steps_down
from pgmig.scripts import read


def down(
    target: str | Target,
    directory: Path,
    *,
    to: int | None = None,
    options: Options | None = None,
    listener: Listener | None = None,
    is_dry_run: bool = False,
) -> RunReport:
    """Take back the last applied script, or all above version `to`; 0 takes all back.

    A script whose file is gone or changed goes down with the text that history keeps; its step
    says so in `source`.

    Raises:
        PgmigError: what stands in the way, before anything runs; or the statement that failed.
    """
    scripts = read(directory)
    options = options or Options()
    with closing(session(target, application_name="pgmig down")) as conn:

        def choose(state: State) -> tuple[Step, ...]:
            steps = steps_down(conn, scripts, state, to, allow=options.allow)
            return protected(target, conn, scripts, steps, consent=options.allow, is_planned=False)

        return apply(conn, choose, options, listener or Listener(), is_dry_run=is_dry_run)
