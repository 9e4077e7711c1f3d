"""What reading a database costs: `pgmig snapshot` beside `pg_dump -s` of the same database.

    python -m benchmarks.snapshot [--major 18] [--tables 100 1000 10000] [--rounds 3]

How the costs are taken: benchmarks/contest.py. The growth is the exponent of CPU from one number
of tables to the next: 1.0 is in proportion.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from statistics import median

from benchmarks.contest import PGMIG, Contest, Cost, header, hold
from benchmarks.schema import schema
from pgmig import db
from pgmig.shadow.server import LocalServer


def main() -> None:
    """Make the databases, run the contests, print a line for each side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--major", type=int, default=None)
    parser.add_argument("--tables", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--rounds", type=int, default=3)
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped
    with tempfile.TemporaryDirectory(prefix="pgmig-bench-", dir="/tmp") as folder:
        directory = Path(folder)
        directory.chmod(0o711)
        server = LocalServer(directory / "server", said.major)
        try:
            server.start()
            run(server, directory, said.tables, said.rounds)
        finally:
            server.stop()


def run(server: LocalServer, directory: Path, sizes: Sequence[int], rounds: int) -> None:
    """The contests at each size, then the growth between sizes."""
    with db.connect(server.url()) as conn:
        version = conn.info.parameter_status("server_version")
        # pg_dump locks every table.
        conn.execute("ALTER SYSTEM SET max_locks_per_transaction = 2048")
    server.stop()
    server.start()
    print(f"PostgreSQL {version}, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    header()
    costs: dict[int, list[Cost]] = {}
    for size in sizes:
        url = fill(server, size)
        for contest in contests(server, directory, url, size):
            ours = hold(contest, server, rounds)
            costs.setdefault(size, ours)  # the first contest's
    for smaller, larger in pairwise(sizes):
        grown = log(cpu(costs[larger]) / cpu(costs[smaller])) / log(larger / smaller)
        print(f"growth of the snapshot's CPU, {smaller} to {larger} tables: {grown:.2f}")


def fill(server: LocalServer, size: int) -> str:
    """A database of so many tables; its URL."""
    name = f"bench_{size}"
    with db.connect(server.url()) as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    with db.connect(server.url(name)) as conn:
        for text in schema(size):
            conn.execute(text.encode())
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")
    return server.url(name)


def contests(server: LocalServer, directory: Path, url: str, size: int) -> tuple[Contest, ...]:
    """The snapshot as JSON, its summary, and the fingerprint of a database known already."""
    pg_dump = str(Path(str(server.status().bindir)) / "pg_dump")
    target = ("--file", str(directory / "dump.sql"), "--dbname", url)
    dump = {"pg_dump -s": (pg_dump, "--schema-only", *target)}
    ours = (*PGMIG, "snapshot", "--url", url)
    fingerprint = (*ours, "--fingerprint")
    os.environ["XDG_CACHE_HOME"] = str(directory)
    subprocess.run(fingerprint, check=True, capture_output=True)
    return (
        Contest(
            f"snapshot as JSON, {size} tables",
            (*ours, "-o", str(directory / "snapshot.json")),
            dump,
        ),
        Contest(f"snapshot, its summary, {size} tables", (*ours, "--summary"), dump),
        Contest(f"fingerprint again, {size} tables", fingerprint, dump),
    )


def cpu(costs: Sequence[Cost]) -> float:
    """The median of client and server together, in seconds."""
    return median(cost.cpu for cost in costs)


if __name__ == "__main__":
    main()
