"""A contest: a command of ours and its peer in alternating rounds, and what each of them took.

Only ratios within one run mean something. Wall ratios are taken round by round, then their
median; CPU is that of the client process and, apart, of the server's backends (Linux only).
"""

import compileall
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pgmig
from pgmig.shadow.server import LocalServer

PGMIG = (sys.executable, "-m", "pgmig")

# Prints wall seconds, CPU seconds and the peak of memory in KiB of the command in its arguments.
LAUNCH = """
import os, sys, time
began = time.perf_counter()
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - began
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds, and the most memory in MiB."""

    wall: float
    client: float
    server: float
    peak: float


@dataclass(frozen=True)
class Contest:
    """A command of ours and its peer; `prepare` comes before each run, off the clock."""

    name: str
    peer_name: str
    ours: Sequence[str]
    peer: Sequence[str]
    prepare: Callable[[], None] = lambda: None


def compete(contest: Contest, server: LocalServer, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """The costs of both sides, round by round; each begins every other round."""
    compileall.compile_dir(pgmig.__path__[0], quiet=1)  # as pip does
    sides: tuple[list[Cost], list[Cost]] = ([], [])
    for number in range(rounds):
        for side in (0, 1) if number % 2 else (1, 0):
            contest.prepare()
            sides[side].append(measure((contest.ours, contest.peer)[side], server))
    return sides


def measure(command: Sequence[str], server: LocalServer) -> Cost:
    """Run a command to its end, started by a small process: a large one's memory would count."""
    before = server_cpu(server)
    launched = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LAUNCH, *command],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if launched.returncode:
        sys.exit(f"failed: {' '.join(command)}")
    wall, client, peak = map(float, launched.stdout.split())
    time.sleep(0.05)  # the backend ends after its client
    return Cost(wall, client, server_cpu(server) - before, peak / 1024)


def server_cpu(server: LocalServer) -> float:
    """Seconds of all backends that have ended."""
    pid = server.status().pid
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        return 0.0
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def report(contest: Contest, ours: list[Cost], peers: list[Cost]) -> None:
    """Medians of both sides, and the median of the ratios."""
    print(f"{contest.name}")
    for name, costs in (("pgmig", ours), (contest.peer_name, peers)):
        wall, client, server, peak = (
            median(getattr(cost, part) for cost in costs)
            for part in ("wall", "client", "server", "peak")
        )
        print(f"  {name:42}{wall:8.3f}s{client:8.3f}s{server:8.3f}s{peak:6.0f}MiB")
    walls = median(a.wall / b.wall for a, b in zip(ours, peers, strict=True))
    cpu = median(
        (a.client + a.server) / (b.client + b.server) for a, b in zip(ours, peers, strict=True)
    )
    print(f"  {'ratio':42}{walls:8.2f} {cpu:8.2f} (CPU, client and server)")
