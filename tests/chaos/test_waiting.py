"""Struck in the middle of a statement that waits: half an index, half a detached partition."""

from collections.abc import Callable

from tests.chaos.ground import ONLINE, Ground, History, Undisturbed
from tests.chaos.trial import Scene, Trials, some
from tests.chaos.waits import waiting

Run = Callable[[History], Undisturbed]


def test_a_run_that_is_struck_while_a_statement_waits(
    own_ground: Ground, undisturbed: Run, trials: Trials
) -> None:
    scene = Scene(own_ground, ONLINE, undisturbed(ONLINE))
    trials.hold(scene, some(scene, waiting(scene), 3), is_on_disk=True)
