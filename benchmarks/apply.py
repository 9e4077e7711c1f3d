"""What running scripts costs: pgmig's command line and a peer, in alternating rounds.

    python -m benchmarks.apply [--major 18] [--scripts 1000] [--rounds 5]

Only ratios within one run mean something. Wall ratios are taken round by round, then their
median; CPU is that of the client process and, apart, of the server's backends (Linux only).
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pgmig import db
from pgmig.shadow.server import LocalServer

PGMIG = (sys.executable, "-m", "pgmig")
SCRIPT = """\
CREATE TABLE t{n} (id bigint PRIMARY KEY, name text NOT NULL DEFAULT '', made timestamptz);
CREATE INDEX ON t{n} (name);
INSERT INTO t{n} (id, name) VALUES (1, 'one'), (2, 'two');
"""


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


def main() -> None:
    """Run every contest and print a line for each side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--major", type=int, default=None)
    parser.add_argument("--scripts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped
    with tempfile.TemporaryDirectory(prefix="pgmig-bench-", dir="/tmp") as folder:
        directory = Path(folder)
        directory.chmod(0o711)
        server = LocalServer(directory / "server", said.major)
        try:
            server.start()
            run(server, directory, said.scripts, said.rounds)
        finally:
            server.stop()


def run(server: LocalServer, directory: Path, count: int, rounds: int) -> None:
    """The contests, in one run."""
    url = server.url("bench")
    scripts, psql_file = write_scripts(directory, count)
    migrations = ("--url", url, "--migrations", str(scripts))
    psql = str(Path(str(server.status().bindir)) / "psql")

    def fresh() -> None:
        with db.connect(server.url()) as conn:
            conn.execute("DROP DATABASE IF EXISTS bench WITH (FORCE)")
            conn.execute("CREATE DATABASE bench")
            conn.execute("CHECKPOINT")

    python = (sys.executable, "-c")
    contests = (
        Contest(
            f"up, {count} scripts",
            "psql, a transaction a file",
            (*PGMIG, "up", "--quiet", *migrations),
            (psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(psql_file)),
            fresh,
        ),
        Contest(
            f"up, nothing to do, {count} applied",
            "import psycopg",
            (*PGMIG, "up", "--quiet", *migrations),
            (*python, "import psycopg"),
        ),
        Contest(
            f"status, {count} applied",
            "import click, psycopg",
            (*PGMIG, "status", *migrations),
            (*python, "import click, psycopg"),
        ),
        Contest("--help", "import click", (*PGMIG, "--help"), (*python, "import click")),
    )
    with db.connect(server.url()) as conn:
        version = conn.info.parameter_status("server_version")
    print(f"PostgreSQL {version}, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    print(f"{'':44}{'wall':>9}{'client':>9}{'server':>9}{'peak':>9}")
    for contest in contests:
        report(contest, *compete(contest, server, rounds))
        if contest.prepare is fresh:
            fresh()
            subprocess.run(contest.ours, check=True, capture_output=True)


def write_scripts(directory: Path, count: int) -> tuple[Path, Path]:
    """The migrations, and a file with which psql runs the same in one session."""
    scripts = directory / "migrations"
    scripts.mkdir()
    lines: list[str] = []
    for n in range(1, count + 1):
        up = scripts / f"{n:04d}_t{n}.up.sql"
        up.write_text(SCRIPT.format(n=n))
        (scripts / f"{n:04d}_t{n}.down.sql").write_text(f"DROP TABLE t{n};\n")
        lines.append(f"BEGIN;\n\\i {up}\nCOMMIT;\n")
    psql_file = directory / "psql.sql"
    psql_file.write_text("".join(lines))
    return scripts, psql_file


def compete(contest: Contest, server: LocalServer, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """The costs of both sides, round by round; each begins every other round."""
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


if __name__ == "__main__":
    main()
