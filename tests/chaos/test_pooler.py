"""The kill matrix behind PgBouncer in transaction mode, where no session is a runner's own."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from tests.chaos.ground import EXAMPLE, ONLINE, Ended, Ground, History, Undisturbed
from tests.chaos.mishaps import at_instants, at_messages, commits, that_matter, with_fault
from tests.chaos.trial import IS_FULL, Scene, Trial, Trials, some
from tests.chaos.waits import outliving
from tests.fixtures.pooler import pooler, program
from tests.fixtures.wire import Fault, Point

Run = Callable[[History], Undisturbed]
# Indexes whose names are free at the end: without one, or of another since a constraint took it.
UNNAMED = ("CREATE INDEX CONCURRENTLY ON", "CREATE UNIQUE INDEX CONCURRENTLY item_code")
WORKERS = 12  # most of a trial is waiting for a lease to end

if program() is not None:
    pytestmark = pytest.mark.newest

    @pytest.fixture(params=[EXAMPLE, ONLINE] if IS_FULL else [ONLINE], ids=lambda one: one.name)
    def scene(request: pytest.FixtureRequest, ground: Ground, undisturbed: Run) -> Iterator[Scene]:
        """Each history behind a pooler; it must leave what a direct run leaves."""
        history = request.param
        with pooler(ground.server, pool_size=4) as behind:
            run = ground.undisturbed(history, behind.url)
            pooled = replace(run, facts=undisturbed(history).facts)
            yield Scene(ground, history, pooled, through=behind.url, patience="20s")

    def test_a_run_behind_a_pooler_leaves_what_a_direct_one_leaves(scene: Scene) -> None:
        with scene.ground.database(scene.history) as url:
            (end,) = scene.ground.again(scene.through(url), scene.history)
            assert end.code == 0, end.told
            assert list(scene.undisturbed.facts.differences(scene.ground.facts(url))) == []

    def test_a_run_behind_a_pooler_that_is_struck(scene: Scene, trials: Trials) -> None:
        messages = list(commits(scene.undisturbed))
        tried = [
            *some(scene, at_messages(scene, messages, "kill"), 1, 30),
            *some(scene, at_instants(scene, "kill", 20), 1),
            *some(scene, at_messages(scene, messages, "terminate"), 1, 12),
            *some(scene, at_messages(scene, messages, "nothing", then="cut"), 1, 12),
            *some(scene, outliving(scene) if scene.history == ONLINE else (), 1),
        ]
        trials.hold(scene, tried, workers=WORKERS)

    def test_a_runner_that_slept_past_its_lease_changes_nothing(
        scene: Scene, trials: Trials
    ) -> None:
        trials.hold(scene, some(scene, asleep(scene), 2, 36), workers=WORKERS)


def asleep(scene: Scene) -> Iterator[Trial]:
    """A runner stops, its message under way, until another one has done all the work.

    Of statements that no transaction holds, and that no token can therefore keep out, only an index
    whose name is free is made a second time: docs/when-it-dies.md says so.
    """
    for message in that_matter(scene.undisturbed):
        if message.kind == "Query" and not message.tag.startswith(UNNAMED):
            point = Point.of(message)
            run = partial(_sleep, scene, point=point)
            yield Trial(f"asleep before {point}", f"asleep before {message.kind}", run)


def _sleep(scene: Scene, url: str, *, point: Point) -> Ended | None:
    others: list[Ended] = []

    def another(process: "subprocess.Popen[str]") -> None:
        process.send_signal(signal.SIGSTOP)
        others.extend(scene.ground.again(scene.through(url), scene.history, "40s"))
        process.send_signal(signal.SIGCONT)

    end = with_fault(scene, url, another, Fault(point))
    assert [other.code for other in others] == [0], [other.told for other in others]
    return end
