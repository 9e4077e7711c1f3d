"""The contests: all of them in one run, so that each is beside each."""

from collections.abc import Mapping

from benchmarks.contest import OURS, Contest, Cost, compete, report
from benchmarks.seed.ground import Ground, Rows

FIRST = OURS
COPY = "psql \\copy"
CHANGED = "1 % changed"
SAME = "nothing changed"
TENTH = "a tenth of the rows"


def run(ground: Ground, rounds: int) -> None:
    """Every side in every round, then a report for each question."""
    every = Contest(
        "seed",
        ground.seed(Rows.ALL),
        {
            COPY: ground.copy(Rows.ALL),
            CHANGED: ground.seed(Rows.CHANGED),
            SAME: ground.seed(Rows.ALL),
            TENTH: ground.seed(Rows.TENTH),
        },
        lambda side: ground.refresh(is_full=side in {CHANGED, SAME}),
    )
    costs = compete(every, ground.server, rounds)
    megabytes = round(ground.file(Rows.ALL).stat().st_size / 1e6)
    first = f"seed, {ground.rows:,} rows, {megabytes} MB"
    _report(f"{first}, the first time", costs, FIRST, COPY, "wall 2, the goal 1.5")
    _report(f"{first}, again, 1 % changed", costs, CHANGED, FIRST, "wall 1, the goal 0.5")
    _report(f"{first}, again, nothing changed", costs, SAME, FIRST, None)
    _report("seed, ten times the rows", costs, FIRST, TENTH, "peak 1.1: memory stays flat")


def _report(
    name: str, costs: Mapping[str, list[Cost]], side: str, peer: str, must: str | None
) -> None:
    """One side beside another; a side of ours as a peer is called by what it does."""
    called = "the first time" if peer == FIRST else peer
    contest = Contest(name, (), {called: ()}, must={called: must} if must else {})
    report(contest, {OURS: costs[side], called: costs[peer]})
