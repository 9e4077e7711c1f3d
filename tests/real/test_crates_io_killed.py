"""A real project's 285 scripts, killed at any instant and crowded, direct and behind a pooler."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.crowd import crowd
from tests.chaos.ground import Ground, History
from tests.chaos.mishaps import at_instants
from tests.chaos.trial import IS_FULL, Scene, Trials, some
from tests.fixtures.pooler import pooler, program
from tests.fixtures.servers import Server

SCRIPTS = Path(__file__).parents[3] / "shared" / "real" / "crates_io" / "migrations"
CRATES = History("crates_io", SCRIPTS)

# The scripts need the extension pgcrypto, which the wheel's 18 has not.
pytestmark = pytest.mark.pg("< 18")

if SCRIPTS.is_dir():

    @pytest.fixture(scope="module")
    def scene(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Scene:
        ground = Ground(server, tmp_path_factory.mktemp("crates_io"))
        return Scene(ground, CRATES, ground.undisturbed(CRATES), patience="10s")

    def test_a_runner_of_many_scripts_that_is_killed(scene: Scene, trials: Trials) -> None:
        trials.hold(scene, some(scene, at_instants(scene, "kill", 75), 1))

    if program() is not None:

        @pytest.mark.thorough
        def test_many_scripts_behind_a_pooler(scene: Scene, trials: Trials) -> None:
            with pooler(scene.ground.server, pool_size=5) as behind:
                pooled = replace(scene, through=behind.url)
                trials.hold(pooled, some(pooled, at_instants(pooled, "kill", 24), 1), workers=6)

        @pytest.mark.thorough
        def test_many_scripts_and_a_crowd_behind_a_pooler(scene: Scene, trials: Trials) -> None:
            count = 50 if IS_FULL else 4
            with (
                pooler(scene.ground.server) as behind,
                scene.ground.database(CRATES) as url,
            ):
                pooled = replace(scene, through=behind.url)
                found = crowd(pooled, url, count, kills=count // 5)
                again = pooled.ground.again(pooled.through(url), CRATES, "30s")
                assert [end.told for end in (*found.ends, *again) if end.is_wrong] == []
                assert list(scene.undisturbed.facts.differences(scene.ground.facts(url))) == []
            trials.say(f"{trials.request.node.name}: {found}; each script applied once")
