"""`pgmig resolve`: tell pgmig what became of a statement whose runner died."""

from contextlib import closing

from pgmig import engine
from pgmig.commands.target import Target, session
from pgmig.engine import Listener, Options


def resolve(
    target: str | Target,
    version: int,
    statement: int,
    *,
    is_done: bool,
    options: Options | None = None,
    listener: Listener | None = None,
) -> None:
    """Say of a statement without a transaction that it took effect, or that it is to run again.

    Raises:
        NothingToResolve: its outcome is not unknown.
    """
    with closing(session(target, application_name="pgmig resolve")) as conn:
        engine.resolve(
            conn, version, statement, is_done=is_done, options=options, listener=listener
        )
