"""Killed, terminated, stopped or cut off at any instant: the same command again ends it well."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.ground import DOWN, EXAMPLE, ONLINE, Ground, History, Undisturbed
from tests.chaos.mishaps import at_instants, at_messages, commits, that_matter
from tests.chaos.trial import IS_FULL, Scene, Trials, some

Run = Callable[[History], Undisturbed]
PARTS = 4 if IS_FULL else 1  # so that two test processes end at about the same time


@pytest.fixture(params=[EXAMPLE, ONLINE], ids=lambda one: one.name)
def scene(request: pytest.FixtureRequest, ground: Ground, undisturbed: Run) -> Scene:
    """Each history on a server of the major under test."""
    return Scene(ground, request.param, undisturbed(request.param))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_runner_that_is_killed_at_a_message(part: int, scene: Scene, trials: Trials) -> None:
    tried = at_messages(scene, that_matter(scene.undisturbed), "kill")
    trials.hold(scene, some(scene, list(tried)[part::PARTS], 2))


def test_a_runner_that_is_killed_at_any_instant(scene: Scene, trials: Trials) -> None:
    trials.hold(scene, some(scene, at_instants(scene, "kill", 100), 1))


def test_a_way_down_that_is_killed(ground: Ground, undisturbed: Run, trials: Trials) -> None:
    scene = Scene(ground, DOWN, undisturbed(DOWN))
    tried = [
        *some(scene, at_messages(scene, commits(scene.undisturbed), "kill"), 1, 20),
        *some(scene, at_instants(scene, "kill", 20), 1),
    ]
    trials.hold(scene, tried)


def test_a_session_that_is_terminated(scene: Scene, trials: Trials) -> None:
    tried = at_messages(scene, that_matter(scene.undisturbed), "terminate")
    trials.hold(scene, some(scene, tried, 1, 30))


def test_a_network_that_breaks_at_a_commit(scene: Scene, trials: Trials) -> None:
    messages = list(commits(scene.undisturbed))
    tried = [
        *some(scene, at_messages(scene, messages, "nothing", then="cut"), 1, 24),
        *some(scene, at_messages(scene, messages, "nothing", then="cut client", hold=1.0), 1, 8),
        *some(scene, at_messages(scene, messages, "nothing", then="swallow", hold=1.0), 0, 4),
    ]
    trials.hold(scene, tried, workers=2)


def test_a_server_that_is_stopped_at_once(scene: Scene, own_ground: Ground, trials: Trials) -> None:
    stopped = replace(scene, ground=own_ground)
    tried = [
        *some(scene, at_instants(stopped, "stop", 40), 1),
        *some(scene, at_messages(stopped, commits(scene.undisturbed), "stop"), 1, 15),
    ]
    trials.hold(stopped, tried, is_on_disk=True)
