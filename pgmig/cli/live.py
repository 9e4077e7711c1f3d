"""Progress on a terminal, drawn by rich."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from pgmig.cli.labels import clock
from pgmig.cli.output import Output, clean
from pgmig.cli.progress import Opened, Watched, in_words
from pgmig.engine import Pace, Step

if TYPE_CHECKING:
    from pgmig.engine.watching import Sight


class Bar(Watched):
    """A line that tells which step runs and how many are done, and one for what takes long."""

    def __init__(self, out: Output, opened: Opened, shown: Progress, below: Text) -> None:
        self._shown = shown
        self._below = below
        self._run = shown.add_task("", total=None)
        self._doing = ""
        super().__init__(out, opened)

    def on_steps(self, steps: tuple[Step, ...]) -> None:
        """So many are to come."""
        super().on_steps(steps)
        self._shown.update(self._run, total=len(steps))

    def on_start(self, step: Step) -> None:
        """This one runs."""
        self._say(f"{step.direction} {step.label}")
        super().on_start(step)

    def on_refresh(self, view: str) -> None:
        """This one is refreshed."""
        self._say(f"refresh {view}")
        super().on_refresh(view)

    def on_statement(self, step: Step, number: int, total: int) -> None:
        """Its statements run one by one."""
        self._say(f"{step.direction} {step.label}, statement {number} of {total}")

    def on_batch(self, step: Step, pace: Pace) -> None:
        """So far one of them is."""
        self._say(f"{step.direction} {step.label}, {pace.words}")

    def on_look(self, elapsed: float, sight: "Sight | None") -> None:
        """So long it has been, and this is seen."""
        self._shown.update(self._run, description=clean(f"{self._doing}, {clock(elapsed)}"))
        self._below.plain = clean(", ".join(in_words(sight)))

    def on_done(self, step: Step, seconds: float) -> None:
        """One more is done."""
        super().on_done(step, seconds)
        self._shown.advance(self._run)

    def _say(self, doing: str) -> None:
        self._doing = doing
        self._shown.update(self._run, description=clean(doing))
        self._below.plain = ""


@contextmanager
def live_progress(out: Output, opened: Opened) -> Generator[Watched]:
    """A bar on stderr that goes away when the run is over."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True, no_color=not out.has_color_on_stderr(), highlight=False)
    shown, below = Progress(*columns, console=console), Text()
    with Live(Group(shown, below), console=console, transient=True, refresh_per_second=10):
        bar = Bar(out, opened, shown, below)
        try:
            yield bar
        finally:
            bar.close()
