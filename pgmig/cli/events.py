"""A run told as a stream of events, one JSON document a line on stdout."""

import threading
import time
from typing import TYPE_CHECKING

from pgmig.cli.output import Output
from pgmig.cli.progress import Opened, Watched
from pgmig.errors import OutputNotWritten

if TYPE_CHECKING:
    from pgmig.engine import Pace, Step
    from pgmig.engine.watching import Sight

_BATCHES = 1.0  # seconds between two events about batches


class Events(Watched):
    """Prints what it hears.

    A run does not end because nobody reads its events any more: what was the matter with stdout
    is raised by `report`, when everything is done.
    """

    def __init__(self, out: Output, opened: Opened) -> None:
        self._step: Step | None = None
        self._view: str | None = None
        self._told_batch = float("-inf")
        self._writing = threading.Lock()
        self._trouble: OSError | OutputNotWritten | None = None
        super().__init__(out, opened)

    def on_steps(self, steps: "tuple[Step, ...]") -> None:
        """These are about to run."""
        super().on_steps(steps)
        self._tell("run-started", steps=[_named(step) for step in steps])

    def on_start(self, step: "Step") -> None:
        """This one runs."""
        self._step = step
        self._tell("step-started", **_named(step), number=self.started + 1, total=self.total)
        super().on_start(step)

    def on_statement(self, step: "Step", number: int, total: int) -> None:
        """Its statements run one by one."""
        self._tell("statement", **_named(step), number=number, total=total)

    def on_look(self, elapsed: float, sight: "Sight | None") -> None:
        """So long it has been, and this is seen."""
        step, view = self._step, self._view
        seen = None if sight is None else _seen(sight)
        if view is not None:
            self._tell("progress", view=view, seconds=round(elapsed, 3), server=seen)
        elif step is not None:
            self._tell("progress", **_named(step), seconds=round(elapsed, 3), server=seen)

    def on_warning(self, step: "Step", text: str) -> None:
        """The server warned of something that a step does."""
        super().on_warning(step, text)
        self._tell("warning", **_named(step), text=text)

    def on_retry(self, step: "Step", reason: str, delay: float) -> None:
        """A step is tried again."""
        super().on_retry(step, reason, delay)
        self._tell("retry", **_named(step), reason=reason, delay=round(delay, 3))

    def on_done(self, step: "Step", seconds: float) -> None:
        """One more is done."""
        super().on_done(step, seconds)
        retries = self.retries[step.direction, step.label]
        self._tell("step-done", **_named(step), seconds=seconds, retries=retries)

    def on_refresh(self, view: str) -> None:
        """This one is refreshed."""
        self._view = view
        self._tell("refresh-started", view=view)
        super().on_refresh(view)

    def on_refresh_retry(self, view: str, reason: str, delay: float) -> None:
        """A refresh is tried again."""
        super().on_refresh_retry(view, reason, delay)
        self._tell("refresh-retry", view=view, reason=reason, delay=round(delay, 3))

    def on_refreshed(self, view: str, seconds: float) -> None:
        """It has its rows."""
        super().on_refreshed(view, seconds)
        self._tell("refresh-done", view=view, seconds=seconds)

    def on_batch(self, step: "Step", pace: "Pace") -> None:
        """So far a statement is; batches may be many a second."""
        now = time.monotonic()
        if pace.is_done or now - self._told_batch >= _BATCHES:
            self._told_batch = now
            self._tell(
                "batch",
                **_named(step),
                number=pace.number,
                total=pace.total,
                rows=pace.rows,
                about=pace.about,
                rate=round(pace.rate, 1),
                left=None if pace.left is None else round(pace.left, 1),
                is_done=pace.is_done,
            )

    def on_throttle(self, step: "Step", reason: str) -> None:
        """The next batch waits."""
        super().on_throttle(step, reason)
        self._tell("throttle", **_named(step), reason=reason)

    def on_server(self, what: str) -> None:
        """The server is not there yet."""
        super().on_server(what)
        self._tell("wait", waits_for="server", reason=what)

    def on_wait(self, holder: str) -> None:
        """Another runner holds the lock."""
        super().on_wait(holder)
        self._tell("wait", waits_for="runner", holder=holder)

    def finish(self) -> None:
        """Raise what was the matter with stdout.

        Raises:
            BrokenPipeError: its reader left.
            OutputNotWritten: the disk is full, or the like.
        """
        if self._trouble is not None:
            raise self._trouble

    def _tell(self, name: str, **fields: object) -> None:
        with self._writing:
            if self._trouble is None:
                try:
                    self.out.event(name, **fields)
                except (OSError, OutputNotWritten) as error:
                    self._trouble = error


def _named(step: "Step") -> dict[str, object]:
    return {"version": step.version, "label": step.label, "direction": step.direction}


def _seen(sight: "Sight") -> dict[str, object]:
    import msgspec

    return {**msgspec.structs.asdict(sight), "percent": sight.percent}
