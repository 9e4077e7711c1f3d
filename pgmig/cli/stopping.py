"""What a run that was interrupted tells, where the engine could not ask the history any more."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgmig.cli.labels import plural

if TYPE_CHECKING:
    from pgmig.cli.progress import Talk
    from pgmig.errors import PgmigError


@contextmanager
def told_stops(url: str, listener: "Talk") -> Generator[None]:
    """Tell an interrupt that comes out of a run as an error that says what holds.

    Also one that something else is raised in the place of: a session in which it came between a
    query and its answer takes no other query, not even the one that tidies up.
    """
    from pgmig.errors import PgmigError, ServerRefused

    try:
        yield
    except KeyboardInterrupt:
        raise _stopped(url, listener) from None
    except Exception as error:
        is_told = isinstance(error, PgmigError) and not isinstance(error, ServerRefused)
        if is_told or not _is_of_interrupt(error):
            raise
        raise _stopped(url, listener) from None


def _is_of_interrupt(error: BaseException) -> bool:
    """Whether the error came while an interrupt was on its way."""
    before = error.__context__
    return before is not None and (
        isinstance(before, KeyboardInterrupt) or _is_of_interrupt(before)
    )


def _stopped(url: str, listener: "Talk") -> "PgmigError":
    from pgmig.db import describe_url
    from pgmig.errors import RunStopped, RunStoppedPartWay

    target = describe_url(url)
    if listener.started == 0:
        return RunStopped(target=target, holds="nothing was changed")
    if listener.done == listener.total:
        count = plural(listener.done, "script")
        return RunStoppedPartWay(target=target, holds=f"all of the run: {count}")
    return RunStoppedPartWay(target=target, holds="not known: stopped again", is_known=False)
