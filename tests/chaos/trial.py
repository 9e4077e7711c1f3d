"""Trials: one mishap each, then the same command again, then the comparison.

`PGMIG_CHAOS=full`, as in `make chaos`, runs all of them, else a small share runs, the same each
time. `PGMIG_CHAOS_TRIAL` names those to run again, joined by commas, as a failing one is printed.
"""

import logging
import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

import psycopg
import pytest

from tests.chaos.ground import Ended, Ground, History, Undisturbed

logger = logging.getLogger(__name__)

MISSED = "missed: the run ended before"
IS_FULL = os.environ.get("PGMIG_CHAOS") == "full"


@dataclass(frozen=True)
class Scene:
    """Where mishaps come to a run.

    Attributes:
        ground: makes the databases and starts the runners.
        history: what is run.
        undisturbed: the run that nothing happens to.
        through: the connection string that runners take instead of the database's, as a pooler's.
        patience: how long a runner that comes again waits for the one before.
    """

    ground: Ground
    history: History
    undisturbed: Undisturbed
    through: Callable[[str], str] = lambda url: url
    patience: str = "2s"


@dataclass(frozen=True)
class Trial:
    """One mishap.

    Attributes:
        name: says how to make it happen again.
        where: at what sort of moment, for the figures.
        run: makes it happen to a run on a database, and gives how that run ended: None when it
            was killed, with the words MISSED when it had ended before.
    """

    name: str
    where: str
    run: Callable[[str], Ended | None]


@dataclass
class Tally:
    """What a test has done, for the figures at the end."""

    what: str
    trials: int = 0
    missed: int = 0
    where: Counter[str] = field(default_factory=Counter[str])
    ends: Counter[str] = field(default_factory=Counter[str])
    again: Counter[int] = field(default_factory=Counter[int])  # runs with exit 5, to trials
    differences: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        waits = sum(times * count for times, count in self.again.items())
        return (
            f"{self.what}: {self.trials} trials in {self.seconds:.0f} s, differences"
            f" {self.differences}\n"
            f"    where: {_counted(self.where)}; {self.missed} came after the end\n"
            f"    the run: {_counted(self.ends)}; the same command again: exit 5 {waits} times,"
            f" then exit 0"
        )


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))


@dataclass
class Trials:
    """Runs trials and compares what they leave."""

    request: pytest.FixtureRequest

    def hold(
        self,
        scene: Scene,
        tried: Sequence[Trial],
        *,
        workers: int = 1,
        is_on_disk: bool = False,
    ) -> None:
        """Every trial ends as an undisturbed run does.

        Args:
            scene: where.
            tried: what happens to it.
            workers: how many at once.
            is_on_disk: commits are waited for, for trials that stop the server.
        """
        __tracebackhide__ = True
        tally, began = Tally(self.request.node.name), time.monotonic()

        def one(trial: Trial) -> str:
            with scene.ground.database(scene.history, is_on_disk=is_on_disk) as url:
                try:
                    problems = _problems(trial, scene, url, tally)
                except (AssertionError, subprocess.TimeoutExpired, psycopg.Error) as error:
                    problems = [f"{trial.name}: {error!r}"]
                logger.info("%s: %s", trial.name, problems or "no difference")
            return "\n  ".join([*problems, self.how_to_repeat(trial, scene)]) if problems else ""

        with ThreadPoolExecutor(workers) as pool:
            wrong = [found for found in pool.map(one, tried) if found]
        tally.trials, tally.differences = len(tried), len(wrong)
        tally.seconds = time.monotonic() - began
        self.say(str(tally))
        assert not wrong, "\n\n".join(wrong)
        # What came after the end proves nothing: of few trials any may be late, of many not most.
        assert len(tried) < 12 or tally.missed * 2 <= len(tried), f"{tally.missed} came too late"

    def how_to_repeat(self, trial: Trial, scene: Scene) -> str:
        chosen = {
            "PGMIG_CHAOS_TRIAL": f"'{trial.name}'",
            "PGMIG_TEST_MAJORS": str(scene.ground.server.major),
            **({"PGMIG_CHAOS": "full"} if IS_FULL else {}),
        }
        words = " ".join(f"{name}={value}" for name, value in chosen.items())
        return f"to repeat: {words} .venv/bin/pytest '{self.request.node.nodeid}'"

    def say(self, line: str) -> None:
        """Keep a line of figures; `make chaos` prints them all."""
        self.request.node.user_properties.append(("chaos", line))


def _problems(trial: Trial, scene: Scene, url: str, tally: Tally) -> list[str]:
    """What is wrong after the trial."""
    tally.where[trial.where] += 1
    first = trial.run(url)
    tally.ends["killed" if first is None else f"exit {first.code}"] += 1
    tally.missed += first is not None and first.told == MISSED
    again = scene.ground.again(scene.through(url), scene.history, scene.patience)
    tally.again[len(again) - 1] += 1
    found = [f"the same command again: {end}" for end in again if end.is_wrong]
    if again[-1].code == 5:
        found.append(f"another runner seems to be at work for ever: {again[-1]}")
    if first is not None and "Traceback" in first.told:
        found.append("a traceback")
    if not found:
        found += scene.undisturbed.facts.differences(scene.ground.facts(url))
    return [f"{trial.name}: the disturbed run: {first or 'killed'}", *found] if found else []


def some(scene: Scene, tried: Iterable[Trial], share: int, most: int | None = None) -> list[Trial]:
    """The trials to run: `share` of them; in full `most` of them, or all, spread over all.

    In full an older major than the newest under test has a third of that. Those that were asked
    for by name are run alone.
    """
    every = list(tried)
    if wanted := os.environ.get("PGMIG_CHAOS_TRIAL"):
        return [trial for trial in every if trial.name in wanted.split(",")]
    count = min(most or len(every), len(every)) if IS_FULL else share
    if IS_FULL and not is_newest(scene.ground):
        count = count // 3 + 1
    return Random(len(every)).sample(every, min(count, len(every)))


def is_newest(ground: Ground) -> bool:
    """Whether the server is of the newest major under test."""
    named = os.environ.get("PGMIG_TEST_MAJORS", "").split()
    return ground.server.major == max(map(int, named), default=18)


def fraction(seed: int) -> float:
    """Where in a run the instant of a seed lies, from 0 to 1."""
    return Random(seed).random()
