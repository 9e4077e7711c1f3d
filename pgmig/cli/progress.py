"""Progress of a run: drawn by rich on a terminal, a line for what makes it wait elsewhere."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgmig.cli.output import Output
from pgmig.engine import Listener

if TYPE_CHECKING:
    from pgmig.engine import Step


class Talk(Listener):
    """Says only what an operator wonders about: why nothing happens."""

    def __init__(self, out: Output) -> None:
        self._out = out

    def on_wait(self, holder: str) -> None:
        """Another runner holds the lock."""
        self._out.talk(f"waiting for another runner: {holder}")

    def on_retry(self, step: "Step", reason: str, delay: float) -> None:
        """A step is tried again."""
        self._out.talk(f"{step.label}: {reason}; trying again in {delay:.1f} s")


@contextmanager
def progress(out: Output) -> Generator[Listener]:
    """A listener for one run, live on a terminal while it lasts."""
    if not out.is_live():
        yield Talk(out)
        return
    from pgmig.cli.live import live_progress

    with live_progress(out) as listener:
        yield listener
