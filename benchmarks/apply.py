"""What running scripts costs: pgmig's command line and a peer, in alternating rounds.

    python -m benchmarks.apply [--major 18] [--scripts 1000] [--rounds 5]

How the costs are taken: benchmarks/contest.py.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.contest import PGMIG, Contest, compete, report
from pgmig import db
from pgmig.shadow.server import LocalServer

SCRIPT = """\
CREATE TABLE t{n} (id bigint PRIMARY KEY, name text NOT NULL DEFAULT '', made timestamptz);
CREATE INDEX ON t{n} (name);
INSERT INTO t{n} (id, name) VALUES (1, 'one'), (2, 'two');
"""


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


if __name__ == "__main__":
    main()
