r"""What a test's database costs, beside `createdb -T` of the same template in the same run.

    python -m benchmarks.template [--major 18] [--rounds 40]

- copy: pgmig_database's, beside the program createdb and beside CREATE DATABASE in a session that
  is open already, which is the least there can be.
- drop: the same after the test, beside `dropdb`.
- first: the first test of a session, with the template made and with the template there.

The project is this repository's example, migrations/ and seeds/. Sides alternate round by round.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from benchmarks.contest import quickest
from pgmig.commands import testing
from pgmig.commands.testing import Project, Session
from pgmig.shadow.server import LocalServer

ROOT = Path(__file__).parents[1]
OURS = "pgmig_database"
PROGRAM = "createdb -T, dropdb"
SESSION = "CREATE DATABASE, DROP DATABASE"

Side = Callable[[], tuple[float, float]]


def main() -> None:
    """Run the rounds and print a line for each side."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--major", type=int, default=None)
    parser.add_argument("--rounds", type=int, default=40)
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped
    place = quickest()
    with tempfile.TemporaryDirectory(prefix="pgmig-bench-", dir=place) as folder:
        Path(folder).chmod(0o711)
        server = LocalServer(Path(folder) / "server", said.major)
        try:
            compete(server, said.rounds)
        finally:
            server.stop()


def compete(server: LocalServer, rounds: int) -> None:
    """All sides on one server."""
    url = server.start()
    print(f"PostgreSQL {server.status().version}, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    project = testing.open_project(ROOT, seeds_env="dev")
    made = first(url, project)
    found = first(url, project)
    print(f"  first test, the template is made  {made * 1000:8.1f} ms")
    print(f"  first test, the template is there {found * 1000:8.1f} ms")
    with testing.opened(url, project) as session:
        sides = {
            OURS: lambda: ours(session),
            PROGRAM: lambda: program(session, server),
            SESSION: lambda: plain(session),
        }
        report({side: took[1:] for side, took in timed(sides, rounds + 1).items()})


def timed(sides: Mapping[str, Side], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """What each side took for making and dropping, round by round; every other goes backwards."""
    took: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in sides if number % 2 else reversed(sides):
            took[side].append(sides[side]())
    return took


def report(took: Mapping[str, list[tuple[float, float]]]) -> None:
    """Medians, and our ratios to each side."""
    print(f"{'':34}{'copy':>11}{'drop':>11}")
    for side, pairs in took.items():
        copy, drop = (median(pair[part] for pair in pairs) * 1000 for part in (0, 1))
        print(f"  {side:32}{copy:8.1f} ms{drop:8.1f} ms")
    for side in list(took)[1:]:
        copy, drop = (
            median(a[part] / b[part] for a, b in zip(took[OURS], took[side], strict=True))
            for part in (0, 1)
        )
        must = "; must: copy 1.3, the goal 1.1" if side == PROGRAM else ""
        print(f"    to {side}: copy {copy:.2f}, drop {drop:.2f}{must}")


def first(url: str, project: Project) -> float:
    """Seconds until a session has its first database."""
    began = time.perf_counter()
    with testing.opened(url, project) as session, session.database():
        return time.perf_counter() - began


def ours(session: Session) -> tuple[float, float]:
    """As the fixture does it."""
    began = time.perf_counter()
    with session.database():
        made = time.perf_counter()
    return made - began, time.perf_counter() - made


def program(session: Session, server: LocalServer) -> tuple[float, float]:
    """The programs of PostgreSQL."""
    bindir = Path(str(server.status().bindir))
    place = ["-h", str(server.place().sockets), "-U", "postgres"]
    template = ["-T", session.template().name]
    began = time.perf_counter()
    subprocess.run([bindir / "createdb", *place, *template, "bench_peer"], check=True)
    made = time.perf_counter()
    subprocess.run([bindir / "dropdb", *place, "bench_peer"], check=True)
    return made - began, time.perf_counter() - made


def plain(session: Session) -> tuple[float, float]:
    """The statements alone."""
    admin, template = session.server.admin, session.template().name
    strategy = " STRATEGY file_copy" if session.server.major >= 15 else ""
    began = time.perf_counter()
    admin.execute(f"CREATE DATABASE bench_least TEMPLATE {template}{strategy}".encode())
    made = time.perf_counter()
    admin.execute(b"DROP DATABASE bench_least")
    return made - began, time.perf_counter() - made


if __name__ == "__main__":
    main()
