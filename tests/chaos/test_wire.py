"""The wire itself: it counts, it slows, and it breaks where it is told to."""

import time

import psycopg
import pytest

from tests.chaos.ground import ONLINE, Ground
from tests.fixtures.wire import Fault, Wire

ROWS = "SELECT repeat('x', 1000) FROM generate_series(1, 1000)"


@pytest.mark.newest
def test_a_wire_counts_slows_and_breaks(ground: Ground) -> None:
    with ground.database(ONLINE) as url:
        with Wire(url, latency=0.02, is_recording=True) as wire:
            with psycopg.connect(wire.url, autocommit=True) as conn:
                trips, began = wire.round_trips, time.monotonic()
                assert len(conn.execute(ROWS).fetchall()) == 1000
                assert conn.execute("SELECT %s::int + 1", (1,)).fetchone() == (2,)
                assert time.monotonic() - began >= 4 * 0.02
            assert wire.round_trips - trips == 2
            kinds = [message.kind for message in wire.trace if message.side == "frontend"]
            told = ["Startup", "Query", "Parse", "Bind", "Describe", "Execute", "Sync"]
            assert kinds[: len(told)] == told

        heard: list[str] = []
        committed = Fault(
            lambda message: message.kind == "CommandComplete" and message.tag == "COMMIT",
            do=lambda: heard.append("committed"),
            then="cut",
        )
        with Wire(url, faults=[committed]) as wire, psycopg.connect(wire.url) as conn:
            conn.execute("CREATE TABLE kept ()")
            with pytest.raises(psycopg.OperationalError):
                conn.commit()
        assert heard == ["committed"]
        with psycopg.connect(url) as conn:
            assert conn.execute("SELECT count(*) FROM kept").fetchone() == (0,)
