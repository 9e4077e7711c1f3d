"""Struck in the middle of a statement that waits: half an index, half a detached partition."""

import time
from collections.abc import Callable, Iterator
from functools import partial

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgmig.commands.up import up
from tests.chaos.ground import ONLINE, PATIENCE, Ended, Ground, History, Undisturbed, ended
from tests.chaos.mishaps import What, do
from tests.chaos.trial import MISSED, Scene, Trial, Trials, some

Run = Callable[[History], Undisturbed]

# What another session does in a transaction that it leaves open: CREATE INDEX CONCURRENTLY waits
# for a writer with an index that is not ready, and for an old snapshot with one that is not valid.
READER = "SELECT count(*) FROM item, sale_2023"
WRITER = "UPDATE item SET code = code WHERE id = 1"

_IS_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = %s AND wait_event_type = 'Lock'
"""


def test_a_run_that_is_struck_while_a_statement_waits(
    own_ground: Ground, undisturbed: Run, trials: Trials
) -> None:
    scene = Scene(own_ground, ONLINE, undisturbed(ONLINE))
    trials.hold(scene, some(waiting(scene), 3), is_on_disk=True)


def waiting(scene: Scene) -> Iterator[Trial]:
    """A trial for each script, each way to wait and each mishap."""
    whats: tuple[What, ...] = ("kill", "terminate", "stop")
    for version in range(2, ONLINE.count + 1):
        for who, blocker in (("reader", READER), ("writer", WRITER)):
            for what in whats:
                run = partial(_strike, scene, version=version, blocker=blocker, what=what)
                yield Trial(f"{what} in {version} behind a {who}", run)


def _strike(scene: Scene, url: str, *, version: int, blocker: str, what: What) -> Ended | None:
    up(url, scene.history.directory, to=version - 1)
    with psycopg.connect(url) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.execute(blocker.encode())
        process = scene.ground.start(url, scene.history, str(version))
        name = conninfo_to_dict(url)["dbname"]
        until = time.monotonic() + PATIENCE
        with scene.ground.admin() as admin:
            while process.poll() is None and admin.execute(_IS_WAITING, (name,)).fetchone() == (0,):
                assert time.monotonic() < until
                time.sleep(0.01)
        if process.poll() is not None:
            other.rollback()
            return Ended(ended(process).code, MISSED)
        if what == "terminate":
            _terminate_but(scene.ground, other.info.backend_pid, str(name))
        else:
            do(scene.ground, url, what, process)
        if what != "stop":
            other.rollback()
        else:
            other.close()
        end = ended(process)
    return None if what == "kill" else end


def _terminate_but(ground: Ground, pid: int, name: str) -> None:
    """End every session in a database but one."""
    ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
    with ground.admin() as conn:
        conn.execute(ask, (name, pid))
