"""Round trips, and what they cost where each takes some milliseconds longer.

All go through the same wire (tests/fixtures/wire.py) by TCP, without encryption. A trip is a time
that the client spoke after the server had answered; those of the connection are counted too.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.apply.arena import Arena
from benchmarks.apply.peers import ALEMBIC, DBMATE, PSQL
from benchmarks.apply.small import pairs
from benchmarks.contest import OURS
from tests.fixtures.wire import Wire

_MUST = {OURS: "must: 2.1 trips a script, 4 when there is nothing to do"}


@dataclass(frozen=True)
class Passage:
    """What one run did to the wire, and its seconds."""

    trips: int
    wall: float


def run(arena: Arena, count: int, latencies: Sequence[int]) -> None:
    """Every side at every latency: all scripts, then nothing to do."""
    names = (OURS, PSQL, DBMATE, ALEMBIC)
    arena.write("distant", lambda: pairs(count), *names)
    print(f"{'':44}{'trips':>9}{'a script':>9}{'wall':>9}{'nothing to do: trips':>23}{'wall':>9}")
    for latency in (0, *latencies):
        print(f"{count} scripts, {latency} ms added  (load {os.getloadavg()[0]:.1f})")
        for name in names:
            arena.fresh(name)
            every = _pass(arena, name, latency)
            row = f"  {name:42}{every.trips:9}{every.trips / count:9.2f}{every.wall:8.3f}s"
            if name == PSQL:
                print(f"{row}{'keeps no history':>23}")
                continue
            nothing = _pass(arena, name, latency)
            print(f"{row}{nothing.trips:23}{nothing.wall:8.3f}s  {_MUST.get(name, '')}".rstrip())


def _pass(arena: Arena, name: str, latency: int) -> Passage:
    """One run of the side's command through the wire."""
    with Wire(arena.url(name), latency / 2000) as wire:
        command = arena.command("distant", name, wire.port)
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=False)
        wall = time.perf_counter() - began
        if done.returncode:
            sys.exit(f"failed: {' '.join(command)}\n{done.stderr.decode()}")
        return Passage(wire.round_trips, wall)
