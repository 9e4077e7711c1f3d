"""A backfill that is killed at any instant, beside a session that goes on inserting rows.

Every row that was there is done once, and none twice. The rows that come meanwhile have keys that
grow: those up to some row are done, and none behind it.
"""

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread

import psycopg
import pytest

from pgmig.commands.up import up
from tests.chaos.ground import PATIENCE, Ground, History, ended
from tests.chaos.mishaps import terminate
from tests.chaos.trial import IS_FULL, Trials, is_newest

BACKFILL = History("backfill", Path(__file__).parent / "backfill")
MISHAPS = ("kill", "kill", "terminate", "interrupt")
TRIALS = 100 if IS_FULL else 2  # of an older major a third
PARTS = 2 if IS_FULL else 1  # so that two test processes end at about the same time

# Of each table: rows, different rows, the last of them.
WRONG = """
SELECT 'not done', id FROM items WHERE id <= 600 AND done <> 1
UNION ALL SELECT 'done twice', id FROM items WHERE done > 1
UNION ALL SELECT 'left out', id FROM items
    WHERE done = 0 AND id < (SELECT max(id) FROM items WHERE done = 1)
UNION ALL SELECT 'counted', id FROM counted GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'copied', id FROM copies GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'not counted', id FROM items
    WHERE (done = 1) <> (id IN (SELECT id FROM counted))
UNION ALL SELECT 'not copied', id FROM items
    WHERE id <= (SELECT max(id) FROM copies) AND id NOT IN (SELECT id FROM copies)
UNION ALL SELECT 'before its time', count FROM after WHERE count > 0 AND NOT EXISTS (
    SELECT FROM items WHERE done = 0)
"""
PROGRESS = "SELECT statement, outcome FROM pgmig.progress WHERE version = 2 ORDER BY 1"
ROWS = "SELECT count(*) FROM items"


@pytest.mark.newest
@pytest.mark.parametrize("part", range(PARTS))
def test_a_backfill_that_is_killed_does_every_row_once(
    part: int, ground: Ground, trials: Trials
) -> None:
    began = time.monotonic()
    whole = _seconds(ground) if IS_FULL else 1.0
    where: Counter[str] = Counter()
    wrong: list[str] = []
    seeds = range(part, TRIALS // (1 if is_newest(ground) else 3), PARTS)
    for seed in seeds:
        problems, words = _tried(ground, seed, whole)
        where[words] += 1
        wrong += [f"seed {seed}: {problem}" for problem in problems]
    trials.say(
        f"{trials.request.node.name}: {len(seeds)} trials in {time.monotonic() - began:.0f} s,"
        f" differences {len(wrong)}\n"
        f"    where: {', '.join(f'{name} {count}' for name, count in sorted(where.items()))}"
    )
    assert not wrong, "\n".join(wrong)
    assert len(seeds) < 12 or where["after the end"] * 2 < len(seeds)


def _seconds(ground: Ground) -> float:
    """How long the second script takes when nothing happens."""
    with ground.database(BACKFILL) as url:
        up(url, BACKFILL.directory, to=1)
        began = time.monotonic()
        end = ended(ground.start(url, BACKFILL))
        assert end.code == 0, end
        return time.monotonic() - began


def _tried(ground: Ground, seed: int, whole: float) -> tuple[list[str], str]:
    """What is wrong after one trial, and at what sort of moment it came."""
    with ground.database(BACKFILL) as url:
        up(url, BACKFILL.directory, to=1)
        with _inserting(url):
            process = ground.start(url, BACKFILL)
            words = _disturbed(ground, url, process, Random(seed), whole)
            again = ground.again(url, BACKFILL)
            found = [f"the same command again: {end}" for end in again if end.is_wrong]
        with psycopg.connect(url, autocommit=True) as conn:
            found += [f"{what} {row}" for what, row in conn.execute(WRONG).fetchall()]
            progress = conn.execute(PROGRESS).fetchall()
        if progress != [(1, "done"), (2, "done"), (3, "done")]:
            found.append(f"progress {progress}")
        return found, words


def _disturbed(
    ground: Ground, url: str, process: "subprocess.Popen[str]", random: Random, whole: float
) -> str:
    """Let something happen to the runner within its batches, and wait for its end."""
    statement = random.choice((1, 2))
    until = time.monotonic() + PATIENCE
    ask = "SELECT FROM pgmig.progress WHERE version = 2 AND statement = %s"
    with psycopg.connect(url, autocommit=True) as conn:
        while not conn.execute(ask, (statement,)).fetchall() and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.001)
        time.sleep(random.random() * whole / 4)
        is_over = process.poll() is not None
        what = random.choice(MISHAPS)
        match what:
            case "kill":
                process.kill()
            case "interrupt":
                process.send_signal(signal.SIGINT)
            case _:
                terminate(ground, url)
        end = ended(process)
    assert "Traceback" not in end.told
    return "after the end" if is_over or end.code == 0 else f"{what} in statement {statement}"


@contextmanager
def _inserting(url: str) -> Generator[None]:
    """A session inserts one row after the other."""
    stop = Event()

    def insert() -> None:
        while not stop.is_set():
            try:
                with psycopg.connect(url, autocommit=True) as conn:
                    while not stop.is_set():
                        conn.execute("INSERT INTO items DEFAULT VALUES")
                        stop.wait(0.004)
            except psycopg.Error:
                continue  # it was terminated with the runner

    thread = Thread(target=insert)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
