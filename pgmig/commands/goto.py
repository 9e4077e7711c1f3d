"""`pgmig goto`: up or down to one version."""

from contextlib import closing
from pathlib import Path

from pgmig.commands.applying import require_seals
from pgmig.db import connect
from pgmig.engine import Listener, Options, RunReport, State, Step, apply
from pgmig.engine.rules import is_upward, steps_down, steps_up
from pgmig.scripts import read


def goto(
    url: str,
    directory: Path,
    version: int,
    *,
    options: Options | None = None,
    listener: Listener | None = None,
    is_dry_run: bool = False,
) -> RunReport:
    """Bring the database to `version`, up or down; 0 is a database without migrations.

    Raises:
        PgmigError: what stands in the way, before anything runs; or the statement that failed.
    """
    scripts = read(directory)
    options = options or Options()
    with closing(connect(url, application_name="pgmig goto")) as conn:

        def choose(state: State) -> tuple[Step, ...]:
            if is_upward(scripts, state, version):
                return require_seals(scripts, steps_up(scripts, state, version))
            return steps_down(conn, scripts, state, version, allow=options.allow)

        return apply(conn, choose, options, listener or Listener(), is_dry_run=is_dry_run)
