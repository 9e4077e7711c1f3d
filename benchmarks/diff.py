"""What comparing two databases costs: `pgmig diff` beside migra on the same two.

    python -m benchmarks.diff [--major 18] [--tables 1000 10000] [--rounds 3]

Identical databases, and two of which one in fifty tables differs. migra is installed into
.bench/migra, which git ignores. pg_dump of both is there too, as the least that reading costs.
The proof is timed apart: pgmig's own with and without it. How the costs are taken:
benchmarks/contest.py.
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

PEERS = Path(__file__).parents[1] / ".bench" / "migra"
EACH = 50  # one table in so many differs
CHANGES = (
    "ALTER TABLE app.t{n} ADD COLUMN note text",
    "ALTER TABLE app.t{n} ALTER COLUMN name TYPE varchar(90)",
    "CREATE INDEX t{n}_made_idx ON app.t{n} (made)",
    "ALTER TABLE app.t{n} ADD CONSTRAINT t{n}_name_check CHECK (name <> '')",
    "ALTER TABLE app.t{n} ALTER COLUMN amount SET DEFAULT 1",
)

# The tables of `schema.TABLE`, by number. Some are read by a view: a new type moves it too.
PLAIN = r"""
SELECT substr(c.relname, 2) FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid
 WHERE c.relnamespace = 'app'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
   AND k.conname = c.relname || '_amount_check'
 ORDER BY length(c.relname), 1
"""


def main() -> None:
    """Make the databases, run the contests, print a line for each side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--major", type=int, default=None)
    parser.add_argument("--tables", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--rounds", type=int, default=3)
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped
    migra = installed()
    with tempfile.TemporaryDirectory(prefix="pgmig-bench-", dir="/tmp") as folder:
        directory = Path(folder)
        directory.chmod(0o711)
        server = LocalServer(directory / "server", said.major)
        try:
            server.start()
            run(server, migra, said.tables, said.rounds)
        finally:
            server.stop()


def installed() -> Path:
    """The program migra, installed when it is not there yet."""
    program = PEERS / "bin" / "migra"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        needs = ["migra", "psycopg2-binary", "setuptools<80", "sqlalchemy<2.1"]
        subprocess.run([PEERS / "bin" / "pip", "install", "--quiet", *needs], check=True)
    return program


def run(server: LocalServer, migra: Path, sizes: Sequence[int], rounds: int) -> None:
    """The contests at each size, then the growth between sizes."""
    with db.connect(server.url()) as conn:
        version = conn.info.parameter_status("server_version")
        # pg_dump and migra lock every table.
        conn.execute("ALTER SYSTEM SET max_locks_per_transaction = 2048")
    server.stop()
    server.start()
    print(f"PostgreSQL {version}, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    header()
    costs: dict[str, dict[int, list[Cost]]] = {}
    for size in sizes:
        one, same, other = fill(server, size)
        for contest in contests(server, migra, (one, same, other), size):
            ours = hold(contest, server, rounds)
            costs.setdefault(contest.name.split(",")[0], {})[size] = ours
    for name, found in costs.items():
        for smaller, larger in pairwise(sizes):
            grown = log(cpu(found[larger]) / cpu(found[smaller])) / log(larger / smaller)
            print(f"growth of CPU, {name}, {smaller} to {larger} tables: {grown:.2f}")


def fill(server: LocalServer, size: int) -> tuple[str, str, str]:
    """Two equal databases and one of which some tables differ; their URLs."""
    names = (f"one_{size}", f"same_{size}", f"other_{size}")
    with db.connect(server.url()) as conn:
        conn.execute(f"CREATE DATABASE {names[0]} TEMPLATE template0".encode())
    with db.connect(server.url(names[0])) as conn:
        for text in schema(size):
            conn.execute(text.encode())
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")
    with db.connect(server.url()) as conn:
        for name in names[1:]:
            conn.execute(f"CREATE DATABASE {name} TEMPLATE {names[0]}".encode())
    with db.connect(server.url(names[2])) as conn:
        rows = conn.execute(PLAIN).fetchall()
        for place, (number,) in enumerate(rows[::EACH]):
            conn.execute(CHANGES[place % len(CHANGES)].format(n=number).encode())
    one, same, other = map(server.url, names)
    return one, same, other


def contests(
    server: LocalServer, migra: Path, urls: tuple[str, str, str], size: int
) -> tuple[Contest, ...]:
    """Identical, changed, and the changed ones with their proof."""
    one, same, other = urls
    pg_dump = str(Path(str(server.status().bindir)) / "pg_dump")
    ours = (*PGMIG, "diff", "--shadow-url", server.url(), "--from", one)
    sql = (one, other)
    both = (
        "/bin/sh",
        "-c",
        f'"{pg_dump}" -s -d "$0" >/dev/null; "{pg_dump}" -s -d "$1" >/dev/null',
    )
    return (
        Contest(
            f"identical, {size} tables",
            (*ours, "--to", same),
            {"migra": ("/bin/sh", "-c", f'"{migra}" --unsafe "$0" "$1"', one, same)},
        ),
        Contest(
            f"one table in {EACH} changed, {size} tables",
            (*ours, "--to", other),
            # It ends with 2 when there is a difference.
            {"migra": ("/bin/sh", "-c", f'"{migra}" --unsafe "$0" "$1" || [ $? -eq 2 ]', *sql)},
        ),
        Contest(
            f"identical against pg_dump, {size} tables",
            (*ours, "--to", same),
            {"pg_dump -s of both": (*both, one, same)},
        ),
        Contest(
            f"changed with its proof, {size} tables",
            (*ours, "--to", other, "--stdout"),
            {"without the proof": (*ours, "--to", other)},
        ),
    )


def cpu(costs: Sequence[Cost]) -> float:
    """The median of client and server together, in seconds."""
    return median(cost.cpu for cost in costs)


if __name__ == "__main__":
    main()
