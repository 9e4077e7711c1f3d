"""Progress of a run: drawn on a terminal, events in JSON, elsewhere a line for what takes long."""

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgmig.cli.closing import Retries
from pgmig.cli.labels import clock, duration, quantity
from pgmig.cli.output import Output
from pgmig.engine import Listener

if TYPE_CHECKING:
    from pgmig.db import Connection
    from pgmig.engine import Pace, Step
    from pgmig.engine.watching import Sight

_SILENCE = 10.0  # seconds without a word that need no explanation

Opened = Callable[[], "Connection"]


class Talk(Listener):
    """Says only what an operator wonders about: why nothing happens.

    Attributes:
        retries: how often each step was tried again.
        started: how many steps have begun.
        done: how many of them are applied.
        total: how many there are to run; None until that is known.
    """

    def __init__(self, out: Output) -> None:
        self.out = out
        self.retries: Retries = Counter()
        self.started = 0
        self.done = 0
        self.total: int | None = None

    def on_steps(self, steps: "tuple[Step, ...]") -> None:
        """These are about to run."""
        self.total = len(steps)

    def on_start(self, step: "Step") -> None:
        """This one runs."""
        self.started += 1

    def on_done(self, step: "Step", seconds: float) -> None:
        """One more is done."""
        self.done += 1

    def finish(self) -> None:
        """The run ended well: nothing more comes but its report."""

    def on_server(self, what: str) -> None:
        """The server is not there yet."""
        self.out.talk(f"waiting for the server: {what}")

    def on_wait(self, holder: str) -> None:
        """Another runner holds the lock."""
        self.out.talk(f"waiting for another runner: {holder}")

    def on_warning(self, step: "Step", text: str) -> None:
        """The server warned of something that a step does."""
        self.out.talk(f"warning: {step.label}: {text}")

    def on_retry(self, step: "Step", reason: str, delay: float) -> None:
        """A step is tried again."""
        self.retries[step.direction, step.label] += 1
        self.out.talk(f"{step.label}: {reason}; trying again in {delay:.1f} s")

    def on_throttle(self, step: "Step", reason: str) -> None:
        """The next batch waits."""
        self.out.talk(f"{step.label}: waiting: {reason}")

    def on_refresh_retry(self, view: str, reason: str, delay: float) -> None:
        """A refresh is tried again."""
        self.out.talk(f"{view}: {reason}; trying again in {delay:.1f} s")


class Watched(Talk):
    """Also looks at the server while a step runs.

    Attributes:
        patience: seconds before the first look at a step.
        interval: seconds between two looks.
    """

    patience = 1.0
    interval = 1.0

    def __init__(self, out: Output, opened: Opened) -> None:
        from pgmig.engine.watching import Watch

        super().__init__(out)
        self._watch = Watch(opened, self.on_look, patience=self.patience, interval=self.interval)

    def on_start(self, step: "Step") -> None:
        """This one runs."""
        super().on_start(step)
        self._watch.begin(f"pgmig {step.direction} {step.label}")

    def on_done(self, step: "Step", seconds: float) -> None:
        """One more is done."""
        self._watch.end()
        super().on_done(step, seconds)

    def on_refresh(self, view: str) -> None:
        """This one is refreshed."""
        self._watch.begin(f"pgmig refresh {view}")

    def on_refreshed(self, view: str, seconds: float) -> None:
        """It has its rows."""
        self._watch.end()

    def on_look(self, elapsed: float, sight: "Sight | None") -> None:
        """So long it has been, and this is seen; called in a thread of its own."""

    def close(self) -> None:
        """Look no more."""
        self._watch.close()


class Lines(Watched):
    """Says now and then what takes long, as a log that is read later wants it."""

    patience = interval = _SILENCE

    def __init__(self, out: Output, opened: Opened) -> None:
        super().__init__(out, opened)
        self._doing = ""
        self._is_told = False

    def on_start(self, step: "Step") -> None:
        """This one runs."""
        self._doing = f"{step.direction} {step.label}"
        self._is_told = False
        super().on_start(step)

    def on_statement(self, step: "Step", number: int, total: int) -> None:
        """Its statements run one by one."""
        self._doing = f"{step.direction} {step.label}, statement {number} of {total}"

    def on_batch(self, step: "Step", pace: "Pace") -> None:
        """So far one of them is."""
        self._doing = f"{step.direction} {step.label}, {pace.words}"

    def on_done(self, step: "Step", seconds: float) -> None:
        """One more is done."""
        super().on_done(step, seconds)
        if self._is_told:
            self.out.talk(f"{step.direction} {step.label}: done in {duration(seconds)}")

    def on_refresh(self, view: str) -> None:
        """This one is refreshed."""
        self._doing = f"refresh {view}"
        self._is_told = False
        super().on_refresh(view)

    def on_refreshed(self, view: str, seconds: float) -> None:
        """It has its rows."""
        super().on_refreshed(view, seconds)
        if self._is_told:
            self.out.talk(f"refresh {view}: done in {duration(seconds)}")

    def on_look(self, elapsed: float, sight: "Sight | None") -> None:
        """So long it has been, and this is seen."""
        self._is_told = True
        words = [f"{self._doing}: running for {clock(elapsed)}", *in_words(sight)]
        self.out.talk(", ".join(words))


def in_words(sight: "Sight | None") -> list[str]:
    """What the server says, for people."""
    if sight is None:
        return []
    on = f" on {sight.relation}" if sight.relation else ""
    words = [f"{sight.command}{on}"] if sight.command else []
    if sight.phase:
        words.append(sight.phase)
    if sight.percent is not None:
        words.append(f"{sight.percent}%")
    if sight.done or sight.total:
        words.append(quantity(sight.done, sight.total, sight.unit))
    if sight.waits_for:
        words.append(f"waits for {', '.join(sight.waits_for)}")
    return words


@contextmanager
def progress(out: Output, opened: Opened | None = None) -> Generator[Talk]:
    """A listener for one run.

    Args:
        out: where it tells.
        opened: opens a second session, to look at what takes long.
    """
    if opened is None or (out.is_quiet and not out.is_json):
        yield Talk(out)
        return
    with _chosen(out, opened) as listener:
        yield listener


@contextmanager
def _chosen(out: Output, opened: Opened) -> Generator[Talk]:
    if out.is_live() and not out.is_json:
        from pgmig.cli.live import live_progress

        with live_progress(out, opened) as bar:
            yield bar
        return
    listener: Watched
    if out.is_json:
        from pgmig.cli.events import Events

        listener = Events(out, opened)
    else:
        listener = Lines(out, opened)
    try:
        yield listener
    finally:
        listener.close()
