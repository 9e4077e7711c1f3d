"""How scripts are applied, and who hears of it."""

from collections.abc import Callable

import msgspec

from pgmig.db import Connection
from pgmig.engine.step import Step


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How far a statement is that runs in batches.

    Attributes:
        number: of the statement, from 1.
        total: how many the script has.
        rows: how many rows batches have gone through, those of earlier runs included.
        about: how many there are, as the planner estimates; None where it knows less than that.
        rate: rows a second, in this run; 0 when it is not known yet.
        left: about how many seconds it will take.
        is_done: nothing is left.
    """

    number: int
    total: int
    rows: int
    about: int | None = None
    rate: float = 0.0
    left: float | None = None
    is_done: bool = False

    @property
    def words(self) -> str:
        """The same for people: `statement 2 of 3, 5,000 of about 90,000 rows, 900 rows/s`."""
        of = f" of about {self.about:,}" if self.about and not self.is_done else ""
        words = f"statement {self.number} of {self.total}, {self.rows:,}{of} rows"
        if self.rate:
            words += f", {self.rate:,.0f} rows/s"
        if self.left:
            words += f", {_time(self.left)} left"
        return words


class Options(msgspec.Struct, frozen=True):
    """What a deployer may choose. A script's own directives win over `lock_timeout` and `retries`.

    Attributes:
        lock_timeout: milliseconds that a statement waits for a lock; 0 waits for ever.
        retries: how often a script that ran into its lock timeout is tried again.
        runner_timeout: milliseconds to wait for another runner.
        allow: hazards consented to.
        is_refreshing: refresh the materialized views that the scripts left without the rows that
            they had.
        at_begin: what to do on the session before the first step, under the lock.
        at_end: what to do on the session after the last step, under the lock; not called when
            nothing was done.
    """

    lock_timeout: int = 5_000
    retries: int = 3
    runner_timeout: int = 60_000
    allow: frozenset[str] = frozenset()
    is_refreshing: bool = True
    at_begin: Callable[[Connection], None] | None = None
    at_end: Callable[[Connection], None] | None = None


class Listener:
    """Hears what a run does; the command line shows progress with one. Does nothing itself."""

    def on_steps(self, steps: tuple[Step, ...]) -> None:
        """These steps are about to run, in this order."""

    def on_start(self, step: Step) -> None:
        """A step begins."""

    def on_statement(self, step: Step, number: int, total: int) -> None:
        """Statement `number` (from 1) of a step without a transaction begins."""

    def on_retry(self, step: Step, reason: str, delay: float) -> None:
        """A step was rolled back and is tried again after `delay` seconds."""

    def on_warning(self, step: Step, text: str) -> None:
        """The server warned of something that a step does."""

    def on_done(self, step: Step, seconds: float) -> None:
        """A step is applied and recorded."""

    def on_refresh(self, view: str) -> None:
        """The refresh of a materialized view begins."""

    def on_refresh_retry(self, view: str, reason: str, delay: float) -> None:
        """A refresh was rolled back and is tried again after `delay` seconds."""

    def on_refreshed(self, view: str, seconds: float) -> None:
        """A materialized view is refreshed."""

    def on_wait(self, holder: str) -> None:
        """Another runner holds the lock; called once for each holder."""

    def on_batch(self, step: Step, pace: Pace) -> None:
        """A batch of a statement is committed."""

    def on_throttle(self, step: Step, reason: str) -> None:
        """The next batch waits for others; called once for each reason."""


def _time(seconds: float) -> str:
    """About how long, in the unit that says it shortest."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
