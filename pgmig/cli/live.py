"""Progress on a terminal, drawn by rich."""

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pgmig.cli.output import Output
from pgmig.cli.progress import Talk
from pgmig.engine import Listener, Step


class Bar(Talk):
    """A line that tells which step runs, how many are done and for how long it has been so."""

    def __init__(self, out: Output, shown: Progress) -> None:
        super().__init__(out)
        self._shown = shown
        self._task = shown.add_task("", total=None)

    def on_steps(self, steps: tuple[Step, ...]) -> None:
        """So many are to come."""
        self._shown.update(self._task, total=len(steps))

    def on_start(self, step: Step) -> None:
        """This one runs."""
        self._shown.update(self._task, description=f"{step.direction} {step.label}")

    def on_statement(self, step: Step, number: int, total: int) -> None:
        """Its statements run one by one."""
        text = f"{step.direction} {step.label}, statement {number} of {total}"
        self._shown.update(self._task, description=text)

    def on_done(self, step: Step, seconds: float) -> None:
        """One more is done."""
        self._shown.advance(self._task)


@contextmanager
def live_progress(out: Output) -> Generator[Listener]:
    """A bar on stderr that goes away when the run is over."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True, no_color=not out.has_color_on_stderr(), highlight=False)
    with Progress(*columns, console=console, transient=True) as shown:
        yield Bar(out, shown)
