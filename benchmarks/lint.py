"""What looking costs: `pgmig lint` and `pgmig trace` beside the bare ways up of the same scripts.

    python -m benchmarks.lint MIGRATIONS [--url URL] [--rounds 5]

All three run the scripts in a shadow database of their own; the peer only runs them.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

MUST = "4, goal 2"

# Prints the seconds that one side takes, without starting Python.
CHILD = """
import sys, time
from contextlib import closing
from pathlib import Path
from pgmig import scripts
from pgmig.commands import lint, trace
from pgmig.commands.chosen import shadow_server
from pgmig.db import connect
from pgmig.engine import run_script

def bare(path, url):
    found = scripts.read(path)
    with (
        shadow_server(found, url, None) as server,
        server.database() as shadow,
        closing(connect(shadow)) as conn,
    ):
        for script in found.scripts:
            run_script(conn, script, "up")

side, path, url = sys.argv[1], Path(sys.argv[2]), sys.argv[3] or None
began = time.perf_counter()
if side == "lint":
    lint.lint(path, lint.Options(shadow_url=url))
elif side == "trace":
    trace.trace(path, trace.Options(shadow_url=url))
else:
    bare(path, url)
print(time.perf_counter() - began)
"""
SIDES = ("bare", "lint", "trace")


def main() -> None:
    """Measure every side in alternating rounds and print medians and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("migrations", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--rounds", type=int, default=5)
    said = parser.parse_args()
    costs: dict[str, list[float]] = {side: [] for side in SIDES}
    for number in range(said.rounds):
        for side in SIDES if number % 2 else reversed(SIDES):
            costs[side].append(measure(side, said.migrations, said.url))
    print(f"{said.rounds} rounds, load {os.getloadavg()[0]:.1f}; ratio must be {MUST}")
    for side in SIDES:
        ratio = median(a / b for a, b in zip(costs[side], costs["bare"], strict=True))
        print(f"  {side:6}{median(costs[side]):8.3f}s{ratio:8.2f}")
    rounds = zip(costs["lint"], costs["trace"], costs["bare"], strict=True)
    print(f"  both  {median((a + b) / c for a, b, c in rounds):17.2f}")


def measure(side: str, path: Path, url: str) -> float:
    """Seconds of one side, in a process of its own."""
    command = [sys.executable, "-c", CHILD, side, str(path), url]
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


if __name__ == "__main__":
    main()
