"""Progress while a database is read: nothing in the first second, then a bar on a terminal."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgmig.cli.output import Output

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 1.0  # seconds that need no explanation


class _Bar:
    """Tells which kind is read and how many are done, once it takes long."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._began = time.monotonic()
        self._shown: Progress | None = None

    def __call__(self, kind: str, done: int, total: int) -> None:
        if self._shown is None and time.monotonic() - self._began > _PATIENCE:
            self._shown = self._drawn()
            self._shown.add_task("")
            self._shown.start()
        if self._shown is not None:
            task = self._shown.task_ids[0]
            self._shown.update(task, description=f"reading: {kind}", completed=done, total=total)
            self._shown.refresh()

    def stop(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()

    def _drawn(self) -> "Progress":
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TimeElapsedColumn(),
        )
        has_color = self._out.has_color_on_stderr()
        console = Console(stderr=True, no_color=not has_color, highlight=False)
        return Progress(*columns, console=console, transient=True)


def _quiet(_kind: str, _done: int, _total: int) -> None:
    return None


@contextmanager
def reading_progress(out: Output) -> Generator[Callable[[str, int, int], None]]:
    """What `catalog.read` tells its progress, drawn on stderr where that is a terminal."""
    if not out.is_live():
        yield _quiet
        return
    bar = _Bar(out)
    try:
        yield bar
    finally:
        bar.stop()
