"""The options, the server, and the contests."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks import seed
from benchmarks.contest import header, quickest
from benchmarks.seed.contests import run
from benchmarks.seed.ground import Ground
from pgmig.shadow.server import LocalServer


def main() -> None:
    """Run the contests and print a line for each side."""
    parser = argparse.ArgumentParser(
        description=seed.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--major", type=int, default=None)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000)
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped
    place = quickest()
    with tempfile.TemporaryDirectory(prefix="pgmig-bench-", dir=place) as folder:
        directory = Path(folder)
        directory.chmod(0o711)
        server = LocalServer(directory / "server", said.major)
        try:
            server.start()
            ground = Ground(server, directory, said.rows)
            load = os.getloadavg()[0]
            print(f"PostgreSQL {ground.version} in {place}, {said.rounds} rounds, load {load:.1f}")
            header()
            run(ground, said.rounds)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
