"""Clients at work on the tables that are migrated: none waits longer than the lock timeout."""

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import LiteralString

import psycopg
import pytest

from pgmig.commands.up import up
from tests.chaos.ground import EXAMPLE, ONLINE, ROOT, Ground, ended
from tests.chaos.trial import IS_FULL, Trials
from tests.fixtures.servers import Program

LEGACY_ROWS = ROOT / "tests" / "example" / "legacy" / "20_rows.sql"
CLIENTS = 8
SLACK = 1.0  # seconds: a machine whose processors are all busy

ON_BIKES: tuple[LiteralString, ...] = (
    "SELECT count(*) FROM shop.bike_available",
    "SELECT label FROM shop.bike b JOIN shop.model m ON m.id = b.model_id WHERE b.id = %s",
    "UPDATE shop.bike SET price = price WHERE id = %s",
)
ON_ITEMS: tuple[LiteralString, ...] = (
    "SELECT label FROM item WHERE id = %s",
    "SELECT sum(pieces) FROM sale WHERE item_id = %s",
    "UPDATE item SET label = label WHERE id = %s",
    "INSERT INTO sale VALUES ('2024-06-01', %s, 1)",
)


@dataclass
class Traffic:
    """Clients that run statements, each a transaction, one after the other.

    Attributes:
        url: their database.
        statements: what they run, each with one number or none.
        longest: seconds that one statement took, at most.
        count: how many have run.
        deadlocks: how many of them the server gave up for a script; their clients go on.
    """

    url: str
    statements: Sequence[LiteralString]
    longest: float = 0.0
    count: int = 0
    deadlocks: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def flowing(self) -> Generator[None]:
        threads = [threading.Thread(target=self._client, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.is_over.set()
            for thread in threads:
                thread.join()

    def _client(self, number: int) -> None:
        dice = Random(number)
        with psycopg.connect(self.url, autocommit=True) as conn:
            while not self.is_over.is_set():
                statement = dice.choice(self.statements)
                values = (dice.randrange(1, 40),) if "%s" in statement else ()
                began = time.monotonic()
                is_deadlock = False
                try:
                    conn.execute(statement, values)
                except psycopg.errors.DeadlockDetected:
                    is_deadlock = True  # with the script, which takes its locks in another order
                took = time.monotonic() - began
                with self.guard:
                    self.count += 1
                    self.deadlocks += is_deadlock
                    self.longest = max(self.longest, took)
                time.sleep(0.005)


@contextmanager
def reading_for(url: str, seconds: float, statement: LiteralString) -> Generator[None]:
    """A transaction that reads and stays open for some seconds, as a report does."""
    with psycopg.connect(url) as conn:
        conn.execute(statement)
        timer = threading.Timer(seconds, conn.rollback)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


@pytest.mark.newest
def test_no_client_waits_longer_than_the_lock_timeout(
    ground: Ground, psql: Program, trials: Trials
) -> None:
    report = 15.0 if IS_FULL else 4.0
    with ground.database(EXAMPLE) as url:
        up(url, EXAMPLE.directory, to=1)
        psql(url, "-f", LEGACY_ROWS)
        up(url, EXAMPLE.directory, to=3)
        traffic = Traffic(url, ON_BIKES)
        with reading_for(url, report, "SELECT FROM shop.bike"), traffic.flowing():
            began = time.monotonic()
            end = ended(ground.start(url, EXAMPLE))  # 0004 says lock_timeout=2s
            seconds = time.monotonic() - began
        assert end.code == 0, end.told
    trials.say(
        f"{trials.request.node.name}: {CLIENTS} clients, {traffic.count} statements, a report open"
        f" for {report:.0f} s, applied after {seconds:.1f} s; lock timeout 2 s, longest wait of a"
        f" client {traffic.longest:.2f} s; {traffic.deadlocks} deadlocks"
    )
    assert seconds >= report
    assert traffic.longest <= 2.0 + SLACK


@pytest.mark.newest
def test_scripts_without_a_transaction_leave_traffic_alone(ground: Ground, trials: Trials) -> None:
    with ground.database(ONLINE) as url:
        up(url, ONLINE.directory, to=1)
        traffic = Traffic(url, ON_ITEMS)
        with traffic.flowing():
            again = ground.again(url, ONLINE)
        assert [end.code for end in again] == [0], again
    trials.say(
        f"{trials.request.node.name}: {CLIENTS} clients, {traffic.count} statements, longest wait"
        f" of a client {traffic.longest:.2f} s"
    )
    assert traffic.longest <= SLACK
