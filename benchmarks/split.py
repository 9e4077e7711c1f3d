"""What splitting costs: our splitter beside libpg_query's on the same texts, in alternating rounds.

    python -m benchmarks.split [--megabytes 20] [--rounds 5] [--file FILE]

Three things of ours: the statements of a text that is held (`scripts.split`), the check of a whole
script before it runs (`engine.body.read_body`), and the same of a large file, which is not held.
Each is a process of its own, so that its peak of memory is its own: what it has beyond its imports
and the text is told as a multiple of the file. libpg_query is called through postgast.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

SIDES = ("split", "read_body", "read_body, a large file", "libpg_query, split", "libpg_query, scan")
MUST = "30 MB/s, goal 60, peak 4 x the file"

# Prints seconds of CPU, what came out, and the peak of memory before and after, in KiB.
CHILD = """
import json, resource, sys, time
from pathlib import Path

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

side, path = sys.argv[1], Path(sys.argv[2])
if side.startswith("libpg_query"):
    import postgast
    text = path.read_text(encoding="utf-8")
    if side.endswith("split"):
        run = lambda: len(postgast.split(text, method="scanner"))
    else:
        run = lambda: len(postgast.scan(text).tokens)
else:
    from pgmig.engine.body import read_body
    from pgmig.scripts import split
    from pgmig.scripts.directory import make_half, read_half
    if side.endswith("file"):
        run = lambda: read_body(read_half(path, large=0)).count
    else:
        text = path.read_text(encoding="utf-8")
        if side == "split":
            run = lambda: sum(1 for _ in split(text))
        else:
            run = lambda: read_body(make_half(path, text)).count
before, began = peak(), time.process_time()
count = run()
print(json.dumps([time.process_time() - began, count, peak() - before]))
"""


def main() -> None:
    """Measure every text and print a line for each side."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--file", type=Path, action="append", default=[])
    said = parser.parse_args()
    print(f"splitting, {said.rounds} rounds, load {os.getloadavg()[0]:.1f}; must: {MUST}")
    with tempfile.TemporaryDirectory(prefix="pgmig-bench-", dir="/tmp") as folder:
        for name, statement in KINDS.items():
            path = Path(folder) / f"{name}.sql"
            write(path, statement, said.megabytes)
            contest(name, path, said.rounds)
            path.unlink()
        for path in said.file:
            contest(path.name, path, said.rounds)


def contest(name: str, path: Path, rounds: int) -> None:
    """All sides on one text."""
    size = path.stat().st_size
    costs: dict[str, list[tuple[float, int, float]]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES if number % 2 else reversed(SIDES):
            costs[side].append(measure(side, path))
    print(f"{size / 1e6:.1f} MB of {name}")
    print(f"{'':28}{'MB/CPU s':>10}{'ratio':>8}{'peak':>8}{'found':>10}")
    for side in SIDES:
        rates = [size / 1e6 / seconds for seconds, _, _ in costs[side]]
        ratios = [
            peer / ours
            for (ours, _, _), (peer, _, _) in zip(
                costs[side], costs["libpg_query, split"], strict=True
            )
        ]
        peak = median(peak * 1024 / size for _, _, peak in costs[side])
        found = costs[side][0][1]
        print(f"  {side:26}{median(rates):10.1f}{median(ratios):8.2f}{peak:7.1f}x{found:10}")


def measure(side: str, path: Path) -> tuple[float, int, float]:
    """One side on one text, in a process of its own."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, side, str(path)], stdout=subprocess.PIPE, check=True
    )
    seconds, count, peak = json.loads(child.stdout)
    return seconds, count, peak


def write(path: Path, statement: Callable[[int], str], megabytes: float) -> None:
    """A file of about so many megabytes."""
    size = 0
    with path.open("w", encoding="utf-8") as file:
        for number in numbers():
            size += file.write(statement(number))
            if size >= megabytes * 1e6:
                return


def numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def row(number: int) -> str:
    return (
        f"({number}, 'customer''s number {number}', '2026-01-01 00:00:00+00', {number % 1000}.50)"
    )


def one_row(number: int) -> str:
    return f"INSERT INTO big (id, name, made, cost) VALUES {row(number)};\n"


def many_rows(number: int) -> str:
    rows = ",\n".join(row(number * 500 + n) for n in range(500))
    return f"INSERT INTO big (id, name, made, cost) VALUES\n{rows};\n"


def definitions(number: int) -> str:
    return f"""
-- table {number}; its rows are few
CREATE TABLE t{number} (
    id bigint PRIMARY KEY, -- it's a key
    name text NOT NULL DEFAULT 'none' CHECK (length(name) BETWEEN 1 AND (2 * (40 + 10))),
    made timestamptz DEFAULT now()
);
CREATE INDEX ON t{number} (lower(name)) WHERE name <> '';
CREATE OR REPLACE FUNCTION f{number}(a int) RETURNS int LANGUAGE plpgsql AS $fn$
BEGIN
    RETURN a + {number}; /* no end; here */
END;
$fn$;
CREATE FUNCTION g{number}() RETURNS int
BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;
COMMENT ON TABLE t{number} IS E'made by\\n hand';
SET search_path = a, b;
"""


KINDS: dict[str, Callable[[int], str]] = {
    "one-row INSERTs": one_row,
    "500-row INSERTs": many_rows,
    "definitions": definitions,
}


if __name__ == "__main__":
    main()
