"""Many runners at once: each script is applied once, and nothing is left held."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.crowd import crowd
from tests.chaos.ground import EXAMPLE, ONLINE, Ground, History, Undisturbed
from tests.chaos.trial import IS_FULL, Scene, Trials, is_newest
from tests.fixtures.pooler import pooler, program

Run = Callable[[History], Undisturbed]
CHOSEN = [EXAMPLE, ONLINE] if IS_FULL else [ONLINE]
HISTORIES = pytest.mark.parametrize("history", CHOSEN, ids=lambda one: one.name)
COUNT = 50 if IS_FULL else 8


def stand(scene: Scene, trials: Trials, *, is_killed: bool = False) -> None:
    """Let a crowd run; what it leaves is what one undisturbed run leaves."""
    with scene.ground.database(scene.history) as url:
        count = COUNT if is_newest(scene.ground) else max(8, COUNT // 3)
        found = crowd(scene, url, count, kills=count * 2 // 5 if is_killed else 0)
        assert [end.told for end in found.ends if end.is_wrong] == []
        done = sum(end.code == 0 for end in found.ends)
        assert done or found.killed
        again = scene.ground.again(scene.through(url), scene.history, scene.patience)
        assert [end.told for end in again if end.is_wrong] == []
        assert list(scene.undisturbed.facts.differences(scene.ground.facts(url))) == []
    trials.say(f"{trials.request.node.name}: {found}; each script applied once, nothing held")


@HISTORIES
def test_a_crowd_applies_each_script_once(
    history: History, ground: Ground, undisturbed: Run, trials: Trials
) -> None:
    stand(Scene(ground, history, undisturbed(history)), trials)


@HISTORIES
def test_a_crowd_of_which_some_are_killed(
    history: History, ground: Ground, undisturbed: Run, trials: Trials
) -> None:
    stand(Scene(ground, history, undisturbed(history)), trials, is_killed=True)


if program() is not None:

    @HISTORIES
    @pytest.mark.parametrize("fate", ["alive", "killed"])
    def test_a_crowd_behind_a_transaction_pooler(
        fate: str, history: History, ground: Ground, undisturbed: Run, trials: Trials
    ) -> None:
        scene = Scene(ground, history, undisturbed(history), patience="20s")
        with pooler(ground.server) as behind:
            stand(replace(scene, through=behind.url), trials, is_killed=fate == "killed")
