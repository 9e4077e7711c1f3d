"""The kill matrix behind PgBouncer in transaction mode, where no session is a runner's own."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.chaos.ground import EXAMPLE, ONLINE, Ground, History, Undisturbed
from tests.chaos.mishaps import at_instants, at_messages, commits
from tests.chaos.trial import Scene, Trials
from tests.fixtures.pooler import pooler, program

Run = Callable[[History], Undisturbed]
WORKERS = 12  # most of a trial is waiting for the dead runner's lease to end

if program() is not None:

    @pytest.fixture(params=[EXAMPLE, ONLINE], ids=lambda one: one.name)
    def scene(request: pytest.FixtureRequest, ground: Ground, undisturbed: Run) -> Iterator[Scene]:
        """Each history behind a pooler; it must leave what a direct run leaves."""
        history = request.param
        with pooler(ground.server, pool_size=4) as behind:
            run = ground.undisturbed(history, behind.url)
            pooled = replace(run, facts=undisturbed(history).facts)
            yield Scene(ground, history, pooled, through=behind.url, patience="10s")

    def test_a_run_behind_a_pooler_is_a_run_and_holds_nothing(scene: Scene) -> None:
        with scene.ground.database(scene.history) as url:
            (end,) = scene.ground.again(scene.through(url), scene.history)
            assert end.code == 0
            assert list(scene.undisturbed.facts.differences(scene.ground.facts(url))) == []

    def test_a_runner_behind_a_pooler_that_is_killed(scene: Scene, trials: Trials) -> None:
        tried = [
            *at_messages(scene, commits(scene.undisturbed), "kill"),
            *at_instants(scene, "kill", 30),
        ]
        trials.hold(scene, tried, share=2, workers=WORKERS)

    def test_a_session_behind_a_pooler_that_is_terminated(scene: Scene, trials: Trials) -> None:
        tried = at_messages(scene, commits(scene.undisturbed), "terminate")
        trials.hold(scene, tried, share=2, workers=WORKERS)

    def test_a_network_before_a_pooler_that_breaks(scene: Scene, trials: Trials) -> None:
        tried = at_messages(scene, commits(scene.undisturbed), "nothing", then="cut")
        trials.hold(scene, tried, share=2, workers=WORKERS)
