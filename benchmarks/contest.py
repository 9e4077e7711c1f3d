"""A contest: a command of ours and its peers in alternating rounds, and what each of them took.

Only ratios within one run mean something. They are taken round by round, then their median; CPU is
that of the client process and, apart, of the server's backends (Linux only). The load of the
machine is printed with each contest.
"""

import compileall
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pgmig
from pgmig.shadow.server import LocalServer

PGMIG = (str(Path(sys.executable).parent / "pgmig"),)
OURS = "pgmig"

Command = Sequence[str]

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

    @property
    def cpu(self) -> float:
        """Client and server."""
        return self.client + self.server


# How a side is measured against another, by the name under which it is printed.
RATIOS: Mapping[str, Callable[[Cost], float]] = {
    "wall": lambda cost: cost.wall,
    "CPU": lambda cost: cost.cpu,
    "client CPU": lambda cost: cost.client,
    "peak": lambda cost: cost.peak,
}


def _nothing(_side: str) -> None:
    pass


@dataclass(frozen=True)
class Contest:
    """A command of ours and its peers.

    Attributes:
        name: what is done.
        ours: our command.
        peers: name of each peer to its command.
        prepare: comes before each run, off the clock, with the name of the side.
        must: name of a peer to what the ratio must be, in words.
        absent: peers that cannot do this, each with the reason.
    """

    name: str
    ours: Command
    peers: Mapping[str, Command]
    prepare: Callable[[str], None] = _nothing
    must: Mapping[str, str] = field(default_factory=dict[str, str])
    absent: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def sides(self) -> dict[str, Command]:
        """All commands by name, ours first."""
        return {OURS: self.ours, **self.peers}


def quickest() -> Path:
    """Memory where there is plenty.

    On ext4 a database that is dropped slows the making of the next one's files for minutes, whoever
    makes them: each new file looks for a number that no recently deleted one had.
    """
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free > 8 << 30:
        return memory
    return Path("/tmp")


def header() -> None:
    """Print the names of the columns."""
    print(f"{'':44}{'wall':>9}{'client':>9}{'server':>9}{'peak':>9}")


def hold(contest: Contest, server: LocalServer, rounds: int) -> list[Cost]:
    """Let the sides compete and print a report; our costs."""
    costs = compete(contest, server, rounds)
    report(contest, costs)
    return costs[OURS]


def compete(contest: Contest, server: LocalServer, rounds: int) -> dict[str, list[Cost]]:
    """The costs of each side, round by round; every other round goes backwards."""
    compileall.compile_dir(pgmig.__path__[0], quiet=1)  # as pip does
    sides = list(contest.sides)
    costs: dict[str, list[Cost]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in sides if number % 2 else reversed(sides):
            contest.prepare(side)
            costs[side].append(measure(contest.sides[side], server))
    return costs


def measure(command: Command, server: LocalServer) -> Cost:
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


def report(contest: Contest, costs: Mapping[str, Sequence[Cost]]) -> None:
    """Medians of every side, and of our ratios to each peer."""
    print(f"{contest.name}  (load {os.getloadavg()[0]:.1f})")
    for side, found in costs.items():
        wall, client, server, peak = (
            median(getattr(cost, part) for cost in found)
            for part in ("wall", "client", "server", "peak")
        )
        print(f"  {side:42}{wall:8.3f}s{client:8.3f}s{server:8.3f}s{peak:6.0f}MiB")
    for peer in contest.peers:
        pairs = list(zip(costs[OURS], costs[peer], strict=True))
        ratios = ", ".join(
            f"{name} {median(of(a) / max(of(b), 0.001) for a, b in pairs):.2f}"
            for name, of in RATIOS.items()
        )
        must = f"; must: {contest.must[peer]}" if peer in contest.must else ""
        print(f"    to {peer}: {ratios}{must}")
    for peer, reason in contest.absent.items():
        print(f"    {peer}: not measured, {reason}")
