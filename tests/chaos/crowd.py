"""A crowd: runners that begin at the same moment, some of which are killed."""

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.chaos.ground import Ended, ended, environment
from tests.chaos.trial import Scene

STARTER = Path(__file__).parent / "starter.py"
# Every second one soon gives up: it has to say so with exit 5.
PATIENCE = ("60s", "500ms")


@dataclass(frozen=True)
class Crowd:
    """How the runners of a crowd ended."""

    ends: tuple[Ended, ...]
    killed: int
    seconds: float

    def __str__(self) -> str:
        codes = Counter(f"exit {end.code}" for end in self.ends if end.code >= 0)
        told = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
        killed = f", killed {self.killed}" if self.killed else ""
        return f"{len(self.ends)} runners in {self.seconds:.1f} s: {told}{killed}"


def crowd(scene: Scene, url: str, count: int, *, kills: int = 0) -> Crowd:
    """Start `count` runners at once and kill `kills` of them at instants of the run."""
    runners = [_start(scene, scene.through(url), PATIENCE[n % 2]) for n in range(count)]
    for runner in runners:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "ready\n"
    began = time.monotonic()
    for runner in runners:
        assert runner.stdin is not None
        runner.stdin.write("go\n")
        runner.stdin.flush()
    dice = Random(count)
    within = scene.undisturbed.seconds * max(1, kills)
    timers = [
        threading.Timer(dice.uniform(0, within), _kill(runner))
        for runner in dice.sample(runners, kills)
    ]
    for timer in timers:
        timer.start()
    ends = tuple(ended(runner) for runner in runners)
    for timer in timers:
        timer.cancel()
        timer.join()
    return Crowd(ends, sum(end.code == -signal.SIGKILL for end in ends), time.monotonic() - began)


def _kill(runner: "subprocess.Popen[str]") -> Callable[[], None]:
    return runner.kill


def _start(scene: Scene, url: str, patience: str) -> "subprocess.Popen[str]":
    scripts = str(scene.history.directory)
    words = ["up", "--url", url, "--migrations", scripts, "--runner-timeout", patience]
    return subprocess.Popen(
        [sys.executable, str(STARTER), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=scene.ground.folder,
        env=environment(),
    )
