"""Killed, terminated, stopped or cut off at any instant: the same command again ends it well."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.ground import EXAMPLE, ONLINE, Ground, History, Undisturbed
from tests.chaos.mishaps import at_instants, at_messages, commits, that_matter
from tests.chaos.trial import Scene, Trials
from tests.fixtures.wire import Then

Run = Callable[[History], Undisturbed]


@pytest.fixture(params=[EXAMPLE, ONLINE], ids=lambda one: one.name)
def scene(request: pytest.FixtureRequest, ground: Ground, undisturbed: Run) -> Scene:
    """Each history on a server of the major under test."""
    return Scene(ground, request.param, undisturbed(request.param))


def test_a_runner_that_is_killed_at_a_message(scene: Scene, trials: Trials) -> None:
    trials.hold(scene, at_messages(scene, that_matter(scene.undisturbed), "kill"), share=4)


def test_a_runner_that_is_killed_at_any_instant(scene: Scene, trials: Trials) -> None:
    trials.hold(scene, at_instants(scene, "kill", 100), share=2)


def test_a_session_that_is_terminated(scene: Scene, trials: Trials) -> None:
    trials.hold(scene, at_messages(scene, that_matter(scene.undisturbed), "terminate"), share=2)


@pytest.mark.parametrize("then", ["cut", "cut client", "swallow"])
def test_a_network_that_breaks_at_a_commit(then: Then, scene: Scene, trials: Trials) -> None:
    tried = at_messages(scene, commits(scene.undisturbed), "nothing", then=then, hold=1.0)
    trials.hold(scene, tried, share=2, workers=2)


def test_a_server_that_is_stopped_at_once(scene: Scene, own_ground: Ground, trials: Trials) -> None:
    stopped = replace(scene, ground=own_ground)
    trials.hold(stopped, at_instants(stopped, "stop", 50), share=2, is_on_disk=True)
