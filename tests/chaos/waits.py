"""Mishaps in the middle of a statement that waits for another session."""

import threading
from collections.abc import Iterator
from functools import partial

import psycopg

from pgmig.commands.up import up
from pgmig.engine import lease
from tests.chaos.ground import Ended, ended
from tests.chaos.mishaps import What, do, terminate
from tests.chaos.trial import MISSED, Scene, Trial

# What another session does in a transaction that it leaves open: CREATE INDEX CONCURRENTLY waits
# for a writer with an index that is not ready, and for an old snapshot with one that is not valid.
READER = "SELECT count(*) FROM item, sale_2023"
WRITER = "UPDATE item SET code = code WHERE id = 1"


# The scripts that wait for each; the others take no lock that it has in its way.
BLOCKED = (
    ("reader", READER, (2, 3, 4, 5, 6, 10)),
    ("writer", WRITER, (2, 3, 4, 5, 10)),
)


def waiting(scene: Scene) -> Iterator[Trial]:
    """A trial for each script that waits, each way to wait and each mishap."""
    whats: tuple[What, ...] = ("kill", "terminate", "stop")
    for who, blocker, versions in BLOCKED:
        for version in versions:
            for what in whats:
                run = partial(_strike, scene, version=version, blocker=blocker, what=what)
                yield Trial(f"{what} in {version} behind a {who}", f"{what} behind a {who}", run)


def _strike(scene: Scene, url: str, *, version: int, blocker: str, what: What) -> Ended | None:
    up(url, scene.history.directory, to=version - 1)
    with psycopg.connect(url) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.execute(blocker.encode())
        process = scene.ground.start(url, scene.history, str(version))
        if not scene.ground.comes_to_wait(url, process):
            other.rollback()
            return Ended(ended(process).code, MISSED)
        if what == "terminate":
            terminate(scene.ground, url, but=other.info.backend_pid)
        else:
            do(scene.ground, url, what, process)
        if what == "stop":
            other.close()
        else:
            other.rollback()
        end = ended(process)
    return None if what == "kill" else end


def outliving(scene: Scene) -> Iterator[Trial]:
    """A trial for each statement that waits: it goes on behind a pooler when its runner is dead."""
    for who, blocker, versions in BLOCKED:
        for version in versions:
            run = partial(_outlive, scene, version=version, blocker=blocker)
            name = f"outliving in {version} behind a {who}"
            yield Trial(name, "kill, the statement going on", run)


def _outlive(scene: Scene, url: str, *, version: int, blocker: str) -> Ended | None:
    up(url, scene.history.directory, to=version - 1)
    with psycopg.connect(url) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.execute(blocker.encode())
        words = (str(version), "--lock-timeout", "60s")
        process = scene.ground.start(scene.through(url), scene.history, *words)
        if not scene.ground.comes_to_wait(url, process):
            other.rollback()
            return Ended(ended(process).code, MISSED)
        process.kill()
        ended(process)
        timer = threading.Timer(lease.TERM + 5, other.rollback)
        timer.start()
        scene.ground.again(scene.through(url), scene.history, scene.patience)
        timer.join()
    return None
