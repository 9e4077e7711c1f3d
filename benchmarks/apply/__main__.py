"""The options, the server, and the contests that were asked for."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks import apply
from benchmarks.apply import distant, large, small
from benchmarks.apply.arena import Arena
from benchmarks.apply.peers import install
from benchmarks.contest import header, quickest
from pgmig.shadow.server import LocalServer

PARTS = ("small", "large", "distant")


def main() -> None:
    """Run the contests and print a line for each side."""
    parser = argparse.ArgumentParser(
        description=apply.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--major", type=int, default=None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large-rounds", type=int, default=2)
    parser.add_argument("--scripts", type=int, default=1000)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--distant-scripts", type=int, default=100)
    parser.add_argument("--latency", type=int, nargs="*", default=[5, 20])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped
    peers = install()
    place = quickest()
    with tempfile.TemporaryDirectory(prefix="pgmig-bench-", dir=place) as folder:
        directory = Path(folder)
        directory.chmod(0o711)
        server = LocalServer(directory / "server", said.major)
        try:
            server.start()
            arena = Arena(server, directory, peers)
            load = os.getloadavg()[0]
            print(f"PostgreSQL {arena.version} in {place}, {said.rounds} rounds, load {load:.1f}")
            if "small" in said.only:
                header()
                small.run(arena, said.scripts, said.rounds)
            if "large" in said.only:
                header()
                large.run(arena, said.megabytes, said.large_rounds)
            if "distant" in said.only:
                distant.run(arena, said.distant_scripts, said.latency)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
